/* Line files of tests/vectors: '#' comments, then one case a line, fields apart by one blank, "-"
 * for no bytes. */
#ifndef VECTORS_H
#define VECTORS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct vectors {
    FILE *file;
    char *line;
    size_t size;
    size_t cases;
};

static inline struct vectors vectors_open(const char *name)
{
    char path[4096];
    assert_in_range(snprintf(path, sizeof path, "%s/%s", CL_VECTORS, name), 1, sizeof path - 1);
    struct vectors v = {.file = fopen(path, "r")};
    if (!v.file)
        fail_msg("%s cannot be opened", path);
    return v;
}

/* Split the next case into exactly `count` fields; false at the end, which checks that there was a
 * case at all. */
static inline int vectors_next(struct vectors *v, char **ret_fields, size_t count)
{
    ssize_t n;
    do {
        n = getline(&v->line, &v->size, v->file);
    } while (n > 0 && v->line[0] == '#');
    if (n <= 0) {
        assert_true(v->cases > 0);
        fclose(v->file);
        free(v->line);
        return 0;
    }
    v->line[strcspn(v->line, "\n")] = '\0';
    char *rest = v->line;
    for (size_t i = 0; i < count; i++) {
        ret_fields[i] = strsep(&rest, " ");
        assert_non_null(ret_fields[i]);
    }
    assert_null(rest);
    v->cases++;
    return 1;
}

struct bytes {
    uint8_t *at; /* free it */
    size_t len;
};

/* Of its own exact size, so that a sanitizer sees a read past the end. */
static inline struct bytes vector_bytes(const char *hex)
{
    size_t n = strcmp(hex, "-") == 0 ? 0 : strlen(hex) / 2;
    struct bytes bytes = {malloc(n ? n : 1), n};
    assert_non_null(bytes.at);
    for (size_t i = 0; i < n; i++) {
        const char pair[] = {hex[2 * i], hex[2 * i + 1], '\0'};
        char *end;
        bytes.at[i] = (uint8_t)strtoul(pair, &end, 16);
        assert_int_equal(*end, '\0');
    }
    return bytes;
}

static inline int vector_good(const char *verdict)
{
    assert_true(strcmp(verdict, "good") == 0 || strcmp(verdict, "bad") == 0);
    return verdict[0] == 'g';
}

#endif
