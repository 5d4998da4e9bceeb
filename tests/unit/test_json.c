#include "base/limits.h"
#include "same_tree.h"
#include "vectors.h"
#include "json/gate.h"
#include "json/reader.h"
#include "json/writer.h"

/* ---- the gate: one test a leniency ------------------------------------------------------- */

struct text {
    const char *name;
    const char *json;
    size_t len;
};

#define TEXT(name, json)                                                                           \
    {                                                                                              \
        name, json, sizeof json - 1                                                                \
    }

static const struct text refused[] = {
    TEXT("empty text", ""),
    TEXT("repeated name", "{\"a\":1,\"a\":1}"),
    TEXT("repeated name, not neighbours", "{\"a\":1,\"b\":2,\"c\":3,\"a\":4}"),
    TEXT("repeated name, one escaped", "{\"a\":1,\"\\u0061\":2}"),
    TEXT("repeated name, both escaped", "{\"\\u00e9\":1,\"\\u00E9\":2}"),
    TEXT("repeated name, raw and escaped UTF-8", "{\"\xc3\xa9\":1,\"\\u00e9\":2}"),
    TEXT("repeated name, raw and paired surrogates",
         "{\"\xf0\x9f\x98\x80\":1,\"\\ud83d\\ude00\":2}"),
    TEXT("repeated name, three-byte UTF-8", "{\"\xe2\x82\xac\":1,\"\\u20AC\":2}"),
    TEXT("repeated name, short escape", "{\"\\n\":1,\"\\u000a\":2}"),
    TEXT("repeated name, escaped solidus", "{\"a/b\":1,\"a\\/b\":2}"),
    TEXT("repeated empty name", "{\"\":1,\"\":2}"),
    TEXT("repeated name in an inner object", "[{\"x\":{\"a\":1,\"a\":2}}]"),
    TEXT("escaped NUL", "{\"a\":\"b\\u0000c\"}"),
    TEXT("escaped NUL in a name", "{\"a\\u0000\":1}"),
    TEXT("raw NUL in a string", "{\"a\":\"b\0c\"}"),
    TEXT("raw NUL at the end", "{}\0"),
    TEXT("escape without hex digits", "\"\\uZZZZ\""),
    TEXT("escape with a sign", "\"\\u+041\""),
    TEXT("escape cut short", "\"\\u004\""),
    TEXT("escape cut by the end", "\"\\u004"),
    TEXT("escape unknown", "\"\\x41\""),
    TEXT("escape of a capital", "\"\\N\""),
    TEXT("escape of NUL", "\"\\\0\""),
    TEXT("escape of nothing", "\"\\"),
    TEXT("lone high surrogate", "\"\\ud83d\""),
    TEXT("lone low surrogate", "\"\\ude00\""),
    TEXT("high surrogate before a character", "\"\\ud83dx\""),
    TEXT("high surrogate before another escape", "\"\\ud83d\\n\""),
    TEXT("high surrogate twice", "\"\\ud83d\\ud83d\""),
    TEXT("surrogates swapped", "\"\\ude00\\ud83d\""),
    TEXT("raw newline in a string", "\"a\nb\""),
    TEXT("raw tab in a string", "\"a\tb\""),
    TEXT("raw control character in a name", "{\"\x1f\":1}"),
    TEXT("UTF-8 cut short", "\"\xc3\""),
    TEXT("UTF-8 cut by the end", "\"\xf0\x9f\x98"),
    TEXT("UTF-8 continuation alone", "\"\x80\""),
    TEXT("UTF-8 overlong solidus", "\"\xc0\xaf\""),
    TEXT("UTF-8 overlong in three", "\"\xe0\x80\xaf\""),
    TEXT("UTF-8 overlong in four", "\"\xf0\x80\x80\xaf\""),
    TEXT("UTF-8 overlong NUL", "\"\xc0\x80\""),
    TEXT("UTF-8 surrogate", "\"\xed\xa0\x80\""),
    TEXT("UTF-8 above U+10FFFF", "\"\xf4\x90\x80\x80\""),
    TEXT("UTF-8 byte FE", "\"\xfe\""),
    TEXT("UTF-8 byte FF", "\"\xff\""),
    TEXT("Latin-1", "\"\xe9t\xe9\""),
    TEXT("UTF-16", "\xff\xfe{\0}\0"),
    TEXT("byte order mark", "\xef\xbb\xbf{}"),
    TEXT("trailing garbage", "{}x"),
    TEXT("trailing text", "{}{}"),
    TEXT("trailing newline", "{}\n"),
    TEXT("trailing blank", "{} "),
    TEXT("trailing comment", "{}//"),
    TEXT("leading blank", " {}"),
    TEXT("leading newline", "\n{}"),
    TEXT("trailing comma in an object", "{\"a\":1,}"),
    TEXT("trailing comma in an array", "[1,]"),
    TEXT("doubled comma", "[1,,2]"),
    TEXT("leading comma", "[,1]"),
    TEXT("missing comma", "[1 2]"),
    TEXT("missing colon", "{\"a\" 1}"),
    TEXT("missing value", "{\"a\":}"),
    TEXT("missing name", "{:1}"),
    TEXT("name without quotes", "{a:1}"),
    TEXT("name in single quotes", "{'a':1}"),
    TEXT("name that is a number", "{1:1}"),
    TEXT("object left open", "{\"a\":1"),
    TEXT("array left open", "[1"),
    TEXT("string left open", "\"a"),
    TEXT("array closed as an object", "[1}"),
    TEXT("comment", "{\"a\":/**/1}"),
    TEXT("vertical tab as blank", "[1\v]"),
    TEXT("form feed as blank", "[\f1]"),
    TEXT("no-break space as blank", "[\xc2\xa0 1]"),
    TEXT("leading zero", "01"),
    TEXT("leading zero, negative", "-01"),
    TEXT("zeros", "00"),
    TEXT("minus zero", "-0"),
    TEXT("minus alone", "-"),
    TEXT("plus", "+1"),
    TEXT("fraction", "1.0"),
    TEXT("fraction of zero", "0.5"),
    TEXT("fraction without digits", "1."),
    TEXT("fraction without whole", ".5"),
    TEXT("exponent", "1e2"),
    TEXT("exponent of zero", "0e0"),
    TEXT("exponent, capital", "1E2"),
    TEXT("hexadecimal", "0x10"),
    TEXT("NaN", "NaN"),
    TEXT("Infinity", "Infinity"),
    TEXT("minus Infinity", "-Infinity"),
    TEXT("integer 2^53", "9007199254740992"),
    TEXT("integer -2^53", "-9007199254740992"),
    TEXT("integer 2^63", "9223372036854775808"),
    TEXT("integer 2^64 + 1", "18446744073709551617"),
    TEXT("integer of thirty digits", "100000000000000000000000000000"),
    TEXT("literal in capitals", "True"),
    TEXT("literal cut", "nul"),
    TEXT("literal with more", "truex"),
    TEXT("undefined", "undefined"),
};

