/* Files of the member's own: which type their bytes are of, what a mail says of itself, and what an
 * entry may say of them. */
#include "entry/exhibit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "entry/enclosed.h"

#define HEADERS "From: a@linkedin.com\r\nDate: Wed, 18 Sep 2024 10:00:00 +0000\r\n"

static struct cl_span span(const char *text)
{
    return (struct cl_span){(const uint8_t *)text, strlen(text)};
}

/* ---- content --------------------------------------------------------------------------------- */

/* In pieces of that length. */
static enum cl_content_type look(struct cl_span bytes, size_t piece, struct cl_mail *ret_mail)
{
    cl_cleanup(cl_content_free) struct cl_content content = cl_content();
    for (size_t at = 0; at < bytes.len; at += piece) {
        const size_t n = bytes.len - at < piece ? bytes.len - at : piece;
        assert_int_equal(cl_content_put(&content, bytes.data + at, n), CL_OK);
    }
    return cl_content_end(&content, ret_mail);
}

#define BYTES(text)                                                                                \
    {                                                                                              \
        (const uint8_t *)(text), sizeof(text) - 1                                                  \
    }

static void type_follows_from_the_bytes(void **state)
{
    static const struct {
        struct cl_span bytes;
        enum cl_content_type type;
    } rows[] = {
        {BYTES("\x89PNG\r\n\x1a\nwhatever"), CL_CONTENT_PNG},
        {BYTES("\x89PNG\r\n\x1a"), CL_CONTENT_OTHER},
        {BYTES("\xff\xd8\xff\xe0"), CL_CONTENT_JPEG},
        {BYTES("\xff\xd8"), CL_CONTENT_OTHER},
        {BYTES("RIFF\1\2\3\4WEBPVP8 "), CL_CONTENT_WEBP},
        {BYTES("RIFFWEBP"), CL_CONTENT_TEXT},
        {BYTES("RIFF1234WAVE"), CL_CONTENT_TEXT},
        {BYTES("%PDF-1.7\n\0"), CL_CONTENT_PDF},
        {BYTES(" %PDF-1.7"), CL_CONTENT_TEXT},
        {BYTES(HEADERS "\r\n\xff\0 anything behind it"), CL_CONTENT_MAIL},
        {BYTES("FROM:\nDATE:\n\n"), CL_CONTENT_MAIL},
        {BYTES(HEADERS), CL_CONTENT_TEXT},                         /* the block does not end */
        {BYTES("From: a\r\nSubject: b\r\n\r\n"), CL_CONTENT_TEXT}, /* no date */
        {BYTES("From a@b Wed Sep 18\n" HEADERS "\n"), CL_CONTENT_TEXT},
        {BYTES(" folded first\n" HEADERS "\n"), CL_CONTENT_TEXT},
        {BYTES("A b: c\n" HEADERS "\n"), CL_CONTENT_TEXT},
        {BYTES("A : c\n" HEADERS "\n"), CL_CONTENT_TEXT},
        {BYTES(": c\n" HEADERS "\n"), CL_CONTENT_TEXT},
        {BYTES("X: \0\n" HEADERS "\n"), CL_CONTENT_OTHER},
        {BYTES("<html><script>alert(1)</script>"), CL_CONTENT_TEXT},
        {BYTES("tab\t line\n return\r\n \xc3\xa9 \xf0\x9f\xa7\xaa"), CL_CONTENT_TEXT},
        {BYTES("\xc2\x85"), CL_CONTENT_OTHER}, /* a control above ASCII */
        {BYTES("bell \a"), CL_CONTENT_OTHER},
        {BYTES("delete \x7f"), CL_CONTENT_OTHER},
        {BYTES("half \xc3"), CL_CONTENT_OTHER},
        {BYTES("\xc3("), CL_CONTENT_OTHER},
        {BYTES("\xed\xa0\x80"), CL_CONTENT_OTHER},
        {BYTES("MZ\x90\0"), CL_CONTENT_OTHER},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t piece = 1; piece < 80; piece = 2 * piece + 1) {
            struct cl_mail mail;
            const enum cl_content_type type = look(rows[i].bytes, piece, &mail);
            if (type != rows[i].type)
                fail_msg("row %zu in pieces of %zu: %s", i, piece, cl_content_names[type]);
        }
    for (int i = 0; i < CL_CONTENT_TYPES; i++)
        assert_int_equal((int)cl_content_named(cl_content_names[i]), i);
    assert_int_equal((int)cl_content_named("text/html"), CL_CONTENT_TYPES);
}

