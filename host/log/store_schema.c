#include "log/store_internal.h"

#include <stdio.h>
#include <string.h>

#define APPLICATION_ID 0x436c6f67 /* "Clog"; also in the header check */

/* What sqlite_schema must hold, word for word and in this order. */
static const struct cl_store_object objects[] = {
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

const struct cl_store_object *cl_store_object(const char *name)
{
    for (size_t i = 0; i < OBJECTS; i++)
        if (strcmp(objects[i].name, name) == 0)
            return &objects[i];
    return NULL;
}

const struct cl_store_object *cl_store_object_at(size_t i)
{
    return i < OBJECTS ? &objects[i] : NULL;
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
        const struct cl_store_object *object = name ? cl_store_object(name) : NULL;
        if (!object || !sql || strcmp(sql, object->sql) != 0)
            ++*ret_foreign;
        else
            ++*(object->table ? ret_tables : ret_triggers);
        rc = SQLITE_OK;
    }
    sqlite3_finalize(stmt);
    return cl_store_error(store->db, rc);
}

static size_t count_tables(void)
{
    size_t tables = 0;
    for (size_t i = 0; i < OBJECTS; i++)
        tables += objects[i].table;
    return tables;
}

enum cl_err cl_store_check_schema(struct cl_store *store)
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

enum cl_err cl_store_set_format(struct cl_store *store)
{
    char format[96];
    snprintf(format, sizeof format, "PRAGMA application_id=%d; PRAGMA user_version=%d",
             APPLICATION_ID, CL_STORE_FORMAT);
    return cl_store_run(store, format);
}

enum cl_err cl_store_make_tables(struct cl_store *store)
{
    enum cl_err err = cl_store_begin(store);
    for (size_t i = 0; !err && i < OBJECTS; i++)
        err = cl_store_run(store, objects[i].sql);
    if (!err)
        err = cl_store_set_format(store);
    if (err) {
        cl_store_rollback(store);
        return err;
    }
    return cl_store_commit(store);
}
