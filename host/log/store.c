#include "log/store_internal.h"

#include "base/limits.h"
#include "log/paths.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- opening --------------------------------------------------------------------------------- */

/* The parts of the header that we never change (SQLite's "Database File Format", section 1.3). They
 * are compared byte by byte, because SQLite would turn to WAL, or to read-only, on the file's word.
 */
static enum cl_err check_header(struct cl_store *store)
{
    static const uint8_t start[24] = "SQLite format 3\0\x10\0\1\1\0\x40\x20\x20";
    static const uint8_t id[4] = {0x43, 0x6c, 0x6f, 0x67};
    static const uint8_t one[4] = {0, 0, 0, 1}, two[4] = {0, 0, 0, CL_STORE_FORMAT};
    static const uint8_t none[4] = {0};
    uint8_t header[100];
    sqlite3_file *file = NULL;

    int rc = sqlite3_file_control(store->db, "main", SQLITE_FCNTL_FILE_POINTER, (void *)&file);
    if (rc == SQLITE_OK && (!file || !file->pMethods))
        return CL_IO;
    if (rc == SQLITE_OK)
        rc = file->pMethods->xRead(file, header, (int)sizeof header, 0);
    if (rc == SQLITE_IOERR_SHORT_READ)
        return CL_LOG_DAMAGED;
    if (rc != SQLITE_OK)
        return CL_IO;

    if (memcmp(header, start, sizeof start) != 0 || memcmp(header + 68, id, 4) != 0 ||
        memcmp(header + 52, none, 4) != 0 || memcmp(header + 56, one, 4) != 0)
        return CL_LOG_DAMAGED;
    store->old = memcmp(header + 60, one, 4) == 0;
    return store->old || memcmp(header + 60, two, 4) == 0 ? CL_OK : CL_LOG_VERSION;
}

/* Settings that read nothing from the file. */
static enum cl_err configure(struct cl_store *store, bool write)
{
    sqlite3_extended_result_codes(store->db, 1);
    sqlite3_busy_timeout(store->db, CL_WAIT_MS);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
    enum cl_err err = cl_store_run(store, "PRAGMA synchronous=EXTRA; PRAGMA temp_store=MEMORY;"
                                          "PRAGMA mmap_size=0; PRAGMA cell_size_check=ON");
    if (err || write)
        return err;
    return cl_store_run(store, "PRAGMA query_only=ON");
}

/* The first read rolls back a hot journal, so the header is looked at after it. */
static enum cl_err look(struct cl_store *store, bool create)
{
    sqlite3_int64 found = 0;
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(store->db, "SELECT count(*) FROM sqlite_schema", -1, &stmt, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(stmt);
    if (rc == SQLITE_ROW)
        found = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    enum cl_err err = cl_store_error(store->db, rc);
    if (err)
        return err;

    if (found == 0 && create)
        err = cl_store_make_tables(store);
    else if (found == 0)
        err = CL_LOG_ABSENT; /* the transaction that makes the tables was rolled back */
    if (!err)
        err = check_header(store);
    return err ? err : cl_store_check_schema(store);
}

/* The path as a URI, whose query says that nothing changes the file, so that SQLite wants neither
 * locks nor a journal beside it. */
static int open_unchanging(const char *path, sqlite3 **ret_db)
{
    cl_cleanup(cl_buf_free) struct cl_buf uri = cl_buf(3 * PATH_MAX + 32);
    enum cl_err err = cl_buf_put_str(&uri, "file:");
    for (const char *p = path; !err && *p; p++) {
        char byte[4] = {*p};
        if (strchr("%?#", *p))
            snprintf(byte, sizeof byte, "%%%02X", (unsigned)(unsigned char)*p);
        err = cl_buf_put_str(&uri, byte);
    }
    if (!err)
        err = cl_buf_put_str(&uri, "?immutable=1");
    if (!err)
        err = cl_buf_put(&uri, "", 1);
    if (err)
        return SQLITE_NOMEM;
    const int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX |
                      SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_NOFOLLOW;
    return sqlite3_open_v2((const char *)uri.data, ret_db, flags, NULL);
}

/* On a disk that cannot be written. What a journal would roll back cannot be told from what it
 * would keep. */
static enum cl_err check_readable(const char *path, bool write)
{
    cl_cleanup(cl_buf_free) struct cl_buf journal = cl_buf(PATH_MAX + 16);
    enum cl_err err = cl_buf_put_str(&journal, path);
    if (!err)
        err = cl_buf_put(&journal, "-journal", sizeof "-journal");
    if (err)
        return err;
    return write || access((const char *)journal.data, F_OK) == 0 ? CL_DISK_READ_ONLY : CL_OK;
}

/* The folder without links, which may be above it; the file itself must be none, also if it became
 * one since it was looked at. */
static enum cl_err resolve(const char *path, struct cl_buf *to)
{
    char folder[PATH_MAX], real[PATH_MAX];
    const char *name = strrchr(path, '/');
    const size_t n = !name ? 0 : (size_t)(name - path);
    if (!name || n >= sizeof folder)
        return cl_buf_put(to, path, strlen(path) + 1);
    memcpy(folder, path, n);
    folder[n] = '\0';
    if (!realpath(n > 0 ? folder : "/", real))
        return cl_paths_errno();
    enum cl_err err = cl_buf_put_str(to, strcmp(real, "/") == 0 ? "" : real);
    return err ? err : cl_buf_put(to, name, strlen(name) + 1);
}

/* A process makes a few statements and reads a few pages: SQLite's stock of small blocks and of
 * pages would be touched from end to end for them, which is a fifth of all that a record takes.
 * Ignored once SQLite runs. */
static void keep_no_stock(void)
{
    (void)sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0);
    (void)sqlite3_config(SQLITE_CONFIG_PAGECACHE, NULL, 0, 0);
}

