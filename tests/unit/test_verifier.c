#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "package.h"
#include "package/verifier.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ROOM (4u * 1024 * 1024)

static struct package_log log_of_6;

struct seen {
    char check[32], file[200], what[256]; /* of the first failure */
    enum cl_err err;
    unsigned stamps, remarks;
    char remark[256];
    char all[8192]; /* every line of the report */
};

static void on_check(void *context, const struct cl_check *check)
{
    struct seen *seen = context;
    size_t n = strlen(seen->all);
    (void)snprintf(seen->all + n, sizeof seen->all - n, "%s %s %s %s: %s\n", check->name,
                   cl_check_result_names[check->result], cl_err_code(check->err), check->file,
                   check->what);
    if (check->result == CL_CHECK_REMARK) {
        seen->remarks++;
        (void)snprintf(seen->remark, sizeof seen->remark, "%s", check->what);
    }
    if (check->result != CL_CHECK_FAILED || seen->check[0])
        return;
    (void)snprintf(seen->check, sizeof seen->check, "%s", check->name);
    (void)snprintf(seen->file, sizeof seen->file, "%s", check->file);
    (void)snprintf(seen->what, sizeof seen->what, "%s", check->what);
    seen->err = check->err;
}

static void on_stamp(void *context, const struct cl_stamp *stamp)
{
    struct seen *seen = context;
    (void)stamp;
    seen->stamps++;
}

static struct cl_verified verify_once(const struct cl_source *source,
                                      struct cl_verify_options options, struct seen *ret_seen)
{
    struct cl_verified verified = {0};
    *ret_seen = (struct seen){0};
    options.context = ret_seen;
    options.on_check = on_check;
    options.on_stamp = on_stamp;
    assert_int_equal(cl_verify_package(source, &options, &verified), CL_OK);
    assert_int_equal(verified.good, ret_seen->check[0] == '\0');
    return verified;
}

static void assert_alike(const struct cl_verified *a, const struct cl_verified *b)
{
    assert_int_equal(a->good, b->good);
    assert_string_equal(a->folder, b->folder);
    assert_string_equal(a->fingerprint, b->fingerprint);
    assert_int_equal(a->state.head.size, b->state.head.size);
    assert_int_equal(a->entries, b->entries);
    assert_int_equal(a->withheld, b->withheld);
    assert_int_equal(a->remarks, b->remarks);
    assert_int_equal(a->stamps, b->stamps);
    assert_int_equal(a->stamped_size, b->stamped_size);
    assert_int_equal(a->stamped_ms, b->stamped_ms);
}

/* Whether the entries are read where they come or by threads, in pieces that are or are not theirs,
 * nothing else is said of them. */
static struct cl_verified verify_every_way(const struct cl_source *source,
                                           struct cl_verify_options options, struct seen *ret_seen)
{
    static const size_t blocks[] = {1, 13, 1000, CL_ENTRY_MAX};
    static struct seen threaded;
    const struct cl_verified verified = verify_once(source, options, ret_seen);
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
        options.block = blocks[i];
        const struct cl_verified again = verify_once(source, options, &threaded);
        assert_string_equal(threaded.all, ret_seen->all);
        assert_alike(&again, &verified);
    }
    return verified;
}

static struct cl_source memory(const struct cl_buf *package)
{
    return (struct cl_source){.fd = -1, .bytes = package->data, .size = package->len};
}

static struct cl_verified verify_with(const struct cl_buf *package,
                                      struct cl_verify_options options, struct seen *ret_seen)
{
    const struct cl_source source = memory(package);
    return verify_every_way(&source, options, ret_seen);
}

static struct cl_verified verify(const struct cl_buf *package, struct seen *ret_seen)
{
    return verify_with(package, (struct cl_verify_options){0}, ret_seen);
}

static int setup(void **state)
{
    (void)state;
    package_log_make(&log_of_6, 6, UINT64_MAX);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    package_log_free(&log_of_6);
    return 0;
}

