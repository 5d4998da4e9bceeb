/* One quick way to the keyring and one whole way: the everyday one is asked first, and what it does
 * not know is asked again from the beginning by the whole one, which stays then. */
#include "keyring/keyring.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/threads.h"
#include "keyring/everyday.h"
#include "keyring/whole.h"

#include <stdlib.h>
#include <string.h>

#define WAIT (CL_WAIT_MS * INT64_C(1000))

/* One of the two is open, or neither. The times: what is left of CL_WAIT_MS for openings and loads,
 * and for what is stored until it is settled, in microseconds. */
struct cl_keyring {
    int64_t to_find, to_store;
    const struct cl_everyday_calls *quick;
    struct cl_everyday *everyday;
    const struct cl_whole_calls *full;
    struct cl_whole *whole;
};

/* ---- the two ways ---------------------------------------------------------------------------- */

/* A build for tests may be told to go the whole way only; in what is installed there is nothing to
 * tell. */
static bool everyday_wanted(void)
{
#ifdef CL_CAGE_TESTS
    const char *said = getenv("CL_KEYRING_WAY");
    return !said || strcmp(said, "whole") != 0;
#else
    return true;
#endif
}

static enum cl_err load_whole(const struct cl_whole_calls **ret_calls)
{
    const void *table = NULL;
    enum cl_err err = cl_threads_room();

    if (!err)
        err =
            cl_module_load(CL_WHOLE_MODULE, CL_WHOLE_TABLE, sizeof(struct cl_whole_calls), &table);
    if (!err)
        *ret_calls = table;
    return err;
}

static enum cl_err load_everyday(const struct cl_everyday_calls **ret_calls)
{
    const void *table = NULL;
    enum cl_err err = cl_module_load(CL_EVERYDAY_MODULE, CL_EVERYDAY_TABLE,
                                     sizeof(struct cl_everyday_calls), &table);

    if (!err)
        *ret_calls = table;
    return err;
}

static void leave_everyday(struct cl_keyring *keyring)
{
    if (keyring->everyday)
        keyring->quick->close(&keyring->everyday);
}

static enum cl_err open_everyday(struct cl_keyring *keyring, int64_t until)
{
    enum cl_err err = everyday_wanted() ? load_everyday(&keyring->quick) : CL_ABSENT;

    return err ? err : keyring->quick->open(until, &keyring->everyday);
}

static enum cl_err open_whole(struct cl_keyring *keyring, int64_t until)
{
    enum cl_err err;

    leave_everyday(keyring);
    if (keyring->whole)
        return CL_OK;
    err = load_whole(&keyring->full);
    return err ? err : keyring->full->open(until, &keyring->whole);
}

/* ---- the time ------------------------------------------------------------------------------ */

static int64_t in(int64_t time)
{
    return cl_clock_monotonic() + time;
}

static int64_t left(int64_t until)
{
    const int64_t time = until - cl_clock_monotonic();

    return time > 0 ? time : 0;
}

/* What was found out when the time was over is no more than that. A key that was read is one. */
static enum cl_err in_time(enum cl_err err, int64_t time)
{
    return err && err != CL_HEAD_MISSING && time == 0 ? CL_KEYRING_TIMEOUT : err;
}

/* ---- what keyring.h has ---------------------------------------------------------------------- */

enum cl_err cl_keyring_open(struct cl_keyring **ret_keyring)
{
    cl_cleanup(cl_keyring_close) struct cl_keyring *keyring = calloc(1, sizeof *keyring);
    const int64_t until = in(WAIT);
    enum cl_err err = keyring ? open_everyday(keyring, until) : CL_NO_MEMORY;

    if (err == CL_ABSENT || err == CL_PROGRAM_MISSING)
        err = open_whole(keyring, until);
    if (err)
        return in_time(err, left(until));
    keyring->to_find = left(until);
    keyring->to_store = WAIT;
    *ret_keyring = keyring;
    keyring = NULL;
    return CL_OK;
}

void cl_keyring_close(struct cl_keyring **keyring)
{
    if (!*keyring)
        return;
    leave_everyday(*keyring);
    if ((*keyring)->whole)
        (*keyring)->full->close(&(*keyring)->whole);
    free(*keyring);
    *keyring = NULL;
}

const char *cl_keyring_provider(struct cl_keyring *keyring)
{
    const int64_t until = in(keyring->to_find);
    const char *name = keyring->everyday ? keyring->quick->provider(keyring->everyday, until)
                       : keyring->whole  ? keyring->full->provider(keyring->whole, until)
                                         : "unknown";

    keyring->to_find = left(until);
    return name;
}

