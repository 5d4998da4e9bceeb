/* The log as a whole, on a real file in a directory of its own and a keyring in memory. */
#include "log/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "fake_keyring.h"
#include "log/store.h"

#include <fcntl.h>
#include <ftw.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* SQL for a byte that is surely not the one there, which is any: salts are random. */
#define OTHER_BYTE(blob, at) "CASE substr(" blob ", " at ", 1) WHEN x'00' THEN x'01' ELSE x'00' END"

static char home[64];
static char path[160];

/* ---- a scratch log --------------------------------------------------------------------------- */

static int remove_one(const char *name, const struct stat *st, int type, struct FTW *where)
{
    (void)st;
    (void)type;
    (void)where;
    return remove(name);
}

static int setup(void **state)
{
    (void)state;
    snprintf(home, sizeof home, "/tmp/cl-log-XXXXXX");
    assert_non_null(mkdtemp(home));
    setenv("XDG_DATA_HOME", home, 1);
    snprintf(path, sizeof path, "%s/consentlog/log.sqlite", home);
    fake_keyring_reset();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    return nftw(home, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static struct cl_observation sample(const char *reading, enum cl_state cl_state_)
{
    struct cl_observation obs = {
        .state = cl_state_,
        .reason = cl_state_ == CL_STATE_UNKNOWN ? 0 : -1,
        .observed_at = 1790000000000,
        .trusted = CL_NULL,
        .account = {.id = "12345", .premium = CL_TRUE},
        .page = {.url = "https://www.linkedin.com/mypreferences/d/settings/data-for-ai-improvement",
                 .language = "en",
                 .title = "Data for Generative AI Improvement",
                 .loaded_at = 1789999990000,
                 .server_date = -1,
                 .corroboration = -1},
        .has_control = cl_state_ == CL_STATE_ON || cl_state_ == CL_STATE_OFF,
        .control = {.label = "Use my data",
                    .checked = cl_state_ == CL_STATE_ON ? CL_TRUE : CL_FALSE,
                    .aria_checked = -1,
                    .aria_pressed = -1},
        .candidates = 1,
        .client = {.version = "120.0", .extension = "0.1.0"},
    };
    snprintf(obs.reading, sizeof obs.reading, "%032x", (unsigned)strtoul(reading, NULL, 10));
    return obs;
}

static enum cl_err record(const char *reading, enum cl_state s, struct cl_recorded *ret)
{
    cl_cleanup(cl_log_close) struct cl_log *log = NULL;
    struct cl_observation obs = sample(reading, s);
    enum cl_err err = cl_log_open(CL_LOG_APPEND, &log);
    return err ? err : cl_log_record(log, &obs, 1, ret);
}

static void fill(unsigned n)
{
    struct cl_recorded recorded;
    for (unsigned i = 0; i < n; i++) {
        char reading[16];
        snprintf(reading, sizeof reading, "%u", i + 1000);
        assert_int_equal(record(reading, i % 2 ? CL_STATE_OFF : CL_STATE_ON, &recorded), CL_OK);
        assert_true(recorded.written);
    }
}

static void copy_file(const char *from, const char *to)
{
    char block[65536];
    int in = open(from, O_RDONLY);
    int out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(in >= 0 && out >= 0);
    for (ssize_t n; (n = read(in, block, sizeof block)) > 0;)
        assert_int_equal(write(out, block, (size_t)n), n);
    close(in);
    close(out);
}

static void save(void)
{
    char saved[192];
    snprintf(saved, sizeof saved, "%s/consentlog/saved", home);
    copy_file(path, saved);
}

static void restore(void)
{
    char saved[192];
    snprintf(saved, sizeof saved, "%s/consentlog/saved", home);
    copy_file(saved, path);
}

static void put_text(const char *file, const char *text)
{
    char name[192];
    snprintf(name, sizeof name, "%s/%s", home, file);
    int fd = open(name, O_WRONLY | O_TRUNC);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
}

/* Which log was here: with "" neither the lock nor what is beside the folder knows. */
static void lock_file_says(const char *text)
{
    char beside[160];
    snprintf(beside, sizeof beside, "%s/consentlog.known", home);
    put_text("consentlog/log.lock", text);
    if (access(beside, F_OK) == 0)
        put_text("consentlog.known", "");
}

static void sql(const char *statements)
{
    sqlite3 *db = NULL;
    char *message = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_exec(db, statements, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s: %s", statements, message);
    sqlite3_close(db);
}

struct told {
    struct cl_verdict verdict;
    uint64_t seqs[64];
    bool acknowledged[64];
    unsigned count;
};

static void on_finding(void *context, const struct cl_finding *finding)
{
    struct told *told = context;
    if (!finding->fault || told->count == 64)
        return;
    told->acknowledged[told->count] = finding->acknowledged;
    told->seqs[told->count++] = finding->seq;
}

static enum cl_err verify(struct told *told)
{
    cl_cleanup(cl_log_close) struct cl_log *log = NULL;
    memset(told, 0, sizeof *told);
    enum cl_err err = cl_log_open(CL_LOG_REPAIR, &log);
    return err ? err : cl_log_verify(log, on_finding, NULL, told, &told->verdict);
}

static enum cl_err open_for(enum cl_log_mode mode)
{
    cl_cleanup(cl_log_close) struct cl_log *log = NULL;
    return cl_log_open(mode, &log);
}

/* ---- creation -------------------------------------------------------------------------------- */

static void first_record_makes_the_log(void **state)
{
    (void)state;
    struct cl_recorded recorded;
    struct told told;
    assert_int_equal(open_for(CL_LOG_READ), CL_LOG_ABSENT);
    assert_int_equal(record("1", CL_STATE_ON, &recorded), CL_OK);
    assert_true(recorded.written);
    assert_int_equal(recorded.seq, 1);
    assert_int_equal(recorded.meaning.change, CL_CHANGE_FIRST);
    assert_int_equal(fake_keyring_newest()->head.size, 2);
    assert_int_equal(open_for(CL_LOG_READ), CL_OK);
    assert_int_equal(verify(&told), CL_OK);
    assert_int_equal(told.verdict.entries, 2);
    assert_int_equal(told.verdict.faults, 0);
}

static void entries_come_back_as_they_were_written(void **state)
{
    (void)state;
    fill(3);
    cl_cleanup(cl_log_close) struct cl_log *log = NULL;
    assert_int_equal(cl_log_open(CL_LOG_READ, &log), CL_OK);
    assert_int_equal(cl_log_size(log), 4);
    for (uint64_t seq = 0; seq < 4; seq++) {
        cl_cleanup(cl_buf_free) struct cl_buf bytes = cl_buf(CL_ENTRY_MAX);
        cl_cleanup(cl_entry_free) struct cl_entry entry = {0};
        assert_int_equal(cl_log_entry(log, seq, &bytes), CL_OK);
        assert_int_equal(cl_entry_parse(bytes.data, bytes.len, &entry), CL_OK);
        assert_int_equal(entry.head.seq, seq);
        assert_int_equal(entry.head.kind, seq == 0 ? CL_KIND_GENESIS : CL_KIND_OBSERVATION);
    }
    cl_cleanup(cl_buf_free) struct cl_buf none = cl_buf(CL_ENTRY_MAX);
    assert_int_equal(cl_log_entry(log, 4, &none), CL_ABSENT);
}

/* Both readings agree; *ret_lost: entries that cannot be read. */
static void compare_readings(struct cl_log *log, uint64_t *ret_lost)
{
    cl_cleanup(cl_log_reader_free) struct cl_log_reader *reader = NULL;
    assert_int_equal(cl_log_reader_new(log, &reader), CL_OK);
    const uint64_t size = cl_log_size(log);
    *ret_lost = 0;
    for (uint64_t i = 0; i < 3 * size; i++) { /* twice upwards, then down */
        const uint64_t seq = i < 2 * size ? i % size : 3 * size - 1 - i;
        struct cl_hash leaf, expected;
        cl_cleanup(cl_buf_free) struct cl_buf one = cl_buf(CL_ENTRY_MAX);
        cl_cleanup(cl_buf_free) struct cl_buf run = cl_buf(CL_ENTRY_MAX);
        const enum cl_err err = cl_log_entry(log, seq, &one);
        assert_int_equal(cl_log_reader_entry(reader, seq, &run, &leaf), err);
        assert_int_equal(run.len, one.len);
        *ret_lost += err != CL_OK;
        if (err)
            continue;
        assert_memory_equal(run.data, one.data, one.len);
        assert_int_equal(cl_merkle_leaf(one.data, one.len, &expected), CL_OK);
        assert_memory_equal(&leaf, &expected, sizeof leaf);
        cl_cleanup(cl_buf_free) struct cl_buf again = cl_buf(CL_ENTRY_MAX);
        assert_int_equal(cl_log_reader_entry(reader, seq, &again, NULL), CL_OK);
        assert_int_equal(again.len, one.len);
        assert_memory_equal(again.data, one.data, one.len);
    }
    cl_cleanup(cl_buf_free) struct cl_buf none = cl_buf(CL_ENTRY_MAX);
    struct cl_hash leaf;
    assert_int_equal(cl_log_reader_entry(reader, size, &none, &leaf), CL_ABSENT);
}

/* What is wrong with one entry is told of that one, though they are read in runs. */
static void a_reader_tells_each_entry_apart(void **state)
{
    (void)state;
    static const char *const changes[] = {
        "DROP TRIGGER entry_keep_delete; DELETE FROM entry WHERE seq = 3",
        "DROP TRIGGER entry_keep_update; UPDATE entry SET sealed = x'00' WHERE seq = 2",
        "UPDATE tile SET hashes = CAST(" OTHER_BYTE("hashes", "1") " || substr(hashes, 2) AS BLOB)"
                                                                   " WHERE id = 0",
    };
    fill(6);
    uint64_t lost = 0;
    for (uint64_t i = 0; i <= sizeof changes / sizeof *changes; i++) {
        cl_cleanup(cl_log_close) struct cl_log *log = NULL;
        assert_int_equal(cl_log_open(CL_LOG_REPAIR, &log), CL_OK);
        compare_readings(log, &lost);
        assert_int_equal(lost, 3 * i);
        cl_log_close(&log);
        if (i < sizeof changes / sizeof *changes)
            sql(changes[i]);
    }
}

/* ---- changes from outside -------------------------------------------------------------------- */

/* The answer while it is not acknowledged, the acknowledgement, and that the log goes on after it.
 */
static void goes_on_after(enum cl_err found, uint64_t seq)
{
    struct told told;
    struct cl_recorded recorded;
    uint64_t at = 0;
    cl_cleanup(cl_buf_free) struct cl_buf aside = cl_buf(4096);
    assert_int_equal(record("77", CL_STATE_ON, &recorded), found);
    assert_int_equal(cl_log_acknowledge(&at, &aside), CL_OK);
    assert_string_equal((const char *)aside.data, "");
    assert_int_equal(at, seq);
    assert_int_equal(record("77", CL_STATE_ON, &recorded), CL_OK);
    assert_int_equal(verify(&told), CL_OK);
    assert_int_equal(told.verdict.faults, 0);
    assert_int_equal(told.verdict.entries, at + 2 - (recorded.written ? 0 : 1));
}

static void older_copy_is_found(void **state)
{
    (void)state;
    struct told told;
    fill(3);
    save();
    struct cl_recorded recorded;
    assert_int_equal(record("5", CL_STATE_OFF, &recorded), CL_OK);
    restore();
    assert_int_equal(verify(&told), CL_OK);
    assert_int_equal(told.verdict.faults, 1);
    goes_on_after(CL_LOG_ROLLED_BACK, 4);
}

static void deleted_row_is_found(void **state)
{
    (void)state;
    struct told told;
    fill(4);
    sql("DROP TRIGGER entry_keep_delete; DELETE FROM entry WHERE seq = 2");
    assert_int_equal(verify(&told), CL_OK);
    assert_int_equal(told.verdict.faults, 2); /* the trigger, and the entry */
    assert_int_equal(told.seqs[1], 2);
    goes_on_after(CL_LOG_CHANGED, 5);
    assert_int_equal(verify(&told), CL_OK);
    assert_int_equal(told.verdict.acknowledged, 1);
    assert_true(told.acknowledged[0]);
    assert_int_equal(told.seqs[0], 2);
}

/* Each row changes the file behind the log's back. `seq` is the entry that verify must name, or
 * UINT64_MAX for the whole log; `aside`: such a file cannot be continued. */
static const struct change {
    const char *name;
    const char *sql;
    uint64_t seq;
    bool aside;
} changes[] = {
    {"last row deleted", "DROP TRIGGER entry_keep_delete; DELETE FROM entry WHERE seq = 4",
     UINT64_MAX, false},
    {"row in the middle deleted", "DROP TRIGGER entry_keep_delete; DELETE FROM entry WHERE seq = 2",
     2, false},
    {"first row deleted", "DROP TRIGGER entry_keep_delete; DELETE FROM entry WHERE seq = 0", 0,
     true},
    {"rows swapped",
     "DROP TRIGGER entry_keep_update; UPDATE entry SET seq = 99 WHERE seq = 1; UPDATE entry SET "
     "seq = 1"
     " WHERE seq = 3; UPDATE entry SET seq = 3 WHERE seq = 99",
     1, false},
    {"row doubled at the end", "INSERT INTO entry SELECT 5, sealed FROM entry WHERE seq = 4", 5,
     false},
    {"row far beyond the end",
     "INSERT INTO entry SELECT 9007199254740000, sealed FROM entry WHERE seq = 4", UINT64_MAX,
     false},
    {"row of negative number", "INSERT INTO entry SELECT -1, sealed FROM entry WHERE seq = 4",
     UINT64_MAX, false},
    {"seal emptied", "DROP TRIGGER entry_keep_update; UPDATE entry SET sealed = x'' WHERE seq = 3",
     3, false},
    {"seal cut",
     "DROP TRIGGER entry_keep_update; UPDATE entry SET sealed = substr(sealed, 1, 100) WHERE seq = "
     "3",
     3, false},
    {"trigger dropped", "DROP TRIGGER attachment_keep_update", UINT64_MAX, false},
    {"trigger emptied",
     "DROP TRIGGER entry_keep_update; CREATE TRIGGER entry_keep_update BEFORE UPDATE ON entry "
     "BEGIN SELECT 1; END",
     UINT64_MAX, false},
    {"trigger added", "CREATE TRIGGER thief AFTER INSERT ON entry BEGIN DELETE FROM summary; END",
     UINT64_MAX, false},
    {"view added", "CREATE VIEW \"a\"\"b\" AS SELECT 1", UINT64_MAX, false},
    {"index added", "CREATE INDEX i ON entry(sealed)", UINT64_MAX, false},
    {"table added", "CREATE TABLE mine(a UNIQUE)", UINT64_MAX, false},
    {"leaf hash changed",
     "UPDATE tile SET hashes = CAST(zeroblob(32) || substr(hashes, 33) AS BLOB)", 0, false},
    {"tile cut", "UPDATE tile SET hashes = substr(hashes, 1, 64)", 2, false},
    {"tile longer", "UPDATE tile SET hashes = CAST(hashes || zeroblob(32) AS BLOB)", UINT64_MAX,
     false},
    {"tile deleted", "DELETE FROM tile", 0, false},
    {"tile added", "INSERT INTO tile VALUES(77, zeroblob(32))", UINT64_MAX, false},
    {"summary changed",
     "UPDATE summary SET sealed = CAST(" OTHER_BYTE("sealed", "1") " || substr(sealed, 2) AS BLOB)",
     UINT64_MAX, false},
    {"summary of a later size", "UPDATE summary SET size = 50", UINT64_MAX, false},
    {"summary of an earlier size", "UPDATE summary SET size = 2", UINT64_MAX, false},
    {"key id changed",
     "UPDATE meta SET value = CAST('0123456789abcdef' AS BLOB) WHERE name = 'key_id'", UINT64_MAX,
     false},
    {"key id deleted", "DELETE FROM meta WHERE name = 'key_id'", UINT64_MAX, false},
    {"log id changed", "UPDATE meta SET value = zeroblob(32) WHERE name = 'log_id'", 0, true},
    {"log id deleted", "DELETE FROM meta WHERE name = 'log_id'", 0, true},
    {"meta added", "INSERT INTO meta VALUES('more', x'00')", UINT64_MAX, false},
    {"attachment added", "INSERT INTO attachment VALUES(x'00', 1, x'00')", UINT64_MAX, false},
};

static bool names(const struct told *told, uint64_t seq)
{
    for (unsigned i = 0; i < told->count; i++)
        if (told->seqs[i] == seq)
            return true;
    return false;
}

static void every_change_is_found_named_and_acknowledged(void **state)
{
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        const struct change *change = &changes[i];
        struct told told;
        struct cl_recorded recorded;
        uint64_t at = 0;
        setup(state);
        fill(4);
        sql(change->sql);
        print_message("    %s\n", change->name);
        assert_int_equal(verify(&told), CL_OK);
        assert_true(told.verdict.faults > 0);
        assert_true(names(&told, change->seq));
        assert_int_not_equal(record("7", CL_STATE_ON, &recorded), CL_OK);
        assert_int_not_equal(record("7", CL_STATE_ON, &recorded), CL_OK);

        cl_cleanup(cl_buf_free) struct cl_buf aside = cl_buf(4096);
        assert_int_equal(cl_log_acknowledge(&at, &aside), CL_OK);
        assert_int_equal(aside.len > 1, change->aside);
        if (change->aside) {
            assert_int_equal(access((const char *)aside.data, F_OK), 0);
            assert_int_equal(at, 1);
        }
        assert_int_equal(record("7", CL_STATE_UNKNOWN, &recorded), CL_OK);
        assert_true(recorded.written);
        assert_int_equal(recorded.seq, at + 1);
        assert_int_equal(verify(&told), CL_OK);
        assert_int_equal(told.verdict.faults, 0);
        assert_int_equal(open_for(CL_LOG_READ), CL_OK);
        teardown(state);
    }
}

static void a_missing_trigger_is_seen_at_once(void **state)
{
    (void)state;
    fill(2);
    sql("DROP TRIGGER entry_keep_update");
    assert_int_equal(open_for(CL_LOG_APPEND), CL_LOG_CHANGED);
    assert_int_equal(open_for(CL_LOG_READ), CL_LOG_CHANGED);
}

static void entries_of_another_log_do_not_open(void **state)
{
    (void)state;
    char other[192];
    char attach[400];
    struct told told;
    fill(4);
    snprintf(other, sizeof other, "%s/consentlog/saved", home);
    assert_int_equal(rename(path, other), 0);
    lock_file_says(""); /* as on another computer */
    fake_keyring_reset();
    fill(4);
    snprintf(attach, sizeof attach,
             "ATTACH '%s' AS o; DROP TRIGGER entry_keep_update;"
             "UPDATE entry SET sealed = (SELECT sealed FROM o.entry WHERE seq = 2) WHERE seq = 2",
             other);
    sql(attach);
    assert_int_equal(verify(&told), CL_OK);
    assert_true(names(&told, 2));
}

static void another_logs_file_is_foreign(void **state)
{
    (void)state;
    fill(2);
    save();
    unlink(path);
    lock_file_says("");
    fake_keyring_reset();
    fill(2);
    restore();
    assert_int_equal(open_for(CL_LOG_READ), CL_KEY_FOREIGN);
    assert_int_equal(open_for(CL_LOG_APPEND), CL_KEY_FOREIGN);
    assert_int_equal(fake_keyring_newest(), &fake_keyring.items[0]);
}

/* ---- keyring and file, one without the other ------------------------------------------------- */

static void no_key_is_ever_made_beside_a_log(void **state)
{
    (void)state;
    fill(2);
    struct fake_state kept = fake_keyring;
    fake_keyring_reset();
    assert_int_equal(open_for(CL_LOG_APPEND), CL_KEY_MISSING);
    assert_int_equal(open_for(CL_LOG_READ), CL_KEY_MISSING);
    assert_null(fake_keyring_newest());
    fake_keyring = kept;
    assert_int_equal(open_for(CL_LOG_APPEND), CL_OK);
}

static void a_file_that_is_gone_is_missed(void **state)
{
    (void)state;
    fill(2);
    unlink(path);
    assert_int_equal(open_for(CL_LOG_APPEND), CL_LOG_MISSING);
    assert_int_equal(open_for(CL_LOG_READ), CL_LOG_MISSING);
    assert_false(fake_keyring.items[1].used);
    int fd = open(path, O_CREAT | O_WRONLY, 0600); /* of length 0 is as good as gone */
    close(fd);
    assert_int_equal(open_for(CL_LOG_APPEND), CL_LOG_MISSING);

    uint64_t at = 0;
    struct told told;
    cl_cleanup(cl_buf_free) struct cl_buf aside = cl_buf(4096);
    assert_int_equal(cl_log_acknowledge(&at, &aside), CL_OK);
    assert_int_equal(at, 1);
    fill(1);
    assert_int_equal(verify(&told), CL_OK);
    assert_int_equal(told.verdict.entries, 3);
}

/* As where the key is in a database that is closed: nothing in the keyring tells of the log. */
static void a_file_that_is_gone_is_missed_without_its_key(void **state)
{
    (void)state;
    uint64_t at = 0;
    struct told told;
    cl_cleanup(cl_buf_free) struct cl_buf aside = cl_buf(4096);
    fill(2);
    struct fake_state kept = fake_keyring;
    unlink(path);
    fake_keyring_reset();
    assert_int_equal(open_for(CL_LOG_APPEND), CL_LOG_MISSING);
    assert_int_equal(open_for(CL_LOG_READ), CL_LOG_MISSING);
    assert_null(fake_keyring_newest());
    assert_int_not_equal(access(path, F_OK), 0);
    fake_faults.load = CL_KEYRING_LOCKED; /* what the keyring says comes first */
    assert_int_equal(open_for(CL_LOG_APPEND), CL_KEYRING_LOCKED);
    fake_faults.load = CL_KEYRING_UNSAVED;
    assert_int_equal(open_for(CL_LOG_APPEND), CL_LOG_MISSING);
    fake_faults.load = CL_OK;

    fake_keyring = kept; /* the database is open again, with a head that was lost since */
    fake_keyring.items[0].head = (struct cl_head){0};
    assert_int_equal(open_for(CL_LOG_APPEND), CL_LOG_MISSING);
    fake_keyring.items[0].has_head = false;
    assert_int_equal(open_for(CL_LOG_APPEND), CL_LOG_MISSING);

    fake_keyring_reset();
    assert_int_equal(cl_log_acknowledge(&at, &aside), CL_OK);
    assert_int_equal(at, 1);
    fill(1);
    assert_int_equal(verify(&told), CL_OK);
    assert_int_equal(told.verdict.entries, 3);
    unlink(path); /* and of the one that was begun anew the same */
    fake_keyring_reset();
    assert_int_equal(open_for(CL_LOG_APPEND), CL_LOG_MISSING);
}

static void what_was_never_a_log_is_not_missed(void **state)
{
    (void)state;
    static const char *const others[] = {"", "\n", "0123456789abcdef", "0123456789ABCDEF\n",
                                         "no key at all...\n"};
    fake_faults.settle = CL_KEYRING_TIMEOUT;
    assert_int_equal(open_for(CL_LOG_APPEND), CL_KEYRING_TIMEOUT);
    fake_keyring_reset();
    assert_int_equal(open_for(CL_LOG_READ), CL_LOG_ABSENT);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        lock_file_says(others[i]);
        assert_int_equal(open_for(CL_LOG_READ), CL_LOG_ABSENT);
    }
    fill(1);
    lock_file_says("0123456789abcdef\n"); /* of another log, or of none: the next record says it */
    assert_int_equal(open_for(CL_LOG_APPEND), CL_OK);
    unlink(path);
    fake_keyring_newest()->head = (struct cl_head){0};
    assert_int_equal(open_for(CL_LOG_APPEND), CL_LOG_MISSING);
}

static void not_a_database_is_set_aside(void **state)
{
    (void)state;
    uint64_t at = 0;
    fill(2);
    int fd = open(path, O_WRONLY | O_TRUNC);
    assert_int_equal(write(fd, "This is a letter, not a log.", 28), 28);
    close(fd);
    assert_int_equal(open_for(CL_LOG_APPEND), CL_LOG_DAMAGED);
    assert_int_equal(open_for(CL_LOG_REPAIR), CL_LOG_DAMAGED);
    cl_cleanup(cl_buf_free) struct cl_buf aside = cl_buf(4096);
    assert_int_equal(cl_log_acknowledge(&at, &aside), CL_OK);
    struct stat st;
    assert_int_equal(stat((const char *)aside.data, &st), 0);
    assert_int_equal(st.st_size, 28);
    fill(1);
}

static void a_cut_file_is_found(void **state)
{
    struct stat st;
    setup(state);
    fill(12);
    assert_int_equal(stat(path, &st), 0);
    save();
    struct fake_state kept = fake_keyring;
    for (off_t length = 1; length < st.st_size; length += 1021) {
        struct told told;
        restore();
        fake_keyring = kept;
        assert_int_equal(truncate(path, length), 0);
        enum cl_err err = verify(&told);
        /* SQLite takes less than a page for nothing at all, so then the log is missed */
        assert_true(err == CL_LOG_DAMAGED || err == CL_LOG_MISSING ||
                    (err == CL_OK && told.verdict.faults > 0));
        struct cl_recorded recorded;
        assert_int_not_equal(record("9", CL_STATE_ON, &recorded), CL_OK);
    }
    teardown(state);
}

static void an_interrupted_creation_uses_its_key(void **state)
{
    (void)state;
    struct cl_keyring *keyring = NULL;
    cl_cleanup(cl_key_free) struct cl_key *key = NULL;
    assert_int_equal(cl_keyring_open(&keyring), CL_OK);
    assert_int_equal(cl_key_new(&key), CL_OK);
    assert_int_equal(cl_keyring_create(keyring, key, path, NULL), CL_OK);
    cl_keyring_close(&keyring);
    assert_int_equal(open_for(CL_LOG_READ), CL_LOG_ABSENT);
    fill(1);
    assert_false(fake_keyring.items[1].used);

    unlink(path); /* the same with tables but without a first entry */
    lock_file_says("");
    fake_keyring.items[0].head = (struct cl_head){0};
    cl_cleanup(cl_store_close) struct cl_store *store = NULL;
    assert_int_equal(cl_store_open(path, true, true, &store), CL_OK);
    cl_store_close(&store);
    assert_int_equal(open_for(CL_LOG_READ), CL_LOG_ABSENT);
    fill(1);
    assert_false(fake_keyring.items[1].used);
}

static void a_key_that_cannot_be_stored_makes_no_log(void **state)
{
    (void)state;
    fake_faults.create = CL_KEYRING_LOCKED;
    assert_int_equal(open_for(CL_LOG_APPEND), CL_KEYRING_LOCKED);
    assert_int_not_equal(access(path, F_OK), 0);
    fake_faults.create = CL_OK;
    fill(1);
}

/* The keyring hears of an entry when the log is closed, once however often was written. */
static void the_head_follows_when_the_log_is_closed(void **state)
{
    (void)state;
    struct cl_recorded recorded;
    fill(2);
    unsigned before = fake_keyring.advanced;
    struct cl_log *log = NULL;
    assert_int_equal(cl_log_open(CL_LOG_APPEND, &log), CL_OK);
    for (unsigned i = 0; i < 2; i++) {
        struct cl_observation seen = sample(i ? "42" : "41", i ? CL_STATE_OFF : CL_STATE_ON);
        assert_int_equal(cl_log_record(log, &seen, 1, &recorded), CL_OK);
        assert_true(recorded.written);
    }
    assert_int_equal(fake_keyring_newest()->head.size, 3);
    cl_log_close(&log);
    assert_int_equal(fake_keyring_newest()->head.size, 5);
    assert_int_equal(fake_keyring.advanced, before + 1);
}

/* A crash after the commit, or a keyring locked at that moment. */
static void a_head_left_behind_is_brought_up(void **state)
{
    (void)state;
    struct told told;
    fill(2);
    fake_faults.advance = CL_KEYRING_LOCKED;
    struct cl_recorded recorded;
    assert_int_equal(record("31", CL_STATE_UNKNOWN, &recorded), CL_OK);
    assert_int_equal(fake_keyring_newest()->head.size, 3);
    fake_faults.advance = CL_OK;
    assert_int_equal(open_for(CL_LOG_READ), CL_OK);
    assert_int_equal(fake_keyring_newest()->head.size, 3);
    assert_int_equal(open_for(CL_LOG_APPEND), CL_OK);
    assert_int_equal(fake_keyring_newest()->head.size, 4);
    assert_int_equal(verify(&told), CL_OK);
    assert_int_equal(told.verdict.faults, 0);
}

static void a_suffix_that_does_not_open_is_refused(void **state)
{
    (void)state;
    fill(3);
    fake_keyring_newest()->head.size = 0; /* so all four are a suffix */
    sql("DROP TRIGGER entry_keep_update; UPDATE entry SET sealed = x'00' WHERE seq = 3;"
        "CREATE TRIGGER entry_keep_update BEFORE UPDATE ON entry"
        " BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END");
    assert_int_equal(open_for(CL_LOG_APPEND), CL_LOG_CHANGED);
}

static void a_missing_head_waits_for_its_owner(void **state)
{
    (void)state;
    struct told told;
    fill(3);
    fake_keyring_newest()->has_head = false;
    assert_int_equal(open_for(CL_LOG_READ), CL_HEAD_MISSING);
    assert_int_equal(verify(&told), CL_OK);
    assert_int_equal(told.verdict.faults, 1);
    goes_on_after(CL_HEAD_MISSING, 4);
}

static void an_alarm_stays_though_the_file_is_put_back(void **state)
{
    (void)state;
    char saved[192];
    fill(3);
    save();
    struct cl_recorded recorded;
    assert_int_equal(record("5", CL_STATE_OFF, &recorded), CL_OK);
    snprintf(saved, sizeof saved, "%s.full", path);
    copy_file(path, saved);
    restore();
    assert_int_equal(open_for(CL_LOG_READ), CL_LOG_ROLLED_BACK);
    copy_file(saved, path);
    assert_int_equal(open_for(CL_LOG_APPEND), CL_LOG_ROLLED_BACK);
    assert_int_equal(fake_keyring_newest()->head.alarm, CL_LOG_ROLLED_BACK);
    goes_on_after(CL_LOG_ROLLED_BACK, 5);
    unlink(saved);
}

static void a_healthy_log_has_nothing_to_acknowledge(void **state)
{
    (void)state;
    uint64_t at = 0;
    cl_cleanup(cl_buf_free) struct cl_buf aside = cl_buf(4096);
    assert_int_equal(cl_log_acknowledge(&at, &aside), CL_LOG_ABSENT);
    fill(2);
    assert_int_equal(cl_log_acknowledge(&at, &aside), CL_ABSENT);
    fake_faults.load = CL_KEYRING_LOCKED;
    assert_int_equal(cl_log_acknowledge(&at, &aside), CL_KEYRING_LOCKED);
}

/* ---- recording ------------------------------------------------------------------------------- */

static void a_batch_sent_again_is_not_doubled(void **state)
{
    (void)state;
    struct cl_observation batch[3] = {sample("1", CL_STATE_ON), sample("2", CL_STATE_ON),
                                      sample("3", CL_STATE_OFF)};
    struct cl_recorded first[3];
    struct cl_recorded again[3];
    cl_cleanup(cl_log_close) struct cl_log *log = NULL;
    assert_int_equal(cl_log_open(CL_LOG_APPEND, &log), CL_OK);
    assert_int_equal(cl_log_record(log, batch, 3, first), CL_OK);
    assert_true(first[0].written && !first[1].written && first[2].written);
    assert_int_equal(first[1].seq, 1);
    cl_log_close(&log);
    assert_int_equal(cl_log_open(CL_LOG_APPEND, &log), CL_OK);
    assert_int_equal(cl_log_record(log, batch, 3, again), CL_OK);
    assert_int_equal(cl_log_size(log), 3);
    for (int i = 0; i < 3; i++) {
        assert_false(again[i].written);
        assert_int_equal(again[i].seq, first[i].seq);
        assert_int_equal(again[i].meaning.change, first[i].meaning.change);
        assert_int_equal(again[i].meaning.cause, first[i].meaning.cause);
    }
}

static void all_of_a_batch_or_none(void **state)
{
    (void)state;
    fill(1);
    struct cl_recorded recorded[2];
    struct cl_observation batch[2] = {sample("1", CL_STATE_UNKNOWN), sample("2", CL_STATE_UNKNOWN)};
    char *long_label = calloc(1, CL_ENTRY_MAX + 1);
    memset(long_label, 'a', CL_ENTRY_MAX);
    batch[1].account.id = "other";
    batch[1].page.title =
        long_label; /* no such thing passes the reader; here it fails the second entry */
    cl_cleanup(cl_log_close) struct cl_log *log = NULL;
    assert_int_equal(cl_log_open(CL_LOG_APPEND, &log), CL_OK);
    assert_int_equal(cl_log_record(log, batch, 2, recorded), CL_LOG_FULL);
    assert_int_equal(cl_log_size(log), 2);
    assert_int_equal(cl_log_record(log, batch, 1, recorded), CL_OK);
    assert_int_equal(recorded[0].seq, 2);
    free(long_label);
}

static void accounts_never_mix(void **state)
{
    (void)state;
    struct cl_observation batch[4] = {sample("1", CL_STATE_ON), sample("2", CL_STATE_OFF),
                                      sample("3", CL_STATE_OFF), sample("4", CL_STATE_ON)};
    struct cl_recorded recorded[4];
    const struct cl_account *accounts = NULL;
    size_t count = 0;
    batch[1].account.id = "67890";
    batch[2].account.id = NULL;
    cl_cleanup(cl_log_close) struct cl_log *log = NULL;
    assert_int_equal(cl_log_open(CL_LOG_APPEND, &log), CL_OK);
    assert_int_equal(cl_log_record(log, batch, 4, recorded), CL_OK);
    for (int i = 0; i < 3; i++)
        assert_int_equal(recorded[i].meaning.change, CL_CHANGE_FIRST);
    assert_false(recorded[3].written);
    assert_string_equal(recorded[2].pseudonym, "");
    assert_string_not_equal(recorded[0].pseudonym, recorded[1].pseudonym);
    assert_int_equal(cl_log_accounts(log, &accounts, &count), CL_OK);
    assert_int_equal(count, 3);
}

static void a_deleted_summary_is_made_again(void **state)
{
    (void)state;
    struct cl_account kept[2];
    const struct cl_account *accounts = NULL;
    size_t count = 0;
    struct cl_recorded recorded;
    fill(5);
    cl_cleanup(cl_log_close) struct cl_log *log = NULL;
    assert_int_equal(cl_log_open(CL_LOG_READ, &log), CL_OK);
    assert_int_equal(cl_log_accounts(log, &accounts, &count), CL_OK);
    memcpy(kept, accounts, sizeof kept[0]);
    cl_log_close(&log);
    sql("DELETE FROM summary");
    assert_int_equal(cl_log_open(CL_LOG_READ, &log), CL_OK);
    assert_int_equal(cl_log_accounts(log, &accounts, &count), CL_OK);
    assert_int_equal(count, 1);
    assert_memory_equal(kept, accounts, sizeof kept[0]);
    cl_log_close(&log);
    assert_int_equal(record("1002", CL_STATE_ON, &recorded), CL_OK);
    assert_false(recorded.written); /* its reading is known from the entry */
}

static void many_entries_fill_tiles(void **state)
{
    (void)state;
    struct told told;
    struct cl_observation batch[CL_BATCH_MAX];
    struct cl_recorded recorded[CL_BATCH_MAX];
    for (unsigned b = 0; b < 9; b++) {
        cl_cleanup(cl_log_close) struct cl_log *log = NULL;
        for (unsigned i = 0; i < CL_BATCH_MAX; i++) {
            char reading[16];
            snprintf(reading, sizeof reading, "%u", b * 100 + i);
            batch[i] = sample(reading, CL_STATE_ON);
            batch[i].asked = true;
        }
        assert_int_equal(cl_log_open(CL_LOG_APPEND, &log), CL_OK);
        assert_int_equal(cl_log_record(log, batch, CL_BATCH_MAX, recorded), CL_OK);
    }
    assert_int_equal(verify(&told), CL_OK);
    assert_int_equal(told.verdict.entries, 577);
    assert_int_equal(told.verdict.faults, 0);
    cl_cleanup(cl_log_close) struct cl_log *reading = NULL;
    uint64_t lost = 0;
    assert_int_equal(cl_log_open(CL_LOG_READ, &reading), CL_OK);
    compare_readings(reading, &lost);
    assert_int_equal(lost, 0);
    cl_log_close(&reading);
    /* a node above the leaves, which no leaf's own check touches */
    sql("UPDATE tile SET hashes = CAST(substr(hashes, 1, 40)"
        " || " OTHER_BYTE("hashes", "41") " || substr(hashes, 42) AS BLOB)"
                                          " WHERE id = (1 << 56)");
    assert_int_equal(verify(&told), CL_OK);
    assert_true(told.verdict.faults > 0);
    goes_on_after(CL_LOG_CHANGED, 577);
}

/* An answer of its own for each number, over the head as it is. */
static enum cl_err stamp(unsigned number)
{
    cl_cleanup(cl_log_close) struct cl_log *log = NULL;
    char reply[32];
    uint64_t seq = 0;
    snprintf(reply, sizeof reply, "reply %u", number);
    const struct cl_span text = {(const uint8_t *)"text", 4};
    const struct cl_token_files files = {text, text, {(const uint8_t *)reply, strlen(reply)}, text};
    enum cl_err err = cl_log_open(CL_LOG_APPEND, &log);
    if (err)
        return err;
    struct cl_token token = {.size = cl_log_size(log),
                             .tsa = "CN=Time",
                             .gen_time = 1790000000000,
                             .authority = "https://time.example/tsr"};
    memcpy(token.root, cl_log_root(log)->bytes, CL_HASH);
    return cl_log_keep_token(log, &token, &files, &seq);
}

static void stamps_in_a_day_are_bounded(void **state)
{
    (void)state;
    struct told told;
    struct cl_recorded recorded;
    fill(1);
    for (unsigned i = 0; i < CL_STAMPS_DAY_MAX; i++)
        assert_int_equal(stamp(i), CL_OK);
    assert_int_equal(stamp(CL_STAMPS_DAY_MAX), CL_TOO_OFTEN);
    assert_int_equal(stamp(CL_STAMPS_DAY_MAX + 1), CL_TOO_OFTEN);
    /* What is not of that kind goes through, and nothing was written of those. */
    assert_int_equal(record("7", CL_STATE_OFF, &recorded), CL_OK);
    assert_true(recorded.written);
    assert_int_equal(verify(&told), CL_OK);
    assert_int_equal(told.verdict.entries, 2 + CL_STAMPS_DAY_MAX + 1);
    assert_int_equal(told.verdict.faults, 0);
}

static void damage_beyond_the_list_is_acknowledged_too(void **state)
{
    (void)state;
    struct told told;
    uint64_t at = 0;
    cl_cleanup(cl_buf_free) struct cl_buf aside = cl_buf(4096);
    struct cl_observation batch[CL_BATCH_MAX];
    struct cl_recorded recorded[CL_BATCH_MAX];
    for (unsigned b = 0; b < 3; b++) {
        cl_cleanup(cl_log_close) struct cl_log *log = NULL;
        for (unsigned i = 0; i < CL_BATCH_MAX; i++) {
            char reading[16];
            snprintf(reading, sizeof reading, "%u", b * 100 + i);
            batch[i] = sample(reading, CL_STATE_ON);
            batch[i].asked = true;
        }
        assert_int_equal(cl_log_open(CL_LOG_APPEND, &log), CL_OK);
        assert_int_equal(cl_log_record(log, batch, CL_BATCH_MAX, recorded), CL_OK);
    }
    sql("DROP TRIGGER entry_keep_update; UPDATE entry SET sealed = x'00' WHERE seq % 2 = 1");
    assert_int_equal(cl_log_acknowledge(&at, &aside), CL_OK);
    assert_int_equal(at, 193);
    assert_int_equal(verify(&told), CL_OK);
    assert_int_equal(told.verdict.faults, 0);
    assert_int_equal(told.verdict.acknowledged, 96);
}

/* ---- every byte ------------------------------------------------------------------------------ */

static unsigned char *read_entries(size_t *ret_len)
{
    cl_cleanup(cl_log_close) struct cl_log *log = NULL;
    struct cl_buf all = cl_buf(1 << 20);
    enum cl_err err = cl_log_open(CL_LOG_READ, &log);
    for (uint64_t seq = 0; !err && seq < cl_log_size(log); seq++)
        err = cl_log_entry(log, seq, &all);
    *ret_len = all.len;
    if (!err)
        return all.data;
    cl_buf_free(&all);
    return NULL;
}

/* A flipped byte is found, or it lies where nothing is read from: then every entry is as it was. */
static void a_flipped_byte_is_found_or_harmless(void **state)
{
    (void)state;
    struct stat st;
    struct told told;
    size_t length = 0;
    unsigned found = 0;
    unsigned harmless = 0;
    fill(6);
    struct fake_state kept = fake_keyring;
    unsigned char *before = read_entries(&length);
    assert_non_null(before);
    assert_int_equal(stat(path, &st), 0);
    save();
    for (off_t at = 0; at < st.st_size; at += at < 100 ? 1 : 13) {
        unsigned char byte = 0;
        fake_keyring = kept;
        int fd = open(path, O_RDWR);
        assert_int_equal(pread(fd, &byte, 1, at), 1);
        byte = (unsigned char)(byte ^ (1u << (at % 8)));
        assert_int_equal(pwrite(fd, &byte, 1, at), 1);
        close(fd);
        enum cl_err err = verify(&told);
        if (err || told.verdict.faults > 0) {
            found++;
        } else {
            size_t now = 0;
            unsigned char *after = read_entries(&now);
            if (after == NULL || now != length || memcmp(before, after, length) != 0)
                fail_msg("byte %lld was changed and not found", (long long)at);
            free(after);
            harmless++;
        }
        restore();
    }
    print_message("    %u found, %u harmless\n", found, harmless);
    assert_true(found > harmless / 8);
    free(before);
}

/* ---- the machine ----------------------------------------------------------------------------- */

static void an_unsafe_place_is_refused(void **state)
{
    (void)state;
    char dir[160];
    char other[192];
    fill(1);
    snprintf(dir, sizeof dir, "%s/consentlog", home);
    snprintf(other, sizeof other, "%s/saved", dir);
    assert_int_equal(chmod(path, 0620), 0);
    assert_int_equal(open_for(CL_LOG_APPEND), CL_LOG_UNSAFE);
    assert_int_equal(chmod(path, 0600), 0);
    assert_int_equal(chmod(dir, 0777), 0);
    assert_int_equal(open_for(CL_LOG_READ), CL_LOG_UNSAFE);
    assert_int_equal(chmod(dir, 0700), 0);
    assert_int_equal(rename(path, other), 0);
    assert_int_equal(symlink(other, path), 0);
    assert_int_equal(open_for(CL_LOG_APPEND), CL_LOG_LINKED);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_int_equal(open_for(CL_LOG_APPEND), CL_LOG_UNSAFE);
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(rename(other, path), 0);
    assert_int_equal(open_for(CL_LOG_APPEND), CL_OK);
}

static void a_second_writer_waits_and_gives_up(void **state)
{
    (void)state;
    fill(1);
    cl_cleanup(cl_log_close) struct cl_log *first = NULL;
    assert_int_equal(cl_log_open(CL_LOG_APPEND, &first), CL_OK);
    assert_int_equal(open_for(CL_LOG_APPEND), CL_LOG_BUSY);
    cl_log_close(&first);
    assert_int_equal(cl_log_open(CL_LOG_READ, &first), CL_OK); /* a reader keeps nobody waiting */
    assert_int_equal(open_for(CL_LOG_APPEND), CL_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(first_record_makes_the_log, setup, teardown),
        cmocka_unit_test_setup_teardown(entries_come_back_as_they_were_written, setup, teardown),
        cmocka_unit_test_setup_teardown(a_reader_tells_each_entry_apart, setup, teardown),
        cmocka_unit_test_setup_teardown(older_copy_is_found, setup, teardown),
        cmocka_unit_test_setup_teardown(deleted_row_is_found, setup, teardown),
        cmocka_unit_test_setup_teardown(a_missing_trigger_is_seen_at_once, setup, teardown),
        cmocka_unit_test_setup_teardown(entries_of_another_log_do_not_open, setup, teardown),
        cmocka_unit_test_setup_teardown(another_logs_file_is_foreign, setup, teardown),
        cmocka_unit_test_setup_teardown(no_key_is_ever_made_beside_a_log, setup, teardown),
        cmocka_unit_test_setup_teardown(a_file_that_is_gone_is_missed, setup, teardown),
        cmocka_unit_test_setup_teardown(a_file_that_is_gone_is_missed_without_its_key, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(what_was_never_a_log_is_not_missed, setup, teardown),
        cmocka_unit_test_setup_teardown(not_a_database_is_set_aside, setup, teardown),
        cmocka_unit_test_setup_teardown(an_interrupted_creation_uses_its_key, setup, teardown),
        cmocka_unit_test_setup_teardown(a_key_that_cannot_be_stored_makes_no_log, setup, teardown),
        cmocka_unit_test_setup_teardown(the_head_follows_when_the_log_is_closed, setup, teardown),
        cmocka_unit_test_setup_teardown(a_head_left_behind_is_brought_up, setup, teardown),
        cmocka_unit_test_setup_teardown(a_suffix_that_does_not_open_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(a_missing_head_waits_for_its_owner, setup, teardown),
        cmocka_unit_test_setup_teardown(an_alarm_stays_though_the_file_is_put_back, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_healthy_log_has_nothing_to_acknowledge, setup, teardown),
        cmocka_unit_test_setup_teardown(a_batch_sent_again_is_not_doubled, setup, teardown),
        cmocka_unit_test_setup_teardown(all_of_a_batch_or_none, setup, teardown),
        cmocka_unit_test_setup_teardown(accounts_never_mix, setup, teardown),
        cmocka_unit_test_setup_teardown(a_deleted_summary_is_made_again, setup, teardown),
        cmocka_unit_test_setup_teardown(many_entries_fill_tiles, setup, teardown),
        cmocka_unit_test_setup_teardown(stamps_in_a_day_are_bounded, setup, teardown),
        cmocka_unit_test_setup_teardown(damage_beyond_the_list_is_acknowledged_too, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_flipped_byte_is_found_or_harmless, setup, teardown),
        cmocka_unit_test_setup_teardown(an_unsafe_place_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(a_second_writer_waits_and_gives_up, setup, teardown),
        cmocka_unit_test(every_change_is_found_named_and_acknowledged),
        cmocka_unit_test(a_cut_file_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