/* The block ends within the first 65,536 bytes, or it is none. */
static void headers_have_an_end(void **state)
{
    (void)state;
    for (size_t more = 0; more < 2; more++) {
        const size_t n = CL_MAIL_HEAD_MAX + more;
        char *bytes = malloc(n + 1);
        struct cl_mail mail;
        assert_non_null(bytes);
        memset(bytes, 'x', n);
        memcpy(bytes, HEADERS "X:", strlen(HEADERS "X:"));
        memcpy(bytes + n - 2, "\n\n", 2);
        bytes[n] = '\0';
        assert_int_equal((int)look(span(bytes), 4096, &mail),
                         (int)(more ? CL_CONTENT_TEXT : CL_CONTENT_MAIL));
        free(bytes);
    }
}

/* ---- mails ----------------------------------------------------------------------------------- */

static void read_mail(const char *fields, struct cl_mail *mail)
{
    char text[8192];
    const int n = snprintf(text, sizeof text, "%s\r\n\r\nFrom: behind it\r\n", fields);
    assert_true(n > 0 && (size_t)n < sizeof text);
    if (!cl_mail_read(span(text), mail))
        fail_msg("no mail: %s", fields);
}

static void values_are_as_they_stand(void **state)
{
    static const struct {
        const char *fields, *from, *date, *subject;
    } rows[] = {
        {"From: a\r\nDate: b\r\nSubject: c", "a", "b", "c"},
        {"from:a\ndATE:\tb\t\nsubject:  c  ", "a", "b", "c"},
        {"From: a\nDate: b", "a", "b", ""},
        {"From: a\nFrom: b\nDate: c\nDate: d\nSubject:\nSubject: e", "a", "c", ""},
        {"From:\r\n a\r\n\t b\r\nDate: c", "a b", "c", ""},
        {"From: a \r\n  b\r\nDate:\r\n \r\n c\r\n ", "a  b", "c", ""},
        {"From: =?utf-8?B?w6k=?=\nDate: x", "=?utf-8?B?w6k=?=", "x", ""},
        {"From: \xc3\xa9\nDate: x", "\xc3\xa9", "x", ""},
        {"From: \xe9\nDate: x", "", "x", ""},
        {"From: a\x1b[2J\nDate: b\xe2\x80\xae\nSubject: \xef\xbb\xbf", "", "", ""},
        {"From: a\rb\nDate: x", "", "x", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct cl_mail mail;
        read_mail(rows[i].fields, &mail);
        assert_string_equal(mail.from, rows[i].from);
        assert_string_equal(mail.date, rows[i].date);
        assert_string_equal(mail.subject, rows[i].subject);
    }
}

static void values_have_an_end(void **state)
{
    static const size_t lengths[] = {128, 129, 512, 513};
    (void)state;
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        char value[600], fields[2048];
        struct cl_mail mail;
        memset(value, 'x', lengths[i]);
        value[lengths[i]] = '\0';
        (void)snprintf(fields, sizeof fields, "From: %s  \nDate:  %s\nSubject: %s", value, value,
                       value);
        read_mail(fields, &mail);
        assert_int_equal(strlen(mail.date), lengths[i] <= CL_MAIL_DATE_MAX ? lengths[i] : 0);
        assert_int_equal(strlen(mail.from), lengths[i] <= CL_MAIL_TEXT_MAX ? lengths[i] : 0);
        assert_int_equal(strlen(mail.subject), lengths[i] <= CL_MAIL_TEXT_MAX ? lengths[i] : 0);
    }
}

