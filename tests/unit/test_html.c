#include "report/html.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static char written[512];

/* What `write` puts, as a string that stays until the next call. */
static const char *put_by(void (*write)(struct cl_html *p, const char *text), const char *text,
                          bool plain)
{
    cl_cleanup(cl_buf_free) struct cl_buf to = cl_buf(sizeof written - 1);
    struct cl_html p = {.to = &to, .plain = plain};
    write(&p, text);
    assert_int_equal(p.err, CL_OK);
    if (to.len > 0)
        memcpy(written, to.data, to.len);
    written[to.len] = '\0';
    return written;
}

static void texts(void **state)
{
    static const struct {
        const char *text, *html;
    } rows[] = {
        {"", ""},
        {"plain", "plain"},
        {"<img src=x onerror=\"a('b')\"> & co",
         "&lt;img src=x onerror=&quot;a(&#39;b&#39;)&quot;&gt; &amp; co"},
        {"&amp;", "&amp;amp;"},
        {"caf\xc3\xa9 \xf0\x9f\x94\x92", "caf\xc3\xa9 \xf0\x9f\x94\x92"},
        {"a\xe2\x80\xae"
         "b",
         "a[U+202E]b"},
        {"\x1b[2J", "[U+001B][2J"},
        {"a\nb\tc", "a[U+000A]b[U+0009]c"},
        {"\xef\xbb\xbf", "[U+FEFF]"},
        {"\xe3\x85\xa4", "[U+3164]"},
        {"\xef\xbf\xbe", "[U+FFFE]"},
        {"\xd9\x85\xdb\x8c\xe2\x80\x8c\xd8\xae",
         "\xd9\x85\xdb\x8c\xe2\x80\x8c\xd8\xae"}, /* Persian, with its joiner */
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(put_by(cl_html_text, rows[i].text, false), rows[i].html);
    assert_string_equal(put_by(cl_html_text, NULL, false), "");
}

static void isolated(void **state)
{
    (void)state;
    assert_string_equal(put_by(cl_html_bdi, "a<b", false), "<bdi>a&lt;b</bdi>");
    assert_string_equal(put_by(cl_html_bdi, "a<b", true), "a&lt;b");
    assert_string_equal(put_by(cl_html_bdi, "2026-11-21", false),
                        "<bdi><span class=\"d\">2026-11-21</span></bdi>");
    assert_string_equal(put_by(cl_html_bdi, "2026-11-2<", false), "<bdi>2026-11-2&lt;</bdi>");
}

static void times(void **state)
{
    cl_cleanup(cl_buf_free) struct cl_buf to = cl_buf(256);
    struct cl_html p = {.to = &to};
    char moment[CL_MOMENT];
    (void)state;
    cl_moment(NULL, 1795284005123, moment);
    assert_string_equal(moment, "2026-11-21 18:00:05 UTC");
    cl_html_time(&p, 1795284005123);
    cl_html_time(&p, -1);
    assert_int_equal(p.err, CL_OK);
    assert_int_equal(cl_buf_put(&to, "", 1), CL_OK);
    assert_string_equal((const char *)to.data,
                        "<time datetime=\"2026-11-21T18:00:05.123Z\"><span>2026-11-21</span> "
                        "<span>18:00:05 UTC</span></time>–");
    const struct cl_zone zone = {.count = 1, .steps = {{.minutes = -330}}};
    cl_moment(&zone, 1795284005123, moment);
    assert_string_equal(moment, "2026-11-21 12:30:05 -05:30");
}

/* The first error stays, and nothing is written after it. */
static void sticky(void **state)
{
    cl_cleanup(cl_buf_free) struct cl_buf to = cl_buf(4);
    struct cl_html p = {.to = &to};
    (void)state;
    cl_html_raw(&p, "abc");
    cl_html_raw(&p, "de");
    cl_html_raw(&p, "f");
    assert_int_equal(p.err, CL_TOO_LONG);
    assert_int_equal(to.len, 3);
}

/* Every sentence has as many holes in each language, and markup of no kind. */
static void sentences(void **state)
{
    (void)state;
    for (unsigned word = 0; word < CL_WORDS; word++) {
        size_t holes[CL_LANGUAGES] = {0};
        for (unsigned language = 0; language < CL_LANGUAGES; language++) {
            const char *text = cl_words((enum cl_language)language, (enum cl_word)word);
            for (const char *at = text; (at = strstr(at, "{}")) != NULL; at += 2)
                holes[language]++;
        }
        assert_int_equal(holes[CL_LANGUAGE_EN], holes[CL_LANGUAGE_DE]);
        assert_int_equal(holes[CL_LANGUAGE_EN], holes[CL_LANGUAGE_FR]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts),  cmocka_unit_test(isolated),  cmocka_unit_test(times),
        cmocka_unit_test(sticky), cmocka_unit_test(sentences),
    };
    return cmocka_run_group_tests_name("html", tests, NULL, NULL);
}
