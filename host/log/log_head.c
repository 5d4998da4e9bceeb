/* What the keyring's head is told: how long the log is, and what is wrong with it. */
#include "log/log_internal.h"

#include "base/limits.h"
#include "log/lock.h"

/* The keyring follows the file, never the reverse. A head that could not be advanced (a keyring
 * locked meanwhile, a process killed) takes nothing back: the next open finds the file ahead by
 * entries that are sealed, and advances it. */
void cl_log_settle(struct cl_log *log, int timeout_ms)
{
    const char *path = (const char *)log->path.data;
    struct cl_head head = {.size = log->size, .root = log->root, .alarm = CL_OK};
    if (!log->behind)
        return;
    log->behind = false;
    if (cl_keyring_advance(log->keyring, log->key, path, &head, timeout_ms) != CL_OK)
        return;
    const bool first = log->head.size == 0;
    log->head = head;
    /* A head of size 0 is what a creation leaves that was cut off: where the first one above it was
     * lost with its provider, a file that is gone would not be missed. It waits for that once. */
    if (first && cl_keyring_settle(log->keyring, log->key, path) != CL_OK)
        return;
}

void cl_log_raise(struct cl_log *log, enum cl_err alarm)
{
    cl_cleanup(cl_lock_release) int lock = -1;
    cl_cleanup(cl_key_free) struct cl_key *key = NULL;
    struct cl_head head = {0};
    cl_log_settle(log, CL_ADVANCE_MS);
    log->alarm = alarm;
    if (log->lock < 0 && cl_lock_take((const char *)log->path.data, false, &lock) != CL_OK)
        return;
    enum cl_err err =
        cl_keyring_load(log->keyring, log->key->id, (const char *)log->path.data, &key, &head);
    if (err || head.alarm)
        return;
    head.alarm = alarm;
    if (cl_keyring_advance(log->keyring, log->key, (const char *)log->path.data, &head,
                           CL_ADVANCE_MS) == CL_OK)
        log->head = head;
}
