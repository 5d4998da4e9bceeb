#include "log/store_internal.h"

#include <stdio.h>
#include <string.h>

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
        const struct cl_store_object *object =
            cl_store_object((const char *)sqlite3_column_text(stmt, 1));
        const char *sql = (const char *)sqlite3_column_text(stmt, 2);
        rc = SQLITE_OK;
        if (object && sql && strcmp(sql, object->sql) == 0)
            continue;
        drop = sqlite3_mprintf("%s", (const char *)sqlite3_column_text(stmt, 0));
        break;
    }
    sqlite3_finalize(stmt);
    enum cl_err err = rc == SQLITE_DONE ? CL_OK : cl_store_error(store->db, rc);
    if (!err && drop) {
        err = cl_store_run(store, drop);
        *ret_dropped = true;
    }
    sqlite3_free(drop);
    return err;
}

/* Rows that no entry ever had: nobody's history. The trigger that would refuse it is put back at
 * once. */
static enum cl_err drop_rows(struct cl_store *store, const char *condition)
{
    const struct cl_store_object *trigger = cl_store_object("entry_keep_delete");
    enum cl_err err = cl_store_run(store, "DROP TRIGGER IF EXISTS entry_keep_delete");
    if (!err)
        err = cl_store_run(store, condition);
    return err ? err : cl_store_run(store, trigger->sql);
}

enum cl_err cl_store_repair(struct cl_store *store)
{
    bool dropped = true;
    enum cl_err err = CL_OK;
    while (!err && dropped)
        err = drop_foreign(store, &dropped);
    if (!err)
        err = drop_rows(store, "DELETE FROM meta WHERE name NOT IN ('key_id', 'log_id');"
                               "DELETE FROM entry WHERE seq < 0");
    const struct cl_store_object *object;
    for (size_t i = 0; !err && (object = cl_store_object_at(i)) != NULL; i++) {
        char *exists = sqlite3_mprintf("SELECT 1 FROM sqlite_schema WHERE name = %Q", object->name);
        sqlite3_stmt *stmt = NULL;
        int rc = !exists ? SQLITE_NOMEM : sqlite3_prepare_v2(store->db, exists, -1, &stmt, NULL);
        if (rc == SQLITE_OK)
            rc = sqlite3_step(stmt);
        sqlite3_finalize(stmt);
        sqlite3_free(exists);
        err = rc == SQLITE_DONE ? cl_store_run(store, object->sql) : cl_store_error(store->db, rc);
    }
    return err ? err : cl_store_check_schema(store);
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
    cl_cleanup(cl_store_reset) sqlite3_stmt *stmt = NULL;
    enum cl_err err = cl_store_prepare(store, CHECK, &stmt);
    if (!err)
        err = cl_store_one_row(store, stmt);
    if (err)
        return err;
    const char *says = (const char *)sqlite3_column_text(stmt, 0);
    if (says && strcmp(says, "ok") == 0)
        return CL_OK;
    return cl_store_disk_failed(store->db) ? CL_IO : CL_LOG_DAMAGED;
}

enum cl_err cl_store_census(struct cl_store *store, struct cl_census *ret_census)
{
    cl_cleanup(cl_store_reset) sqlite3_stmt *stmt = NULL;
    enum cl_err err = cl_store_prepare(store, CENSUS, &stmt);
    if (!err)
        err = cl_store_one_row(store, stmt);
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

/* The trigger that would refuse it is put back at once. */
enum cl_err cl_store_drop_attachment(struct cl_store *store, const struct cl_buf *tag)
{
    const struct cl_store_object *trigger = cl_store_object("attachment_keep_delete");
    enum cl_err err = cl_store_run(store, "DROP TRIGGER IF EXISTS attachment_keep_delete");
    if (!err) {
        cl_cleanup(cl_store_reset) sqlite3_stmt *stmt = NULL;
        err = cl_store_prepare(store, DROP_ATTACHMENT, &stmt);
        if (!err)
            err = cl_store_bind_blob(store, stmt, 1, tag->data, tag->len);
        if (!err)
            err = cl_store_no_row(store, stmt);
    }
    return err ? err : cl_store_run(store, trigger->sql);
}
