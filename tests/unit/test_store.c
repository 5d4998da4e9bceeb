/* The SQLite file itself: what it keeps, what it refuses, and what the disk can do to it. */
#include "log/paths.h"
#include "log/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "log/lock.h"

#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char home[64];
static char path[192];

static int setup(void **state)
{
    int lock = -1;
    (void)state;
    snprintf(home, sizeof home, "/tmp/cl-store-XXXXXX");
    assert_non_null(mkdtemp(home));
    snprintf(path, sizeof path, "%s/deep/er/log.sqlite", home);
    assert_int_equal(cl_lock_take(path, true, &lock), CL_OK);
    cl_lock_release(&lock);
    return 0;
}

static int remove_one(const char *name, const struct stat *st, int type, struct FTW *where)
{
    (void)st;
    (void)type;
    (void)where;
    return remove(name);
}

static int teardown(void **state)
{
    (void)state;
    return nftw(home, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static struct cl_store *opened(bool create)
{
    struct cl_store *store = NULL;
    assert_int_equal(cl_store_open(path, true, create, &store), CL_OK);
    return store;
}

static enum cl_err put(struct cl_store *store, uint64_t seq, size_t length)
{
    uint8_t *room = NULL;
    cl_cleanup(cl_buf_free) struct cl_buf sealed = cl_buf(length);
    assert_int_equal(cl_buf_room(&sealed, length, &room), CL_OK);
    memset(room, (int)seq, length);
    return cl_store_put_entry(store, seq, &sealed);
}

static void the_path_follows_xdg(void **state)
{
    (void)state;
    static const struct {
        const char *data, *home, *path;
    } rows[] = {
        {"/d", "/h", "/d/consentlog/log.sqlite"},
        {"relative", "/h", "/h/.local/share/consentlog/log.sqlite"},
        {"", "/h", "/h/.local/share/consentlog/log.sqlite"},
        {NULL, "/h", "/h/.local/share/consentlog/log.sqlite"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        cl_cleanup(cl_buf_free) struct cl_buf to = cl_buf(4096);
        setenv("HOME", rows[i].home, 1);
        if (rows[i].data != NULL)
            setenv("XDG_DATA_HOME", rows[i].data, 1);
        else
            unsetenv("XDG_DATA_HOME");
        assert_int_equal(cl_paths_log(&to), CL_OK);
        assert_string_equal((const char *)to.data, rows[i].path);
    }
    cl_cleanup(cl_buf_free) struct cl_buf none = cl_buf(4096);
    unsetenv("HOME");
    assert_int_equal(cl_paths_log(&none), CL_IO);
}

static void made_for_its_owner_alone(void **state)
{
    (void)state;
    struct stat st;
    char dir[192];
    umask(0);
    cl_cleanup(cl_store_close) struct cl_store *store = NULL;
    assert_int_equal(cl_store_open(path, true, false, &store), CL_LOG_ABSENT);
    store = opened(true);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    snprintf(dir, sizeof dir, "%s/deep/er", home);
    assert_int_equal(stat(dir, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0700);
}

static void rows_come_back(void **state)
{
    (void)state;
    uint64_t size = 9;
    cl_cleanup(cl_store_close) struct cl_store *store = opened(true);
    assert_int_equal(cl_store_size(store, &size), CL_OK);
    assert_int_equal(size, 0);
    assert_int_equal(cl_store_begin(store), CL_OK);
    assert_int_equal(put(store, 0, 300), CL_OK);
    assert_int_equal(put(store, 1, 5000), CL_OK);
    assert_int_equal(put(store, 1, 10), CL_LOG_CHANGED); /* there is one already */
    assert_int_equal(cl_store_set_meta(store, "key_id", "a", 1), CL_OK);
    assert_int_equal(cl_store_set_meta(store, "key_id", "bc", 2), CL_OK);
    assert_int_equal(cl_store_commit(store), CL_OK);
    cl_store_close(&store);

    store = opened(false);
    cl_cleanup(cl_buf_free) struct cl_buf to = cl_buf(8192);
    assert_int_equal(cl_store_size(store, &size), CL_OK);
    assert_int_equal(size, 2);
    assert_int_equal(cl_store_entry(store, 1, &to), CL_OK);
    assert_int_equal(to.len, 5000);
    assert_int_equal(to.data[4999], 1);
    assert_int_equal(cl_store_entry(store, 2, &to), CL_ABSENT);
    assert_int_equal(cl_store_entry(store, UINT64_MAX, &to), CL_ABSENT);
    cl_buf_clear(&to);
    assert_int_equal(cl_store_meta(store, "key_id", &to), CL_OK);
    assert_memory_equal(to.data, "bc", 2);
    assert_int_equal(cl_store_meta(store, "other", &to), CL_ABSENT);
    cl_cleanup(cl_buf_free) struct cl_buf small = cl_buf(100);
    assert_int_equal(cl_store_entry(store, 1, &small), CL_LOG_DAMAGED); /* longer than it may be */
}

static void entries_in_a_row_come_at_once(void **state)
{
    (void)state;
    size_t ends[8];
    unsigned count = 0;
    cl_cleanup(cl_store_close) struct cl_store *store = opened(true);
    assert_int_equal(cl_store_begin(store), CL_OK);
    for (uint64_t seq = 0; seq < 6; seq++)
        if (seq != 3)
            assert_int_equal(put(store, seq, 100 * (size_t)(seq + 1)), CL_OK);
    assert_int_equal(cl_store_commit(store), CL_OK);

    cl_cleanup(cl_buf_free) struct cl_buf to = cl_buf(1000);
    assert_int_equal(cl_store_entries(store, 1, 8, &to, ends, &count), CL_OK);
    assert_int_equal(count, 2); /* one is missing after them */
    assert_int_equal(ends[0], 200);
    assert_int_equal(ends[1], 500);
    assert_int_equal(to.data[199], 1);
    assert_int_equal(to.data[200], 2);
    assert_int_equal(cl_store_entries(store, 3, 8, &to, ends, &count), CL_ABSENT);
    assert_int_equal(count, 0);
    assert_int_equal(cl_store_entries(store, UINT64_MAX, 8, &to, ends, &count), CL_ABSENT);

    cl_buf_clear(&to);
    assert_int_equal(cl_store_entries(store, 4, 8, &to, ends, &count), CL_OK);
    assert_int_equal(count, 1); /* the other does not fit */
    assert_int_equal(to.len, 500);
    assert_int_equal(cl_store_entries(store, 5, 8, &to, ends, &count), CL_LOG_DAMAGED);
}

static void what_is_rolled_back_was_never_there(void **state)
{
    (void)state;
    uint64_t size = 9;
    cl_cleanup(cl_store_close) struct cl_store *store = opened(true);
    assert_int_equal(cl_store_begin(store), CL_OK);
    assert_int_equal(put(store, 0, 300), CL_OK);
    cl_store_rollback(store);
    cl_store_rollback(store); /* nothing to roll back is no harm */
    assert_int_equal(cl_store_size(store, &size), CL_OK);
    assert_int_equal(size, 0);
}

static void entries_are_never_changed_or_deleted(void **state)
{
    (void)state;
    static const char *const statements[] = {
        "UPDATE entry SET sealed = x'00'", "DELETE FROM entry", "UPDATE attachment SET seq = 9",
        "DELETE FROM attachment", "INSERT INTO entry VALUES(9, 'text')"};
    uint8_t tag[CL_HASH] = {1};
    cl_cleanup(cl_buf_free) struct cl_buf sealed = cl_buf(8);
    cl_cleanup(cl_store_close) struct cl_store *store = opened(true);
    assert_int_equal(cl_buf_put(&sealed, "x", 1), CL_OK);
    assert_int_equal(put(store, 0, 300), CL_OK);
    assert_int_equal(cl_store_put_attachment(store, tag, 0, &sealed), CL_OK);
    assert_int_equal(cl_store_put_attachment(store, tag, 1, &sealed), CL_LOG_CHANGED);
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    for (size_t i = 0; i < sizeof statements / sizeof statements[0]; i++)
        assert_int_equal(sqlite3_exec(db, statements[i], NULL, NULL, NULL), SQLITE_CONSTRAINT);
    sqlite3_close(db);
}

static void a_reader_writes_nothing(void **state)
{
    (void)state;
    cl_cleanup(cl_store_close) struct cl_store *store = opened(true);
    cl_store_close(&store);
    assert_int_equal(cl_store_open(path, false, false, &store), CL_OK);
    assert_int_not_equal(put(store, 0, 10), CL_OK);
}

static void tiles_grow_to_the_right(void **state)
{
    (void)state;
    cl_cleanup(cl_store_close) struct cl_store *store = opened(true);
    struct cl_tiles tiles = cl_store_tiles(store);
    struct cl_hash hash;
    struct cl_hash got[3];
    for (unsigned i = 0; i < 3; i++) {
        memset(&hash, (int)i + 1, sizeof hash);
        assert_int_equal(tiles.put(tiles.context, 1, 5, i, &hash), CL_OK);
    }
    assert_int_equal(tiles.put(tiles.context, 1, 5, 2, &hash), CL_LOG_CHANGED); /* not its width */
    assert_int_equal(tiles.put(tiles.context, 1, 5, 4, &hash), CL_LOG_CHANGED);
    assert_int_equal(tiles.put(tiles.context, 1, 5, 0, &hash), CL_LOG_CHANGED);
    assert_int_equal(tiles.put(tiles.context, CL_TILE_LEVELS, 0, 0, &hash), CL_LOG_FULL);
    assert_int_equal(tiles.get(tiles.context, 1, 5, 1, 2, got), CL_OK);
    assert_int_equal(got[0].bytes[0], 2);
    assert_int_equal(got[1].bytes[31], 3);
    assert_int_equal(tiles.get(tiles.context, 1, 5, 1, 3, got), CL_LOG_DAMAGED);
    assert_int_equal(tiles.get(tiles.context, 1, 6, 0, 1, got), CL_LOG_DAMAGED);
    assert_int_equal(tiles.get(tiles.context, 0, 5, 0, 1, got), CL_LOG_DAMAGED);
}

/* The file is not allowed to grow further: SQLite meets it as a write that fails. */
static void a_full_disk_loses_nothing(void **state)
{
    (void)state;
    struct stat st;
    uint64_t size = 0;
    cl_cleanup(cl_store_close) struct cl_store *store = opened(true);
    assert_int_equal(cl_store_begin(store), CL_OK);
    assert_int_equal(put(store, 0, 300), CL_OK);
    assert_int_equal(cl_store_commit(store), CL_OK);
    assert_int_equal(stat(path, &st), 0);

    struct rlimit kept;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &kept), 0);
    struct rlimit limit = {.rlim_cur = (rlim_t)st.st_size, .rlim_max = kept.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    assert_int_equal(cl_store_begin(store), CL_OK);
    enum cl_err err = put(store, 1, 60000);
    if (!err)
        err = cl_store_commit(store);
    cl_store_rollback(store);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &kept), 0);
    assert_true(err == CL_DISK_FULL || err == CL_FILE_LIMIT || err == CL_IO);

    assert_int_equal(cl_store_size(store, &size), CL_OK);
    assert_int_equal(size, 1);
    assert_int_equal(put(store, 1, 60000), CL_OK);
    assert_int_equal(cl_store_check(store), CL_OK);
}

/* Each row: what stands in the header instead, and the answer. */
static void a_header_that_is_not_ours_is_refused(void **state)
{
    (void)state;
    static const struct {
        off_t at;
        unsigned char byte;
        enum cl_err err;
    } rows[] = {
        {0, 'x', CL_LOG_DAMAGED}, {16, 0x20, CL_LOG_DAMAGED}, {18, 2, CL_LOG_DAMAGED},
        {19, 2, CL_LOG_DAMAGED},  {18, 9, CL_LOG_DAMAGED},    {20, 4, CL_LOG_DAMAGED},
        {59, 2, CL_LOG_DAMAGED},  {63, 0, CL_LOG_VERSION},    {63, 3, CL_LOG_VERSION},
        {68, 0, CL_LOG_DAMAGED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        setup(state);
        cl_cleanup(cl_store_close) struct cl_store *store = opened(true);
        cl_store_close(&store);
        int fd = open(path, O_WRONLY);
        assert_int_equal(pwrite(fd, &rows[i].byte, 1, rows[i].at), 1);
        close(fd);
        assert_int_equal(cl_store_open(path, true, false, &store), rows[i].err);
        teardown(state);
    }
}

static unsigned char format_of_file(void)
{
    unsigned char byte = 0;
    int fd = open(path, O_RDONLY);
    assert_int_equal(pread(fd, &byte, 1, 63), 1);
    close(fd);
    return byte;
}

/* A file of the format before is read as it is, and is of today's once something was written. */
static void an_older_format_is_raised_by_writing(void **state)
{
    (void)state;
    static const unsigned char one = 1;
    cl_cleanup(cl_store_close) struct cl_store *store = opened(true);
    assert_int_equal(put(store, 0, 100), CL_OK);
    cl_store_close(&store);
    assert_int_equal(format_of_file(), 2);
    int fd = open(path, O_WRONLY);
    assert_int_equal(pwrite(fd, &one, 1, 63), 1);
    close(fd);

    cl_cleanup(cl_buf_free) struct cl_buf sealed = cl_buf(64);
    assert_int_equal(cl_buf_put_str(&sealed, "summary"), CL_OK);
    store = opened(true);
    assert_int_equal(cl_store_begin(store), CL_OK);
    assert_int_equal(cl_store_put_summary(store, 1, &sealed), CL_OK);
    cl_store_rollback(store);
    assert_int_equal(format_of_file(), 1);
    assert_int_equal(cl_store_begin(store), CL_OK);
    assert_int_equal(cl_store_put_summary(store, 1, &sealed), CL_OK);
    assert_int_equal(cl_store_commit(store), CL_OK);
    assert_int_equal(format_of_file(), 2);
    assert_int_equal(cl_store_check(store), CL_OK);
}

static void another_database_is_not_a_log(void **state)
{
    (void)state;
    sqlite3 *db = NULL;
    cl_cleanup(cl_store_close) struct cl_store *store = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "CREATE TABLE t(a)", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    assert_int_equal(chmod(path, 0600), 0);
    assert_int_equal(cl_store_open(path, true, true, &store), CL_LOG_DAMAGED);
    assert_null(store);
}

/* Somebody put a row into the file that is longer than any of ours: it is never read into memory,
 * though there were room, and the rows beside it are. */
static void a_row_that_is_longer_than_any_of_ours_is_not_read(void **state)
{
    (void)state;
    sqlite3 *db = NULL;
    char sql[128];
    cl_cleanup(cl_store_close) struct cl_store *store = opened(true);
    assert_int_equal(put(store, 0, 300), CL_OK);
    cl_store_close(&store);
    snprintf(sql, sizeof sql, "INSERT INTO entry VALUES(1, zeroblob(%d)), (2, zeroblob(%d))",
             CL_STORED_MAX - 64, CL_STORED_MAX + 1);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);

    store = opened(false);
    cl_cleanup(cl_buf_free) struct cl_buf to = cl_buf(4 * (size_t)CL_STORED_MAX);
    assert_int_equal(cl_store_entry(store, 2, &to), CL_LOG_DAMAGED);
    assert_int_equal(to.len, 0);
    assert_int_equal(cl_store_entry(store, 1, &to), CL_OK);
    assert_int_equal(to.len, CL_STORED_MAX - 64);
    cl_buf_clear(&to);
    assert_int_equal(cl_store_entry(store, 0, &to), CL_OK);
    assert_int_equal(to.len, 300);
}

static void the_lock_is_shared_by_readers_only(void **state)
{
    (void)state;
    cl_cleanup(cl_lock_release) int a = -1;
    cl_cleanup(cl_lock_release) int b = -1;
    assert_int_equal(cl_lock_take(path, false, &a), CL_OK);
    assert_int_equal(cl_lock_take(path, false, &b), CL_OK);
    cl_lock_release(&b);
    assert_int_equal(cl_lock_take(path, true, &b), CL_LOG_BUSY);
    cl_lock_release(&a);
    assert_int_equal(cl_lock_take(path, true, &b), CL_OK);
    assert_int_equal(cl_lock_take("relative", true, &a), CL_LOG_UNSAFE);
    assert_int_equal(cl_lock_take("/nowhere/at/all/log.sqlite", false, &a), CL_LOG_ABSENT);
}

/* Takes the lock, says so, and wants it again in the moment it lets go; a minute at the most. */
static _Noreturn void come_again_at_once(int said)
{
    const struct timespec while_it_writes = {.tv_nsec = 20 * 1000000L};
    alarm(60);
    for (;;) {
        int lock = -1;
        if (cl_lock_take(path, true, &lock) != CL_OK || write(said, "x", 1) != 1)
            _exit(1);
        nanosleep(&while_it_writes, NULL);
        cl_lock_release(&lock);
    }
}

/* How often it was taken, since this was asked before. */
static ssize_t times_taken(int said)
{
    char each[4096];
    return read(said, each, sizeof each);
}

static void nobody_is_kept_out_by_one_who_comes_again_at_once(void **state)
{
    (void)state;
    enum { ROUNDS = 20, FAIR = 2 };
    int said[2];
    ssize_t taken = 0;
    assert_int_equal(pipe(said), 0);
    pid_t writer = fork();
    assert_true(writer >= 0);
    if (writer == 0)
        come_again_at_once(said[1]);
    enum cl_err err = CL_OK;
    for (int i = 0; i < ROUNDS && !err; i++) {
        cl_cleanup(cl_lock_release) int lock = -1;
        (void)times_taken(said[0]); /* waits until the other holds it */
        err = cl_lock_take(path, i % 2 == 0, &lock);
        assert_int_equal(write(said[1], "x", 1), 1);
        taken += times_taken(said[0]) - 1;
    }
    assert_int_equal(kill(writer, SIGKILL), 0);
    assert_int_equal(waitpid(writer, NULL, 0), writer);
    close(said[0]);
    close(said[1]);
    assert_int_equal(err, CL_OK);
    assert_in_range(taken, 0, FAIR * ROUNDS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_path_follows_xdg),
        cmocka_unit_test_setup_teardown(made_for_its_owner_alone, setup, teardown),
        cmocka_unit_test_setup_teardown(rows_come_back, setup, teardown),
        cmocka_unit_test_setup_teardown(entries_in_a_row_come_at_once, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_rolled_back_was_never_there, setup, teardown),
        cmocka_unit_test_setup_teardown(entries_are_never_changed_or_deleted, setup, teardown),
        cmocka_unit_test_setup_teardown(a_reader_writes_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(tiles_grow_to_the_right, setup, teardown),
        cmocka_unit_test_setup_teardown(a_full_disk_loses_nothing, setup, teardown),
        cmocka_unit_test(a_header_that_is_not_ours_is_refused),
        cmocka_unit_test_setup_teardown(an_older_format_is_raised_by_writing, setup, teardown),
        cmocka_unit_test_setup_teardown(another_database_is_not_a_log, setup, teardown),
        cmocka_unit_test_setup_teardown(a_row_that_is_longer_than_any_of_ours_is_not_read, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(the_lock_is_shared_by_readers_only, setup, teardown),
        cmocka_unit_test_setup_teardown(nobody_is_kept_out_by_one_who_comes_again_at_once, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
