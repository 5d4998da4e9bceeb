#include "entry/mail.h"

#include <string.h>
#include <strings.h>

#define DOMAIN "linkedin.com"

/* One field of the block; the value as it stands, with its folds. */
struct field {
    struct cl_span name, value;
};

/* ---- lines ----------------------------------------------------------------------------------- */

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t';
}

/* Without the carriage return that belongs to its end. */
static bool take_line(struct cl_span *rest, struct cl_span *line)
{
    if (!cl_take_line(rest, line))
        return false;
    if (line->len > 0 && line->data[line->len - 1] == '\r')
        line->len--;
    return true;
}

/* A field's name: RFC 5322, section 3.6.8. */
static bool split(struct cl_span line, struct field *ret)
{
    size_t n = 0;
    while (n < line.len && line.data[n] > ' ' && line.data[n] <= '~' && line.data[n] != ':')
        n++;
    if (n == 0 || n == line.len || line.data[n] != ':')
        return false;
    *ret = (struct field){{line.data, n}, {line.data + n + 1, line.len - n - 1}};
    return true;
}

static bool is_named(const struct field *field, const char *name)
{
    return field->name.len == strlen(name) &&
           strncasecmp((const char *)field->name.data, name, field->name.len) == 0;
}

/* ---- values ---------------------------------------------------------------------------------- */

/* How long a line's end at the beginning of these bytes is; 0: there is none. */
static size_t line_end(const uint8_t *at, size_t n)
{
    if (n > 0 && at[0] == '\n')
        return 1;
    return n > 1 && at[0] == '\r' && at[1] == '\n' ? 2 : 0;
}

/* Without blanks and line ends before and behind. */
static struct cl_span trimmed(struct cl_span s)
{
    for (size_t n = 1; s.len > 0 && n > 0; s.data += n, s.len -= n)
        n = is_blank(s.data[0]) ? 1 : line_end(s.data, s.len);
    for (;;) {
        if (s.len > 1 && line_end(s.data + s.len - 2, 2) == 2)
            s.len -= 2;
        else if (s.len > 0 && (is_blank(s.data[s.len - 1]) || s.data[s.len - 1] == '\n'))
            s.len--;
        else
            return s;
    }
}

/* Each line's end, with the blanks behind it, is one space. */
static void unfold(struct cl_span value, char *to, size_t size)
{
    const struct cl_span s = trimmed(value);
    size_t n = 0;
    for (size_t i = 0; i < s.len; n++) {
        size_t fold = line_end(s.data + i, s.len - i);
        if (n + 1 == size) {
            n = 0;
            break;
        }
        to[n] = fold ? ' ' : (char)s.data[i];
        i += fold ? fold : 1;
        while (fold && i < s.len && is_blank(s.data[i]))
            i++;
    }
    if (!cl_text_visible((struct cl_span){(const uint8_t *)to, n}))
        n = 0;
    to[n] = '\0';
}

static bool is_linkedin(struct cl_span domain)
{
    const size_t n = strlen(DOMAIN);
    if (domain.len < n || strncasecmp((const char *)domain.data + domain.len - n, DOMAIN, n) != 0)
        return false;
    return domain.len == n || domain.data[domain.len - n - 1] == '.';
}

/* The tag d of a signature: RFC 6376, section 3.2. */
static bool signed_by_linkedin(struct cl_span value)
{
    while (value.len > 0) {
        const uint8_t *end = memchr(value.data, ';', value.len);
        const struct cl_span part = {value.data, end ? (size_t)(end - value.data) : value.len};
        const uint8_t *equals = part.len ? memchr(part.data, '=', part.len) : NULL;
        const size_t n = equals ? (size_t)(equals - part.data) : 0;
        if (equals && cl_span_is(trimmed((struct cl_span){part.data, n}), "d"))
            return is_linkedin(trimmed((struct cl_span){equals + 1, part.len - n - 1}));
        if (!end)
            break;
        value.data += part.len + 1;
        value.len -= part.len + 1;
    }
    return false;
}

/* ---- the block ------------------------------------------------------------------------------- */

/* What was seen of it so far; only the first field of a name counts. */
struct seen {
    bool from, date, subject;
    struct cl_mail mail;
};

static void take_text(const struct field *field, bool *seen, char *to, size_t size)
{
    if (!*seen)
        unfold(field->value, to, size);
    *seen = true;
}

static void take_field(const struct field *field, struct seen *seen)
{
    struct cl_mail *mail = &seen->mail;
    if (is_named(field, "From"))
        take_text(field, &seen->from, mail->from, sizeof mail->from);
    else if (is_named(field, "Date"))
        take_text(field, &seen->date, mail->date, sizeof mail->date);
    else if (is_named(field, "Subject"))
        take_text(field, &seen->subject, mail->subject, sizeof mail->subject);
    else if (is_named(field, "DKIM-Signature"))
        mail->linkedin_signature |= signed_by_linkedin(field->value);
}

bool cl_mail_read(struct cl_span head, struct cl_mail *ret_mail)
{
    struct seen seen = {0};
    struct field field = {0};
    struct cl_span line;
    if (head.len > CL_MAIL_HEAD_MAX)
        head.len = CL_MAIL_HEAD_MAX;
    while (take_line(&head, &line)) {
        if (line.len > 0 && memchr(line.data, '\0', line.len))
            return false;
        if (line.len > 0 && is_blank(line.data[0]) && field.name.len > 0) {
            field.value.len = (size_t)(line.data + line.len - field.value.data);
            continue;
        }
        if (field.name.len > 0)
            take_field(&field, &seen);
        if (line.len == 0) {
            if (seen.from && seen.date)
                *ret_mail = seen.mail;
            return seen.from && seen.date;
        }
        if (!split(line, &field))
            return false;
    }
    return false;
}

enum cl_err cl_mail_hash(const char *from, const char *date, const char *subject,
                         bool linkedin_signature, uint8_t ret_hash[static CL_HASH])
{
    const char *const texts[] = {from, date, subject};
    uint8_t all[3 * (CL_MAIL_TEXT_MAX + 1)];
    size_t n = 0;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const size_t len = texts[i] ? strlen(texts[i]) : 0;
        if (len > CL_MAIL_TEXT_MAX)
            return CL_TOO_LONG;
        if (len > 0)
            memcpy(all + n, texts[i], len);
        n += len;
        all[n++] = '\0';
    }
    return cl_sha256_parts(linkedin_signature, all, n, NULL, 0, ret_hash);
}
