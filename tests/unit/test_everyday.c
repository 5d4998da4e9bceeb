/* The everyday way to the keyring: which replies it takes, and that it leaves all others to the
 * whole way. The replies are those of tests/fuzz/make-bus-corpus.py. */
#include "bus_replies.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
/* cmocka.h wants the above first. */
#include <cmocka.h>

#define CORPUS CL_VECTORS "/../fuzz/corpus/bus"

static size_t read_case(const char *name, uint8_t bytes[static 65536])
{
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/%s", CORPUS, name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    const size_t n = fread(bytes, 1, 65536, file);
    (void)fclose(file);
    return n;
}

static bool begins(const char *name, const char *with)
{
    return strncmp(name, with, strlen(with)) == 0;
}

/* False: it is as its name says. */
static bool is_wrong(const char *name, const struct played *played)
{
    const bool taken = begins(name, "good") || begins(name, "read");

    if (played->load != (taken ? CL_OK : CL_ABSENT) || played->key != taken)
        return true;
    if (taken && (played->head.size != 7 || played->head.alarm != CL_OK))
        return true;
    return played->advance != (begins(name, "good")   ? CL_OK
                               : begins(name, "read") ? CL_KEYRING_FAILED
                                                      : CL_ABSENT);
}

static void test_replies(void **state)
{
    static uint8_t bytes[65536];
    DIR *dir = opendir(CORPUS);
    unsigned count = 0, taken = 0, wrong = 0;

    (void)state;
    assert_non_null(dir);
    for (const struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        const struct played played = replies_play(bytes, read_case(entry->d_name, bytes));
        if (is_wrong(entry->d_name, &played)) {
            print_error("%s: open %d, load %d, advance %d\n", entry->d_name, played.open,
                        played.load, played.advance);
            wrong++;
        }
        count++;
        taken += played.load == CL_OK;
    }
    (void)closedir(dir);
    assert_int_equal(wrong, 0);
    assert_true(count > 40);
    assert_int_equal(taken, 6);
}

/* Cut anywhere, the good replies end with an answer, and never with a key before all is there. */
static void test_cut(void **state)
{
    static uint8_t bytes[65536];
    const size_t n = read_case("good-gnome", bytes);

    (void)state;
    for (size_t i = 0; i < n; i += 7) {
        const struct played played = replies_play(bytes, i);
        assert_true(played.key == (played.load == CL_OK));
        assert_int_not_equal(played.advance, CL_OK);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_replies),
        cmocka_unit_test(test_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
