#include "json/writer.h"
#include "base/clock.h"
#include "base/encoding.h"
#include "base/unicode.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct cl_json_writer cl_json_writer(struct cl_buf *to)
{
    return (struct cl_json_writer){.to = to};
}

static void put(struct cl_json_writer *w, const void *bytes, size_t n)
{
    if (!w->err)
        w->err = cl_buf_put(w->to, bytes, n);
}

static void put_text(struct cl_json_writer *w, const char *text)
{
    put(w, text, strlen(text));
}

/* What stands before a value: the comma of its neighbour, its name. */
static void begin(struct cl_json_writer *w, const char *name)
{
    if (w->comma)
        put_text(w, ",");
    w->comma = true;
    if (!name)
        return;
    put_text(w, "\"");
    put_text(w, name);
    put_text(w, "\":");
}

static void open_with(struct cl_json_writer *w, const char *name, const char *bracket)
{
    begin(w, name);
    put_text(w, bracket);
    w->comma = false;
    w->depth++;
}

static void close_with(struct cl_json_writer *w, const char *bracket)
{
    put_text(w, bracket);
    w->comma = true;
    w->depth--;
}

void cl_json_object(struct cl_json_writer *w, const char *name)
{
    open_with(w, name, "{");
}

void cl_json_object_end(struct cl_json_writer *w)
{
    close_with(w, "}");
}

void cl_json_array(struct cl_json_writer *w, const char *name)
{
    open_with(w, name, "[");
}

void cl_json_array_end(struct cl_json_writer *w)
{
    close_with(w, "]");
}

static bool needs_escape(char c)
{
    return c == '"' || c == '\\' || (unsigned char)c < 0x20;
}

static void put_escaped(struct cl_json_writer *w, char c)
{
    static const char meant[] = "\b\f\n\r\t\"\\";
    static const char letters[] = "bfnrt\"\\";
    const char *at = strchr(meant, c);
    if (at) {
        put(w, (const char[]){'\\', letters[at - meant]}, 2);
        return;
    }
    char hex[3];
    cl_hex_encode(&c, 1, hex);
    put_text(w, "\\u00");
    put(w, hex, 2);
}

void cl_json_str(struct cl_json_writer *w, const char *name, const char *value)
{
    begin(w, name);
    if (!value) {
        put_text(w, "null");
        return;
    }
    put_text(w, "\"");
    while (*value) {
        size_t plain = 0;
        while (value[plain] && !needs_escape(value[plain]))
            plain++;
        put(w, value, plain);
        value += plain;
        if (*value)
            put_escaped(w, *value++);
    }
    put_text(w, "\"");
}

void cl_json_int(struct cl_json_writer *w, const char *name, int64_t value)
{
    char text[24];
    int n = snprintf(text, sizeof text, "%" PRId64, value);
    begin(w, name);
    put(w, text, (size_t)n);
}

void cl_json_bool(struct cl_json_writer *w, const char *name, bool value)
{
    begin(w, name);
    put_text(w, value ? "true" : "false");
}

void cl_json_tri(struct cl_json_writer *w, const char *name, enum cl_tri value)
{
    if (value == CL_NULL)
        cl_json_str(w, name, NULL);
    else
        cl_json_bool(w, name, value == CL_TRUE);
}

void cl_json_time(struct cl_json_writer *w, const char *name, int64_t ms)
{
    if (ms < 0) {
        cl_json_str(w, name, NULL);
        return;
    }
    char text[CL_TIME_TEXT];
    cl_time_format(ms, text);
    cl_json_str(w, name, text);
}

void cl_json_hex(struct cl_json_writer *w, const char *name, const void *bytes, size_t n)
{
    const uint8_t *at = bytes;
    begin(w, name);
    put_text(w, "\"");
    for (size_t i = 0; i < n; i++) {
        char pair[3];
        cl_hex_encode(at + i, 1, pair);
        put(w, pair, 2);
    }
    put_text(w, "\"");
}

void cl_json_base64(struct cl_json_writer *w, const char *name, const void *bytes, size_t n)
{
    begin(w, name);
    put_text(w, "\"");
    if (!w->err)
        w->err = cl_base64_encode(bytes, n, w->to);
    put_text(w, "\"");
}

void cl_json_raw(struct cl_json_writer *w, const char *name, const void *json, size_t n)
{
    begin(w, name);
    put(w, json, n);
}

enum cl_err cl_json_end(struct cl_json_writer *w)
{
    if (!w->err && w->depth != 0)
        w->err = CL_BAD_JSON;
    return w->err;
}

/* As \uXXXX, or two of them above U+FFFF (RFC 8259, section 7). */
static enum cl_err put_number(uint32_t point, struct cl_buf *to)
{
    char text[24]; /* more than it takes, so that the compiler need not count */
    if (point < 0x10000)
        (void)snprintf(text, sizeof text, "\\u%04" PRIx32, point);
    else
        (void)snprintf(text, sizeof text, "\\u%04" PRIx32 "\\u%04" PRIx32,
                       0xd800 + ((point - 0x10000) >> 10), 0xdc00 + ((point - 0x10000) & 0x3ff));
    return cl_buf_put_str(to, text);
}

enum cl_err cl_json_visible(struct cl_span json, struct cl_buf *to)
{
    enum cl_err err = CL_OK;
    size_t plain = 0;
    for (size_t i = 0; i < json.len && !err;) {
        uint32_t point = 0xfffd;
        const size_t n = cl_utf8_decode(json.data + i, json.len - i, &point);
        const size_t step = n > 0 ? n : 1;
        if (n == 0 || (point >= 0x7f && cl_unicode_is_hidden(point))) {
            err = cl_buf_put(to, json.data + plain, i - plain);
            if (!err)
                err = put_number(point, to);
            plain = i + step;
        }
        i += step;
    }
    return err ? err : cl_buf_put(to, json.data + plain, json.len - plain);
}
