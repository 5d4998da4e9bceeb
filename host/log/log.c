#include "log/log_internal.h"

#include "base/limits.h"
#include "log/lock.h"
#include "log/paths.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- a log's life ---------------------------------------------------------------------------- */

void cl_log_close(struct cl_log **log)
{
    if (!*log)
        return;
    cl_log_settle(*log, CL_ADVANCE_MS);
    cl_summary_free(&(*log)->summary);
    cl_store_close(&(*log)->store);
    cl_key_free(&(*log)->key);
    cl_keyring_close(&(*log)->keyring);
    cl_buf_free(&(*log)->path);
    cl_lock_release(&(*log)->lock);
    free(*log);
    *log = NULL;
}

bool cl_log_is_wrong(enum cl_err err)
{
    return err == CL_LOG_MISSING || err == CL_LOG_ROLLED_BACK || err == CL_LOG_CHANGED ||
           err == CL_LOG_DAMAGED;
}

static enum cl_err new_log(struct cl_log **ret_log)
{
    struct cl_log *log = calloc(1, sizeof *log);
    if (!log)
        return CL_NO_MEMORY;
    log->lock = -1;
    log->path = cl_buf(4096);
    enum cl_err err = cl_paths_log(&log->path);
    if (err) {
        cl_log_close(&log);
        return err;
    }
    *ret_log = log;
    return CL_OK;
}

static const char *path_of(const struct cl_log *log)
{
    return (const char *)log->path.data;
}

/* ---- where there is no log ------------------------------------------------------------------- */

/* Key and a head of size 0 go to the keyring before the first entry to the file, so that no log was
 * ever without a key. */
static enum cl_err make_key(struct cl_log *log)
{
    enum cl_err err = cl_key_new(&log->key);
    return err ? err : cl_keyring_create(log->keyring, log->key, path_of(log), NULL);
}

static enum cl_err make_log(struct cl_log *log)
{
    struct cl_clock clock;
    enum cl_err err = cl_clock_now(&clock);
    if (!err) /* an entry under a key that vanishes is lost */
        err = cl_keyring_settle(log->keyring, log->key, path_of(log));
    return err ? err : cl_log_make(log, &clock, NULL);
}

/* Logs of before are known by the path as the environment spelled it. */
static enum cl_err find_as_spelled(struct cl_log *log)
{
    cl_cleanup(cl_buf_free) struct cl_buf spelled = cl_buf(PATH_MAX);
    enum cl_err err = cl_paths_spelled(&spelled);
    if (err)
        return err;
    if (strcmp((const char *)spelled.data, path_of(log)) == 0)
        return CL_KEY_MISSING;
    return cl_keyring_load(log->keyring, NULL, (const char *)spelled.data, &log->key, &log->head);
}

/* Was there a log with that key, or (NULL) any, whose file is gone? The keyring cannot always say:
 * KeePassXC does not tell of a database that is closed, and a head may be lost with its provider.
 */
static bool is_remembered(struct cl_log *log, const struct cl_key *key)
{
    char key_id[CL_KEY_ID];
    cl_lock_recall(path_of(log), log->lock, key_id);
    if (key_id[0] == '\0' || (key && strcmp(key->id, key_id) != 0))
        return false;
    memcpy(log->named, key_id, CL_KEY_ID);
    return true;
}

/* No entry at that path. Was there ever one? A head of size 0 is a creation that was interrupted,
 * and its key is used. So is a key without a head: the two are stored one after the other. */
static enum cl_err find_nothing(struct cl_log *log, bool create)
{
    enum cl_err err = cl_keyring_load(log->keyring, NULL, path_of(log), &log->key, &log->head);
    if (err == CL_KEY_MISSING)
        err = find_as_spelled(log);
    if ((err == CL_KEY_MISSING || err == CL_KEYRING_UNSAVED) && is_remembered(log, NULL))
        err = CL_LOG_MISSING;
    if (err == CL_KEY_MISSING && !log->store)
        err = create ? make_key(log) : CL_LOG_ABSENT;
    else if (err == CL_HEAD_MISSING)
        err = CL_OK;
    if (err)
        return err;
    if (log->head.alarm)
        return log->head.alarm;
    if (log->head.size > 0 || is_remembered(log, log->key))
        return CL_LOG_MISSING;
    return create ? make_log(log) : CL_LOG_ABSENT;
}

