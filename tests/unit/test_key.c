/* Keyring items as text: what comes back, and every change of it refused. */
#include "keyring/key.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void a_key_comes_back(void **state)
{
    cl_cleanup(cl_key_free) struct cl_key *key = NULL, *back = NULL;
    cl_cleanup(cl_buf_free) struct cl_buf text = cl_buf(CL_VALUE_MAX);

    (void)state;
    assert_int_equal(cl_key_new(&key), CL_OK);
    assert_int_equal(cl_key_encode(key, &text), CL_OK);
    assert_null(memchr(text.data, '\n', text.len));
    assert_int_equal(cl_key_decode((const char *)text.data, text.len, &back), CL_OK);
    assert_memory_equal(back, key, sizeof *key);
    assert_int_equal(strlen(key->id), CL_KEY_ID - 1);
}

/* What is stored beside the seed is what follows from it. */
static void a_key_is_made_of_its_secrets(void **state)
{
    cl_cleanup(cl_key_free) struct cl_key *key = NULL, *again = NULL, *other = NULL;
    uint8_t seed[CL_SEED];

    (void)state;
    assert_int_equal(cl_key_new(&key), CL_OK);
    assert_int_equal(cl_key_from(key->data_key, key->seed, &again), CL_OK);
    assert_memory_equal(again, key, sizeof *key);
    memcpy(seed, key->seed, CL_SEED);
    seed[31] ^= 1;
    assert_int_equal(cl_key_from(key->data_key, seed, &other), CL_OK);
    assert_memory_not_equal(other->public_key, key->public_key, CL_PUBLIC);
    assert_string_not_equal(other->id, key->id);
}

static void a_head_comes_back(void **state)
{
    struct cl_head head = {.size = 0x0102030405060708, .alarm = CL_LOG_CHANGED}, back;
    cl_cleanup(cl_buf_free) struct cl_buf text = cl_buf(CL_VALUE_MAX);

    (void)state;
    memset(head.root.bytes, 0xa5, CL_HASH);
    assert_int_equal(cl_head_encode(&head, &text), CL_OK);
    assert_int_equal(cl_head_decode((const char *)text.data, text.len, &back), CL_OK);
    assert_int_equal(back.size, head.size);
    assert_int_equal(back.alarm, head.alarm);
    assert_memory_equal(back.root.bytes, head.root.bytes, CL_HASH);
}

/* Every character changed, every length cut. */
static void a_changed_text_is_damaged(void **state)
{
    cl_cleanup(cl_key_free) struct cl_key *key = NULL, *back = NULL;
    cl_cleanup(cl_buf_free) struct cl_buf text = cl_buf(CL_VALUE_MAX);

    (void)state;
    assert_int_equal(cl_key_new(&key), CL_OK);
    assert_int_equal(cl_key_encode(key, &text), CL_OK);
    for (size_t i = 0; i < text.len; i++) {
        uint8_t was = text.data[i];

        text.data[i] = was == 'A' ? 'B' : 'A';
        assert_int_equal(cl_key_decode((const char *)text.data, text.len, &back), CL_KEY_DAMAGED);
        text.data[i] = was;
        assert_int_equal(cl_key_decode((const char *)text.data, i, &back), CL_KEY_DAMAGED);
    }
    assert_int_equal(cl_key_decode(NULL, 0, &back), CL_KEY_DAMAGED);
    assert_null(back);
}

static void a_head_is_no_key_and_an_alarm_is_an_error(void **state)
{
    struct cl_head head = {.size = 1, .alarm = (enum cl_err)CL_ERR_COUNT}, back;
    cl_cleanup(cl_key_free) struct cl_key *key = NULL;
    cl_cleanup(cl_buf_free) struct cl_buf text = cl_buf(CL_VALUE_MAX);

    (void)state;
    assert_int_equal(cl_head_encode(&head, &text), CL_OK);
    assert_int_equal(cl_head_decode((const char *)text.data, text.len, &back), CL_KEY_DAMAGED);
    assert_int_equal(cl_key_decode((const char *)text.data, text.len, &key), CL_KEY_DAMAGED);
    assert_null(key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_comes_back),
        cmocka_unit_test(a_key_is_made_of_its_secrets),
        cmocka_unit_test(a_head_comes_back),
        cmocka_unit_test(a_changed_text_is_damaged),
        cmocka_unit_test(a_head_is_no_key_and_an_alarm_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