bool cl_keyring_is_err(enum cl_err err)
{
    switch ((int)err) {
    case CL_KEY_RESTORED:
    case CL_KEYRING_CONSENT:
    case CL_KEYRING_NO_GROUP:
    case CL_KEYRING_OFF:
    case CL_KEYRING_PLUGIN:
    case CL_KEYRING_UNSAVED:
    case CL_PROGRAM_MISSING: /* what is loaded to reach it */
    case CL_PROGRAM_UNSAFE:
        return true;
    default:
        return err >= CL_NO_BUS && err <= CL_KEYRING_FAILED;
    }
}

static enum cl_err load(struct cl_keyring *keyring, const char *key_id, const char *store,
                        int64_t until, struct cl_key **ret_key, struct cl_head *ret_head)
{
    enum cl_err err = CL_ABSENT;

    if (keyring->everyday && key_id)
        err = keyring->quick->load(keyring->everyday, key_id, store, until, ret_key, ret_head);
    if (err != CL_ABSENT)
        return err;
    err = open_whole(keyring, until);
    return err ? err : keyring->full->load(keyring->whole, key_id, store, until, ret_key, ret_head);
}

enum cl_err cl_keyring_load(struct cl_keyring *keyring, const char *key_id, const char *store,
                            struct cl_key **ret_key, struct cl_head *ret_head)
{
    const int64_t until = in(keyring->to_find);
    const enum cl_err err = load(keyring, key_id, store, until, ret_key, ret_head);

    keyring->to_find = left(until);
    return in_time(err, keyring->to_find);
}

enum cl_err cl_keyring_create(struct cl_keyring *keyring, const struct cl_key *key,
                              const char *store, const char *instead)
{
    const int64_t until = in(WAIT);
    enum cl_err err = open_whole(keyring, until);

    if (!err)
        err = keyring->full->create(keyring->whole, key, store, instead, until);
    keyring->to_store = left(until);
    return in_time(err, keyring->to_store);
}

/* Only what was created by the whole way has anything to settle. */
enum cl_err cl_keyring_settle(struct cl_keyring *keyring, const struct cl_key *key,
                              const char *store)
{
    int64_t until = in(keyring->to_store);
    const enum cl_err err =
        keyring->whole ? keyring->full->settle(keyring->whole, key, store, &until) : CL_OK;

    keyring->to_store = left(until);
    return in_time(err, keyring->to_store);
}

enum cl_err cl_keyring_advance(struct cl_keyring *keyring, const struct cl_key *key,
                               const char *store, const struct cl_head *head, int timeout_ms)
{
    const int64_t until = in(timeout_ms * INT64_C(1000));
    enum cl_err err;

    if (keyring->everyday)
        return keyring->quick->advance(keyring->everyday, head, until);
    err = open_whole(keyring, until);
    return err ? err : keyring->full->advance(keyring->whole, key, store, head, timeout_ms);
}

enum cl_err cl_keyring_restore(struct cl_keyring *keyring, const struct cl_key *key,
                               const char *store, const struct cl_head *head)
{
    const int64_t until = in(WAIT);
    enum cl_err err = open_whole(keyring, until);

    if (!err)
        err = keyring->full->restore(keyring->whole, key, store, head, until);
    keyring->to_store = left(until);
    return in_time(err, keyring->to_store);
}

void cl_keyring_set_aside(struct cl_keyring *keyring, const char *key_id, const char *store,
                          const char *aside)
{
    const int64_t until = in(WAIT);

    if (open_whole(keyring, until) == CL_OK)
        keyring->full->set_aside(keyring->whole, key_id, store, aside, until);
}

enum cl_err cl_keyring_unlock(const char *key_id, const char *store, int timeout_ms)
{
    const struct cl_whole_calls *full = NULL;
    enum cl_err err = load_whole(&full);

    return err ? err : full->unlock(key_id, store, timeout_ms);
}

enum cl_err cl_keyring_settings_path(unsigned which, struct cl_buf *to)
{
    static const char *const files[CL_KEYRING_SETTINGS] = {"/" CL_KWALLET_SETTINGS,
                                                           "/" CL_KEEPASSXC_SETTINGS};
    const char *folder = getenv("XDG_CONFIG_HOME");
    const char *home = getenv("HOME");
    enum cl_err err = CL_OK;

    if (folder && *folder) {
        err = cl_buf_put_str(to, folder);
    } else {
        if (!home || !*home)
            return CL_ABSENT;
        err = cl_buf_put_str(to, home);
        if (!err)
            err = cl_buf_put_str(to, "/.config");
    }
    return err ? err : cl_buf_put(to, files[which], strlen(files[which]) + 1);
}

enum cl_err cl_keyring_modules_path(struct cl_buf *to)
{
    const enum cl_err err = cl_module_folder(CL_EVERYDAY_MODULE, to);

    return err ? cl_module_folder(CL_WHOLE_MODULE, to) : CL_OK;
}
