#include "log/store.h"

#include "base/io.h"
#include "base/limits.h"
#include "log/paths.h"

#include <errno.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define APPLICATION_ID 0x436c6f67 /* "Clog"; also in the header check */
#define FORMAT         2          /* 1: the seals of seal.h were those before there were steps */

/* What sqlite_schema must hold, word for word and in this order. */
static const struct object {
    const char *name;
    const char *sql;
    bool table;
} objects[] = {
    {"meta", "CREATE TABLE meta(name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID",
     true},
    {"entry", "CREATE TABLE entry(seq INTEGER PRIMARY KEY, sealed BLOB NOT NULL) STRICT", true},
    {"tile", "CREATE TABLE tile(id INTEGER PRIMARY KEY, hashes BLOB NOT NULL) STRICT", true},
    {"attachment",
     "CREATE TABLE attachment(tag BLOB PRIMARY KEY, seq INTEGER NOT NULL, sealed BLOB NOT NULL)"
     " STRICT, WITHOUT ROWID",
     true},
    {"summary",
     "CREATE TABLE summary(one INTEGER PRIMARY KEY CHECK(one = 1), size INTEGER NOT NULL,"
     " sealed BLOB NOT NULL) STRICT",
     true},
    {"entry_keep_update",
     "CREATE TRIGGER entry_keep_update BEFORE UPDATE ON entry"
     " BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END",
     false},
    {"entry_keep_delete",
     "CREATE TRIGGER entry_keep_delete BEFORE DELETE ON entry"
     " BEGIN SELECT RAISE(ABORT, 'entries are never deleted'); END",
     false},
    {"attachment_keep_update",
     "CREATE TRIGGER attachment_keep_update BEFORE UPDATE ON attachment"
     " BEGIN SELECT RAISE(ABORT, 'attachments are never changed'); END",
     false},
    {"attachment_keep_delete",
     "CREATE TRIGGER attachment_keep_delete BEFORE DELETE ON attachment"
     " BEGIN SELECT RAISE(ABORT, 'attachments are never deleted'); END",
     false},
};
#define OBJECTS (sizeof objects / sizeof objects[0])

enum statement {
    GET_META,
    PUT_META,
    GET_SIZE,
    PUT_ENTRY,
    GET_ENTRY,
    GET_ENTRIES,
    PUT_ATTACHMENT,
    GET_ATTACHMENT,
    GET_ATTACHMENT_SEQ,
    NEXT_ATTACHMENT,
    DROP_ATTACHMENT,
    PUT_SUMMARY,
    GET_SUMMARY,
    NEW_TILE,
    GROW_TILE,
    GET_TILE,
    DROP_TILES,
    CENSUS,
    CHECK,
    STATEMENTS
};
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

struct cl_store {
    sqlite3 *db;
    sqlite3_stmt *prepared[STATEMENTS]; /* made when first used */
    enum cl_err sound;
    bool old; /* of format 1, which becomes 2 with the next commit */
};

/* SQLite calls a page that the disk could not read damaged, but the next try may read it. */
static bool disk_failed(sqlite3 *db)
{
    int last = 0;
    return sqlite3_file_control(db, "main", SQLITE_FCNTL_LAST_ERRNO, &last) == SQLITE_OK &&
           last == EIO;
}

static enum cl_err from_sqlite(sqlite3 *db, int rc)
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
        return disk_failed(db) ? CL_IO : CL_LOG_DAMAGED;
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
    case SQLITE_TOOBIG:
        return CL_LOG_FULL;
    default:
        break;
    }
    int system = db != NULL ? sqlite3_system_errno(db) : 0;
    if (system == 0 && db != NULL) /* what the file itself met, before it was rolled back */
        (void)sqlite3_file_control(db, "main", SQLITE_FCNTL_LAST_ERRNO, &system);
    return cl_io_error(system);
}

static enum cl_err run(struct cl_store *store, const char *sql)
{
    return from_sqlite(store->db, sqlite3_exec(store->db, sql, NULL, NULL, NULL));
}

/* ---- statements ------------------------------------------------------------------------------ */