/* ---- where there is one ---------------------------------------------------------------------- */

/* Does the key open the first entry, and is the log's id its hash? */
static enum cl_err check_genesis(struct cl_log *log)
{
    uint8_t id[CL_HASH];
    cl_cleanup(cl_buf_free) struct cl_buf genesis = cl_buf(CL_ENTRY_MAX);
    log->sealer.key = log->key->data_key;
    enum cl_err err = cl_log_unseal(log, 0, &genesis);
    if (!err)
        err = cl_sha256(genesis.data, genesis.len, id);
    if (!err && memcmp(id, log->sealer.log_id, CL_HASH) != 0)
        err = CL_LOG_CHANGED;
    return err == CL_ABSENT ? CL_LOG_CHANGED : err;
}

static bool is_key_id(const struct cl_buf *text)
{
    char id[CL_KEY_ID] = "";
    if (text->len != CL_KEY_ID - 1)
        return false;
    memcpy(id, text->data, text->len);
    return strspn(id, "0123456789abcdef") == CL_KEY_ID - 1;
}

static enum cl_err read_named_key(struct cl_log *log)
{
    cl_cleanup(cl_buf_free) struct cl_buf key_id = cl_buf(64);
    memset(log->named, 0, sizeof log->named);
    enum cl_err err = cl_store_meta(log->store, "key_id", &key_id);
    if (!err && is_key_id(&key_id))
        memcpy(log->named, key_id.data, key_id.len);
    return err;
}

/* The id of the log, and of its key. */
static enum cl_err read_meta(struct cl_log *log)
{
    cl_cleanup(cl_buf_free) struct cl_buf log_id = cl_buf(64);
    enum cl_err err = read_named_key(log);
    if (err && err != CL_ABSENT && err != CL_LOG_DAMAGED)
        return err;
    err = cl_store_meta(log->store, "log_id", &log_id);
    if (!err && log_id.len == CL_HASH)
        memcpy(log->sealer.log_id, log_id.data, CL_HASH);
    return err == CL_ABSENT || err == CL_LOG_DAMAGED ? CL_OK : err;
}

/* The key that the file names; or, where there is none of that name, the one kept for this path, if
 * it opens the log: then only the name was changed. */
static enum cl_err find_key(struct cl_log *log, enum cl_err *ret_head)
{
    enum cl_err err = read_meta(log);
    if (err)
        return err;
    err = log->named[0]
              ? cl_keyring_load(log->keyring, log->named, path_of(log), &log->key, &log->head)
              : CL_KEY_MISSING;
    bool by_path = err == CL_KEY_MISSING;
    if (by_path)
        err = cl_keyring_load(log->keyring, NULL, path_of(log), &log->key, &log->head);
    /* perhaps a head is left; or a new key could not be kept: but the file is here */
    if (by_path && (err == CL_LOG_MISSING || err == CL_KEYRING_UNSAVED ||
                    err == CL_NO_DEFAULT_KEYRING || err == CL_KEYRING_NO_GROUP))
        err = CL_KEY_MISSING;
    *ret_head = err;
    if (err && err != CL_HEAD_MISSING)
        return err;
    if (!by_path)
        return CL_OK;
    log->meta_wrong = true;
    return check_genesis(log) == CL_OK ? CL_OK : CL_KEY_FOREIGN;
}

/* An entry that says what was before it must say what is before it now. One of the old form, which
 * says nothing, has no place behind one that does. */
static enum cl_err check_before(struct cl_log *log, uint64_t seq, bool *told)
{
    struct cl_hash root;
    struct cl_before before;
    struct cl_tiles tiles = cl_store_tiles(log->store);
    cl_cleanup(cl_buf_free) struct cl_buf entry = cl_buf(CL_ENTRY_MAX);
    enum cl_err err = cl_log_unseal_told(log, seq, &entry, &before);
    if (!err)
        err = cl_merkle_root(&tiles, seq, &root);
    if (err)
        return err;
    if (before.told ? memcmp(&before.root, &root, sizeof root) != 0 : *told)
        return CL_LOG_CHANGED;
    *told = before.told;
    return CL_OK;
}

/* Entries that the keyring's head does not know yet: each must open, fit its leaf and follow what
 * is before it, and the summary must have been sealed with the last. */
