#include "package/zip.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#define MADE_MS INT64_C(1785000000000)

static const struct {
    const char *name, *text;
} files[] = {{"box/a.txt", "hello"}, {"box/data/b", ""}, {"box/data/c.png", "third, and last"}};
#define FILES (sizeof files / sizeof *files)

/* The archive of `files`, in memory. */
static uint8_t bytes[4096];
static size_t size;

static void write_all(int fd)
{
    cl_cleanup(cl_zip_writer_free) struct cl_zip_writer *writer = NULL;
    assert_int_equal(cl_zip_writer_new(fd, MADE_MS, &writer), CL_OK);
    for (size_t i = 0; i < FILES; i++) {
        const size_t n = strlen(files[i].text);
        assert_int_equal(cl_zip_begin(writer, files[i].name), CL_OK);
        assert_int_equal(cl_zip_put(writer, files[i].text, n / 2), CL_OK); /* in pieces */
        assert_int_equal(cl_zip_put(writer, files[i].text + n / 2, n - n / 2), CL_OK);
    }
    assert_int_equal(cl_zip_end(writer), CL_OK);
}

static int make(void **state)
{
    (void)state;
    const int fd = memfd_create("zip", MFD_CLOEXEC);
    if (fd < 0)
        return -1;
    write_all(fd);
    const ssize_t n = pread(fd, bytes, sizeof bytes, 0);
    (void)close(fd);
    size = n > 0 ? (size_t)n : 0;
    return n > 0 ? 0 : -1;
}

static enum cl_err read_bytes(const uint8_t *from, size_t n)
{
    struct cl_flaw flaw = {0};
    cl_cleanup(cl_zip_free) struct cl_zip zip = {0};
    const struct cl_source source = {.fd = -1, .bytes = from, .size = n};
    enum cl_err err = cl_zip_read(&source, &zip, &flaw);
    return err ? err : cl_zip_check_names(&zip, &flaw);
}

static uint32_t at(size_t place, unsigned n)
{
    uint32_t value = 0;
    for (unsigned i = n; i-- > 0;)
        value = value << 8 | bytes[place + i];
    return value;
}

static void what_is_written_is_read(void **state)
{
    (void)state;
    struct cl_flaw flaw = {0};
    cl_cleanup(cl_zip_free) struct cl_zip zip = {0};
    const struct cl_source source = {.fd = -1, .bytes = bytes, .size = size};
    assert_true(cl_zip_is_ours(&source));
    assert_int_equal(cl_zip_read(&source, &zip, &flaw), CL_OK);
    assert_int_equal(zip.count, FILES);
    for (size_t i = 0; i < FILES; i++) {
        assert_string_equal(zip.files[i].name, files[i].name);
        assert_int_equal(zip.files[i].size, strlen(files[i].text));
        assert_int_equal(zip.files[i].packed, strlen(files[i].text));
        assert_false(zip.files[i].deflated);
        assert_memory_equal(bytes + zip.files[i].data, files[i].text, strlen(files[i].text));
        assert_int_equal(zip.files[i].offset, i ? zip.files[i - 1].end : 0);
    }
}

/* A reader that goes from the front never sees the directory (APPNOTE 4.3.7): all it needs stands
 * before the data, and no descriptor follows them. */
static void a_reader_from_the_front_needs_no_directory(void **state)
{
    (void)state;
    size_t place = 0;
    for (size_t i = 0; i < FILES; i++) {
        const size_t n = strlen(files[i].text), name = strlen(files[i].name);
        assert_int_equal(at(place, 4), 0x04034b50);
        assert_int_equal(at(place + 6, 2) & 8, 0); /* no data descriptor */
        assert_int_equal(at(place + 8, 2), 0);     /* stored */
        assert_int_equal(at(place + 18, 4), n);
        assert_int_equal(at(place + 22, 4), n);
        assert_int_equal(at(place + 26, 2), name);
        assert_memory_equal(bytes + place + 30, files[i].name, name);
        place += 30 + name + at(place + 28, 2);
        assert_memory_equal(bytes + place, files[i].text, n);
        place += n;
    }
    assert_int_equal(at(place, 4), 0x02014b50); /* and then the directory, at once */
    assert_int_equal(at(30 + strlen(files[0].name) + at(28, 2), 1), 'h');
    assert_int_equal(at(14, 4), 0x3610a686); /* CRC-32 of "hello" */
}