static enum cl_err prepare(struct cl_store *store, enum statement which, sqlite3_stmt **ret_stmt)
{
    sqlite3_stmt **stmt = &store->prepared[which];
    if (*stmt == NULL) {
        int rc = sqlite3_prepare_v3(store->db, statements[which], -1, SQLITE_PREPARE_PERSISTENT,
                                    stmt, NULL);
        if (rc != SQLITE_OK)
            return from_sqlite(store->db, rc);
    }
    *ret_stmt = *stmt;
    return CL_OK;
}

/* A statement is reset at once after its last row, so that no read lock outlives the call. */
static void reset(sqlite3_stmt **stmt)
{
    if (*stmt == NULL)
        return;
    sqlite3_reset(*stmt);
    sqlite3_clear_bindings(*stmt);
}

/* SQLITE_ROW → CL_OK, SQLITE_DONE → CL_ABSENT. */
static enum cl_err one_row(struct cl_store *store, sqlite3_stmt *stmt)
{
    int rc = sqlite3_step(stmt);
    if (rc == SQLITE_DONE)
        return CL_ABSENT;
    return from_sqlite(store->db, rc);
}

static enum cl_err no_row(struct cl_store *store, sqlite3_stmt *stmt)
{
    enum cl_err err = one_row(store, stmt);
    return err == CL_ABSENT ? CL_OK : err;
}

static enum cl_err bind_blob(struct cl_store *store, sqlite3_stmt *stmt, int at, const void *bytes,
                             size_t n)
{
    return from_sqlite(store->db,
                       sqlite3_bind_blob64(stmt, at, n > 0 ? bytes : "", n, SQLITE_STATIC));
}

/* A sequence number or size as SQLite has it; CL_LOG_DAMAGED when it cannot be one. */
static enum cl_err column_number(sqlite3_stmt *stmt, int column, uint64_t *ret_number)
{
    sqlite3_int64 number = sqlite3_column_int64(stmt, column);
    if (number < 0 || number > CL_INT_MAX)
        return CL_LOG_DAMAGED;
    *ret_number = (uint64_t)number;
    return CL_OK;
}

static enum cl_err column_blob(sqlite3_stmt *stmt, struct cl_buf *to)
{
    const void *bytes = sqlite3_column_blob(stmt, 0);
    size_t n = (size_t)sqlite3_column_bytes(stmt, 0);
    if (bytes == NULL && n == 0)
        return CL_OK;
    enum cl_err err = cl_buf_put(to, bytes, n);
    return err == CL_TOO_LONG ? CL_LOG_DAMAGED : err; /* longer than anything of ours */
}

static enum cl_err number_in(uint64_t number)
{
    return number > CL_INT_MAX ? CL_LOG_FULL : CL_OK;
}

/* ---- opening --------------------------------------------------------------------------------- */

/* The parts of the header that we never change (SQLite's "Database File Format", section 1.3). They
 * are compared byte by byte, because SQLite would turn to WAL, or to read-only, on the file's word.
 */
static enum cl_err check_header(struct cl_store *store)
{
    static const uint8_t start[24] = "SQLite format 3\0\x10\0\1\1\0\x40\x20\x20";
    static const uint8_t id[4] = {0x43, 0x6c, 0x6f, 0x67};
    static const uint8_t one[4] = {0, 0, 0, 1}, two[4] = {0, 0, 0, FORMAT};
    static const uint8_t none[4] = {0};
    uint8_t header[100];
    sqlite3_file *file = NULL;