static enum cl_err check_suffix(struct cl_log *log)
{
    cl_cleanup(cl_buf_free) struct cl_buf entry = cl_buf(CL_ENTRY_MAX);
    bool told = false;
    for (uint64_t seq = log->head.size; seq < log->size; seq++) {
        cl_buf_clear(&entry);
        enum cl_err err = cl_log_entry(log, seq, &entry);
        if (!err)
            err = check_before(log, seq, &told);
        if (err)
            return err == CL_ABSENT ? CL_LOG_CHANGED : err;
    }
    return log->size > log->head.size ? cl_log_check_suffix_summary(log) : CL_OK;
}

/* Hold the file against the keyring's head. */
static enum cl_err compare(struct cl_log *log, enum cl_err head_state)
{
    struct cl_hash root;
    struct cl_tiles tiles = cl_store_tiles(log->store);
    enum cl_err err = check_genesis(log);
    if (!err)
        err = cl_merkle_root(&tiles, log->size, &log->root);
    if (!err && log->meta_wrong)
        err = CL_LOG_CHANGED;
    if (!err)
        err = cl_store_sound(log->store);
    if (!err)
        err = head_state;
    if (!err && log->size < log->head.size)
        err = CL_LOG_ROLLED_BACK;
    if (!err)
        err = cl_merkle_root(&tiles, log->head.size, &root);
    if (!err && log->head.size > 0 && memcmp(&root, &log->head.root, sizeof root) != 0)
        err = CL_LOG_CHANGED;
    return err ? err : check_suffix(log);
}

static bool is_finding(enum cl_err err)
{
    return err == CL_LOG_ROLLED_BACK || err == CL_LOG_CHANGED || err == CL_LOG_DAMAGED ||
           err == CL_HEAD_MISSING;
}

static enum cl_err find_log(struct cl_log *log, bool write, enum cl_err *ret_finding)
{
    enum cl_err head_state = CL_OK;
    enum cl_err err = find_key(log, &head_state);
    if (err)
        return err;
    err = compare(log, head_state);
    if (log->head.alarm)
        err = log->head.alarm;
    if (err && !is_finding(err) && err != log->head.alarm)
        return err;
    *ret_finding = err;
    if (!err && write) /* logs of before are not remembered yet */
        cl_lock_remember(path_of(log), log->lock, log->key->id);
    if (err || !write || log->size == log->head.size)
        return CL_OK;
    log->behind = true;
    cl_log_settle(log, CL_ADVANCE_MS);
    return CL_OK;
}

/* ---- opening --------------------------------------------------------------------------------- */

static enum cl_err look(struct cl_log *log, bool write, bool create, enum cl_err *ret_finding)
{
    enum cl_err err = cl_lock_take(path_of(log), write, &log->lock);
    /* A file that was brought here has no lock file beside it: a writer makes it. */
    if (err == CL_LOG_ABSENT && access(path_of(log), F_OK) == 0)
        err = cl_lock_take(path_of(log), true, &log->lock);
    if (err == CL_DISK_READ_ONLY && !write) /* nobody writes either */
        err = CL_OK;
    if (!err)
        err = cl_store_open(path_of(log), write, false, &log->store);
    if (err && err != CL_LOG_ABSENT)
        return err;
    if (!err)
        err = cl_store_size(log->store, &log->size);
    if (err && err != CL_LOG_ABSENT)
        return err;
    err = cl_keyring_open(&log->keyring);
    if (err)
        return err;
    if (log->size > 0)
        return find_log(log, write, ret_finding);
    return find_nothing(log, create);
}

enum cl_err cl_log_look(bool write, bool create, struct cl_log **ret_log, enum cl_err *ret_finding)
{
    struct cl_log *log = NULL;
    *ret_finding = CL_OK;
    enum cl_err err = new_log(&log);
    if (err)
        return err;
    err = look(log, write, create, ret_finding);
    log->alarm = *ret_finding;
    *ret_log = log;
    return err;
}

/* A reader lets go: entries are never changed, and a long look must not keep the browsers waiting.
 * The summary is changed by every append, so it is read before; one that is wrong is told to
 * whoever asks for the accounts. */
