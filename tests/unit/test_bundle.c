#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/buf.h"
#include "package/bundle.h"
#include "package/bundle_writer.h"
#include "package/layout.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static char folder[] = "/tmp/consentlog-bundle-XXXXXX", path[64];

static int setup(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    (void)snprintf(path, sizeof path, "%s/a.zip", folder);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    return rmdir(folder); /* fails if a test left anything */
}

static unsigned files_there(void)
{
    unsigned count = 0;
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    while (readdir(dir))
        count++;
    (void)closedir(dir);
    return count - 2;
}

static struct cl_bundle_writer *create(void)
{
    struct cl_bundle_writer *w = NULL;
    assert_int_equal(cl_bundle_create(path, "box", 1785000000000, &w), CL_OK);
    return w;
}

/* ---- writing ----------------------------------------------------------------------------- */

static void never_over_another(void **state)
{
    (void)state;
    struct cl_bundle_writer *first = create(), *second = create(), *third = NULL;
    assert_int_equal(cl_bundle_add(first, "a", "1", 1), CL_OK);
    assert_int_equal(cl_bundle_add(second, "a", "2", 1), CL_OK);
    assert_int_equal(cl_bundle_commit(&first), CL_OK);
    assert_null(first);
    assert_int_equal(cl_bundle_commit(&second), CL_EXISTS); /* it came meanwhile */
    assert_null(second);
    assert_int_equal(cl_bundle_create(path, "box", 0, &third), CL_EXISTS);
    assert_int_equal(files_there(), 1);
    assert_int_equal(unlink(path), 0);
}

static void nothing_is_left(void **state)
{
    (void)state;
    struct cl_bundle_writer *w = create();
    assert_true(files_there() <= 1); /* one with another name, where there is none without */
    assert_int_equal(cl_bundle_begin(w, "a"), CL_OK);
    assert_int_equal(cl_bundle_put(w, "half", 4), CL_OK);
    cl_bundle_abandon(&w);
    assert_int_equal(files_there(), 0);

    assert_int_equal(cl_bundle_create("/tmp/no/such/folder/a.zip", "box", 0, &w), CL_IO);
}

static void files_are_begun(void **state)
{
    (void)state;
    struct cl_bundle_writer *w = create();
    uint64_t bytes, files;
    assert_int_equal(cl_bundle_put(w, "x", 1), CL_BAD_VALUE); /* no file is open */
    assert_int_equal(cl_bundle_begin(w, "data/b"), CL_OK);
    assert_int_equal(cl_bundle_put(w, "xy", 2), CL_OK);
    assert_int_equal(cl_bundle_put(w, "z", 1), CL_OK);
    assert_int_equal(cl_bundle_add(w, "a", "1234", 4), CL_OK);
    assert_int_equal(cl_bundle_put(w, "x", 1), CL_BAD_VALUE);
    assert_int_equal(cl_bundle_weight(w, &bytes, &files), CL_OK);
    assert_int_equal(bytes, 3);
    assert_int_equal(files, 1);
    char name[200];
    memset(name, 'x', sizeof name);
    name[sizeof name - 1] = '\0';
    assert_int_equal(cl_bundle_begin(w, name), CL_PACKAGE_LIMIT);
    cl_bundle_abandon(&w);
}

/* A file size limit stands for a full disk: the write fails in the same place. */
static void disk_full(void **state)
{
    (void)state;
    struct rlimit before, small;
    static uint8_t bytes[256 * 1024];
    struct cl_bundle_writer *w = create();
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 64 * 1024;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    enum cl_err err = cl_bundle_add(w, "a", bytes, sizeof bytes);
    if (!err)
        err = cl_bundle_commit(&w);
    cl_bundle_abandon(&w);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(err, CL_FILE_LIMIT);
    assert_int_equal(files_there(), 0);
}

static void manifests(void **state)
{
    (void)state;
    cl_cleanup(cl_buf_free) struct cl_buf payload = cl_buf(4096), tags = cl_buf(4096);
    struct cl_bundle_writer *w = create();
    assert_int_equal(cl_bundle_add(w, "bagit.txt", "abc", 3), CL_OK);
    assert_int_equal(cl_bundle_add(w, "data/x", "", 0), CL_OK);
    assert_int_equal(cl_bundle_manifest(w, true, &payload), CL_OK);
    assert_int_equal(cl_bundle_manifest(w, false, &tags), CL_OK);
    static const char empty[] =
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  data/x\n";
    static const char abc[] = /* FIPS 180-4's example */
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  bagit.txt\n";
    assert_int_equal(payload.len, strlen(empty));
    assert_memory_equal(payload.data, empty, payload.len);
    assert_int_equal(tags.len, strlen(abc));
    assert_memory_equal(tags.data, abc, tags.len);
    cl_bundle_abandon(&w);
}

/* ---- reading ----------------------------------------------------------------------------- */

struct got {
    char text[256];
    size_t wanted, ends;
};

static bool want(void *context, size_t i)
{
    const struct got *got = context;
    return i == got->wanted || got->wanted == SIZE_MAX;
}

