/* Encoded words of mails, by the vectors that the extension reads too. */
#include "entry/encoded_word.h"

#include "vectors.h"

static void vectors_are_shown(void **state)
{
    char *field[2];
    struct vectors v = vectors_open("encoded-words.txt");
    (void)state;
    while (vectors_next(&v, field, 2)) {
        struct bytes value = vector_bytes(field[0]), shown = vector_bytes(field[1]);
        char text[CL_MAIL_TEXT_MAX + 1], said[CL_ENCODED_WORD_SHOWN + 1];
        assert_in_range(value.len, 1, CL_MAIL_TEXT_MAX);
        memcpy(text, value.at, value.len);
        text[value.len] = '\0';
        cl_encoded_words_show(text, said);
        assert_int_equal(strlen(said), shown.len);
        assert_memory_equal(said, shown.at, shown.len);
        free(value.at);
        free(shown.at);
    }
}

/* Whatever bytes an entry may hold there: an end, within bounds. */
static void anything_has_an_end(void **state)
{
    static const char signs[] = "=??bBqQ* _Cc3utf-8ISO-8859-1\xc3\xa9";
    unsigned seed = 1;
    (void)state;
    for (int round = 0; round < 20000; round++) {
        char text[CL_MAIL_TEXT_MAX + 1], said[CL_ENCODED_WORD_SHOWN + 1];
        const size_t n = (size_t)round % CL_MAIL_TEXT_MAX;
        for (size_t i = 0; i < n; i++) {
            seed = seed * 1103515245u + 12345u;
            text[i] = signs[(seed >> 16) % (sizeof signs - 1)];
        }
        text[n] = '\0';
        cl_encoded_words_show(text, said);
        assert_true(strlen(said) <= CL_ENCODED_WORD_SHOWN);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vectors_are_shown),
        cmocka_unit_test(anything_has_an_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