static enum cl_err let_go(struct cl_log *log, enum cl_log_mode mode)
{
    enum cl_err err = mode == CL_LOG_READ ? cl_log_need_summary(log, false) : CL_OK;
    cl_lock_release(&log->lock);
    return err == CL_LOG_CHANGED || err == CL_LOG_DAMAGED ? CL_OK : err;
}

enum cl_err cl_log_open(enum cl_log_mode mode, struct cl_log **ret_log)
{
    cl_cleanup(cl_log_close) struct cl_log *log = NULL;
    enum cl_err finding = CL_OK;
    bool write = mode == CL_LOG_APPEND;
    enum cl_err err = cl_log_look(write, write, &log, &finding);
    if (err)
        return err;
    if (finding && mode != CL_LOG_REPAIR) {
        if (finding != CL_HEAD_MISSING)
            cl_log_raise(log, finding);
        return finding;
    }
    err = write ? CL_OK : let_go(log, mode);
    if (err)
        return err;
    *ret_log = log;
    log = NULL;
    return CL_OK;
}

/* ---- unlocking ------------------------------------------------------------------------------- */

enum cl_err cl_log_named_key(char ret_key_id[static CL_KEY_ID])
{
    cl_cleanup(cl_log_close) struct cl_log *log = NULL;
    memset(ret_key_id, 0, CL_KEY_ID);
    enum cl_err err = new_log(&log);
    if (err)
        return err;
    if (cl_store_open(path_of(log), false, false, &log->store) == CL_OK &&
        read_named_key(log) == CL_OK)
        memcpy(ret_key_id, log->named, CL_KEY_ID);
    return CL_OK;
}

enum cl_err cl_log_unlock(int timeout_ms)
{
    char key_id[CL_KEY_ID];
    cl_cleanup(cl_buf_free) struct cl_buf path = cl_buf(4096);
    enum cl_err err = cl_log_named_key(key_id);
    if (!err)
        err = cl_paths_log(&path);
    if (err)
        return err;
    return cl_keyring_unlock(key_id[0] ? key_id : NULL, (const char *)path.data, timeout_ms);
}

/* ---- restoring ------------------------------------------------------------------------------- */

/* The keyring has what restoring would bring. */
static bool has_key(enum cl_err err)
{
    return err == CL_OK || err == CL_HEAD_MISSING;
}

/* A head that is still there is kept: it says how long the log was. Without one the log waits for
 * its owner's word. */
static enum cl_err put_key(struct cl_log *log)
{
    cl_cleanup(cl_key_free) struct cl_key *found = NULL;
    struct cl_head head;
    const struct cl_head unknown = {.alarm = CL_KEY_RESTORED};
    enum cl_err err = cl_keyring_open(&log->keyring);
    if (err)
        return err;
    err = cl_keyring_load(log->keyring, log->key->id, path_of(log), &found, &head);
    if (has_key(err))
        return CL_EXISTS;
    if (err != CL_KEY_MISSING && err != CL_KEY_DAMAGED && err != CL_KEY_FOREIGN)
        return err;
    err = cl_keyring_restore(log->keyring, log->key, path_of(log), &unknown);
    if (!err)
        cl_keyring_set_aside(log->keyring, log->key->id, path_of(log), "");
    return err ? err : cl_keyring_settle(log->keyring, log->key, path_of(log));
}

/* Only the key that opens the log at hand is put into the keyring. */
static enum cl_err restore(struct cl_log *log)
{
    enum cl_err err = cl_lock_take(path_of(log), true, &log->lock);
    if (!err)
        err = cl_store_open(path_of(log), false, false, &log->store);
    if (!err)
        err = cl_store_size(log->store, &log->size);
    if (!err && log->size == 0)
        err = CL_LOG_ABSENT;
    if (!err)
        err = read_meta(log);
    if (!err && check_genesis(log) != CL_OK)
        err = strcmp(log->named, log->key->id) == 0 ? CL_LOG_CHANGED : CL_KEY_FOREIGN;
    return err ? err : put_key(log);
}

enum cl_err cl_log_restore_key(struct cl_key *key)
{
    cl_cleanup(cl_log_close) struct cl_log *log = NULL;
    enum cl_err err = new_log(&log);
    if (err)
        return err;
    log->key = key;
    err = restore(log);
    log->key = NULL; /* it is the caller's */
    return err;
}
