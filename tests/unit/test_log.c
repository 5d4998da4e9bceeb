/* The log as a whole, on a real file in a directory of its own and a keyring in memory. */
#include "log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fake_keyring.h"
#include "limits.h"
#include "store.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char home[64];
static char path[160];

/* ---- a scratch log --------------------------------------------------------------------------- */

static void run_rm(const char *dir)
{
    char command[128];
    const char *const names[] = {"log.sqlite", "log.sqlite-journal", "log.lock", "saved"};
    for (size_t i = 0; i < 4; i++) {
        snprintf(command, sizeof command, "%s/consentlog/%s", dir, names[i]);
        unlink(command);
    }
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
    run_rm(home);
    return 0;
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
    assert_int_equal(cl_log_entry(log, 4, &none), CL_NOT_FOUND);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(first_record_makes_the_log, setup, teardown),
        cmocka_unit_test_setup_teardown(entries_come_back_as_they_were_written, setup, teardown),
        cmocka_unit_test_setup_teardown(older_copy_is_found, setup, teardown),
        cmocka_unit_test_setup_teardown(deleted_row_is_found, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