enum cl_err cl_store_open(const char *path, bool write, bool create, struct cl_store **ret_store)
{
    bool read_only = false;
    enum cl_err err = cl_paths_file(path, write && create, &read_only);
    if (!err && read_only)
        err = check_readable(path, write);
    if (err)
        return err;
    cl_cleanup(cl_store_close) struct cl_store *store = calloc(1, sizeof *store);
    if (!store)
        return CL_NO_MEMORY;

    keep_no_stock();
    /* Read and write even for a reader: a hot journal has to be rolled back before anything can be
     * read. */
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE |
                SQLITE_OPEN_NOFOLLOW;
    cl_cleanup(cl_buf_free) struct cl_buf file = cl_buf(2 * PATH_MAX);
    err = resolve(path, &file);
    if (err)
        return err;
    int rc = read_only ? open_unchanging((const char *)file.data, &store->db)
                       : sqlite3_open_v2((const char *)file.data, &store->db, flags, NULL);
    err = cl_store_error(store->db, rc);
    if (!err) {
        /* No value of ours is longer, so none of a file that others changed takes more memory. */
        (void)sqlite3_limit(store->db, SQLITE_LIMIT_LENGTH, CL_STORED_MAX);
        err = configure(store, write);
    }
    if (!err)
        err = look(store, write && create);
    if (!err && !read_only)
        err = cl_store_run(store, "PRAGMA journal_mode=DELETE");
    if (err)
        return err;
    *ret_store = store;
    store = NULL;
    return CL_OK;
}

void cl_store_close(struct cl_store **store)
{
    if (!*store)
        return;
    for (size_t i = 0; i < STATEMENTS; i++)
        sqlite3_finalize((*store)->prepared[i]);
    sqlite3_close((*store)->db);
    free(*store);
    *store = NULL;
}

enum cl_err cl_store_sound(const struct cl_store *store)
{
    return store->sound;
}

/* ---- rows ------------------------------------------------------------------------------------ */

enum cl_err cl_store_meta(struct cl_store *store, const char *name, struct cl_buf *to)
{
    cl_cleanup(cl_store_reset) sqlite3_stmt *stmt = NULL;
    enum cl_err err = cl_store_prepare(store, GET_META, &stmt);
    if (!err)
        err = cl_store_error(store->db, sqlite3_bind_text(stmt, 1, name, -1, SQLITE_STATIC));
    if (!err)
        err = cl_store_one_row(store, stmt);
    return err ? err : cl_store_column_blob(stmt, to);
}