static void signatures_are_looked_for(void **state)
{
    static const struct {
        const char *value;
        bool linkedin;
    } rows[] = {
        {"v=1; a=rsa-sha256; d=linkedin.com; s=d2048", true},
        {"v=1; d=maile.LinkedIn.COM; s=x", true},
        {"v=1;\r\n\td = \r\n mail.linkedin.com ;s=x", true},
        {"d=linkedin.com", true},
        {"d=linkedin.com.example; s=x", false},
        {"d=notlinkedin.com", false},
        {"d=.linkedin.com", true},
        {"d=example.com; d=linkedin.com", false}, /* the first counts */
        {"D=linkedin.com", false},                /* tags have one case */
        {"bh=d=linkedin.com", false},
        {"linkedin.com", false},
        {"s=d; x d=linkedin.com", false},
        {"", false},
        {";;;d=linkedin.com;", true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char fields[512];
        struct cl_mail mail;
        (void)snprintf(fields, sizeof fields, "From: a\r\nDKIM-signature: %s\r\nDate: b",
                       rows[i].value);
        read_mail(fields, &mail);
        if (mail.linkedin_signature != rows[i].linkedin)
            fail_msg("%s", rows[i].value);
    }
    struct cl_mail mail;
    read_mail("DKIM-Signature: d=example.com\nFrom: a\nDate: b\nDKIM-Signature: d=linkedin.com",
              &mail);
    assert_true(mail.linkedin_signature);
}

static void what_is_said_is_hashed(void **state)
{
    uint8_t all[5][CL_HASH];
    (void)state;
    assert_int_equal(cl_mail_hash("a", "b", NULL, false, all[0]), CL_OK);
    assert_int_equal(cl_mail_hash("a", "b", "", false, all[1]), CL_OK);
    assert_memory_equal(all[0], all[1], CL_HASH);
    assert_int_equal(cl_mail_hash("a", "b", NULL, true, all[1]), CL_OK);
    assert_int_equal(cl_mail_hash("ab", NULL, NULL, false, all[2]), CL_OK);
    assert_int_equal(cl_mail_hash("a", NULL, "b", false, all[3]), CL_OK);
    assert_int_equal(cl_mail_hash(NULL, "a", "b", false, all[4]), CL_OK);
    for (size_t i = 0; i < 5; i++)
        for (size_t k = 0; k < i; k++)
            assert_memory_not_equal(all[i], all[k], CL_HASH);
}

/* ---- entries --------------------------------------------------------------------------------- */

static void bytes_are_described(void **state)
{
    struct cl_exhibit e = {.file = "mail.eml"};
    struct cl_mail mail;
    (void)state;
    assert_int_equal(cl_exhibit_describe(span(HEADERS "\r\n"), &mail, &e), CL_OK);
    assert_true(e.has_mail);
    assert_string_equal(e.mail.from, "a@linkedin.com");
    assert_null(e.mail.subject);
    assert_string_equal(e.attachments.item[0].media_type, "message/rfc822");
    assert_null(cl_exhibit_lie(&e));
    assert_int_equal(cl_exhibit_describe(span("text"), &mail, &e), CL_OK);
    assert_false(e.has_mail);
    assert_int_equal(e.attachments.item[0].size, 4);
    assert_int_equal(cl_exhibit_describe(span(""), &mail, &e), CL_BAD_VALUE);
    const struct cl_span large = {(const uint8_t *)"", CL_EXHIBIT_MAX + 1}; /* not looked at */
    assert_int_equal(cl_exhibit_describe(large, &mail, &e), CL_TOO_LONG);
}

static void names_are_plain(void **state)
{
    static const char *const bad[] = {"", "a/b", "a\\b", "a\nb", "a\xe2\x80\xae", "\xff"};
    char longest[CL_EXHIBIT_FILE_MAX + 2];
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(cl_exhibit_is_file(bad[i]));
    assert_true(cl_exhibit_is_file("Ihre Einstellungen é 数据.eml"));
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    assert_false(cl_exhibit_is_file(longest));
    longest[CL_EXHIBIT_FILE_MAX] = '\0';
    assert_true(cl_exhibit_is_file(longest));
    assert_true(cl_exhibit_is_note("a/b"));
    assert_false(cl_exhibit_is_note("two\nlines"));
}

static void lies_are_named(void **state)
{
    const struct cl_exhibit honest = {
        .file = "a",
        .attachments = {
            .count = 1,
            .item = {{.name = "file", .media_type = "text/plain; charset=utf-8", .size = 1}}}};
    struct cl_exhibit e = honest;
    (void)state;
    assert_null(cl_exhibit_lie(&e));
    e.file = "a/b";
    assert_string_equal(cl_exhibit_lie(&e), "file");
    e = honest;
    e.note = "\xe2\x80\xae";
    assert_string_equal(cl_exhibit_lie(&e), "note");
    e = honest;
    e.has_mail = true;
    assert_string_equal(cl_exhibit_lie(&e), "mail");
    e.attachments.item[0].media_type = "message/rfc822";
    assert_null(cl_exhibit_lie(&e));
    e.mail.subject = "a\tb";
    assert_string_equal(cl_exhibit_lie(&e), "mail");
    e.has_mail = false;
    assert_string_equal(cl_exhibit_lie(&e), "mail");
}

static void it_encloses_one_file(void **state)
{
    static const struct {
        const char *name, *type;
        uint64_t size;
        bool fits;
    } rows[] = {{"file", "image/png", 1, true},
                {"file", "application/octet-stream", 1, true},
                {"file", "image/png", 0, false},
                {"file", "text/html", 1, false},
                {"picture", "image/png", 1, false}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct cl_entry entry = {.head.kind = CL_KIND_EXHIBIT};
        entry.exhibit.attachments = (struct cl_attachments){
            .count = 1,
            .item = {{.name = rows[i].name, .media_type = rows[i].type, .size = rows[i].size}}};
        assert_int_equal(cl_enclosed_fits(&entry), rows[i].fits);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(type_follows_from_the_bytes),
        cmocka_unit_test(headers_have_an_end),
        cmocka_unit_test(values_are_as_they_stand),
        cmocka_unit_test(values_have_an_end),
        cmocka_unit_test(signatures_are_looked_for),
        cmocka_unit_test(what_is_said_is_hashed),
        cmocka_unit_test(bytes_are_described),
        cmocka_unit_test(names_are_plain),
        cmocka_unit_test(lies_are_named),
        cmocka_unit_test(it_encloses_one_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
