#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "package/png.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Made by another program (the corpus of fuzz_png); one for each way to lay out pixels. */
static const char *const pictures[] = {"grey1",      "grey16",      "colour8",
                                       "palette4",   "grey-alpha8", "colour-alpha16",
                                       "interlaced", "text",        "interlaced-narrow"};

static size_t load(const char *name, uint8_t bytes[static 1024])
{
    char path[1024];
    (void)snprintf(path, sizeof path, "%s/../fuzz/corpus/png/%s.png", CL_VECTORS, name);
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    size_t n = fread(bytes, 1, 1024, f);
    (void)fclose(f);
    assert_in_range(n, 67, 1023);
    return n;
}

static enum cl_err check(const uint8_t *bytes, size_t n)
{
    return cl_png_check((struct cl_span){bytes, n});
}

static void pictures_are_pictures(void **state)
{
    (void)state;
    uint8_t bytes[1024];
    for (size_t i = 0; i < sizeof pictures / sizeof *pictures; i++) {
        size_t n = load(pictures[i], bytes);
        if (check(bytes, n) != CL_OK)
            fail_msg("%s", pictures[i]);
    }
}

/* Each byte is covered by the signature, a length, a type or a checksum. */
static void every_byte_matters(void **state)
{
    (void)state;
    uint8_t bytes[1024];
    for (size_t i = 0; i < sizeof pictures / sizeof *pictures; i++) {
        const size_t n = load(pictures[i], bytes);
        for (size_t k = 0; k < n; k++) {
            bytes[k] ^= 1;
            if (check(bytes, n) != CL_MALFORMED)
                fail_msg("%s: byte %zu may be changed", pictures[i], k);
            bytes[k] ^= 1;
        }
        for (size_t cut = 0; cut < n; cut++)
            assert_int_equal(check(bytes, cut), CL_MALFORMED);
        bytes[n] = 0;
        assert_int_equal(check(bytes, n + 1), CL_MALFORMED);
    }
}

static void what_is_called_a_picture_and_is_none(void **state)
{
    (void)state;
    static const char html[] = "<html><script>alert(1)</script></html>";
    static const char svg[] = "<svg xmlns=\"http://www.w3.org/2000/svg\"/>";
    static uint8_t begins[100] = "\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x01\0\0\0\x01\x08";
    assert_int_equal(check((const uint8_t *)html, strlen(html)), CL_MALFORMED);
    assert_int_equal(check((const uint8_t *)svg, strlen(svg)), CL_MALFORMED);
    assert_int_equal(check(begins, sizeof begins), CL_MALFORMED);
    assert_int_equal(check(NULL, 0), CL_MALFORMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pictures_are_pictures),
        cmocka_unit_test(every_byte_matters),
        cmocka_unit_test(what_is_called_a_picture_and_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
