/* What an owner can acknowledge, by the list that the two other verifiers read too. */
#include "entry/consistency.h"

#include "vectors.h"

/* Is what such a discontinuity names as found said to be none? */
static bool is_denied(enum cl_err found)
{
    cl_cleanup(cl_consistency_free) struct cl_consistency *consistency = NULL;
    struct cl_entry entry = {.head = {.seq = 7, .kind = CL_KIND_DISCONTINUITY},
                             .discontinuity = {.found = found, .head_size = 9, .log_size = 7}};
    struct cl_findings findings;
    bool denied = false;
    assert_int_equal(cl_consistency_new(&consistency), CL_OK);
    assert_int_equal(cl_consistency_take(consistency, &entry, &findings), CL_OK);
    for (size_t i = 0; i < findings.count; i++)
        denied = denied || (findings.item[i].what == CL_FINDING_DISCONTINUITY &&
                            strcmp(findings.item[i].member, "found") == 0);
    return denied;
}

static void these_can_be_acknowledged_and_no_others(void **state)
{
    bool listed[CL_ERR_COUNT] = {false};
    struct vectors v = vectors_open("acknowledged.txt");
    char *code[1];
    (void)state;
    while (vectors_next(&v, code, 1)) {
        int found = 0;
        while (found < CL_ERR_COUNT && strcmp(cl_err_codes[found], code[0]) != 0)
            found++;
        assert_in_range(found, 0, CL_ERR_COUNT - 1);
        listed[found] = true;
    }
    for (int found = 0; found < CL_ERR_COUNT; found++)
        if (is_denied((enum cl_err)found) == listed[found])
            fail_msg("%s", cl_err_codes[found]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(these_can_be_acknowledged_and_no_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