/* ---- good packages ------------------------------------------------------------------------- */

static void good_of_every_size(void **state)
{
    (void)state;
    for (uint64_t size = 1; size <= 300; size += size < 20 ? 1 : 93) {
        struct package_log *log = malloc(sizeof *log);
        cl_cleanup(cl_buf_free) struct cl_buf package = cl_buf(ROOM);
        struct seen seen;
        package_log_make(log, size, UINT64_MAX);
        package_make(log, NULL, NULL, 0, &package);
        struct cl_verified got = verify(&package, &seen);
        if (!got.good)
            fail_msg("%s: %s %s", seen.check, seen.file, seen.what);
        assert_int_equal(got.entries, size);
        assert_int_equal(got.withheld + got.stamps + got.remarks, 0);
        package_log_free(log);
        free(log);
    }
}

static void same_log_same_bytes(void **state)
{
    (void)state;
    cl_cleanup(cl_buf_free) struct cl_buf a = cl_buf(ROOM), b = cl_buf(ROOM);
    package_make(&log_of_6, NULL, NULL, 0, &a);
    package_make(&log_of_6, NULL, NULL, 0, &b);
    assert_int_equal(a.len, b.len);
    assert_memory_equal(a.data, b.data, a.len);
}

static bool withhold_even(void *context, uint64_t seq, const struct cl_buf *entry)
{
    (void)context;
    (void)entry;
    return seq % 2 == 0;
}

static void withheld_entries_stay_proved(void **state)
{
    (void)state;
    cl_cleanup(cl_buf_free) struct cl_buf package = cl_buf(ROOM);
    struct seen seen;
    package_make(&log_of_6, withhold_even, NULL, 0, &package);
    struct cl_verified got = verify(&package, &seen);
    assert_true(got.good);
    assert_int_equal(got.entries, 6);
    assert_int_equal(got.withheld, 2); /* 2 and 4; entry 0 is never asked about */
    assert_null(memmem(package.data, package.len, "\"seq\":4", 7));
}

static void pinned_key(void **state)
{
    (void)state;
    cl_cleanup(cl_buf_free) struct cl_buf package = cl_buf(ROOM);
    struct seen seen;
    package_make(&log_of_6, NULL, NULL, 0, &package);
    struct cl_verify_options options = {.fingerprint =
                                            "SHA256:z/fSv0Z0RZS+Lccbc6ZoOWwt/fbj1VFJGSBKQbo4icE"};
    assert_true(verify_with(&package, options, &seen).good);
    options.fingerprint = "SHA256:z/fSv0Z0RZS+Lccbc6ZoOWwt/fbj1VFJGSBKQbo4icF";
    assert_false(verify_with(&package, options, &seen).good);
    assert_int_equal(seen.err, CL_OTHER_KEY);
    assert_string_equal(seen.file, "data/vkey");
}

/* ---- one package after another -----------------------------------------------------------------
 */

/* Entry 5 stays, whose picture goes along. */
static bool withhold_odd(void *context, uint64_t seq, const struct cl_buf *entry)
{
    (void)context;
    (void)entry;
    return seq % 2 == 1 && seq != 5;
}

static bool withhold_most(void *context, uint64_t seq, const struct cl_buf *entry)
{
    (void)context;
    (void)entry;
    return seq != 5;
}

typedef bool withhold(void *context, uint64_t seq, const struct cl_buf *entry);

static void make(uint64_t size, uint64_t fork, withhold *withheld, struct cl_buf *to)
{
    struct package_log *log = malloc(sizeof *log);
    assert_non_null(log);
    package_log_make(log, size, fork);
    package_make(log, withheld, NULL, 0, to);
    package_log_free(log);
    free(log);
}