static void the_same_bytes_twice(void **state)
{
    (void)state;
    uint8_t again[sizeof bytes];
    const size_t was = size;
    memcpy(again, bytes, sizeof bytes);
    assert_int_equal(setenv("TZ", "Pacific/Kiritimati", 1), 0);
    assert_int_equal(make(NULL), 0);
    assert_int_equal(unsetenv("TZ"), 0);
    assert_int_equal(size, was);
    assert_memory_equal(again, bytes, size);
}

/* Every byte of the headers is spoken for; those of the data are the checksum's. */
static void every_byte_of_the_headers_matters(void **state)
{
    (void)state;
    struct cl_flaw flaw = {0};
    cl_cleanup(cl_zip_free) struct cl_zip zip = {0};
    const struct cl_source source = {.fd = -1, .bytes = bytes, .size = size};
    bool data[sizeof bytes] = {0};
    assert_int_equal(cl_zip_read(&source, &zip, &flaw), CL_OK);
    for (size_t i = 0; i < FILES; i++)
        memset(data + zip.files[i].data, 1, zip.files[i].size);
    for (size_t i = 0; i < size; i++) {
        bytes[i] ^= 1;
        const enum cl_err err = read_bytes(bytes, size);
        bytes[i] ^= 1;
        if (data[i] != (err == CL_OK))
            fail_msg("byte %zu: %s", i, err ? cl_err_what(err) : "taken");
    }
}

static void cut_and_lengthened(void **state)
{
    (void)state;
    uint8_t longer[sizeof bytes + 1] = {0};
    for (size_t n = 0; n < size; n++)
        assert_int_not_equal(read_bytes(bytes, n), CL_OK);
    memcpy(longer, bytes, size);
    assert_int_not_equal(read_bytes(longer, size + 1), CL_OK); /* behind */
    memmove(longer + 1, bytes, size);
    assert_int_not_equal(read_bytes(longer, size + 1), CL_OK); /* before */
}

static void names_that_programs_read_otherwise(void **state)
{
    static const char *const bad[] = {"",       "/a",    "a/",   "a//b", ".",   "..",
                                      "a/../b", "a/./b", "a\\b", "a:b",  "a b", "\xc3\xa9",
                                      "a\n",    "a*",    "..a",  "a."};
    static const char *const good[] = {"a", "a.txt", "data/entries.jsonl", "a-b_c.1"};
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (!cl_zip_name_flaw(bad[i], strlen(bad[i])))
            fail_msg("“%s” was taken", bad[i]);
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (cl_zip_name_flaw(good[i], strlen(good[i])))
            fail_msg("“%s”: %s", good[i], cl_zip_name_flaw(good[i], strlen(good[i])));
}

static enum cl_err check(const char *const *names, size_t count)
{
    struct cl_zip_file list[4] = {0};
    const struct cl_zip zip = {.files = list, .count = count};
    struct cl_flaw flaw = {0};
    for (size_t i = 0; i < count; i++)
        list[i].name = names[i];
    return cl_zip_check_names(&zip, &flaw);
}

/* Whatever stands beside it, and in whatever spelling. */
static void a_file_is_no_folder(void **state)
{
    static const char *const bad[][4] = {
        {"a", "a-b", "a/b", "a/c"},     {"B/x/y", "a/b/c", "a/b/d", "a/b"},
        {"A", "a/b", "a/c", "b"},       {"a/B", "a/a/z", "a/b/c", "a/b/d"},
        {"a/b/c/d", "a/b/e", "a", "b"}, {"a/b/c", "A/B/c/d", "A/B/c/e", "a/b/d"}};
    static const char *const good[][4] = {{"a/b", "a/c", "ab", "b/a"},
                                          {"a/b/c", "a/bc", "A/B/d", "a/b.c"}};
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        for (size_t turn = 0; turn < 4; turn++) {
            const char *names[4];
            for (size_t k = 0; k < 4; k++)
                names[k] = bad[i][(k + turn) % 4];
            assert_int_equal(check(names, 4), CL_PACKAGE_UNSAFE);
        }
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_int_equal(check(good[i], 4), CL_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(a_reader_from_the_front_needs_no_directory),
        cmocka_unit_test(the_same_bytes_twice),
        cmocka_unit_test(every_byte_of_the_headers_matters),
        cmocka_unit_test(cut_and_lengthened),
        cmocka_unit_test(names_that_programs_read_otherwise),
        cmocka_unit_test(a_file_is_no_folder),
    };
    return cmocka_run_group_tests(tests, make, NULL);
}