static void gate_refuses(void **state)
{
    const struct text *text = *state;
    /* Its own block of its own size: a sanitizer sees a read past the end. */
    uint8_t *copy = malloc(text->len ? text->len : 1);
    struct cl_json *tree = NULL;
    assert_non_null(copy);
    memcpy(copy, text->json, text->len);
    assert_int_equal(cl_json_gate(copy, text->len), CL_BAD_JSON);
    assert_int_equal(cl_json_parse(copy, text->len, &tree), CL_BAD_JSON);
    assert_null(tree);
    free(copy);
}

static const struct text taken[] = {
    TEXT("object", "{}"),
    TEXT("array", "[]"),
    TEXT("blanks inside", "{ \"a\"\t:\r[ 1 ,\n2 ] , \"b\" : { } }"),
    TEXT("same name in different objects", "{\"a\":{\"a\":{\"a\":1}},\"b\":[{\"a\":1},{\"a\":2}]}"),
    TEXT("names that differ in case", "{\"a\":1,\"A\":2}"),
    TEXT("names of which one begins the other", "{\"a\":1,\"ab\":2,\"\":3}"),
    TEXT("names that differ in normal form", "{\"\xc3\xa9\":1,\"e\xcc\x81\":2}"),
    TEXT("name that looks escaped", "{\"a\":1,\"\\\\u0061\":2}"),
    TEXT("names beyond the first plane", "{\"\\ud83d\\ude00\":1,\"\\ud83d\\ude01\":2}"),
    TEXT("all short escapes", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""),
    TEXT("escaped control characters", "\"\\u0001\\u001f\""),
    TEXT("surrogate pair", "\"\\ud83d\\uDE00\""),
    TEXT("first and last pair", "\"\\ud800\\udc00\\udbff\\udfff\""),
    TEXT("edges of the surrogates", "\"\\ud7ff\\ue000\""),
    TEXT("edges of UTF-8", "\"\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf"
                           "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\""),
    TEXT("empty string", "\"\""),
    TEXT("zero", "0"),
    TEXT("integers", "[0,1,-1,10,9007199254740991,-9007199254740991]"),
    TEXT("literals", "[true,false,null]"),
};

static void gate_takes(void **state)
{
    const struct text *text = *state;
    cl_cleanup(cl_json_free) struct cl_json *tree = NULL;
    uint8_t *copy = malloc(text->len);
    assert_non_null(copy);
    memcpy(copy, text->json, text->len);
    assert_int_equal(cl_json_gate(copy, text->len), CL_OK);
    assert_int_equal(cl_json_parse(copy, text->len, &tree), CL_OK);
    assert_non_null(tree);
    /* Whatever its beginning, it is no text by itself. */
    for (size_t cut = 0; cut < text->len; cut++) {
        if (text->json[0] != '0')
            assert_int_equal(cl_json_gate(copy, cut), CL_BAD_JSON);
    }
    free(copy);
}

static void published_suite(void **state)
{
    (void)state;
    struct vectors v = vectors_open("json-testsuite.txt");
    char *field[3];
    while (vectors_next(&v, field, 3)) {
        struct bytes json = vector_bytes(field[2]);
        enum cl_err expected = vector_good(field[0]) ? CL_OK : CL_BAD_JSON;
        cl_cleanup(cl_json_free) struct cl_json *tree = NULL;
        if (cl_json_gate(json.at, json.len) != expected ||
            cl_json_parse(json.at, json.len, &tree) != expected)
            fail_msg("%s is not %s", field[1], field[0]);
        free(json.at);
    }
    assert_int_equal(v.cases, 316);
}

/* ---- the gate: limits -------------------------------------------------------------------- */

static void repeat(struct cl_buf *buf, const char *text, size_t times)
{
    while (times-- > 0)
        assert_int_equal(cl_buf_put_str(buf, text), CL_OK);
}