/* The later package held against the earlier; `stretches` as in cl_verify_options. */
static bool extends(const struct cl_buf *old, const struct cl_buf *new, size_t stretches,
                    struct seen *ret_seen)
{
    const struct cl_source earlier = memory(old), later = memory(new);
    const struct cl_verified first = verify_once(&earlier, (struct cl_verify_options){0}, ret_seen);
    assert_true(first.good);
    const struct cl_verify_options options = {
        .earlier = &first.state, .earlier_source = &earlier, .stretches = stretches};
    const bool good = verify_once(&later, options, ret_seen).good;
    if (!good) {
        assert_string_equal(ret_seen->check, "extends");
        assert_string_equal(ret_seen->file, "data/entries.jsonl");
        assert_int_equal(ret_seen->err, CL_PACKAGE_CHANGED);
    }
    return good;
}

static void parts_at(const struct seen *seen, uint64_t fork)
{
    char expected[128];
    (void)snprintf(expected, sizeof expected,
                   "is a fork: from entry %d on, its entries are not those of the earlier package",
                   (int)fork);
    assert_string_equal(seen->what, expected);
}

static void extensions(void **state)
{
    (void)state;
    struct seen seen;
    cl_cleanup(cl_buf_free) struct cl_buf nine = cl_buf(ROOM), forked = cl_buf(ROOM);
    make(9, UINT64_MAX, withhold_even, &nine);
    make(9, 4, NULL, &forked);
    for (uint64_t size = 1; size <= 10; size++) {
        cl_cleanup(cl_buf_free) struct cl_buf old = cl_buf(ROOM);
        make(size, UINT64_MAX, withhold_odd, &old);
        assert_true(extends(&old, &nine, 0, &seen));
        assert_int_equal(seen.remarks, size > 9);
        assert_true((strstr(seen.remark, "older one first") != NULL) == (size > 9));
        /* they parted after what the older one has */
        assert_int_equal(extends(&old, &forked, 0, &seen), size <= 4 || size > 9);
    }
}

/* Forks at the first entry that can be another, in the middle, at the last, where stretches end and
 * begin, at the first try and in many. */
static void forks_are_found(void **state)
{
    (void)state;
    static const uint64_t forks[] = {1, 2, 127, 128, 150, 298, 299};
    static const size_t stretches[] = {2, 3, 64, 0};
    struct seen seen;
    cl_cleanup(cl_buf_free) struct cl_buf old = cl_buf(ROOM);
    make(300, UINT64_MAX, NULL, &old);
    for (size_t i = 0; i < sizeof forks / sizeof *forks; i++) {
        cl_cleanup(cl_buf_free) struct cl_buf same = cl_buf(ROOM), longer = cl_buf(ROOM);
        make(300, forks[i], NULL, &same);
        make(311, forks[i], NULL, &longer);
        for (size_t k = 0; k < sizeof stretches / sizeof *stretches; k++) {
            assert_false(extends(&old, &same, stretches[k], &seen));
            parts_at(&seen, forks[i]);
            assert_false(extends(&old, &longer, stretches[k], &seen));
            parts_at(&seen, forks[i]);
        }
    }
}

/* A withheld entry stands for itself: neither hides a fork nor makes one. */
static void forks_among_withheld_entries(void **state)
{
    (void)state;
    static withhold *const ways[] = {NULL, withhold_even, withhold_odd, withhold_most};
    static const uint64_t forks[] = {1, 5, 6, 10};
    struct seen seen;
    for (size_t i = 0; i < 4; i++) {
        cl_cleanup(cl_buf_free) struct cl_buf old = cl_buf(ROOM);
        make(11, UINT64_MAX, ways[i], &old);
        for (size_t k = 0; k < 4; k++) {
            cl_cleanup(cl_buf_free) struct cl_buf same = cl_buf(ROOM);
            make(13, UINT64_MAX, ways[k], &same);
            assert_true(extends(&old, &same, 2, &seen));
            for (size_t f = 0; f < 4; f++) {
                cl_cleanup(cl_buf_free) struct cl_buf new = cl_buf(ROOM);
                make(13, forks[f], ways[k], &new);
                assert_false(extends(&old, &new, 2, &seen));
                parts_at(&seen, forks[f]);
            }
        }
    }
}