    int rc = sqlite3_file_control(store->db, "main", SQLITE_FCNTL_FILE_POINTER, (void *)&file);
    if (rc == SQLITE_OK && (file == NULL || file->pMethods == NULL))
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

static const struct object *object_named(const char *name)
{
    for (size_t i = 0; i < OBJECTS; i++)
        if (strcmp(objects[i].name, name) == 0)
            return &objects[i];
    return NULL;
}

/* Count the objects that are word for word ours, and those that are not. */
static enum cl_err compare_schema(struct cl_store *store, size_t *ret_tables, size_t *ret_triggers,
                                  size_t *ret_foreign)
{
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(store->db, "SELECT name, sql FROM sqlite_schema", -1, &stmt, NULL);
    *ret_tables = *ret_triggers = *ret_foreign = 0;
    while (rc == SQLITE_OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(stmt, 0);
        const char *sql = (const char *)sqlite3_column_text(stmt, 1);
        const struct object *object = name != NULL ? object_named(name) : NULL;
        if (object == NULL || sql == NULL || strcmp(sql, object->sql) != 0)
            ++*ret_foreign;
        else
            ++*(object->table ? ret_tables : ret_triggers);
        rc = SQLITE_OK;
    }
    sqlite3_finalize(stmt);
    return from_sqlite(store->db, rc);
}

static size_t count_tables(void)
{
    size_t tables = 0;
    for (size_t i = 0; i < OBJECTS; i++)
        tables += objects[i].table;
    return tables;
}

static enum cl_err check_schema(struct cl_store *store)
{
    size_t tables = 0;
    size_t triggers = 0;
    size_t foreign = 0;
    enum cl_err err = compare_schema(store, &tables, &triggers, &foreign);
    if (err)
        return err;
    if (tables != count_tables())
        return CL_LOG_DAMAGED;
    store->sound = foreign == 0 && tables + triggers == OBJECTS ? CL_OK : CL_LOG_CHANGED;
    return CL_OK;
}

/* What a program that does not know today's seals looks at first. Inside a transaction. */
static enum cl_err set_format(struct cl_store *store)
{
    char format[96];
    snprintf(format, sizeof format, "PRAGMA application_id=%d; PRAGMA user_version=%d",
             APPLICATION_ID, FORMAT);
    return run(store, format);
}

static enum cl_err make_tables(struct cl_store *store)
{
    enum cl_err err = cl_store_begin(store);
    for (size_t i = 0; !err && i < OBJECTS; i++)
        err = run(store, objects[i].sql);
    if (!err)
        err = set_format(store);
    if (err) {
        cl_store_rollback(store);
        return err;
    }
    return cl_store_commit(store);
}

/* Settings that read nothing from the file. */
static enum cl_err configure(struct cl_store *store, bool write)
{
    sqlite3_extended_result_codes(store->db, 1);
    sqlite3_busy_timeout(store->db, CL_WAIT_MS);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
    enum cl_err err = run(store, "PRAGMA synchronous=EXTRA; PRAGMA temp_store=MEMORY;"
                                 "PRAGMA mmap_size=0; PRAGMA cell_size_check=ON");
    if (err || write)
        return err;
    return run(store, "PRAGMA query_only=ON");
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
    enum cl_err err = from_sqlite(store->db, rc);
    if (err)
        return err;