static enum cl_err gate_of_nested(const char *open, const char *inner, const char *close,
                                  size_t depth)
{
    cl_cleanup(cl_buf_free) struct cl_buf json = cl_buf(1000000);
    repeat(&json, open, depth);
    repeat(&json, inner, 1);
    repeat(&json, close, depth);
    return cl_json_gate(json.data, json.len);
}

static void depth_is_bounded(void **state)
{
    (void)state;
    assert_int_equal(gate_of_nested("[", "", "]", 8), CL_OK);
    assert_int_equal(gate_of_nested("[", "", "]", 9), CL_BAD_JSON);
    assert_int_equal(gate_of_nested("{\"a\":", "1", "}", 8), CL_OK);
    assert_int_equal(gate_of_nested("{\"a\":", "1", "}", 9), CL_BAD_JSON);
    assert_int_equal(gate_of_nested("[{\"a\":", "1", "}]", 4), CL_OK);
    assert_int_equal(gate_of_nested("[{\"a\":", "[]", "}]", 4), CL_BAD_JSON);
    assert_int_equal(gate_of_nested("[", "", "", 100000), CL_BAD_JSON);
    assert_int_equal(gate_of_nested("[", "", "]", 100000), CL_BAD_JSON);
    /* It is depth, not the number of brackets. */
    assert_int_equal(gate_of_nested("[[],", "1", "]", 7), CL_OK);
}

static enum cl_err gate_of_members(unsigned count)
{
    cl_cleanup(cl_buf_free) struct cl_buf json = cl_buf(100000);
    struct cl_json_writer w = cl_json_writer(&json);
    cl_json_object(&w, NULL);
    for (unsigned i = 0; i < count; i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "m%u", i);
        cl_json_int(&w, name, i);
    }
    cl_json_object_end(&w);
    assert_int_equal(cl_json_end(&w), CL_OK);
    return cl_json_gate(json.data, json.len);
}

static void members_are_bounded(void **state)
{
    (void)state;
    assert_int_equal(gate_of_members(CL_JSON_MEMBERS_MAX), CL_OK);
    assert_int_equal(gate_of_members(CL_JSON_MEMBERS_MAX + 1), CL_BAD_JSON);
    assert_int_equal(gate_of_members(1000), CL_BAD_JSON);
}

static void values_are_bounded(void **state)
{
    (void)state;
    for (unsigned over = 0; over < 3; over++) {
        cl_cleanup(cl_buf_free) struct cl_buf json = cl_buf(1000000);
        repeat(&json, "[1", 1);
        repeat(&json, ",1", CL_JSON_VALUES_MAX - 2 + over); /* the array is a value too */
        repeat(&json, "]", 1);
        assert_int_equal(cl_json_gate(json.data, json.len), over ? CL_BAD_JSON : CL_OK);
    }
}

/* ---- the gate: what it lets through, cJSON reads alike ----------------------------------- */

static uint32_t next_random(uint32_t *x)
{
    *x ^= *x << 13;
    *x ^= *x >> 17;
    *x ^= *x << 5;
    return *x;
}

static size_t mutate(uint8_t *bytes, size_t len, size_t max, uint32_t *x)
{
    static const char alphabet[] =
        "{}[]:,\"\\u0159dDcCeE+-. \n\tabtrufalsn\x7f\x80\xc3\xa9\xed\xf0";
    size_t at = next_random(x) % (len + 1);
    uint8_t byte = (uint8_t)alphabet[next_random(x) % (sizeof alphabet - 1)];
    switch (next_random(x) % 3) {
    case 0:
        if (at < len)
            bytes[at] = byte;
        return len;
    case 1:
        if (at == len)
            return len;
        memmove(bytes + at, bytes + at + 1, len - at - 1);
        return len - 1;
    default:
        if (len == max)
            return len;
        memmove(bytes + at + 1, bytes + at, len - at);
        bytes[at] = byte;
        return len + 1;
    }
}

static void what_passes_is_what_cjson_reads(void **state)
{
    (void)state;
    uint32_t x = 20261121;
    unsigned passed = 0;
    unsigned stopped = 0;
    for (unsigned round = 0; round < 60000; round++) {
        const struct text *seed = &taken[next_random(&x) % (sizeof taken / sizeof *taken)];
        uint8_t bytes[256];
        size_t len = seed->len;
        memcpy(bytes, seed->json, len);
        for (uint32_t n = next_random(&x) % 4; n > 0; n--)
            len = mutate(bytes, len, sizeof bytes, &x);
        cl_cleanup(cl_json_free) struct cl_json *tree = NULL;
        enum cl_err gate = cl_json_gate(bytes, len);
        assert_int_equal(cl_json_parse(bytes, len, &tree), gate);
        assert_int_equal(tree != NULL, gate == CL_OK);
        assert_true(!tree || same_tree(tree, bytes, len));
        *(gate ? &stopped : &passed) += 1;
    }
    assert_true(passed > 10000 && stopped > 10000);
}

/* ---- by the form of the text before: nothing else is found than without ------------------- */

#define LINE                                                                                       \
    "{\"v\":1,\"a\":{\"b\":\"x\\u00e9\",\"c\":null,\"d\":[1,true,{\"e\":\"\"}]},\"f\\u0067\":"     \
    "\"two\",\"h\":[],\"i\":{},"                                                                   \
    "\"j\":-12,\"k\":false}"

