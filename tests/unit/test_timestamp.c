#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/encoding.h"
#include "base/limits.h"
#include "crypto/crypto.h"
#include "crypto/timestamp_internal.h"

#include <stdio.h>
#include <string.h>

/* The golden files are openssl's (tests/evidence/tsa.sh golden). */
#define DIR CL_VECTORS "/evidence/timestamp/"

static struct cl_buf slurp(const char *name)
{
    char path[512];
    uint8_t bytes[8192];
    struct cl_buf buf = cl_buf(sizeof bytes);
    (void)snprintf(path, sizeof path, "%s%s", DIR, name);
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    size_t n = fread(bytes, 1, sizeof bytes, f);
    (void)fclose(f);
    assert_int_equal(cl_buf_put(&buf, bytes, n), CL_OK);
    return buf;
}

static struct cl_span span(const struct cl_buf *buf)
{
    return (struct cl_span){buf->data, buf->len};
}

static enum cl_err check(const char *file, const char *query, const char *reply, const char *roots,
                         struct cl_timestamp *ret)
{
    cl_cleanup(cl_buf_free) struct cl_buf f = slurp(file), q = slurp(query), r = slurp(reply),
                                          ca = slurp(roots);
    const struct cl_stamped stamped = {.file = span(&f), .query = span(&q), .reply = span(&r)};
    return cl_timestamp_check(&stamped, span(&ca), ret);
}

static void good_answers(void **state)
{
    (void)state;
    struct cl_timestamp got;
    uint8_t hash[CL_HASH];
    /* a program that hashes first must not find digests without numbers later */
    assert_int_equal(cl_sha256("", 0, hash), CL_OK);
    assert_int_equal(check("file", "query.tsq", "good.tsr", "root.pem", &got), CL_OK);
    assert_int_equal(got.trust, CL_OK);
    assert_string_equal(got.authority, "O=Test,CN=Good Time");
    assert_int_equal(got.accuracy_ms, 1501);
    assert_true(got.time_ms > 1700000000000 && got.time_ms % 1000 == 0);

    assert_int_equal(check("file", "query.tsq", "second.tsr", "other-root.pem", &got), CL_OK);
    assert_int_equal(got.trust, CL_OK);
    assert_string_equal(got.authority, "O=Test,CN=Second Time");
    assert_true(got.time_ms % 1000 != 0); /* this one gives fractions of a second */
}

/* A token may carry certificates of whomever; the name is the signer's. */
static void named_from_the_signer(void **state)
{
    (void)state;
    struct cl_timestamp got;
    cl_cleanup(cl_buf_free) struct cl_buf reply = slurp("chatty.tsr"), chain = cl_buf(65536);
    assert_int_equal(check("file", "query.tsq", "chatty.tsr", "root.pem", &got), CL_OK);
    assert_string_equal(got.authority, "O=Test,CN=Good Time");
    assert_int_equal(cl_timestamp_chain(span(&reply), &chain), CL_OK);
    unsigned count = 0;
    assert_int_equal(cl_buf_put(&chain, "", 1), CL_OK);
    for (const char *p = (char *)chain.data; (p = strstr(p, "BEGIN CERT")); p++)
        count++;
    assert_int_equal(count, 3);
}

/* The signature fits, and the caller is told that nobody vouches. */
static void without_trust(void **state)
{
    (void)state;
    struct cl_timestamp got;
    assert_int_equal(check("file", "query.tsq", "good.tsr", "other-root.pem", &got), CL_OK);
    assert_int_equal(got.trust, CL_TSA_UNTRUSTED);
    assert_int_equal(check("file", "query.tsq", "bad/expired.tsr", "root.pem", &got), CL_OK);
    assert_int_equal(got.trust, CL_TSA_EXPIRED);
    assert_string_equal(got.authority, "O=Test,CN=Expired Time");
}

