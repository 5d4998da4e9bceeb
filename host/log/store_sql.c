#include "log/store_internal.h"

#include "base/io.h"
#include "base/limits.h"

#include <errno.h>

static const char *const statements[STATEMENTS] = {
    [GET_META] = "SELECT value FROM meta WHERE name = ?1",
    [PUT_META] = "INSERT INTO meta VALUES(?1, ?2) ON CONFLICT(name) DO UPDATE SET value = ?2",
    [GET_SIZE] = "SELECT coalesce(max(seq) + 1, 0) FROM entry",
    [PUT_ENTRY] = "INSERT INTO entry VALUES(?1, ?2)",
    [GET_ENTRY] = "SELECT sealed FROM entry WHERE seq = ?1",
    [GET_ENTRIES] = "SELECT sealed, seq FROM entry WHERE seq BETWEEN ?1 AND ?2 ORDER BY seq",
    [PUT_ATTACHMENT] = "INSERT INTO attachment VALUES(?1, ?2, ?3)",
    [GET_ATTACHMENT] = "SELECT sealed, seq FROM attachment WHERE tag = ?1",
    [GET_ATTACHMENT_SEQ] = "SELECT seq FROM attachment WHERE tag = ?1",
    [NEXT_ATTACHMENT] = "SELECT tag, seq FROM attachment WHERE ?2 OR tag > ?1 ORDER BY tag LIMIT 1",
    [DROP_ATTACHMENT] = "DELETE FROM attachment WHERE tag = ?1",
    [PUT_SUMMARY] = "INSERT INTO summary VALUES(1, ?1, ?2)"
                    " ON CONFLICT(one) DO UPDATE SET size = ?1, sealed = ?2",
    [GET_SUMMARY] = "SELECT sealed, size FROM summary WHERE one = 1",
    [NEW_TILE] = "INSERT INTO tile VALUES(?1, ?2)",
    [GROW_TILE] = "UPDATE tile SET hashes = CAST(hashes || ?2 AS BLOB)"
                  " WHERE id = ?1 AND length(hashes) = ?3",
    [GET_TILE] = "SELECT substr(hashes, ?2, ?3) FROM tile WHERE id = ?1",
    [DROP_TILES] = "DELETE FROM tile",
    [CENSUS] = "SELECT (SELECT count(*) FROM entry), (SELECT count(*) FROM tile),"
               " (SELECT coalesce(sum(length(hashes)), 0) FROM tile),"
               " (SELECT count(*) FROM attachment), (SELECT count(*) FROM meta),"
               " (SELECT count(*) FROM summary)",
    [CHECK] = "PRAGMA quick_check(1)",
};

bool cl_store_disk_failed(sqlite3 *db)
{
    int last = 0;
    return sqlite3_file_control(db, "main", SQLITE_FCNTL_LAST_ERRNO, &last) == SQLITE_OK &&
           last == EIO;
}

enum cl_err cl_store_error(sqlite3 *db, int rc)
{
    switch (rc & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return CL_OK;
    case SQLITE_FULL:
        return CL_DISK_FULL;
    case SQLITE_READONLY:
        return CL_DISK_READ_ONLY;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return CL_LOG_BUSY;
    case SQLITE_CORRUPT:
        return cl_store_disk_failed(db) ? CL_IO : CL_LOG_DAMAGED;
    case SQLITE_NOTADB:
    case SQLITE_ERROR: /* our statements are right, so the schema is not: no such table or column */
    case SQLITE_SCHEMA:
    case SQLITE_FORMAT:
        return CL_LOG_DAMAGED;
    case SQLITE_CONSTRAINT: /* a row that must not be there, or somebody's trigger */
    case SQLITE_MISMATCH:
        return CL_LOG_CHANGED;
    case SQLITE_NOMEM:
        return CL_NO_MEMORY;
    case SQLITE_TOOBIG: /* longer than any value of ours: it is in the file, not from us */
        return CL_LOG_DAMAGED;
    default:
        break;
    }
    int system = db ? sqlite3_system_errno(db) : 0;
    if (system == 0 && db) /* what the file itself met, before it was rolled back */
        (void)sqlite3_file_control(db, "main", SQLITE_FCNTL_LAST_ERRNO, &system);
    return cl_io_error(system);
}