static const char *const values[] = {"0",
                                     "-1",
                                     "9007199254740991",
                                     "9007199254740992",
                                     "-0",
                                     "1.5",
                                     "1e3",
                                     "true",
                                     "fals",
                                     "null",
                                     "\"\"",
                                     "\"x\"",
                                     "\"\\u00e9\"",
                                     "\"\\ud800\"",
                                     "\"\xc3\"",
                                     "{}",
                                     "[]",
                                     "{\"x\":1}",
                                     "\"a\",\"z\":1",
                                     "01",
                                     "\"\n\"",
                                     " 1",
                                     "1 ",
                                     "\"unended",
                                     ""};

/* The line with another value in the place of one of its values. */
static size_t with_value(uint8_t *to, uint32_t *x)
{
    static const char *const olds[] = {"1,\"a\"", "\"x\\u00e9\"", "null", "1,true", "true",
                                       "\"\"}",   "\"two\"",      "-12",  "false"};
    static const size_t lens[] = {1, 9, 4, 1, 4, 2, 5, 3, 5};
    const size_t which = next_random(x) % (sizeof olds / sizeof *olds);
    const char *at = strstr(LINE, olds[which]);
    assert_non_null(at);
    const char *value = values[next_random(x) % (sizeof values / sizeof *values)];
    return (size_t)snprintf((char *)to, 512, "%.*s%s%s", (int)(at - LINE), LINE, value,
                            at + lens[which]);
}

struct in_room {
    _Alignas(max_align_t) uint8_t bytes[4][16384];
    struct cl_form form;
    unsigned by_form; /* how many trees have a name of the text before */
};

static void assert_same_with_form(struct in_room *in, unsigned turn, const uint8_t *bytes,
                                  size_t len, size_t room_len)
{
    cl_cleanup(cl_json_free) struct cl_json *alone = NULL;
    const struct cl_json *tree = NULL;
    struct cl_room room = {in->bytes[turn % 4], room_len};
    const enum cl_err expected = cl_json_parse(bytes, len, &alone);
    const enum cl_err err = cl_json_parse_in(bytes, len, &room, &in->form, &tree);
    if (err == CL_TOO_LONG && room_len < sizeof in->bytes[0])
        return;
    assert_int_equal(err, expected);
    assert_true(err || same_tree(tree, bytes, len));
    const char *name =
        err || !tree->first || tree->type != CL_JSON_OBJECT ? NULL : tree->first->name;
    in->by_form += name && ((const uint8_t *)name < in->bytes[turn % 4] ||
                            (const uint8_t *)name >= in->bytes[turn % 4] + 16384);
}

static void a_form_changes_nothing(void **state)
{
    (void)state;
    static struct in_room in;
    static uint8_t lines[4][512];
    uint32_t x = 20261129;
    for (unsigned round = 0; round < 40000; round++) {
        /* As in a block, what the form is of stays: every fourth turn it begins anew. */
        uint8_t *bytes = lines[round % 4];
        if (round % 4 == 0)
            in.form.tree = NULL;
        size_t len = sizeof LINE - 1;
        memcpy(bytes, LINE, len);
        if (next_random(&x) % 3)
            len = with_value(bytes, &x);
        for (uint32_t n = next_random(&x) % 8; n > 6; n--)
            len = mutate(bytes, len, sizeof lines[0], &x);
        const size_t room_len = next_random(&x) % 9 ? sizeof in.bytes[0] : next_random(&x) % 1500;
        assert_same_with_form(&in, round, bytes, len, room_len);
    }
    assert_true(in.by_form > 5000);
}

/* ---- the reader -------------------------------------------------------------------------- */

static const char *const colours[] = {"red", "green", "blue", NULL};

static void read_str(struct cl_reader *r)
{
    assert_true(strlen(cl_read_str(r, "x", 5)) <= 5);
}

static void read_str_or_null(struct cl_reader *r)
{
    (void)cl_read_str_or_null(r, "x", 5);
}

static void read_enum(struct cl_reader *r)
{
    assert_in_range(cl_read_enum(r, "x", colours), 0, 2);
}

static void read_enum_or_null(struct cl_reader *r)
{
    assert_in_range(cl_read_enum_or_null(r, "x", colours) + 1, 0, 3);
}

static void read_int(struct cl_reader *r)
{
    int64_t value = cl_read_int(r, "x", -5, CL_INT_MAX);
    assert_true(value >= -5);
}

static void read_bool(struct cl_reader *r)
{
    (void)cl_read_bool(r, "x");
}

static void read_tri(struct cl_reader *r)
{
    (void)cl_read_tri(r, "x");
}

static void read_time(struct cl_reader *r)
{
    assert_true(cl_read_time(r, "x") >= 0);
}

static void read_time_or_null(struct cl_reader *r)
{
    assert_true(cl_read_time_or_null(r, "x") >= -1);
}

static void read_object(struct cl_reader *r)
{
    struct cl_reader inner = cl_read_object(r, "x");
    (void)cl_read_int(&inner, "y", 0, 9);
    (void)!cl_read_end(&inner);
}

static void read_object_or_null(struct cl_reader *r)
{
    bool null;
    struct cl_reader inner = cl_read_object_or_null(r, "x", &null);
    (void)cl_read_int(&inner, "y", 0, 9);
    (void)!cl_read_end(&inner);
}

static void read_array(struct cl_reader *r)
{
    size_t count;
    const struct cl_json *array = cl_read_array(r, "x", 2, &count);
    for (size_t i = 0; i < count; i++) {
        struct cl_reader item = cl_read_item(r, array, "x", i);
        (void)cl_read_int(&item, "y", 0, 9);
        (void)!cl_read_end(&item);
    }
}