/* Where the earlier package is not at hand any more, or is another meanwhile. */
static void a_fork_that_cannot_be_narrowed(void **state)
{
    (void)state;
    static const char what[] =
        "is a fork: its entries up to number 6 are not those of the earlier package";
    struct seen seen;
    cl_cleanup(cl_buf_free) struct cl_buf old = cl_buf(ROOM), new = cl_buf(ROOM);
    make(7, UINT64_MAX, NULL, &old);
    make(9, 4, NULL, &new);
    const struct cl_source earlier = memory(&old), later = memory(&new);
    const struct cl_verified first = verify_once(&earlier, (struct cl_verify_options){0}, &seen);
    struct cl_verify_options options = {.earlier = &first.state};
    assert_false(verify_once(&later, options, &seen).good);
    assert_string_equal(seen.what, what);
    options.earlier_source = &later; /* begins as it does itself */
    assert_false(verify_once(&later, options, &seen).good);
    assert_string_equal(seen.what, what);
    const struct cl_source cut = {.fd = -1, .bytes = old.data, .size = old.len - 1};
    options.earlier_source = &cut;
    assert_false(verify_once(&later, options, &seen).good);
    assert_string_equal(seen.what, what);
}

/* ---- damage ------------------------------------------------------------------------------ */

/* Every byte of a small package, two bits of each, and every length. */
static void every_byte_matters(void **state)
{
    (void)state;
    cl_cleanup(cl_buf_free) struct cl_buf package = cl_buf(ROOM);
    struct seen seen, threaded;
    unsigned unnamed = 0;
    package_make(&log_of_6, withhold_even, NULL, 0, &package);
    const struct cl_source source = memory(&package);
    for (size_t i = 0; i < package.len; i++) {
        package.data[i] ^= i % 2 ? 0x01 : 0x20;
        if (verify_once(&source, (struct cl_verify_options){0}, &seen).good)
            fail_msg("byte %zu of %zu may be changed", i, package.len);
        assert_true(seen.what[0]);
        (void)verify_once(&source, (struct cl_verify_options){.block = 1 + i % 200}, &threaded);
        assert_string_equal(threaded.all, seen.all);
        unnamed += seen.file[0] == '\0';
        package.data[i] ^= i % 2 ? 0x01 : 0x20;
    }
    assert_true(unnamed < package.len / 10); /* the end record, and names in the directory */
    const size_t whole = package.len;
    for (package.len = 0; package.len < whole; package.len += 1 + package.len / 97)
        assert_false(verify(&package, &seen).good);
    package.len = whole;
    assert_int_equal(cl_buf_put(&package, "", 1), CL_OK);
    assert_false(verify(&package, &seen).good);
}

/* ---- attachments and other files ---------------------------------------------------------------
 */

static void attachments(void **state)
{
    (void)state;
    static const char picture[] = "not really a picture\n";
    const struct cl_span bytes = {(const uint8_t *)picture, strlen(picture)};
    static const char other[] =
        "data/attachments/"
        "0000000000000000000000000000000000000000000000000000000000000000.png";
    const struct cl_export_file misnamed = {other, bytes};
    const struct cl_export_file foreign = {
        "data/attachments/"
        "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881.txt",
        {(const uint8_t *)"x", 1}};
    struct seen seen;
    cl_cleanup(cl_buf_free) struct cl_buf a = cl_buf(ROOM), b = cl_buf(ROOM), c = cl_buf(ROOM);
    package_make(&log_of_6, NULL, &misnamed, 1, &a);
    assert_false(verify(&a, &seen).good);
    assert_string_equal(seen.file, other);
    package_make(&log_of_6, NULL, &foreign, 1, &b);
    assert_false(verify(&b, &seen).good);
    assert_string_equal(seen.check, "attachments");
    assert_string_equal(seen.what, "is named by no entry of the package");
    package_make(&log_of_6, NULL, &foreign, 0, &c); /* left at home */
    assert_true(verify(&c, &seen).good);
    assert_int_equal(seen.remarks, 1);
    assert_non_null(strstr(seen.remark, "withheld"));
}