enum cl_err cl_store_set_meta(struct cl_store *store, const char *name, const void *bytes, size_t n)
{
    cl_cleanup(cl_store_reset) sqlite3_stmt *stmt = NULL;
    enum cl_err err = cl_store_prepare(store, PUT_META, &stmt);
    if (!err)
        err = cl_store_error(store->db, sqlite3_bind_text(stmt, 1, name, -1, SQLITE_STATIC));
    if (!err)
        err = cl_store_bind_blob(store, stmt, 2, bytes, n);
    return err ? err : cl_store_no_row(store, stmt);
}

enum cl_err cl_store_size(struct cl_store *store, uint64_t *ret_size)
{
    cl_cleanup(cl_store_reset) sqlite3_stmt *stmt = NULL;
    enum cl_err err = cl_store_prepare(store, GET_SIZE, &stmt);
    if (!err)
        err = cl_store_one_row(store, stmt);
    return err ? err : cl_store_column_number(stmt, 0, ret_size);
}

enum cl_err cl_store_put_entry(struct cl_store *store, uint64_t seq, const struct cl_buf *sealed)
{
    enum cl_err err = cl_store_number_in(seq);
    return err ? err : cl_store_put_numbered(store, PUT_ENTRY, seq, sealed->data, sealed->len);
}

enum cl_err cl_store_entry(struct cl_store *store, uint64_t seq, struct cl_buf *to)
{
    if (seq > CL_INT_MAX)
        return CL_ABSENT;
    cl_cleanup(cl_store_reset) sqlite3_stmt *stmt = NULL;
    enum cl_err err = cl_store_prepare(store, GET_ENTRY, &stmt);
    if (!err)
        err = cl_store_error(store->db, sqlite3_bind_int64(stmt, 1, (sqlite3_int64)seq));
    if (!err)
        err = cl_store_one_row(store, stmt);
    return err ? err : cl_store_column_blob(stmt, to);
}

/* The next row, if it is that of entry seq. */
static enum cl_err next_entry(struct cl_store *store, sqlite3_stmt *stmt, uint64_t seq,
                              struct cl_buf *to)
{
    enum cl_err err = cl_store_one_row(store, stmt);
    if (!err && (uint64_t)sqlite3_column_int64(stmt, 1) != seq)
        err = CL_ABSENT;
    return err ? err : cl_store_column_blob(stmt, to);
}

enum cl_err cl_store_entries(struct cl_store *store, uint64_t first, unsigned count,
                             struct cl_buf *to, size_t *ret_ends, unsigned *ret_count)
{
    cl_cleanup(cl_store_reset) sqlite3_stmt *stmt = NULL;
    unsigned got = 0;
    if (first > CL_INT_MAX || count == 0)
        return CL_ABSENT;
    enum cl_err err = cl_store_prepare(store, GET_ENTRIES, &stmt);
    if (err)
        return err;
    sqlite3_bind_int64(stmt, 1, (sqlite3_int64)first);
    sqlite3_bind_int64(stmt, 2, (sqlite3_int64)(first + count - 1));
    for (; got < count; got++) {
        err = next_entry(store, stmt, first + got, to);
        if (err)
            break;
        ret_ends[got] = to->len;
    }
    *ret_count = got;
    return got > 0 ? CL_OK : err;
}

enum cl_err cl_store_put_summary(struct cl_store *store, uint64_t size, const struct cl_buf *sealed)
{
    enum cl_err err = cl_store_number_in(size);
    if (!err && store->old)
        err = cl_store_set_format(store);
    return err ? err : cl_store_put_numbered(store, PUT_SUMMARY, size, sealed->data, sealed->len);
}

enum cl_err cl_store_summary(struct cl_store *store, uint64_t *ret_size, struct cl_buf *to)
{
    cl_cleanup(cl_store_reset) sqlite3_stmt *stmt = NULL;
    uint64_t size = 0;
    enum cl_err err = cl_store_prepare(store, GET_SUMMARY, &stmt);
    if (!err)
        err = cl_store_one_row(store, stmt);
    if (!err)
        err = cl_store_column_number(stmt, 1, &size);
    if (!err)
        err = cl_store_column_blob(stmt, to);
    if (err)
        return err;
    *ret_size = size;
    return CL_OK;
}