static void read_nothing(struct cl_reader *r)
{
    assert_false(cl_read_has(r, "nothing"));
}

static const struct {
    void (*read)(struct cl_reader *r);
    const char *json;
    enum cl_err err;
    const char *field;
} readings[] = {
    {read_str, "{\"x\":\"12345\"}", CL_OK, ""},
    {read_str, "{\"x\":\"\xe2\x82\xac\\u00e9\"}", CL_OK, ""},
    {read_str, "{\"x\":\"123456\"}", CL_TOO_LONG, "x"},
    {read_str, "{\"x\":\"\xe2\x82\xac\xe2\x82\xac\"}", CL_TOO_LONG, "x"},
    {read_str, "{\"x\":\"\"}", CL_BAD_VALUE, "x"},
    {read_str, "{\"x\":null}", CL_WRONG_TYPE, "x"},
    {read_str, "{\"x\":5}", CL_WRONG_TYPE, "x"},
    {read_str, "{\"X\":\"a\"}", CL_MISSING_MEMBER, "x"},
    {read_str, "{}", CL_MISSING_MEMBER, "x"},
    {read_str, "{\"x\":\"a\",\"X\":\"b\"}", CL_UNKNOWN_MEMBER, "X"},
    {read_str, "{\"y\":1,\"x\":\"a\"}", CL_UNKNOWN_MEMBER, "y"},
    {read_str, "[]", CL_WRONG_TYPE, ""},
    {read_str, "\"x\"", CL_WRONG_TYPE, ""},
    {read_str, "null", CL_WRONG_TYPE, ""},
    {read_str_or_null, "{\"x\":null}", CL_OK, ""},
    {read_str_or_null, "{\"x\":\"a\"}", CL_OK, ""},
    {read_str_or_null, "{\"x\":\"\"}", CL_BAD_VALUE, "x"},
    {read_str_or_null, "{\"x\":\"123456\"}", CL_TOO_LONG, "x"},
    {read_str_or_null, "{\"x\":false}", CL_WRONG_TYPE, "x"},
    {read_str_or_null, "{}", CL_MISSING_MEMBER, "x"},
    {read_enum, "{\"x\":\"blue\"}", CL_OK, ""},
    {read_enum, "{\"x\":\"Blue\"}", CL_BAD_VALUE, "x"},
    {read_enum, "{\"x\":\"\"}", CL_BAD_VALUE, "x"},
    {read_enum, "{\"x\":2}", CL_WRONG_TYPE, "x"},
    {read_enum, "{\"x\":null}", CL_WRONG_TYPE, "x"},
    {read_enum_or_null, "{\"x\":null}", CL_OK, ""},
    {read_enum_or_null, "{\"x\":\"redd\"}", CL_BAD_VALUE, "x"},
    {read_enum_or_null, "{\"x\":[]}", CL_WRONG_TYPE, "x"},
    {read_int, "{\"x\":-5}", CL_OK, ""},
    {read_int, "{\"x\":9007199254740991}", CL_OK, ""},
    {read_int, "{\"x\":-6}", CL_BAD_VALUE, "x"},
    {read_int, "{\"x\":\"1\"}", CL_WRONG_TYPE, "x"},
    {read_int, "{\"x\":true}", CL_WRONG_TYPE, "x"},
    {read_bool, "{\"x\":false}", CL_OK, ""},
    {read_bool, "{\"x\":null}", CL_WRONG_TYPE, "x"},
    {read_bool, "{\"x\":0}", CL_WRONG_TYPE, "x"},
    {read_bool, "{\"x\":\"true\"}", CL_WRONG_TYPE, "x"},
    {read_tri, "{\"x\":null}", CL_OK, ""},
    {read_tri, "{\"x\":true}", CL_OK, ""},
    {read_tri, "{\"x\":-1}", CL_WRONG_TYPE, "x"},
    {read_tri, "{}", CL_MISSING_MEMBER, "x"},
    {read_time, "{\"x\":\"2026-11-21T18:00:00.123Z\"}", CL_OK, ""},
    {read_time, "{\"x\":\"1970-01-01T00:00:00.000Z\"}", CL_OK, ""},
    {read_time, "{\"x\":\"1969-12-31T23:59:59.999Z\"}", CL_BAD_VALUE, "x"},
    {read_time, "{\"x\":\"2026-11-21T18:00:00Z\"}", CL_BAD_VALUE, "x"},
    {read_time, "{\"x\":1795284000123}", CL_WRONG_TYPE, "x"},
    {read_time, "{\"x\":null}", CL_WRONG_TYPE, "x"},
    {read_time_or_null, "{\"x\":null}", CL_OK, ""},
    {read_time_or_null, "{\"x\":\"1969-12-31T23:59:59.999Z\"}", CL_BAD_VALUE, "x"},
    {read_time_or_null, "{\"x\":{}}", CL_WRONG_TYPE, "x"},
    {read_object, "{\"x\":{\"y\":1}}", CL_OK, ""},
    {read_object, "{\"x\":{\"y\":10}}", CL_BAD_VALUE, "x.y"},
    {read_object, "{\"x\":{}}", CL_MISSING_MEMBER, "x.y"},
    {read_object, "{\"x\":{\"y\":1,\"z\":2}}", CL_UNKNOWN_MEMBER, "x.z"},
    {read_object, "{\"x\":[]}", CL_WRONG_TYPE, "x"},
    {read_object, "{\"x\":null}", CL_WRONG_TYPE, "x"},
    {read_object, "{}", CL_MISSING_MEMBER, "x"},
    {read_object_or_null, "{\"x\":null}", CL_OK, ""},
    {read_object_or_null, "{\"x\":{\"y\":\"a\"}}", CL_WRONG_TYPE, "x.y"},
    {read_object_or_null, "{\"x\":0}", CL_WRONG_TYPE, "x"},
    {read_array, "{\"x\":[]}", CL_OK, ""},
    {read_array, "{\"x\":[{\"y\":1},{\"y\":2}]}", CL_OK, ""},
    {read_array, "{\"x\":[{\"y\":1},{\"y\":2},{\"y\":3}]}", CL_TOO_LONG, "x"},
    {read_array, "{\"x\":[{\"y\":1},{\"y\":-2}]}", CL_BAD_VALUE, "x[1].y"},
    {read_array, "{\"x\":[{\"y\":1},{}]}", CL_MISSING_MEMBER, "x[1].y"},
    {read_array, "{\"x\":[{\"y\":1,\"w\":0}]}", CL_UNKNOWN_MEMBER, "x[0].w"},
    {read_array, "{\"x\":[{\"y\":1},7]}", CL_WRONG_TYPE, "x[1]"},
    {read_array, "{\"x\":{}}", CL_WRONG_TYPE, "x"},
    {read_nothing, "{}", CL_OK, ""},
    {read_nothing, "{\"\":1}", CL_UNKNOWN_MEMBER, ""},
};

