#include "log/store_internal.h"

enum cl_err cl_store_put_attachment(struct cl_store *store, const uint8_t tag[static CL_HASH],
                                    uint64_t seq, const struct cl_buf *sealed)
{
    cl_cleanup(cl_store_reset) sqlite3_stmt *stmt = NULL;
    enum cl_err err = cl_store_number_in(seq);
    if (!err)
        err = cl_store_prepare(store, PUT_ATTACHMENT, &stmt);
    if (!err)
        err = cl_store_bind_blob(store, stmt, 1, tag, CL_HASH);
    if (!err)
        err = cl_store_error(store->db, sqlite3_bind_int64(stmt, 2, (sqlite3_int64)seq));
    if (!err)
        err = cl_store_bind_blob(store, stmt, 3, sealed->data, sealed->len);
    return err ? err : cl_store_no_row(store, stmt);
}

enum cl_err cl_store_attachment(struct cl_store *store, const uint8_t tag[static CL_HASH],
                                uint64_t *ret_seq, struct cl_buf *to)
{
    cl_cleanup(cl_store_reset) sqlite3_stmt *stmt = NULL;
    uint64_t seq = 0;
    enum cl_err err = cl_store_prepare(store, GET_ATTACHMENT, &stmt);
    if (!err)
        err = cl_store_bind_blob(store, stmt, 1, tag, CL_HASH);
    if (!err)
        err = cl_store_one_row(store, stmt);
    if (!err)
        err = cl_store_column_number(stmt, 1, &seq);
    if (!err)
        err = cl_store_column_blob(stmt, to);
    if (err)
        return err;
    *ret_seq = seq;
    return CL_OK;
}

enum cl_err cl_store_attachment_seq(struct cl_store *store, const uint8_t tag[static CL_HASH],
                                    uint64_t *ret_seq)
{
    cl_cleanup(cl_store_reset) sqlite3_stmt *stmt = NULL;
    enum cl_err err = cl_store_prepare(store, GET_ATTACHMENT_SEQ, &stmt);
    if (!err)
        err = cl_store_bind_blob(store, stmt, 1, tag, CL_HASH);
    if (!err)
        err = cl_store_one_row(store, stmt);
    return err ? err : cl_store_column_number(stmt, 0, ret_seq);
}

enum cl_err cl_store_next_attachment(struct cl_store *store, bool first, struct cl_buf *tag,
                                     uint64_t *ret_seq)
{
    cl_cleanup(cl_store_reset) sqlite3_stmt *stmt = NULL;
    cl_cleanup(cl_buf_free) struct cl_buf next = cl_buf(tag->max);
    enum cl_err err = cl_store_prepare(store, NEXT_ATTACHMENT, &stmt);
    if (!err)
        err = cl_store_bind_blob(store, stmt, 1, tag->data, tag->len);
    if (!err)
        err = cl_store_error(store->db, sqlite3_bind_int(stmt, 2, first));
    if (!err)
        err = cl_store_one_row(store, stmt);
    if (!err)
        err = cl_store_column_blob(stmt, &next);
    if (err)
        return err;
    if (cl_store_column_number(stmt, 1, ret_seq) != CL_OK)
        *ret_seq = UINT64_MAX;
    cl_buf_clear(tag);
    return cl_buf_put(tag, next.data, next.len);
}
