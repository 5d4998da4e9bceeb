#include "keyring/recovery.h"

#include <string.h>

#define VERSION 1
#define CHECK   6
#define BYTES   (1 + CL_AEAD_KEY + CL_SEED + CHECK)
#define DIGITS  19 /* of a line, without the one that checks it */
#define GROUP   5
#define ALL     (CL_CODE_LINES * DIGITS)

_Static_assert(ALL * 5 >= BYTES * 8 && ALL * 5 - BYTES * 8 < 5, "the lines hold the code exactly");

/* Crockford's: no I, L, O, U. */
static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* ---- digits ---------------------------------------------------------------------------------- */

/* −1 for what is no digit. */
static int value_of(char c)
{
    if (c >= 'a' && c <= 'z')
        c = (char)(c - 'a' + 'A');
    if (c == 'O')
        c = '0';
    if (c == 'I' || c == 'L')
        c = '1';
    const char *at = c != '\0' ? strchr(digits, c) : NULL;
    return at != NULL ? (int)(at - digits) : -1;
}

/* In GF(32), x^5 + x^2 + 1, where x is primitive: of order 31. So each of the twenty places and the
 * line's number have factors of their own, and a digit that is wrong, two that change places, and a
 * line in another's place never cancel out. */
static unsigned times_x(unsigned a)
{
    return (a << 1 ^ (a & 16 ? 0x25u : 0)) & 31u;
}

static unsigned check_of(const uint8_t values[static DIGITS], unsigned number)
{
    unsigned sum = number + 1;
    for (size_t i = 0; i < DIGITS; i++)
        sum = times_x(sum) ^ values[i];
    return times_x(sum);
}

static void put_line(const uint8_t values[static DIGITS], unsigned number,
                     char ret_line[static CL_CODE_LINE])
{
    size_t at = 0;
    for (size_t i = 0; i <= DIGITS; i++) {
        if (i > 0 && i % GROUP == 0)
            ret_line[at++] = '-';
        ret_line[at++] = digits[i < DIGITS ? values[i] : check_of(values, number)];
    }
    ret_line[at] = '\0';
}

/* ---- writing --------------------------------------------------------------------------------- */

static enum cl_err checksum(const uint8_t bytes[static BYTES], uint8_t ret_check[static CHECK])
{
    uint8_t hash[CL_HASH];
    enum cl_err err = cl_sha256(bytes, BYTES - CHECK, hash);
    if (!err)
        memcpy(ret_check, hash, CHECK);
    cl_wipe(hash, sizeof hash);
    return err;
}

/* Bit `at`, counted from the first byte's highest; 0 beyond the end. */
static unsigned bit_of(const uint8_t bytes[static BYTES], size_t at)
{
    return at < BYTES * 8 ? (unsigned)bytes[at / 8] >> (7 - at % 8) & 1u : 0;
}

static void write_lines(const uint8_t bytes[static BYTES],
                        char ret_lines[static CL_CODE_LINES][CL_CODE_LINE])
{
    uint8_t values[ALL] = {0};
    for (size_t at = 0; at < (size_t)ALL * 5; at++)
        values[at / 5] = (uint8_t)((unsigned)values[at / 5] << 1 | bit_of(bytes, at));
    for (unsigned i = 0; i < CL_CODE_LINES; i++)
        put_line(values + (size_t)i * DIGITS, i, ret_lines[i]);
    cl_wipe(values, sizeof values);
}

enum cl_err cl_recovery_write(const struct cl_key *key,
                              char ret_lines[static CL_CODE_LINES][CL_CODE_LINE])
{
    uint8_t bytes[BYTES] = {VERSION};
    memcpy(bytes + 1, key->data_key, CL_AEAD_KEY);
    memcpy(bytes + 1 + CL_AEAD_KEY, key->seed, CL_SEED);
    enum cl_err err = checksum(bytes, bytes + BYTES - CHECK);
    if (!err)
        write_lines(bytes, ret_lines);
    cl_wipe(bytes, sizeof bytes);
    return err;
}

/* ---- reading --------------------------------------------------------------------------------- */

enum cl_err cl_recovery_line(const char *text, unsigned number, char ret_line[static CL_CODE_LINE])
{
    uint8_t values[DIGITS + 1] = {0};
    size_t count = 0;
    const char *colon = strchr(text, ':');
    enum cl_err err = CL_OK;
    for (const char *p = colon != NULL ? colon + 1 : text; !err && *p != '\0'; p++) {
        int value = value_of(*p);
        if (strchr(" \t\r\n-", *p) != NULL)
            continue;
        if (value < 0 || count > DIGITS)
            err = CL_MALFORMED;
        else
            values[count++] = (uint8_t)value;
    }
    if (!err && (count != DIGITS + 1 || values[DIGITS] != check_of(values, number)))
        err = CL_MALFORMED;
    if (!err)
        put_line(values, number, ret_line);
    cl_wipe(values, sizeof values);
    return err;
}

static bool read_bits(char lines[static CL_CODE_LINES][CL_CODE_LINE], uint8_t bytes[static BYTES])
{
    size_t at = 0;
    unsigned rest = 0;
    for (size_t line = 0; line < CL_CODE_LINES; line++)
        for (size_t i = 0, n = 0; n < DIGITS; i++) {
            if (lines[line][i] == '-')
                continue;
            unsigned value = (unsigned)value_of(lines[line][i]) & 31u;
            for (int bit = 4; bit >= 0; bit--, at++) {
                unsigned set = value >> bit & 1u;
                if (at < BYTES * 8)
                    bytes[at / 8] = (uint8_t)(bytes[at / 8] | set << (7 - at % 8));
                else
                    rest |= set;
            }
            n++;
        }
    return rest == 0;
}

static enum cl_err make_key(const uint8_t bytes[static BYTES], struct cl_key **ret_key)
{
    uint8_t check[CHECK];
    enum cl_err err = checksum(bytes, check);
    if (err)
        return err;
    if (bytes[0] != VERSION || memcmp(check, bytes + BYTES - CHECK, CHECK) != 0)
        return CL_MALFORMED;
    return cl_key_from(bytes + 1, bytes + 1 + CL_AEAD_KEY, ret_key);
}

enum cl_err cl_recovery_read(char lines[static CL_CODE_LINES][CL_CODE_LINE],
                             struct cl_key **ret_key)
{
    uint8_t bytes[BYTES] = {0};
    enum cl_err err = read_bits(lines, bytes) ? make_key(bytes, ret_key) : CL_MALFORMED;
    cl_wipe(bytes, sizeof bytes);
    return err;
}
