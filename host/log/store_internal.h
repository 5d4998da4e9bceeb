/* What the files of the store share: the open database and its statements. This is the one header
 * that knows SQLite. */
#ifndef CL_STORE_INTERNAL_H
#define CL_STORE_INTERNAL_H

#include "base/common.h"
#include "log/store.h"

#include <sqlite3.h>

#define CL_STORE_FORMAT 2 /* 1: the seals of seal.h were those before there were steps */

enum cl_store_statement {
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

struct cl_store {
    sqlite3 *db;
    sqlite3_stmt *prepared[STATEMENTS]; /* made when first used */
    enum cl_err sound;
    bool old; /* of format 1, which becomes 2 with the next commit */
};

/* SQLite's result as ours; the file's own error number where there is one. */
enum cl_err cl_store_error(sqlite3 *db, int rc);
/* SQLite calls a page that the disk could not read damaged, but the next try may read it. */
bool cl_store_disk_failed(sqlite3 *db);
CL_MUST_USE enum cl_err cl_store_run(struct cl_store *store, const char *sql);

/* The statement, made when it is first used; the store keeps it. */
CL_MUST_USE enum cl_err cl_store_prepare(struct cl_store *store, enum cl_store_statement which,
                                         sqlite3_stmt **ret_stmt);
/* For cl_cleanup: at once after the last row, so that no read lock outlives the call. */
void cl_store_reset(sqlite3_stmt **stmt);
/* A row → CL_OK, none → CL_ABSENT. */
CL_MUST_USE enum cl_err cl_store_one_row(struct cl_store *store, sqlite3_stmt *stmt);
/* None is as good. */
CL_MUST_USE enum cl_err cl_store_no_row(struct cl_store *store, sqlite3_stmt *stmt);

/* Bytes that stay where they are until the statement is reset. */
CL_MUST_USE enum cl_err cl_store_bind_blob(struct cl_store *store, sqlite3_stmt *stmt, int at,
                                           const void *bytes, size_t n);
/* A sequence number or size as SQLite has it; CL_LOG_DAMAGED when it cannot be one. */
CL_MUST_USE enum cl_err cl_store_column_number(sqlite3_stmt *stmt, int column,
                                               uint64_t *ret_number);
/* The first column, put behind `to`. CL_LOG_DAMAGED when it is longer than anything of ours. */
CL_MUST_USE enum cl_err cl_store_column_blob(sqlite3_stmt *stmt, struct cl_buf *to);
/* CL_LOG_FULL for a number that no row can have. */
CL_MUST_USE enum cl_err cl_store_number_in(uint64_t number);
/* Put one numbered blob: the number is ?1, the bytes ?2. */
CL_MUST_USE enum cl_err cl_store_put_numbered(struct cl_store *store, enum cl_store_statement which,
                                              uint64_t number, const void *bytes, size_t n);

/* A table or trigger of the schema, word for word. */
struct cl_store_object {
    const char *name;
    const char *sql;
    bool table;
};
/* The one of that name, or NULL. */
const struct cl_store_object *cl_store_object(const char *name);
/* Number i of them, or NULL behind the last. */
const struct cl_store_object *cl_store_object_at(size_t i);
/* All tables are ours (else CL_LOG_DAMAGED); whether all else is too stands in store->sound. */
CL_MUST_USE enum cl_err cl_store_check_schema(struct cl_store *store);
CL_MUST_USE enum cl_err cl_store_make_tables(struct cl_store *store);
/* What a program that does not know today's seals looks at first. Inside a transaction. */
CL_MUST_USE enum cl_err cl_store_set_format(struct cl_store *store);

#endif
