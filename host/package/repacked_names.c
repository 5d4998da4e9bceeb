/* Names as other programs write them, which may be any. */
#include "package/repacked_internal.h"

#include <string.h>

#define SEPARATORS "/\\"

bool cl_repacked_name_is_sane(const char *name)
{
    for (const char *c = name; *c; c++)
        if ((uint8_t)*c < ' ' || *c == '\x7f')
            return false;
    for (const char *part = name; *part;) {
        const size_t n = strcspn(part, SEPARATORS);
        if (n == 2 && memcmp(part, "..", 2) == 0)
            return false;
        part += n + (part[n] != '\0');
    }
    return name[0] && !strchr(SEPARATORS, name[0]);
}

static bool is_package_char(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
}

/* One part, as the header has it and as the field does. */
static bool parts_alike(const char *part, size_t n, const char *other, size_t other_n)
{
    bool strange = false, spelled = false;
    if (n == other_n && memcmp(part, other, n) == 0)
        return true;
    for (size_t i = 0; i < n; i++)
        strange |= !is_package_char(part[i]);
    for (size_t i = 0; i < other_n; i++)
        spelled |= (uint8_t)other[i] >= 0x80;
    return strange && spelled;
}

bool cl_repacked_names_alike(const uint8_t *field, size_t n, const char *name)
{
    char other[REPACKED_NAME_MAX + 1];
    if (n < 6 || n - 5 > REPACKED_NAME_MAX)
        return false;
    memcpy(other, field + 5, n - 5);
    other[n - 5] = '\0';
    if (strlen(other) != n - 5 || !cl_repacked_name_is_sane(other))
        return false;
    for (const char *o = other;; o++, name++) {
        const size_t part = strcspn(name, SEPARATORS), other_part = strcspn(o, SEPARATORS);
        if (!parts_alike(name, part, o, other_part) || name[part] != o[other_part])
            return false;
        if (!name[part])
            return true;
        name += part;
        o += other_part;
    }
}