static enum cl_err piece(void *context, size_t i, const void *bytes, size_t n)
{
    struct got *got = context;
    (void)i;
    got->ends += n == 0;
    size_t len = strlen(got->text);
    assert_true(len + n < sizeof got->text);
    memcpy(got->text + len, bytes, n);
    return CL_OK;
}

static enum cl_err stop(void *context, size_t i, const void *bytes, size_t n)
{
    (void)context;
    (void)i;
    (void)bytes;
    (void)n;
    return CL_LOG_BUSY;
}

static void committed_and_read_back(void **state)
{
    (void)state;
    struct cl_source source;
    struct cl_flaw flaw = {0};
    cl_cleanup(cl_bundle_close) struct cl_bundle *b = NULL;
    struct cl_bundle_writer *w = create();
    assert_int_equal(cl_bundle_add(w, "a", "one ", 4), CL_OK);
    assert_int_equal(cl_bundle_add(w, "b/c", "", 0), CL_OK);
    assert_int_equal(cl_bundle_add(w, "b/d", "two", 3), CL_OK);
    assert_int_equal(cl_bundle_commit(&w), CL_OK);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_int_equal(cl_source_file(fd, &source), CL_OK);
    assert_int_equal(cl_bundle_open(&source, &b, &flaw), CL_OK);
    assert_string_equal(cl_bundle_folder(b), "box");
    assert_int_equal(cl_bundle_count(b), 3);
    assert_int_equal(cl_bundle_find(b, "b/c"), 1);
    assert_true(cl_bundle_find(b, "b") == SIZE_MAX);
    assert_int_equal(cl_bundle_file(b, 2)->size, 3);

    struct got all = {.wanted = SIZE_MAX}, one = {.wanted = 2};
    const struct cl_bundle_visitor everything = {&all, want, piece}, last = {&one, want, piece},
                                   stopping = {&all, want, stop};
    assert_int_equal(cl_bundle_walk(b, &everything, &flaw), CL_OK);
    assert_string_equal(all.text, "one two");
    assert_int_equal(all.ends, 3);
    assert_int_equal(cl_bundle_walk(b, &last, &flaw), CL_OK);
    assert_string_equal(one.text, "two");
    assert_int_equal(cl_bundle_walk(b, &stopping, &flaw), CL_LOG_BUSY);
    (void)close(fd);
    assert_int_equal(unlink(path), 0);
}

/* The shape holds, so only the checksum can tell. */
static void checksums_are_held_against_the_data(void **state)
{
    (void)state;
    struct cl_flaw flaw = {0};
    uint8_t bytes[1024];
    struct cl_bundle_writer *w = create();
    assert_int_equal(cl_bundle_add(w, "a", "good", 4), CL_OK);
    assert_int_equal(cl_bundle_add(w, "b", "", 0), CL_OK);
    assert_int_equal(cl_bundle_add(w, "c", "bad", 3), CL_OK);
    assert_int_equal(cl_bundle_commit(&w), CL_OK);
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    size_t n = fread(bytes, 1, sizeof bytes, f);
    (void)fclose(f);
    assert_int_equal(unlink(path), 0);
    uint8_t *data = memmem(bytes, n, "bad", 3);
    assert_non_null(data);
    *data = 'B';

    const struct cl_source source = {.fd = -1, .bytes = bytes, .size = n};
    cl_cleanup(cl_bundle_close) struct cl_bundle *b = NULL;
    assert_int_equal(cl_bundle_open(&source, &b, &flaw), CL_OK);
    struct got all = {.wanted = SIZE_MAX}, first = {.wanted = 0};
    const struct cl_bundle_visitor everything = {&all, want, piece}, one = {&first, want, piece};
    assert_int_equal(cl_bundle_walk(b, &one, &flaw), CL_OK);
    assert_int_equal(cl_bundle_walk(b, &everything, &flaw), CL_MALFORMED);
    assert_string_equal(flaw.file, "c");
    assert_string_equal(all.text, "goodBad");
    assert_int_equal(all.ends, 2);
}

static void not_a_plain_file(void **state)
{
    (void)state;
    struct cl_source source;
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_int_equal(cl_source_file(fd, &source), CL_IO);
    (void)close(fd);
    const struct cl_source memory = {.fd = -1, .bytes = (const uint8_t *)"abc", .size = 3};
    uint8_t bytes[4];
    assert_int_equal(cl_source_read(&memory, 1, bytes, 2), CL_OK);
    assert_int_equal(cl_source_read(&memory, 1, bytes, 3), CL_IO);
    assert_int_equal(cl_source_read(&memory, UINT64_MAX, bytes, 1), CL_IO);
}

int main(void)
{
    (void)signal(SIGXFSZ, SIG_IGN);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(never_over_another),
        cmocka_unit_test(nothing_is_left),
        cmocka_unit_test(files_are_begun),
        cmocka_unit_test(disk_full),
        cmocka_unit_test(manifests),
        cmocka_unit_test(committed_and_read_back),
        cmocka_unit_test(checksums_are_held_against_the_data),
        cmocka_unit_test(not_a_plain_file),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
