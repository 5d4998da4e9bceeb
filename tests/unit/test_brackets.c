/* Brackets of entries, against a search through all timestamps. */
#include "entry/brackets.h"
#include "report/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct stamp {
    uint64_t size, seq;
    int64_t time;
};

static int64_t slow_before(const struct stamp *s, size_t n, uint64_t seq)
{
    int64_t best = -1;
    for (size_t i = 0; i < n; i++)
        if (s[i].seq < seq && s[i].time > best)
            best = s[i].time;
    return best;
}

static int64_t slow_after(const struct stamp *s, size_t n, uint64_t seq)
{
    int64_t best = -1;
    for (size_t i = 0; i < n; i++)
        if (s[i].size > seq && (best < 0 || s[i].time < best))
            best = s[i].time;
    return best;
}

static void check(const struct stamp *s, size_t n, uint64_t entries)
{
    cl_cleanup(cl_brackets_free) struct cl_brackets b = {0};
    for (size_t i = 0; i < n; i++)
        assert_int_equal(cl_brackets_add(&b, s[i].size, s[i].seq, s[i].time, s[i].time), CL_OK);
    cl_brackets_sort(&b);
    uint64_t next = cl_brackets_next(&b, 0);
    for (uint64_t seq = 0; seq < entries; seq++) {
        assert_int_equal(cl_brackets_not_before(&b, seq), slow_before(s, n, seq));
        assert_int_equal(cl_brackets_not_after(&b, seq), slow_after(s, n, seq));
        if (seq == next)
            next = cl_brackets_next(&b, seq);
        assert_true(next > seq);
        if (seq + 1 < next && seq + 1 < entries) {
            assert_int_equal(slow_before(s, n, seq + 1), slow_before(s, n, seq));
            assert_int_equal(slow_after(s, n, seq + 1), slow_after(s, n, seq));
        }
    }
}

static void known(void **state)
{
    static const struct stamp none[1], one[] = {{3, 3, 100}},
                                       unrecorded[] = {{3, UINT64_MAX, 100}, {9, 9, 200}},
                                       unordered[] = {{9, 9, 100}, {3, 3, 300}, {6, 7, 200}};
    (void)state;
    check(none, 0, 4);
    check(one, 1, 8);
    check(unrecorded, 2, 12);
    check(unordered, 3, 12);
}

static void many(void **state)
{
    struct stamp s[40];
    (void)state;
    srand(7);
    for (int round = 0; round < 200; round++) {
        const size_t n = (size_t)(rand() % 40);
        for (size_t i = 0; i < n; i++) {
            s[i].size = 1 + (uint64_t)(rand() % 60);
            s[i].seq = rand() % 5 ? s[i].size + (uint64_t)(rand() % 6) : UINT64_MAX;
            s[i].time = rand() % 1000;
        }
        check(s, n, 70);
    }
}

static int holes(const char *text)
{
    int n = 0;
    for (; (text = strstr(text, "{}")) != NULL; text += 2)
        n++;
    return n;
}

static void words_match(void **state)
{
    (void)state;
    for (int w = 0; w < CL_WORDS; w++)
        for (int l = 0; l < CL_LANGUAGES; l++) {
            const char *english = cl_words(CL_LANGUAGE_EN, (enum cl_word)w);
            const char *text = cl_words((enum cl_language)l, (enum cl_word)w);
            assert_int_equal(holes(text), holes(english));
            assert_true(text[0] || w == CL_WORD_CERTIFICATE_NOTE);
            assert_null(strpbrk(text, "<>&\""));
        }
    assert_null(cl_language_names[CL_LANGUAGES]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(known), cmocka_unit_test(many),
                                       cmocka_unit_test(words_match)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