enum cl_err cl_store_run(struct cl_store *store, const char *sql)
{
    return cl_store_error(store->db, sqlite3_exec(store->db, sql, NULL, NULL, NULL));
}

enum cl_err cl_store_prepare(struct cl_store *store, enum cl_store_statement which,
                             sqlite3_stmt **ret_stmt)
{
    sqlite3_stmt **stmt = &store->prepared[which];
    if (!*stmt) {
        int rc = sqlite3_prepare_v3(store->db, statements[which], -1, SQLITE_PREPARE_PERSISTENT,
                                    stmt, NULL);
        if (rc != SQLITE_OK)
            return cl_store_error(store->db, rc);
    }
    *ret_stmt = *stmt;
    return CL_OK;
}

void cl_store_reset(sqlite3_stmt **stmt)
{
    if (!*stmt)
        return;
    sqlite3_reset(*stmt);
    sqlite3_clear_bindings(*stmt);
}

enum cl_err cl_store_one_row(struct cl_store *store, sqlite3_stmt *stmt)
{
    int rc = sqlite3_step(stmt);
    if (rc == SQLITE_DONE)
        return CL_ABSENT;
    return cl_store_error(store->db, rc);
}

enum cl_err cl_store_no_row(struct cl_store *store, sqlite3_stmt *stmt)
{
    enum cl_err err = cl_store_one_row(store, stmt);
    return err == CL_ABSENT ? CL_OK : err;
}

enum cl_err cl_store_bind_blob(struct cl_store *store, sqlite3_stmt *stmt, int at,
                               const void *bytes, size_t n)
{
    return cl_store_error(store->db,
                          sqlite3_bind_blob64(stmt, at, n > 0 ? bytes : "", n, SQLITE_STATIC));
}

enum cl_err cl_store_column_number(sqlite3_stmt *stmt, int column, uint64_t *ret_number)
{
    sqlite3_int64 number = sqlite3_column_int64(stmt, column);
    if (number < 0 || number > CL_INT_MAX)
        return CL_LOG_DAMAGED;
    *ret_number = (uint64_t)number;
    return CL_OK;
}

enum cl_err cl_store_column_blob(sqlite3_stmt *stmt, struct cl_buf *to)
{
    const void *bytes = sqlite3_column_blob(stmt, 0);
    size_t n = (size_t)sqlite3_column_bytes(stmt, 0);
    if (!bytes && n == 0)
        return CL_OK;
    enum cl_err err = cl_buf_put(to, bytes, n);
    return err == CL_TOO_LONG ? CL_LOG_DAMAGED : err; /* longer than anything of ours */
}

enum cl_err cl_store_number_in(uint64_t number)
{
    return number > CL_INT_MAX ? CL_LOG_FULL : CL_OK;
}

enum cl_err cl_store_put_numbered(struct cl_store *store, enum cl_store_statement which,
                                  uint64_t number, const void *bytes, size_t n)
{
    cl_cleanup(cl_store_reset) sqlite3_stmt *stmt = NULL;
    enum cl_err err = cl_store_prepare(store, which, &stmt);
    if (!err)
        err = cl_store_error(store->db, sqlite3_bind_int64(stmt, 1, (sqlite3_int64)number));
    if (!err)
        err = cl_store_bind_blob(store, stmt, 2, bytes, n);
    return err ? err : cl_store_no_row(store, stmt);
}

/* ---- transactions ---------------------------------------------------------------------------- */

enum cl_err cl_store_begin(struct cl_store *store)
{
    return cl_store_run(store, "BEGIN IMMEDIATE");
}

enum cl_err cl_store_commit(struct cl_store *store)
{
    enum cl_err err = cl_store_run(store, "COMMIT");
    if (err)
        cl_store_rollback(store);
    return err;
}

void cl_store_rollback(struct cl_store *store)
{
    if (sqlite3_get_autocommit(store->db) == 0)
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
}