static struct cl_json *parsed(const char *json)
{
    struct cl_json *tree = NULL;
    assert_int_equal(cl_json_parse((const uint8_t *)json, strlen(json), &tree), CL_OK);
    return tree;
}

static void readers_name_what_is_wrong(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof readings / sizeof *readings; i++) {
        cl_cleanup(cl_json_free) struct cl_json *tree = parsed(readings[i].json);
        struct cl_fault fault = {0};
        struct cl_reader r = cl_reader(tree, "", &fault);
        readings[i].read(&r);
        enum cl_err err = cl_read_end(&r);
        if (err != readings[i].err || strcmp(fault.field, readings[i].field) != 0)
            fail_msg("%s: %s at \"%s\"", readings[i].json, cl_err_code(err), fault.field);
        assert_int_equal(fault.err, err);
    }
}

static void reads_what_is_there(void **state)
{
    (void)state;
    cl_cleanup(cl_json_free) struct cl_json *tree =
        parsed("{\"s\":\"a\\u00e9\\ud83d\\ude00\",\"e\":\"green\",\"i\":-42,\"b\":true,\"t\":null,"
               "\"at\":\"2026-11-21T18:00:00.123Z\",\"o\":{\"n\":null},\"l\":[{},{}]}");
    struct cl_fault fault = {0};
    struct cl_reader r = cl_reader(tree, "", &fault);
    bool null = true;
    size_t count = 9;
    assert_string_equal(cl_read_str(&r, "s", 7), "a\xc3\xa9\xf0\x9f\x98\x80");
    assert_int_equal(cl_read_enum(&r, "e", colours), 1);
    assert_int_equal(cl_read_int(&r, "i", -42, -42), -42);
    assert_true(cl_read_bool(&r, "b"));
    assert_int_equal(cl_read_tri(&r, "t"), CL_NULL);
    assert_int_equal(cl_read_time(&r, "at"), 1795284000123);
    struct cl_reader o = cl_read_object_or_null(&r, "o", &null);
    assert_false(null);
    assert_true(cl_read_has(&o, "n"));
    assert_false(cl_read_has(&o, "N"));
    assert_int_equal(cl_read_end(&o), CL_UNKNOWN_MEMBER); /* has does not ask */
    fault = (struct cl_fault){0};
    assert_null(cl_read_str_or_null(&o, "n", 1));
    assert_int_equal(cl_read_end(&o), CL_OK);
    assert_non_null(cl_read_array(&r, "l", 2, &count));
    assert_int_equal(count, 2);
    assert_int_equal(cl_read_end(&r), CL_OK);
}

/* Nothing after the first fault changes it, and every value is harmless. */
static void the_first_fault_stays(void **state)
{
    (void)state;
    cl_cleanup(cl_json_free) struct cl_json *tree =
        parsed("{\"a\":1,\"s\":\"text\",\"l\":[{\"y\":1}],\"o\":{\"y\":1},\"b\":true,\"i\":7}");
    struct cl_fault fault = {0};
    struct cl_reader r = cl_reader(tree, "outer.", &fault);
    bool null = true;
    size_t count = 9;
    assert_string_equal(cl_read_str(&r, "a", 9), "");
    assert_string_equal(cl_read_str(&r, "s", 9), "");
    assert_null(cl_read_str_or_null(&r, "s", 9));
    assert_int_equal(cl_read_int(&r, "i", 0, 9), 0);
    assert_false(cl_read_bool(&r, "b"));
    assert_int_equal(cl_read_tri(&r, "b"), CL_NULL);
    assert_int_equal(cl_read_time(&r, "s"), 0);
    assert_int_equal(cl_read_time_or_null(&r, "s"), -1);
    assert_int_equal(cl_read_enum(&r, "s", colours), 0);
    assert_int_equal(cl_read_enum_or_null(&r, "s", colours), -1);
    assert_null(cl_read_array(&r, "l", 9, &count));
    assert_int_equal(count, 0);
    assert_false(cl_read_has(&r, "s"));
    struct cl_reader item = cl_read_item(&r, NULL, "l", 0);
    struct cl_reader o = cl_read_object_or_null(&r, "o", &null);
    assert_int_equal(cl_read_int(&item, "y", 0, 9), 0);
    assert_int_equal(cl_read_int(&o, "y", 0, 9), 0);
    assert_false(null);
    cl_read_fail(&r, "later", CL_CONTRADICTION);
    assert_int_equal(cl_read_end(&o), CL_WRONG_TYPE);
    assert_int_equal(cl_read_end(&r), CL_WRONG_TYPE);
    assert_string_equal(fault.field, "outer.a");
}

