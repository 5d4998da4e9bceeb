#include "entry/encoded_word.h"

#include "base/buf.h"
#include "base/encoding.h"
#include "base/text.h"

#include <string.h>
#include <strings.h>

struct word {
    struct cl_span charset, text;
    char encoding; /* 'b' or 'q' */
    size_t len;    /* of all of it */
};

/* What stands before the next question mark, without a blank in it; *at moves behind the mark. */
static bool take_part(const char **at, struct cl_span *ret_part)
{
    const size_t n = strcspn(*at, "? ");
    *ret_part = (struct cl_span){(const uint8_t *)*at, n};
    if ((*at)[n] != '?')
        return false;
    *at += n + 1;
    return true;
}

/* Section 2; a language may stand behind the charset (RFC 2231, section 5). */
static bool take_word(const char *begin, struct word *ret_word)
{
    const char *at = begin;
    if (strncmp(at, "=?", 2) != 0)
        return false;
    at += 2;
    if (!take_part(&at, &ret_word->charset))
        return false;
    const uint8_t *language = memchr(ret_word->charset.data, '*', ret_word->charset.len);
    if (language)
        ret_word->charset.len = (size_t)(language - ret_word->charset.data);
    if (*at == '\0' || !strchr("bBqQ", *at) || at[1] != '?')
        return false;
    ret_word->encoding = *at == 'b' || *at == 'B' ? 'b' : 'q';
    at += 2;
    if (!take_part(&at, &ret_word->text) || *at != '=')
        return false;
    ret_word->len = (size_t)(at + 1 - begin);
    return true;
}

static int digit(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Section 4.2. */
static enum cl_err decode_q(struct cl_span text, struct cl_buf *to)
{
    enum cl_err err = CL_OK;
    for (size_t i = 0; i < text.len && !err; i++) {
        uint8_t byte = text.data[i] == '_' ? ' ' : text.data[i];
        if (byte == '=') {
            const int high = i + 2 < text.len ? digit(text.data[i + 1]) : -1;
            const int low = i + 2 < text.len ? digit(text.data[i + 2]) : -1;
            if (high < 0 || low < 0)
                return CL_MALFORMED;
            byte = (uint8_t)(high << 4 | low);
            i += 2;
        }
        err = cl_buf_put(to, &byte, 1);
    }
    return err;
}

static enum cl_err put_latin1(const struct cl_buf *bytes, struct cl_buf *to)
{
    enum cl_err err = CL_OK;
    for (size_t i = 0; i < bytes->len && !err; i++) {
        const uint8_t c = bytes->data[i];
        const uint8_t two[] = {(uint8_t)(0xc0 | c >> 6), (uint8_t)(0x80 | (c & 0x3f))};
        err = c < 0x80 ? cl_buf_put(to, &c, 1) : cl_buf_put(to, two, sizeof two);
    }
    return err;
}

static bool is_charset(const struct word *word, const char *name)
{
    return word->charset.len == strlen(name) &&
           strncasecmp((const char *)word->charset.data, name, word->charset.len) == 0;
}

static enum cl_err put_word(const struct word *word, struct cl_buf *to)
{
    cl_cleanup(cl_buf_free) struct cl_buf bytes = cl_buf(CL_MAIL_TEXT_MAX);
    const enum cl_err err = word->encoding == 'b' ? cl_base64_decode((const char *)word->text.data,
                                                                     word->text.len, &bytes)
                                                  : decode_q(word->text, &bytes);
    if (err)
        return err;
    if (is_charset(word, "ISO-8859-1"))
        return put_latin1(&bytes, to);
    if (!is_charset(word, "UTF-8") && !is_charset(word, "US-ASCII"))
        return CL_MALFORMED;
    return cl_buf_put(to, bytes.data, bytes.len);
}

static enum cl_err put_value(const char *value, struct cl_buf *to)
{
    bool behind_word = false;
    enum cl_err err = CL_OK;
    while (*value && !err) {
        const size_t blanks = strspn(value, " ");
        struct word word;
        if (take_word(value + blanks, &word)) {
            err = behind_word ? CL_OK : cl_buf_put(to, value, blanks);
            if (!err)
                err = put_word(&word, to);
            value += blanks + word.len;
            behind_word = true;
        } else {
            const size_t n = blanks ? blanks : 1;
            err = cl_buf_put(to, value, n);
            value += n;
            behind_word = false;
        }
    }
    return err;
}

void cl_encoded_words_show(const char *value, char ret_text[static CL_ENCODED_WORD_SHOWN + 1])
{
    cl_cleanup(cl_buf_free) struct cl_buf text = cl_buf(CL_ENCODED_WORD_SHOWN);
    const bool good = put_value(value, &text) == CL_OK && text.len > 0 &&
                      cl_text_visible((struct cl_span){text.data, text.len});
    const size_t n = good ? text.len : strnlen(value, CL_MAIL_TEXT_MAX);
    memcpy(ret_text, good ? (const char *)text.data : value, n);
    ret_text[n] = '\0';
}