static void refusals(void **state)
{
    (void)state;
    static const struct {
        const char *file, *query, *reply;
        enum cl_err err;
    } cases[] = {
        {"file", "query.tsq", "bad/other-nonce.tsr", CL_TSA_REPLAYED},
        {"file", "query.tsq", "bad/no-nonce.tsr", CL_TSA_REPLAYED},
        {"file", "bad/no-nonce.tsq", "bad/no-nonce.tsr", CL_MALFORMED},
        {"file", "query.tsq", "bad/other-bytes.tsr", CL_TSA_OTHER},
        {"file", "bad/other-bytes.tsq", "bad/other-bytes.tsr", CL_TSA_OTHER},
        {"root.pem", "query.tsq", "good.tsr", CL_TSA_OTHER},
        {"file", "query.tsq", "bad/refused.tsr", CL_TSA_REFUSED},
        {"file", "query.tsq", "bad/purpose-not-critical.tsr", CL_TSA_SIGNATURE},
        {"file", "query.tsq", "bad/purpose-web-server.tsr", CL_TSA_SIGNATURE},
        {"file", "query.tsq", "query.tsq", CL_TSA_MALFORMED},
        {"file", "query.tsq", "file", CL_TSA_MALFORMED},
        {"file", "good.tsr", "good.tsr", CL_MALFORMED},
        {"file", "file", "good.tsr", CL_MALFORMED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct cl_timestamp got;
        print_message("%s\n", cases[i].reply);
        assert_int_equal(check(cases[i].file, cases[i].query, cases[i].reply, "root.pem", &got),
                         cases[i].err);
    }
}

/* No changed, cut or lengthened answer keeps its name, time and trust. Some bytes may change
 * without harm: those of certificates and attributes that nobody reads, and those that only reword
 * the same status. */
static void every_byte_matters(void **state)
{
    (void)state;
    cl_cleanup(cl_buf_free) struct cl_buf f = slurp("file"), q = slurp("query.tsq"),
                                          r = slurp("good.tsr"), ca = slurp("root.pem");
    struct cl_stamped stamped = {.file = span(&f), .query = span(&q), .reply = span(&r)};
    struct cl_timestamp good, got;
    size_t harmless = 0;
    assert_int_equal(cl_timestamp_check(&stamped, span(&ca), &good), CL_OK);
    for (size_t i = 0; i < r.len; i++) {
        r.data[i] ^= 0x01;
        if (cl_timestamp_check(&stamped, span(&ca), &got) == CL_OK && got.trust == CL_OK) {
            assert_int_equal(got.time_ms, good.time_ms);
            assert_string_equal(got.authority, good.authority);
            harmless++;
        }
        r.data[i] ^= 0x01;
        stamped.reply.len = i;
        assert_int_not_equal(cl_timestamp_check(&stamped, span(&ca), &got), CL_OK);
        stamped.reply.len = r.len;
    }
    assert_true(harmless < r.len / 2);
    for (size_t i = 0; i < q.len; i++) {
        q.data[i] ^= 0x01;
        (void)(cl_timestamp_check(&stamped, span(&ca), &got) == CL_OK);
        q.data[i] ^= 0x01;
    }
    assert_int_equal(cl_buf_put(&r, "", 1), CL_OK);
    stamped.reply = span(&r);
    assert_int_equal(cl_timestamp_check(&stamped, span(&ca), &got), CL_TSA_MALFORMED);
}

static void queries(void **state)
{
    (void)state;
    cl_cleanup(cl_buf_free) struct cl_buf f = slurp("file"), a = cl_buf(256), b = cl_buf(256),
                                          like = slurp("query.tsq"), reply = slurp("good.tsr");
    assert_int_equal(cl_timestamp_query(span(&f), &a), CL_OK);
    assert_int_equal(cl_timestamp_query(span(&f), &b), CL_OK);
    assert_int_equal(a.len, b.len);
    assert_memory_not_equal(a.data, b.data, a.len);
    assert_true(a.len == like.len ||
                a.len == like.len - 1); /* openssl's nonce may need a ninth byte */
    const struct cl_stamped stamped = {.file = span(&f), .query = span(&a), .reply = span(&reply)};
    struct cl_timestamp got;
    assert_int_equal(cl_timestamp_check(&stamped, (struct cl_span){0}, &got), CL_TSA_REPLAYED);
}

/* ---- how it is spelled ----------------------------------------------------------------------- */

struct spelling {
    const char *bytes;
    size_t len;
    bool fits;
};
#define GOOD(text)                                                                                 \
    {                                                                                              \
        text, sizeof(text) - 1, true                                                               \
    }
#define BAD(text)                                                                                  \
    {                                                                                              \
        text, sizeof(text) - 1, false                                                              \
    }

static void judge(const struct spelling *table, size_t count, bool (*is_so)(struct cl_span))
{
    for (size_t i = 0; i < count; i++)
        if (is_so((struct cl_span){(const uint8_t *)table[i].bytes, table[i].len}) != table[i].fits)
            fail_msg("line %zu", i);
}

/* Whatever it is for, inside what is signed or not. */
static void contents_of_plain_elements(void **state)
{
    (void)state;
    static const struct spelling table[] = {
        BAD(""),
        BAD("\x00\x00"),
        BAD("\x20\x00"),
        GOOD("\x01\x01\xff"),
        BAD("\x01\x00"),
        BAD("\x01\x02\x00\x00"),
        GOOD("\x02\x01\x00"),
        GOOD("\x02\x02\x00\x80"),
        GOOD("\x02\x02\xff\x7f"),
        BAD("\x02\x00"),
        BAD("\x02\x02\x00\x7f"),
        BAD("\x02\x02\xff\x80"),
        BAD("\x0a\x02\x00\x01"),
        GOOD("\x03\x01\x00"),
        GOOD("\x03\x02\x07\x80"),
        BAD("\x03\x00"),
        BAD("\x03\x01\x01"),
        BAD("\x03\x02\x08\x80"),
        GOOD("\x04\x00"),
        BAD("\x24\x00"),
        BAD("\x24\x02\x04\x00"),
        GOOD("\x05\x00"),
        BAD("\x05\x01\x00"),
        BAD("\x05\x81\x00"),
        GOOD("\x06\x01\x2a"),
        GOOD("\x06\x03\x2a\x81\x00"),
        BAD("\x06\x00"),
        BAD("\x06\x02\x2a\x81"),
        BAD("\x06\x02\x80\x01"),
        BAD("\x06\x03\x2a\x80\x01"),
        BAD("\x10\x00"),
        BAD("\x11\x00"),
        GOOD("\x30\x00"),
        GOOD("\x31\x00"),
        GOOD("\x17\x0d"
             "260101000000Z"),
        BAD("\x17\x0b"
            "2601010000Z"),
        BAD("\x17\x0d"
            "2601010000000"),
        BAD("\x17\x0d"
            "2601010000.0Z"),
        BAD("\x17\x0f"
            "260101000000.5Z"),
        GOOD("\x18\x0f"
             "20260101000000Z"),
        GOOD("\x18\x11"
             "20260101000000.5Z"),
        GOOD("\x18\x20"
             "20260101000000.1234567890123456Z"),
        BAD("\x18\x21"
            "20260101000000.12345678901234567Z"),
        BAD("\x18\x0d"
            "202601010000Z"),
        BAD("\x18\x10"
            "20260101000000.Z"),
        BAD("\x18\x11"
            "20260101000000,5Z"),
        BAD("\x18\x11"
            "20260101000000.aZ"),
        BAD("\x18\x0f"
            "202601010000+0Z"),
        BAD("\x18\x13"
            "20260101000000+0100"),
        GOOD("\x1e\x02"
             "ab"),
        BAD("\x1e\x01"
            "a"),
        GOOD("\x1c\x04"
             "abcd"),
        BAD("\x1c\x02"
            "ab"),
        BAD("\x1f\x01\x00"),
        BAD("\x04\x01"),
        BAD("\x04"),
        BAD("\x04\x81"),
        BAD("\x04\x85\x00\x00\x00\x00\x00"),
        BAD("\x04\x84\xff\xff\xff\xff"),
        BAD("\x04\x80\x00\x00"),
        BAD("\x30\x80"),
        BAD("\x30\x80\x00"),
        BAD("\x30\x02\x04\x01"),
    };
    judge(table, sizeof table / sizeof *table, cl_timestamp_is_der);
    judge(table, sizeof table / sizeof *table, cl_timestamp_signed_is_der);
}

/* What nobody signed may have its lengths as BER has them; and levels are those of an answer. */
static void spelled_as_der_where_signed(void **state)
{
    (void)state;
    static const struct spelling both[] = {
        GOOD("\x80\x01\x30"),
        GOOD("\x80\x02\x30\x01"),
        GOOD("\x80\x02\x32\x00"),
        GOOD("\x80\x03\x30\x80\x00"),
    };
    static const struct spelling apart[] = {
        BAD("\x04\x81\x01\x00"), BAD("\x04\x82\x00\x01\x00"), BAD("\x30\x80\x00\x00"),
        BAD("\x80\x02\x30\x00"), BAD("\x80\x02\x31\x00"),
    };
    static const struct spelling deep[] = {
        GOOD("\x30\x0a\x30\x08\x30\x06\x30\x04\x80\x02\x01\x00"),
        GOOD("\x30\x11\x30\x0f\x30\x0d\x30\x0b\x31\x09\x30\x07\x02\x01\x00\xa0\x02\x05\x00"),
        GOOD("\x30\x0c\x30\x0a\x30\x08\x30\x06\x30\x04\xa0\x02\x05\x00"),
    };
    judge(both, sizeof both / sizeof *both, cl_timestamp_is_der);
    judge(both, sizeof both / sizeof *both, cl_timestamp_signed_is_der);
    judge(apart, sizeof apart / sizeof *apart, cl_timestamp_signed_is_der);
    for (size_t i = 0; i < sizeof apart / sizeof *apart; i++)
        assert_true(
            cl_timestamp_is_der((struct cl_span){(const uint8_t *)apart[i].bytes, apart[i].len}));
    judge(deep, sizeof deep / sizeof *deep, cl_timestamp_signed_is_der);
}

/* In one byte or two, with none to spare. */
static void lengths_beyond_a_byte(void **state)
{
    (void)state;
    uint8_t bytes[4 + 128] = {0x04, 0x82, 0x00, 0x80};
    assert_true(cl_timestamp_is_der((struct cl_span){bytes, sizeof bytes}));
    assert_false(cl_timestamp_signed_is_der((struct cl_span){bytes, sizeof bytes}));
    bytes[1] = 0x81;
    bytes[2] = 0x80;
    assert_true(cl_timestamp_signed_is_der((struct cl_span){bytes, sizeof bytes - 1}));
}

/* Elements of which each holds the next: no program's stack is theirs. */
static void as_deep_as_it_may_be(void **state)
{
    (void)state;
    uint8_t bytes[2 * 33];
    for (size_t i = 0; i < 33; i++) {
        bytes[2 * i] = 0x31;
        bytes[2 * i + 1] = (uint8_t)(sizeof bytes - 2 - 2 * i);
    }
    assert_false(cl_timestamp_signed_is_der((struct cl_span){bytes, sizeof bytes}));
    assert_false(cl_timestamp_is_der((struct cl_span){bytes, sizeof bytes}));
    for (size_t i = 0; i < 32; i++)
        bytes[2 * i + 1] = (uint8_t)(bytes[2 * i + 1] - 2);
    assert_true(cl_timestamp_signed_is_der((struct cl_span){bytes, sizeof bytes - 2}));
    assert_true(cl_timestamp_is_der((struct cl_span){bytes, sizeof bytes - 2}));
}

/* What is below response, token, [0] and signed data. */
static bool is_member_der(struct cl_span member)
{
    uint8_t bytes[64] = {0};
    assert_true(member.len + 8 <= sizeof bytes);
    for (size_t i = 0; i < 4; i++) {
        bytes[2 * i] = 0x30;
        bytes[2 * i + 1] = (uint8_t)(6 - 2 * i + member.len);
    }
    memcpy(bytes + 8, member.data, member.len);
    return cl_timestamp_is_der((struct cl_span){bytes, 8 + member.len});
}

static void members_of_an_answer(void **state)
{
    (void)state;
    static const struct spelling table[] = {
        /* tagged: certificates, lists of revoked ones */
        GOOD("\xa0\x00"),
        GOOD("\xa0\x81\x00"),
        GOOD("\xa0\x80\x00\x00"),
        GOOD("\xa1\x00"),
        BAD("\x80\x00"),
        BAD("\x81\x02\x05\x00"),
        /* in certificates all is signed, in lists nothing is */
        GOOD("\xa0\x04\x30\x02\x05\x00"),
        BAD("\xa0\x05\x30\x81\x02\x05\x00"),
        BAD("\xa0\x06\x30\x80\x05\x00\x00\x00"),
        BAD("\xa0\x06\x30\x04\x80\x02\x30\x00"),
        GOOD("\xa1\x05\x30\x81\x02\x05\x00"),
        GOOD("\xa1\x06\x30\x80\x05\x00\x00\x00"),
        GOOD("\xa0\x04\xa3\x02\x30\x00"),
        GOOD("\xa1\x04\x30\x02\xa0\x00"),
        GOOD("\xa1\x08\x30\x06\xa0\x04\x02\x81\x01\x01"),
        GOOD("\xa1\x04\xa0\x02\x0c\x00"),
        /* what is said, whole or in pieces, and nothing else there */
        GOOD("\x30\x07\x06\x01\x2a\xa0\x02\x04\x00"),
        GOOD("\x30\x0d\x06\x01\x2a\xa0\x80\x24\x80\x04\x00\x00\x00\x00\x00"),
        GOOD("\x30\x0a\x06\x01\x2a\xa0\x05\x24\x03\x04\x01\x00"),
        BAD("\x30\x07\x06\x01\x2a\xa0\x02\x0c\x00"),
        BAD("\x30\x07\x06\x01\x2a\xa0\x02\x30\x00"),
        BAD("\x30\x0a\x06\x01\x2a\xa0\x05\x24\x03\x0c\x01\x00"),
        BAD("\x30\x07\x06\x01\x2a\xa1\x02\x24\x00"),
        /* of a signer: whom it names, and attributes */
        GOOD("\x31\x08\x30\x06\x02\x01\x01\x80\x01\x01"),
        BAD("\x31\x0a\x30\x08\x02\x01\x01\xa0\x03\x02\x01\x01"),
        GOOD("\x31\x08\x30\x06\x30\x00\xa0\x02\x05\x00"),
        GOOD("\x31\x09\x30\x07\x30\x00\xa1\x03\x02\x01\x01"),
        GOOD("\x31\x08\x30\x06\x30\x00\xa0\x02\xa1\x00"),
        BAD("\x31\x06\x30\x04\x30\x00\xa0\x00"),
        BAD("\x31\x06\x30\x04\x30\x00\xa1\x00"),
        BAD("\x31\x0a\x30\x08\x30\x00\xa0\x04\x02\x81\x01\x01"),
        BAD("\x31\x0a\x30\x08\x30\x00\xa1\x04\x02\x81\x01\x01"),
        BAD("\x31\x09\x30\x07\x30\x00\xa0\x81\x02\x05\x00"),
        BAD("\x31\x0a\x30\x08\x30\x00\xa0\x80\x05\x00\x00\x00"),
        BAD("\x31\x0a\x30\x08\x02\x01\x01\x80\x03\x30\x01\x00"),
        GOOD("\x31\x08\x30\x06\x02\x81\x01\x01\x04\x00"),
    };
    judge(table, sizeof table / sizeof *table, is_member_der);
}

/* The certificate of that PEM once more; longer: its first length takes a byte more than it needs.
 */
static void respelled(const struct cl_buf *pem, bool longer, struct cl_buf *to)
{
    static const char begin[] = "-----BEGIN CERTIFICATE-----\n",
                      end[] = "-----END CERTIFICATE-----\n";
    cl_cleanup(cl_buf_free) struct cl_buf digits = cl_buf(8192), der = cl_buf(8192),
                                          again = cl_buf(8192);
    for (size_t i = strlen(begin); i < pem->len - strlen(end); i++)
        if (pem->data[i] != '\n')
            assert_int_equal(cl_buf_put(&digits, pem->data + i, 1), CL_OK);
    assert_int_equal(cl_base64_decode((const char *)digits.data, digits.len, &der), CL_OK);
    assert_int_equal(der.data[1], 0x82); /* of two bytes */
    if (longer) {
        cl_cleanup(cl_buf_free) struct cl_buf other = cl_buf(8192);
        assert_int_equal(cl_buf_put(&other, "\x30\x83\x00", 3), CL_OK);
        assert_int_equal(cl_buf_put(&other, der.data + 2, der.len - 2), CL_OK);
        assert_int_equal(cl_base64_encode(other.data, other.len, &again), CL_OK);
    } else
        assert_int_equal(cl_base64_encode(der.data, der.len, &again), CL_OK);
    assert_int_equal(cl_buf_put_str(to, begin), CL_OK);
    for (size_t i = 0; i < again.len; i += 64) {
        assert_int_equal(cl_buf_put(to, again.data + i, again.len - i < 64 ? again.len - i : 64),
                         CL_OK);
        assert_int_equal(cl_buf_put_str(to, "\n"), CL_OK);
    }
    assert_int_equal(cl_buf_put_str(to, end), CL_OK);
}

/* Beside an answer as in it: another reader would spell it anew before it checks it. */
static void certificates_beside_it(void **state)
{
    (void)state;
    cl_cleanup(cl_buf_free) struct cl_buf f = slurp("file"), q = slurp("query.tsq"),
                                          r = slurp("good.tsr"), ca = slurp("root.pem"),
                                          same = cl_buf(8192), other = cl_buf(8192);
    struct cl_stamped stamped = {.file = span(&f), .query = span(&q), .reply = span(&r)};
    struct cl_timestamp got;
    respelled(&ca, false, &same);
    respelled(&ca, true, &other);
    stamped.chain = span(&same);
    assert_int_equal(cl_timestamp_check(&stamped, span(&ca), &got), CL_OK);
    assert_int_equal(cl_timestamp_check(&stamped, span(&same), &got), CL_OK);
    assert_int_equal(cl_timestamp_check(&stamped, span(&other), &got), CL_MALFORMED);
    stamped.chain = span(&other);
    assert_int_equal(cl_timestamp_check(&stamped, span(&ca), &got), CL_MALFORMED);
    assert_int_equal(cl_buf_put(&same, other.data, other.len), CL_OK);
    stamped.chain = span(&same); /* behind one that can be read */
    assert_int_equal(cl_timestamp_check(&stamped, span(&ca), &got), CL_MALFORMED);
}

/* A query is as its maker spelled it, or is none. */
static void a_query_in_another_spelling(void **state)
{
    (void)state;
    cl_cleanup(cl_buf_free) struct cl_buf f = slurp("file"), q = slurp("query.tsq"),
                                          r = slurp("good.tsr"), ca = slurp("root.pem"),
                                          other = cl_buf(256);
    struct cl_stamped stamped = {.file = span(&f), .query = span(&q), .reply = span(&r)};
    struct cl_timestamp got;
    assert_true(q.data[1] < 0x80);
    const uint8_t head[] = {0x30, 0x81, q.data[1]};
    assert_int_equal(cl_timestamp_check(&stamped, span(&ca), &got), CL_OK);
    assert_int_equal(cl_buf_put(&other, head, sizeof head), CL_OK);
    assert_int_equal(cl_buf_put(&other, q.data + 2, q.len - 2), CL_OK);
    stamped.query = span(&other);
    assert_int_equal(cl_timestamp_check(&stamped, span(&ca), &got), CL_MALFORMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(good_answers),
                                       cmocka_unit_test(named_from_the_signer),
                                       cmocka_unit_test(without_trust),
                                       cmocka_unit_test(refusals),
                                       cmocka_unit_test(every_byte_matters),
                                       cmocka_unit_test(queries),
                                       cmocka_unit_test(contents_of_plain_elements),
                                       cmocka_unit_test(spelled_as_der_where_signed),
                                       cmocka_unit_test(as_deep_as_it_may_be),
                                       cmocka_unit_test(lengths_beyond_a_byte),
                                       cmocka_unit_test(members_of_an_answer),
                                       cmocka_unit_test(certificates_beside_it),
                                       cmocka_unit_test(a_query_in_another_spelling)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