static void faults_of_our_own(void **state)
{
    (void)state;
    cl_cleanup(cl_json_free) struct cl_json *tree = parsed("{\"control\":{\"checked\":true}}");
    struct cl_fault fault = {0};
    struct cl_reader r = cl_reader(tree, "observations[2].", &fault);
    struct cl_reader control = cl_read_object(&r, "control");
    assert_true(cl_read_bool(&control, "checked"));
    cl_read_fail(&control, "checked", CL_CONTRADICTION);
    assert_int_equal(cl_read_end(&r), CL_CONTRADICTION);
    assert_string_equal(fault.field, "observations[2].control.checked");
}

static size_t utf8_tail(const char *text)
{
    size_t n = strlen(text);
    size_t tail = 0;
    while (tail < n && ((uint8_t)text[n - 1 - tail] & 0xC0) == 0x80)
        tail++;
    return tail;
}

/* The name of an unknown member is the peer's, and goes back to it as JSON. */
static void long_field_names_are_cut_between_characters(void **state)
{
    (void)state;
    for (unsigned pad = 0; pad < 4; pad++) {
        cl_cleanup(cl_buf_free) struct cl_buf json = cl_buf(1000);
        struct cl_fault fault = {0};
        struct cl_json *tree = NULL;
        repeat(&json, "{\"", 1);
        repeat(&json, "x", pad);
        repeat(&json, "\xf0\x9f\x98\x80", 40);
        repeat(&json, "\":1}", 1);
        assert_int_equal(cl_json_parse(json.data, json.len, &tree), CL_OK);
        struct cl_reader r = cl_reader(tree, "", &fault);
        assert_int_equal(cl_read_end(&r), CL_UNKNOWN_MEMBER);
        assert_in_range(strlen(fault.field), sizeof fault.field - 5, sizeof fault.field - 1);
        assert_int_equal(utf8_tail(fault.field), 3);
        cl_json_free(&tree);
    }
}

/* ---- the writer -------------------------------------------------------------------------- */

static void assert_written(const struct cl_buf *buf, const char *expected)
{
    assert_int_equal(buf->len, strlen(expected));
    assert_memory_equal(buf->data, expected, buf->len);
    assert_int_equal(cl_json_gate(buf->data, buf->len), CL_OK);
}

static void writes_one_spelling(void **state)
{
    (void)state;
    cl_cleanup(cl_buf_free) struct cl_buf buf = cl_buf(1000);
    struct cl_json_writer w = cl_json_writer(&buf);
    cl_json_object(&w, NULL);
    cl_json_int(&w, "min", -CL_INT_MAX);
    cl_json_int(&w, "zero", 0);
    cl_json_bool(&w, "yes", true);
    cl_json_tri(&w, "no", CL_FALSE);
    cl_json_tri(&w, "unsaid", CL_NULL);
    cl_json_str(&w, "none", NULL);
    cl_json_str(&w, "empty", "");
    cl_json_time(&w, "at", 1795284000123);
    cl_json_time(&w, "never", -1);
    cl_json_hex(&w, "hex", "\x00\xab\xff", 3);
    cl_json_base64(&w, "base64", "\xfb\xff", 2);
    cl_json_base64(&w, "nothing", NULL, 0);
    cl_json_raw(&w, "raw", "{\"a\":[1]}", 9);
    cl_json_array(&w, "list");
    cl_json_int(&w, NULL, 1);
    cl_json_object(&w, NULL);
    cl_json_object_end(&w);
    cl_json_array(&w, NULL);
    cl_json_array_end(&w);
    cl_json_str(&w, NULL, "x");
    cl_json_array_end(&w);
    cl_json_bool(&w, "last", false);
    cl_json_object_end(&w);
    assert_int_equal(cl_json_end(&w), CL_OK);
    assert_written(&buf, "{\"min\":-9007199254740991,\"zero\":0,\"yes\":true,\"no\":false,"
                         "\"unsaid\":null,\"none\":null,\"empty\":\"\","
                         "\"at\":\"2026-11-21T18:00:00.123Z\",\"never\":null,\"hex\":\"00abff\","
                         "\"base64\":\"+/8=\",\"nothing\":\"\",\"raw\":{\"a\":[1]},"
                         "\"list\":[1,{},[],\"x\"],\"last\":false}");
}

static void escapes_what_must_be(void **state)
{
    (void)state;
    cl_cleanup(cl_buf_free) struct cl_buf buf = cl_buf(1000);
    struct cl_json_writer w = cl_json_writer(&buf);
    cl_json_str(&w, NULL, "\"\\/\b\f\n\r\t\x01\x0b\x1f\x7f<\xc3\xa9\xe2\x80\xa8\xf0\x9f\x98\x80");
    assert_int_equal(cl_json_end(&w), CL_OK);
    assert_written(&buf, "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u000b\\u001f\x7f<\xc3\xa9\xe2\x80\xa8"
                         "\xf0\x9f\x98\x80\"");
}

