#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "package.h"
#include "verify.h"

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
};

static void on_check(void *context, const struct cl_check *check)
{
    struct seen *seen = context;
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

static struct cl_verified verify_with(const struct cl_buf *package,
                                      struct cl_verify_options options, struct seen *ret_seen)
{
    const struct cl_source source = {.fd = -1, .bytes = package->data, .size = package->len};
    struct cl_verified verified = {0};
    *ret_seen = (struct seen){0};
    options.context = ret_seen;
    options.on_check = on_check;
    options.on_stamp = on_stamp;
    assert_int_equal(cl_verify_package(&source, &options, &verified), CL_OK);
    assert_int_equal(verified.good, ret_seen->check[0] == '\0');
    return verified;
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

static struct cl_verified verify_after(uint64_t old_size, uint64_t size, uint64_t fork,
                                       struct seen *ret_seen)
{
    struct package_log *old = malloc(sizeof *old), *new = malloc(sizeof *new);
    cl_cleanup(cl_buf_free) struct cl_buf a = cl_buf(ROOM), b = cl_buf(ROOM);
    package_log_make(old, old_size, UINT64_MAX);
    package_log_make(new, size, fork);
    package_make(old, NULL, NULL, 0, &a);
    package_make(new, withhold_even, NULL, 0, &b);
    struct cl_verified first = verify(&a, ret_seen);
    assert_true(first.good);
    const struct cl_source earlier = {.fd = -1, .bytes = a.data, .size = a.len};
    const struct cl_verify_options options = {.earlier = &first.state, .earlier_source = &earlier};
    struct cl_verified second = verify_with(&b, options, ret_seen);
    package_log_free(old);
    package_log_free(new);
    free(old);
    free(new);
    return second;
}

static void extension_and_fork(void **state)
{
    (void)state;
    struct seen seen;
    for (uint64_t old = 1; old <= 9; old++)
        assert_true(verify_after(old, 9, UINT64_MAX, &seen).good);
    assert_false(verify_after(7, 9, 4, &seen).good);
    assert_string_equal(seen.check, "extends");
    assert_non_null(strstr(seen.what, "fork"));
    assert_non_null(strstr(seen.what, "from entry 4 on"));
    for (uint64_t fork = 2; fork < 9; fork += 2) { /* of these the newer package withholds some */
        char where[64];
        assert_false(verify_after(9, 9, fork, &seen).good);
        (void)snprintf(where, sizeof where, "from entry %d on", (int)fork);
        assert_non_null(strstr(seen.what, where));
    }
    assert_true(verify_after(4, 9, 4, &seen).good); /* it parted only afterwards */
    assert_true(verify_after(9, 8, UINT64_MAX, &seen).good);
    assert_non_null(strstr(seen.remark, "older one first"));
}

/* ---- damage ------------------------------------------------------------------------------ */

/* Every byte of a small package, two bits of each, and every length. */
static void every_byte_matters(void **state)
{
    (void)state;
    cl_cleanup(cl_buf_free) struct cl_buf package = cl_buf(ROOM);
    struct seen seen;
    unsigned unnamed = 0;
    package_make(&log_of_6, withhold_even, NULL, 0, &package);
    for (size_t i = 0; i < package.len; i++) {
        package.data[i] ^= i % 2 ? 0x01 : 0x20;
        if (verify(&package, &seen).good)
            fail_msg("byte %zu of %zu may be changed", i, package.len);
        assert_true(seen.what[0]);
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
    uint64_t entry; /* whose bytes are others when they are read again */
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
    if (err || seq != cheat.entry || ++cheat.reads < 2)
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

static void cheated(uint8_t *log_id, const char *check, const char *what)
{
    char path[] = "/tmp/consentlog-cheat-XXXXXX", zip[64];
    struct cl_export_source source = package_source(&log_of_6);
    struct cl_exported done;
    struct cl_source file;
    struct seen seen = {0};
    struct cl_verified verified = {0};
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
    const struct cl_verify_options look = {.context = &seen, .on_check = on_check};
    assert_int_equal(cl_verify_package(&file, &look, &verified), CL_OK);
    (void)close(fd);
    (void)unlink(zip);
    (void)rmdir(path);
    assert_false(verified.good);
    assert_string_equal(seen.check, check);
    if (!strstr(seen.what, what))
        fail_msg("%s", seen.what);
}

static void an_owner_who_cheats(void **state)
{
    (void)state;
    uint8_t other_id[CL_HASH] = {1};
    cheat.entry = 3;
    cheat.from = "\"off\"";
    cheat.to = "\"ofF\"";
    cheated(NULL, "entries", "do not give the root");
    cheat.from = "\"seq\":3";
    cheat.to = "\"seq\":4";
    cheated(NULL, "entries", "is entry 4, where 3 should be");
    cheat.from = "\"v\":1";
    cheat.to = "\"v\":2";
    cheated(NULL, "entries", "\"v\"");
    cheat.to = "\"v\":x";
    cheated(NULL, "entries", "not strict JSON");
    cheat.from = "Z\",\"clock";
    cheat.to = "z\",\"clock";
    cheated(NULL, "entries", "\"time\"");
    cheat.from = "\"off\"";
    cheat.to = "\"of\n\"";
    cheated(NULL, "entries", "not strict JSON");
    cheat.entry = UINT64_MAX;
    cheated(other_id, "entries", "begins another log");
    cheat.hashes = true;
    cheated(NULL, "proofs", "does not prove entry");
    cheat.hashes = false;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_of_every_size),
        cmocka_unit_test(same_log_same_bytes),
        cmocka_unit_test(withheld_entries_stay_proved),
        cmocka_unit_test(pinned_key),
        cmocka_unit_test(extension_and_fork),
        cmocka_unit_test(every_byte_matters),
        cmocka_unit_test(attachments),
        cmocka_unit_test(an_owner_who_cheats),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