/* ---- an owner who cheats, and has the key
 * -------------------------------------------------------- */

static struct {
    uint64_t entry; /* whose bytes are others than those that were hashed */
    bool hashes;    /* paths of proofs are not the tree's */
    unsigned reads;
    const char *from, *to; /* same length */
} cheat;

static enum cl_err cheating_entry(void *context, uint64_t seq, struct cl_buf *to,
                                  struct cl_hash *ret_leaf)
{
    const struct package_log *log = context;
    const struct cl_buf *entry = &log->entries[seq];
    enum cl_err err = ret_leaf ? cl_merkle_leaf(entry->data, entry->len, ret_leaf) : CL_OK;
    if (!err)
        err = cl_buf_put(to, entry->data, entry->len);
    if (err || seq != cheat.entry)
        return err;
    uint8_t *place = memmem(to->data, to->len, cheat.from, strlen(cheat.from));
    assert_non_null(place);
    memcpy(place, cheat.to, strlen(cheat.to));
    return CL_OK;
}

static enum cl_err (*honest_get)(void *, unsigned, uint64_t, unsigned, unsigned, struct cl_hash *);

static enum cl_err cheating_get(void *context, unsigned level, uint64_t index, unsigned from,
                                unsigned count, struct cl_hash *ret_hashes)
{
    enum cl_err err = honest_get(context, level, index, from, count, ret_hashes);
    ret_hashes[0].bytes[0] ^= 1;
    return err;
}

static void cheated(const uint8_t *log_id, const char *check, const char *what)
{
    char path[] = "/tmp/consentlog-cheat-XXXXXX", zip[64];
    struct cl_export_source source = package_source(&log_of_6);
    struct cl_exported done;
    struct cl_source file;
    struct seen seen = {0};
    assert_non_null(mkdtemp(path));
    (void)snprintf(zip, sizeof zip, "%s/a.zip", path);
    cheat.reads = 0;
    source.entry = cheating_entry;
    honest_get = source.tiles.get;
    if (cheat.hashes)
        source.tiles.get = cheating_get;
    if (log_id)
        source.log_id = log_id;
    const struct cl_export_options options = {.path = zip, .now_ms = PACKAGE_NOW};
    assert_int_equal(cl_export(&source, &options, &done), CL_OK);
    int fd = open(zip, O_RDONLY | O_CLOEXEC);
    assert_int_equal(cl_source_file(fd, &file), CL_OK);
    const bool good = verify_every_way(&file, (struct cl_verify_options){0}, &seen).good;
    (void)close(fd);
    (void)unlink(zip);
    (void)rmdir(path);
    assert_false(good);
    assert_string_equal(seen.check, check);
    if (!strstr(seen.what, what))
        fail_msg("%s", seen.what);
}

/* Lines that were others when they were put into the tree; what they are is told before that they
 * do not belong there. */