/* Every character a string can hold comes back as it went. */
static void what_is_written_is_read_back(void **state)
{
    (void)state;
    char all[256 + 1] = "";
    size_t n = 0;
    for (int c = 1; c < 128; c++)
        all[n++] = (char)c;
    memcpy(all + n, "\xc2\x80\xdf\xbf\xef\xbf\xbf\xf4\x8f\xbf\xbf", 12);
    cl_cleanup(cl_buf_free) struct cl_buf buf = cl_buf(1000);
    cl_cleanup(cl_json_free) struct cl_json *tree = NULL;
    struct cl_json_writer w = cl_json_writer(&buf);
    struct cl_fault fault = {0};
    cl_json_object(&w, NULL);
    cl_json_str(&w, "s", all);
    cl_json_object_end(&w);
    assert_int_equal(cl_json_end(&w), CL_OK);
    assert_int_equal(cl_json_parse(buf.data, buf.len, &tree), CL_OK);
    struct cl_reader r = cl_reader(tree, "", &fault);
    assert_string_equal(cl_read_str(&r, "s", 1000), all);
    assert_int_equal(cl_read_end(&r), CL_OK);
}

static void a_full_buffer_is_told_at_the_end(void **state)
{
    (void)state;
    for (size_t max = 0; max < 41; max++) {
        cl_cleanup(cl_buf_free) struct cl_buf buf = cl_buf(max);
        struct cl_json_writer w = cl_json_writer(&buf);
        cl_json_object(&w, NULL);
        cl_json_str(&w, "a", "text\n");
        cl_json_hex(&w, "b", "\x01\x02", 2);
        cl_json_base64(&w, "c", "\x01\x02", 2);
        cl_json_object_end(&w);
        assert_int_equal(cl_json_end(&w), max < 36 ? CL_TOO_LONG : CL_OK);
        assert_true(buf.len <= max);
    }
}

static void what_is_left_open_is_told(void **state)
{
    (void)state;
    cl_cleanup(cl_buf_free) struct cl_buf buf = cl_buf(100);
    struct cl_json_writer w = cl_json_writer(&buf);
    cl_json_object(&w, NULL);
    assert_int_equal(cl_json_end(&w), CL_BAD_JSON);
    w = cl_json_writer(&buf);
    cl_json_object_end(&w);
    assert_int_equal(cl_json_end(&w), CL_BAD_JSON);
}

/* ---- all of them ------------------------------------------------------------------------- */

#define COUNT(a) (sizeof a / sizeof *(a))

static size_t add_texts(struct CMUnitTest *tests, CMUnitTestFunction run, const struct text *texts,
                        size_t count)
{
    for (size_t i = 0; i < count; i++) {
        /* cmocka hands the state on and does not write to it */
        union {
            const void *in;
            void *out;
        } state = {.in = &texts[i]};
        tests[i] = (struct CMUnitTest){texts[i].name, run, NULL, NULL, state.out};
    }
    return count;
}

static void visible(void **state)
{
    static const struct {
        const char *json, *shown;
    } rows[] = {
        {"{}", "{}"},
        {"\"caf\xc3\xa9 \xf0\x9f\x94\x92\"", "\"caf\xc3\xa9 \xf0\x9f\x94\x92\""},
        {"\"a\xe2\x80\xae"
         "b\"",
         "\"a\\u202eb\""},
        {"\"\x7f\xc2\x85\"", "\"\\u007f\\u0085\""},
        {"\"\xf3\xa0\x81\x81\"", "\"\\udb40\\udc41\""},
        {"\"a\xff\xed\xa0\x80z\"", "\"a\\ufffd\\ufffd\\ufffd\\ufffdz\""},
        {"\"\xe2\x82\"", "\"\\ufffd\\ufffd\""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cl_cleanup(cl_buf_free) struct cl_buf to = cl_buf(256);
        const struct cl_span json = {(const uint8_t *)rows[i].json, strlen(rows[i].json)};
        assert_int_equal(cl_json_visible(json, &to), CL_OK);
        assert_int_equal(to.len, strlen(rows[i].shown));
        assert_memory_equal(to.data, rows[i].shown, to.len);
        assert_int_equal(cl_json_gate(to.data, to.len), CL_OK);
    }
}

int main(void)
{
    const struct CMUnitTest others[] = {
        cmocka_unit_test(published_suite),
        cmocka_unit_test(depth_is_bounded),
        cmocka_unit_test(members_are_bounded),
        cmocka_unit_test(values_are_bounded),
        cmocka_unit_test(what_passes_is_what_cjson_reads),
        cmocka_unit_test(a_form_changes_nothing),
        cmocka_unit_test(readers_name_what_is_wrong),
        cmocka_unit_test(reads_what_is_there),
        cmocka_unit_test(the_first_fault_stays),
        cmocka_unit_test(faults_of_our_own),
        cmocka_unit_test(long_field_names_are_cut_between_characters),
        cmocka_unit_test(writes_one_spelling),
        cmocka_unit_test(escapes_what_must_be),
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(a_full_buffer_is_told_at_the_end),
        cmocka_unit_test(what_is_left_open_is_told),
        cmocka_unit_test(visible),
    };
    struct CMUnitTest tests[COUNT(refused) + COUNT(taken) + COUNT(others)];
    size_t n = add_texts(tests, gate_refuses, refused, COUNT(refused));
    n += add_texts(tests + n, gate_takes, taken, COUNT(taken));
    memcpy(tests + n, others, sizeof others);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