    if (found == 0 && create)
        err = make_tables(store);
    else if (found == 0)
        err = CL_LOG_ABSENT; /* the transaction that makes the tables was rolled back */
    if (!err)
        err = check_header(store);
    return err ? err : check_schema(store);
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
    const size_t n = name == NULL ? 0 : (size_t)(name - path);
    if (name == NULL || n >= sizeof folder)
        return cl_buf_put(to, path, strlen(path) + 1);
    memcpy(folder, path, n);
    folder[n] = '\0';
    if (realpath(n > 0 ? folder : "/", real) == NULL)
        return cl_paths_errno();
    enum cl_err err = cl_buf_put_str(to, strcmp(real, "/") == 0 ? "" : real);
    return err ? err : cl_buf_put(to, name, strlen(name) + 1);
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
    if (store == NULL)
        return CL_NO_MEMORY;

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
    err = from_sqlite(store->db, rc);
    if (!err) {
        /* No value of ours is longer, so none of a file that others changed takes more memory. */
        (void)sqlite3_limit(store->db, SQLITE_LIMIT_LENGTH, CL_STORED_MAX);
        err = configure(store, write);
    }
    if (!err)
        err = look(store, write && create);
    if (!err && !read_only)
        err = run(store, "PRAGMA journal_mode=DELETE");
    if (err)
        return err;
    *ret_store = store;
    store = NULL;
    return CL_OK;
}

void cl_store_close(struct cl_store **store)
{
    if (*store == NULL)
        return;
    for (size_t i = 0; i < STATEMENTS; i++)
        sqlite3_finalize((*store)->prepared[i]);
    sqlite3_close((*store)->db);
    free(*store);
    *store = NULL;
}

/* ---- transactions ---------------------------------------------------------------------------- */

enum cl_err cl_store_begin(struct cl_store *store)
{
    return run(store, "BEGIN IMMEDIATE");
}

enum cl_err cl_store_commit(struct cl_store *store)
{
    enum cl_err err = run(store, "COMMIT");
    if (err)
        cl_store_rollback(store);
    return err;
}

void cl_store_rollback(struct cl_store *store)
{
    if (sqlite3_get_autocommit(store->db) == 0)
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
}

/* ---- the file as a whole --------------------------------------------------------------------- */

enum cl_err cl_store_sound(const struct cl_store *store)
{
    return store->sound;
}

/* Names of what is not ours come from whoever changed the file, so SQLite quotes them. */
static enum cl_err drop_foreign(struct cl_store *store, bool *ret_dropped)
{
    sqlite3_stmt *stmt = NULL;
    char *drop = NULL;
    int rc =
        sqlite3_prepare_v2(store->db,
                           "SELECT format('DROP %s \"%w\"', type, name), name, sql"
                           " FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_auto%' ESCAPE '\\'"
                           " ORDER BY type = 'table'",
                           -1, &stmt, NULL);
    *ret_dropped = false;
    while (rc == SQLITE_OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
        const struct object *object = object_named((const char *)sqlite3_column_text(stmt, 1));
        const char *sql = (const char *)sqlite3_column_text(stmt, 2);
        rc = SQLITE_OK;
        if (object != NULL && sql != NULL && strcmp(sql, object->sql) == 0)
            continue;
        drop = sqlite3_mprintf("%s", (const char *)sqlite3_column_text(stmt, 0));
        break;
    }
    sqlite3_finalize(stmt);
    enum cl_err err = rc == SQLITE_DONE ? CL_OK : from_sqlite(store->db, rc);
    if (!err && drop != NULL) {
        err = run(store, drop);
        *ret_dropped = true;
    }
    sqlite3_free(drop);
    return err;
}

/* Rows that no entry ever had: nobody's history. The trigger that would refuse it is put back at
 * once. */
static enum cl_err drop_rows(struct cl_store *store, const char *condition)
{
    const struct object *trigger = object_named("entry_keep_delete");
    enum cl_err err = run(store, "DROP TRIGGER IF EXISTS entry_keep_delete");
    if (!err)
        err = run(store, condition);
    return err ? err : run(store, trigger->sql);
}

enum cl_err cl_store_mend(struct cl_store *store)
{
    bool dropped = true;
    enum cl_err err = CL_OK;
    while (!err && dropped)
        err = drop_foreign(store, &dropped);
    if (!err)
        err = drop_rows(store, "DELETE FROM meta WHERE name NOT IN ('key_id', 'log_id');"
                               "DELETE FROM entry WHERE seq < 0");
    for (size_t i = 0; !err && i < OBJECTS; i++) {
        char *exists =
            sqlite3_mprintf("SELECT 1 FROM sqlite_schema WHERE name = %Q", objects[i].name);
        sqlite3_stmt *stmt = NULL;
        int rc =
            exists == NULL ? SQLITE_NOMEM : sqlite3_prepare_v2(store->db, exists, -1, &stmt, NULL);
        if (rc == SQLITE_OK)
            rc = sqlite3_step(stmt);
        sqlite3_finalize(stmt);
        sqlite3_free(exists);
        err = rc == SQLITE_DONE ? run(store, objects[i].sql) : from_sqlite(store->db, rc);
    }
    return err ? err : check_schema(store);
}

enum cl_err cl_store_trim(struct cl_store *store, uint64_t size)
{
    char statement[64];
    snprintf(statement, sizeof statement, "DELETE FROM entry WHERE seq >= %llu",
             (unsigned long long)size);
    return drop_rows(store, statement);
}

enum cl_err cl_store_check(struct cl_store *store)
{
    cl_cleanup(reset) sqlite3_stmt *stmt = NULL;
    enum cl_err err = prepare(store, CHECK, &stmt);
    if (!err)
        err = one_row(store, stmt);
    if (err)
        return err;
    const char *says = (const char *)sqlite3_column_text(stmt, 0);
    if (says != NULL && strcmp(says, "ok") == 0)
        return CL_OK;
    return disk_failed(store->db) ? CL_IO : CL_LOG_DAMAGED;
}

enum cl_err cl_store_census(struct cl_store *store, struct cl_census *ret_census)
{
    cl_cleanup(reset) sqlite3_stmt *stmt = NULL;
    enum cl_err err = prepare(store, CENSUS, &stmt);
    if (!err)
        err = one_row(store, stmt);
    if (err)
        return err;
    *ret_census = (struct cl_census){
        .entries = (uint64_t)sqlite3_column_int64(stmt, 0),
        .tiles = (uint64_t)sqlite3_column_int64(stmt, 1),
        .tile_bytes = (uint64_t)sqlite3_column_int64(stmt, 2),
        .attachments = (uint64_t)sqlite3_column_int64(stmt, 3),
        .metas = (uint64_t)sqlite3_column_int64(stmt, 4),
        .summaries = (uint64_t)sqlite3_column_int64(stmt, 5),
    };
    return CL_OK;
}

/* ---- rows ------------------------------------------------------------------------------------ */

enum cl_err cl_store_meta(struct cl_store *store, const char *name, struct cl_buf *to)
{
    cl_cleanup(reset) sqlite3_stmt *stmt = NULL;
    enum cl_err err = prepare(store, GET_META, &stmt);
    if (!err)
        err = from_sqlite(store->db, sqlite3_bind_text(stmt, 1, name, -1, SQLITE_STATIC));
    if (!err)
        err = one_row(store, stmt);
    return err ? err : column_blob(stmt, to);
}

enum cl_err cl_store_set_meta(struct cl_store *store, const char *name, const void *bytes, size_t n)
{
    cl_cleanup(reset) sqlite3_stmt *stmt = NULL;
    enum cl_err err = prepare(store, PUT_META, &stmt);
    if (!err)
        err = from_sqlite(store->db, sqlite3_bind_text(stmt, 1, name, -1, SQLITE_STATIC));
    if (!err)
        err = bind_blob(store, stmt, 2, bytes, n);
    return err ? err : no_row(store, stmt);
}

enum cl_err cl_store_size(struct cl_store *store, uint64_t *ret_size)
{
    cl_cleanup(reset) sqlite3_stmt *stmt = NULL;
    enum cl_err err = prepare(store, GET_SIZE, &stmt);
    if (!err)
        err = one_row(store, stmt);
    return err ? err : column_number(stmt, 0, ret_size);
}

/* Put one numbered blob: the number is ?1, the bytes ?2. */
static enum cl_err put_numbered(struct cl_store *store, enum statement which, uint64_t number,
                                const void *bytes, size_t n)
{
    cl_cleanup(reset) sqlite3_stmt *stmt = NULL;
    enum cl_err err = prepare(store, which, &stmt);
    if (!err)
        err = from_sqlite(store->db, sqlite3_bind_int64(stmt, 1, (sqlite3_int64)number));
    if (!err)
        err = bind_blob(store, stmt, 2, bytes, n);
    return err ? err : no_row(store, stmt);
}

enum cl_err cl_store_put_entry(struct cl_store *store, uint64_t seq, const struct cl_buf *sealed)
{
    enum cl_err err = number_in(seq);
    return err ? err : put_numbered(store, PUT_ENTRY, seq, sealed->data, sealed->len);
}

enum cl_err cl_store_entry(struct cl_store *store, uint64_t seq, struct cl_buf *to)
{
    if (seq > CL_INT_MAX)
        return CL_ABSENT;
    cl_cleanup(reset) sqlite3_stmt *stmt = NULL;
    enum cl_err err = prepare(store, GET_ENTRY, &stmt);
    if (!err)
        err = from_sqlite(store->db, sqlite3_bind_int64(stmt, 1, (sqlite3_int64)seq));
    if (!err)
        err = one_row(store, stmt);
    return err ? err : column_blob(stmt, to);
}

/* The next row, if it is that of entry seq. */
static enum cl_err next_entry(struct cl_store *store, sqlite3_stmt *stmt, uint64_t seq,
                              struct cl_buf *to)
{
    enum cl_err err = one_row(store, stmt);
    if (!err && (uint64_t)sqlite3_column_int64(stmt, 1) != seq)
        err = CL_ABSENT;
    return err ? err : column_blob(stmt, to);
}

enum cl_err cl_store_entries(struct cl_store *store, uint64_t first, unsigned count,
                             struct cl_buf *to, size_t *ret_ends, unsigned *ret_count)
{
    cl_cleanup(reset) sqlite3_stmt *stmt = NULL;
    unsigned got = 0;
    if (first > CL_INT_MAX || count == 0)
        return CL_ABSENT;
    enum cl_err err = prepare(store, GET_ENTRIES, &stmt);
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

enum cl_err cl_store_put_attachment(struct cl_store *store, const uint8_t tag[static CL_HASH],
                                    uint64_t seq, const struct cl_buf *sealed)
{
    cl_cleanup(reset) sqlite3_stmt *stmt = NULL;
    enum cl_err err = number_in(seq);
    if (!err)
        err = prepare(store, PUT_ATTACHMENT, &stmt);
    if (!err)
        err = bind_blob(store, stmt, 1, tag, CL_HASH);
    if (!err)
        err = from_sqlite(store->db, sqlite3_bind_int64(stmt, 2, (sqlite3_int64)seq));
    if (!err)
        err = bind_blob(store, stmt, 3, sealed->data, sealed->len);
    return err ? err : no_row(store, stmt);
}

enum cl_err cl_store_attachment(struct cl_store *store, const uint8_t tag[static CL_HASH],
                                uint64_t *ret_seq, struct cl_buf *to)
{
    cl_cleanup(reset) sqlite3_stmt *stmt = NULL;
    uint64_t seq = 0;
    enum cl_err err = prepare(store, GET_ATTACHMENT, &stmt);
    if (!err)
        err = bind_blob(store, stmt, 1, tag, CL_HASH);
    if (!err)
        err = one_row(store, stmt);
    if (!err)
        err = column_number(stmt, 1, &seq);
    if (!err)
        err = column_blob(stmt, to);
    if (err)
        return err;
    *ret_seq = seq;
    return CL_OK;
}

enum cl_err cl_store_attachment_seq(struct cl_store *store, const uint8_t tag[static CL_HASH],
                                    uint64_t *ret_seq)
{
    cl_cleanup(reset) sqlite3_stmt *stmt = NULL;
    enum cl_err err = prepare(store, GET_ATTACHMENT_SEQ, &stmt);
    if (!err)
        err = bind_blob(store, stmt, 1, tag, CL_HASH);
    if (!err)
        err = one_row(store, stmt);
    return err ? err : column_number(stmt, 0, ret_seq);
}

enum cl_err cl_store_next_attachment(struct cl_store *store, bool first, struct cl_buf *tag,
                                     uint64_t *ret_seq)
{
    cl_cleanup(reset) sqlite3_stmt *stmt = NULL;
    cl_cleanup(cl_buf_free) struct cl_buf next = cl_buf(tag->max);
    enum cl_err err = prepare(store, NEXT_ATTACHMENT, &stmt);
    if (!err)
        err = bind_blob(store, stmt, 1, tag->data, tag->len);
    if (!err)
        err = from_sqlite(store->db, sqlite3_bind_int(stmt, 2, first));
    if (!err)
        err = one_row(store, stmt);
    if (!err)
        err = column_blob(stmt, &next);
    if (err)
        return err;
    if (column_number(stmt, 1, ret_seq) != CL_OK)
        *ret_seq = UINT64_MAX;
    cl_buf_clear(tag);
    return cl_buf_put(tag, next.data, next.len);
}

/* The trigger that would refuse it is put back at once. */
enum cl_err cl_store_drop_attachment(struct cl_store *store, const struct cl_buf *tag)
{
    const struct object *trigger = object_named("attachment_keep_delete");
    enum cl_err err = run(store, "DROP TRIGGER IF EXISTS attachment_keep_delete");
    if (!err) {
        cl_cleanup(reset) sqlite3_stmt *stmt = NULL;
        err = prepare(store, DROP_ATTACHMENT, &stmt);
        if (!err)
            err = bind_blob(store, stmt, 1, tag->data, tag->len);
        if (!err)
            err = no_row(store, stmt);
    }
    return err ? err : run(store, trigger->sql);
}

enum cl_err cl_store_put_summary(struct cl_store *store, uint64_t size, const struct cl_buf *sealed)
{
    enum cl_err err = number_in(size);
    if (!err && store->old)
        err = set_format(store);
    return err ? err : put_numbered(store, PUT_SUMMARY, size, sealed->data, sealed->len);
}

enum cl_err cl_store_summary(struct cl_store *store, uint64_t *ret_size, struct cl_buf *to)
{
    cl_cleanup(reset) sqlite3_stmt *stmt = NULL;
    uint64_t size = 0;
    enum cl_err err = prepare(store, GET_SUMMARY, &stmt);
    if (!err)
        err = one_row(store, stmt);
    if (!err)
        err = column_number(stmt, 1, &size);
    if (!err)
        err = column_blob(stmt, to);
    if (err)
        return err;
    *ret_size = size;
    return CL_OK;
}

/* ---- tiles ----------------------------------------------------------------------------------- */

static enum cl_err tile_id(unsigned level, uint64_t index, sqlite3_int64 *ret_id)
{
    if (level >= CL_TILE_LEVELS || index >= 1ull << 56)
        return CL_LOG_FULL;
    *ret_id = (sqlite3_int64)((uint64_t)level << 56 | index);
    return CL_OK;
}

static enum cl_err get_hashes(void *context, unsigned level, uint64_t index, unsigned from,
                              unsigned count, struct cl_hash *ret_hashes)
{
    struct cl_store *store = context;
    cl_cleanup(reset) sqlite3_stmt *stmt = NULL;
    sqlite3_int64 id = 0;
    enum cl_err err = tile_id(level, index, &id);
    if (!err)
        err = prepare(store, GET_TILE, &stmt);
    if (err)
        return err;
    size_t wanted = (size_t)count * CL_HASH;
    sqlite3_bind_int64(stmt, 1, id);
    sqlite3_bind_int64(stmt, 2, (sqlite3_int64)from * CL_HASH + 1); /* substr counts from 1 */
    sqlite3_bind_int64(stmt, 3, (sqlite3_int64)wanted);
    err = one_row(store, stmt);
    if (err)
        return err == CL_ABSENT ? CL_LOG_DAMAGED : err;
    const void *bytes = sqlite3_column_blob(stmt, 0);
    if ((size_t)sqlite3_column_bytes(stmt, 0) != wanted || (bytes == NULL && wanted > 0))
        return CL_LOG_DAMAGED;
    if (wanted > 0)
        memcpy(ret_hashes, bytes, wanted);
    return CL_OK;
}

static enum cl_err put_hash(void *context, unsigned level, uint64_t index, unsigned width,
                            const struct cl_hash *hash)
{
    struct cl_store *store = context;
    sqlite3_int64 id = 0;
    enum cl_err err = tile_id(level, index, &id);
    if (err)
        return err;
    if (width == 0)
        return put_numbered(store, NEW_TILE, (uint64_t)id, hash->bytes, CL_HASH);

    cl_cleanup(reset) sqlite3_stmt *stmt = NULL;
    err = prepare(store, GROW_TILE, &stmt);
    if (err)
        return err;
    sqlite3_bind_int64(stmt, 1, id);
    sqlite3_bind_int64(stmt, 3, (sqlite3_int64)width * CL_HASH);
    err = bind_blob(store, stmt, 2, hash->bytes, CL_HASH);
    if (!err)
        err = no_row(store, stmt);
    if (!err && sqlite3_changes(store->db) != 1)
        err = CL_LOG_CHANGED; /* the tile is not as wide as the tree says */
    return err;
}

struct cl_tiles cl_store_tiles(struct cl_store *store)
{
    return (struct cl_tiles){.context = store, .get = get_hashes, .put = put_hash};
}

enum cl_err cl_store_drop_tiles(struct cl_store *store)
{
    cl_cleanup(reset) sqlite3_stmt *stmt = NULL;
    enum cl_err err = prepare(store, DROP_TILES, &stmt);
    return err ? err : no_row(store, stmt);
}