static void lines_that_are_no_entries(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to, *what;
    } table[] = {
        {"\"off\"", "\"ofF\"", "not those that were signed"},
        {"\"off\"", "\"o\xc3\xa4\"", "not those that were signed"},
        {"\"off\"", "null ", "not those that were signed"},
        {"\"off\"", "\"of\n\"", "not strict JSON"},
        {"\"off\"",
         "\"o\xc3"
         "f\"",
         "not strict JSON"},
        {"\"off\"", "\"of\\\"", "not strict JSON"},
        {"\"off\"", "[{}] ", "not those that were signed"},
        {"\"off\"", "[{},0", "not strict JSON"},
        {"\"state\"", "\"clock\"", "not strict JSON"}, /* twice */
        {"\"seq\":3", "\"seq\":4", "line 4 is entry 4, where 3 should be"},
        {"\"seq\":3", "\"seq\":-", "not strict JSON"},
        {"\"seq\":3", "\"sEq\":3", "\"seq\""},
        {"\"v\":1", "\"v\":2", "\"v\""},
        {"\"v\":1", "\"v\":x", "not strict JSON"},
        {"\"observation\"", "\"observatiom\"", "\"kind\""},
        {"Z\",\"clock", "z\",\"clock", "\"time\""},
        {"T20:26", "T24:26", "\"time\""},
        {"\"synchronized\":true", "\"synchronized\":1111", "\"clock.synchronized\""},
        {"\"boot_id\"", "\"boot_ID\"", "\"clock.boot_id\""},
        {"\"uptime_ms\":2", "\"uptime_ms\":-", "\"clock.uptime_ms\""},
        {"\"salt\"", "\"salT\"", "\"salt\""},
        {"\"attachments\":[]", "\"attachments\":[3", "not strict JSON"},
        {"\"attachments\":[]", "\"attachments\":77", "\"attachments\""},
        {"{\"v\"", "{ \"v", "not strict JSON"},
        {"{\"v\"", " {\"v", "not strict JSON"},
    };
    cheat.entry = 3;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        cheat.from = table[i].from;
        cheat.to = table[i].to;
        assert_int_equal(strlen(cheat.from), strlen(cheat.to));
        cheated(NULL, "entries", table[i].what);
    }
}

static enum cl_err counted_entry(void *context, uint64_t seq, struct cl_buf *to,
                                 struct cl_hash *ret_leaf)
{
    (void)context;
    (void)seq;
    (void)to;
    (void)ret_leaf;
    cheat.reads++;
    return CL_PACKAGE_CHANGED;
}

/* A long log is not read for nothing. */
static void a_name_that_is_taken_is_told_at_once(void **state)
{
    (void)state;
    struct cl_exported done;
    struct cl_export_source source = package_source(&log_of_6);
    const struct cl_export_options taken = {.path = "/dev/null", .derive = true};
    const struct cl_export_options nowhere = {.path = "/nowhere/a.zip", .derive = true};
    source.entry = counted_entry;
    cheat.reads = 0;
    assert_int_equal(cl_export(&source, &taken, &done), CL_EXISTS);
    assert_int_equal(cl_export(&source, &nowhere, &done), CL_IO);
    assert_int_equal(cheat.reads, 0);
}

static void an_owner_who_cheats(void **state)
{
    (void)state;
    uint8_t other_id[CL_HASH] = {1};
    cheat.from = cheat.to = "";
    cheat.entry = UINT64_MAX;
    cheated(other_id, "entries", "begins another log");
    cheat.hashes = true;
    cheated(NULL, "proofs", "does not prove entry");
    cheat.hashes = false;
    cheat.entry = 0;
    cheat.from = "\"genesis\"";
    cheat.to = "\"Genesis\"";
    cheated(NULL, "entries", "is not the beginning of a log");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_of_every_size),
        cmocka_unit_test(same_log_same_bytes),
        cmocka_unit_test(withheld_entries_stay_proved),
        cmocka_unit_test(pinned_key),
        cmocka_unit_test(extensions),
        cmocka_unit_test(forks_are_found),
        cmocka_unit_test(forks_among_withheld_entries),
        cmocka_unit_test(a_fork_that_cannot_be_narrowed),
        cmocka_unit_test(every_byte_matters),
        cmocka_unit_test(attachments),
        cmocka_unit_test(lines_that_are_no_entries),
        cmocka_unit_test(a_name_that_is_taken_is_told_at_once),
        cmocka_unit_test(an_owner_who_cheats),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
