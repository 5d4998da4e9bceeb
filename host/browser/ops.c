#include "browser/ops.h"

#include "base/limits.h"
#include "browser/hangup.h"
#include "browser/request.h"
#include "log/log.h"
#include "log/paths.h"
#include "log/status.h"
#include "json/reader.h"
#include "json/writer.h"

#include <stdlib.h>
#include <string.h>

#define OP_MAX       64
#define FINDINGS_MAX 100
/* What follows the last entry of a history answer: "],"lost":[…],"next":n,"size":n,"wrong":…}}"
 * with numbers of at most 16 digits, and what each of those in "lost" takes. */
#define HISTORY_TAIL 120
#define HISTORY_LOST 17

static const char *name_or_null(const char *const *names, int index)
{
    return index < 0 ? NULL : names[index];
}

/* ---- hello ------------------------------------------------------------------------------- */

static enum cl_err op_hello(struct request *r);

/* ---- status ------------------------------------------------------------------------------ */

static enum cl_err op_status(struct request *r)
{
    cl_cleanup(cl_status_free) struct cl_status status = {0};
    enum cl_err err = cl_read_end(&r->params);

    if (err)
        return err;
    cl_status_look(&status);
    cl_status_write(&r->result, &status);
    return CL_OK;
}

/* ---- record ------------------------------------------------------------------------------ */

struct batch {
    size_t count;
    struct cl_observation *seen;
    struct cl_recorded *recorded;
};

static void free_batch(struct batch *batch)
{
    free(batch->seen);
    free(batch->recorded);
}

static enum cl_err read_batch(struct cl_reader *params, struct batch *ret)
{
    const char *name = "observations";
    const struct cl_json *array = cl_read_array(params, name, CL_BATCH_MAX, &ret->count);

    if (array && ret->count == 0)
        cl_read_fail(params, name, CL_BAD_VALUE);
    if (array && ret->count > 0) {
        ret->seen = calloc(ret->count, sizeof *ret->seen);
        ret->recorded = calloc(ret->count, sizeof *ret->recorded);
        if (!ret->seen || !ret->recorded)
            return CL_NO_MEMORY;
    }
    for (size_t i = 0; array && i < ret->count; i++) {
        struct cl_reader item = cl_read_item(params, array, name, i);
        enum cl_err err = cl_observation_read(&item, &ret->seen[i]);

        if (err)
            return err;
    }
    return cl_read_end(params);
}

static void write_recorded(struct cl_json_writer *w, const struct cl_observation *seen,
                           const struct cl_recorded *recorded)
{
    const struct cl_meaning *meaning = &recorded->meaning;

    cl_json_object(w, NULL);
    cl_json_str(w, "reading", seen->reading);
    cl_json_bool(w, "written", recorded->written);
    cl_json_int(w, "seq", (int64_t)recorded->seq);
    cl_json_str(w, "change", cl_change_names[meaning->change]);
    cl_json_str(w, "cause", name_or_null(cl_cause_names, meaning->cause));
    cl_json_str(w, "phase", cl_phase_names[meaning->phase]);
    cl_json_str(w, "pseudonym", *recorded->pseudonym ? recorded->pseudonym : NULL);
    cl_json_object_end(w);
}

static enum cl_err op_record(struct request *r)
{
    cl_cleanup(cl_log_close) struct cl_log *log = NULL;
    cl_cleanup(free_batch) struct batch batch = {0};
    struct cl_json_writer *w = &r->result;
    enum cl_err err = read_batch(&r->params, &batch);

    if (!err)
        err = cl_log_open(CL_LOG_APPEND, &log);
    if (!err)
        err = cl_log_record(log, batch.seen, batch.count, batch.recorded);
    if (err)
        return err;
    cl_json_array(w, "recorded");
    for (size_t i = 0; i < batch.count; i++)
        write_recorded(w, &batch.seen[i], &batch.recorded[i]);
    cl_json_array_end(w);
    cl_json_int(w, "size", (int64_t)cl_log_size(log));
    r->peer->log = log;
    log = NULL;
    return CL_OK;
}

/* ---- history ----------------------------------------------------------------------------- */

struct lost {
    size_t count;
    uint64_t seq[CL_PAGE_MAX];
};

/* Entries from seq on, at most count, as many as fit; *ret_next is the seq after the last one. One
 * that was changed or removed from outside hides none of the others, which are as they were. */
static enum cl_err write_entries(struct cl_json_writer *w, struct cl_log *log, uint64_t seq,
                                 uint64_t count, uint64_t *ret_next, struct lost *lost)
{
    cl_cleanup(cl_buf_free) struct cl_buf entry = cl_buf(CL_ENTRY_MAX);
    uint64_t size = cl_log_size(log);

    for (; count > 0 && seq < size; count--, seq++) {
        size_t tail = HISTORY_TAIL + lost->count * HISTORY_LOST;
        enum cl_err err;

        cl_buf_clear(&entry);
        err = cl_log_entry(log, seq, &entry);
        if (err && err != CL_LOG_CHANGED && err != CL_LOG_DAMAGED)
            return err;
        if (w->to->len + entry.len + tail > CL_REPLY_MAX)
            break;
        if (err)
            lost->seq[lost->count++] = seq;
        else
            cl_json_raw(w, NULL, entry.data, entry.len);
    }
    *ret_next = seq;
    return CL_OK;
}

/* A log that is not as it was left is still its owner's to read, when that is what they ask for:
 * *ret_wrong says why it would not be opened else. */
static enum cl_err open_to_read(bool damaged, struct cl_log **ret_log, enum cl_err *ret_wrong)
{
    enum cl_err err = cl_log_open(CL_LOG_READ, ret_log);

    if (!damaged || !cl_log_is_wrong(err))
        return err;
    *ret_wrong = err;
    return cl_log_open(CL_LOG_REPAIR, ret_log);
}

static enum cl_err op_history(struct request *r)
{
    cl_cleanup(cl_log_close) struct cl_log *log = NULL;
    struct cl_json_writer *w = &r->result;
    uint64_t from = (uint64_t)cl_read_int(&r->params, "from", 0, CL_INT_MAX);
    uint64_t count = (uint64_t)cl_read_int(&r->params, "count", 1, CL_PAGE_MAX);
    bool damaged = cl_read_has(&r->params, "damaged") && cl_read_bool(&r->params, "damaged");
    struct lost lost = {.count = 0};
    uint64_t next = 0;
    enum cl_err wrong = CL_OK;
    enum cl_err err = cl_read_end(&r->params);

    if (!err)
        err = open_to_read(damaged, &log, &wrong);
    if (err)
        return err;
    cl_json_array(w, "entries");
    err = write_entries(w, log, from, count, &next, &lost);
    if (err)
        return err;
    cl_json_array_end(w);
    cl_json_array(w, "lost");
    for (size_t i = 0; i < lost.count; i++)
        cl_json_int(w, NULL, (int64_t)lost.seq[i]);
    cl_json_array_end(w);
    if (next < cl_log_size(log))
        cl_json_int(w, "next", (int64_t)next);
    else
        cl_json_str(w, "next", NULL);
    cl_json_int(w, "size", (int64_t)cl_log_size(log));
    if (damaged)
        cl_json_str(w, "wrong", wrong ? cl_err_code(wrong) : NULL);
    return CL_OK;
}

/* ---- check ------------------------------------------------------------------------------- */

struct findings {
    size_t count;
    struct cl_finding found[FINDINGS_MAX];
};

static void keep_finding(void *context, const struct cl_finding *finding)
{
    struct findings *findings = context;

    if (findings->count < FINDINGS_MAX)
        findings->found[findings->count++] = *finding;
}

static enum cl_err op_check(struct request *r)
{
    cl_cleanup(cl_log_close) struct cl_log *log = NULL;
    struct cl_json_writer *w = &r->result;
    struct findings findings = {0};
    struct cl_verdict verdict;
    enum cl_err err = cl_read_end(&r->params);

    if (!err)
        err = cl_log_open(CL_LOG_REPAIR, &log);
    if (!err)
        err = cl_log_verify(log, keep_finding, NULL, &findings, &verdict);
    if (err)
        return err;
    cl_verdict_write(w, &verdict);
    cl_json_array(w, "findings");
    for (size_t i = 0; i < findings.count; i++)
        cl_finding_write(w, &findings.found[i]);
    cl_json_array_end(w);
    return CL_OK;
}

/* ---- unlock ------------------------------------------------------------------------------ */

static enum cl_err op_unlock(struct request *r)
{
    struct cl_hangup hangup;
    enum cl_err err = cl_read_end(&r->params);

    if (err)
        return err;
    cl_hangup_watch(&hangup, r->peer->patient);
    err = cl_log_unlock(CL_UNLOCK_MS);
    cl_hangup_stop(&hangup);
    r->peer->last = err == CL_UNLOCK_TIMED_OUT;
    if (!err)
        cl_json_str(&r->result, "keyring", cl_err_code(CL_OK));
    return err;
}

/* ---- the table --------------------------------------------------------------------------- */

enum kind {
    OWN,
    FOREIGN, /* brings the words of a page or a file: a host that begins with it starts nothing */
    STARTS,  /* done by the program consentlog */
};

static const struct op {
    const char *name;
    enum cl_err (*run)(struct request *r);
    enum kind kind;
} ops[] = {
    {"hello", op_hello, OWN},
    {"status", op_status, OWN},
    {"record", op_record, FOREIGN},
    {"document", op_document, FOREIGN},
    {"keep", op_keep, FOREIGN},
    {"history", op_history, OWN},
    {"attachment", op_attachment, OWN},
    {"check", op_check, OWN},
    {"export", op_export, STARTS},
    {"open", op_open, STARTS},
    {"recovery.show", op_recovery_show, STARTS},
    {"timestamp.request", op_timestamp_request, STARTS},
    {"timestamp.store", op_timestamp_store, STARTS},
    {"unlock", op_unlock, OWN},
};
#define OPS (sizeof ops / sizeof *ops)

static enum cl_err op_hello(struct request *r)
{
    struct cl_json_writer *w = &r->result;
    enum cl_err err = cl_read_end(&r->params);

    if (err)
        return err;
    cl_json_int(w, "protocol", 1);
    cl_json_str(w, "version", CL_VERSION);
    cl_json_array(w, "ops");
    for (size_t i = 0; i < OPS; i++)
        cl_json_str(w, NULL, ops[i].name);
    cl_json_array_end(w);
    cl_json_object(w, "limits");
    cl_json_int(w, "request", CL_REQUEST_MAX);
    cl_json_int(w, "reply", CL_REPLY_MAX);
    cl_json_int(w, "batch", CL_BATCH_MAX);
    cl_json_int(w, "entry", CL_ENTRY_MAX);
    cl_json_object_end(w);
    return CL_OK;
}

static const struct op *find_op(const char *name)
{
    for (size_t i = 0; name && i < OPS; i++)
        if (!strcmp(ops[i].name, name))
            return &ops[i];
    return NULL;
}

/* ---- answers ----------------------------------------------------------------------------- */

static void write_id(struct cl_json_writer *w, int64_t id)
{
    if (id < 0)
        cl_json_str(w, "id", NULL);
    else
        cl_json_int(w, "id", id);
}

/* id is negative when the request's own could not be read. */
static enum cl_err write_error(int64_t id, const struct cl_fault *fault, struct cl_buf *ret_answer)
{
    cl_cleanup(cl_buf_free) struct cl_buf message = cl_buf(8192);
    bool told = cl_paths_sentence(fault->err, &message) == CL_OK;
    struct cl_json_writer w;

    cl_buf_clear(ret_answer);
    w = cl_json_writer(ret_answer);
    cl_json_object(&w, NULL);
    write_id(&w, id);
    cl_json_bool(&w, "ok", false);
    cl_json_object(&w, "error");
    cl_json_str(&w, "code", cl_err_code(fault->err));
    cl_json_str(&w, "message", told ? (const char *)message.data : cl_err_sentence(fault->err));
    cl_json_str(&w, "field", fault->field);
    cl_json_object_end(&w);
    cl_json_object_end(&w);
    return cl_json_end(&w);
}

enum cl_err cl_ops_refuse(enum cl_err why, struct cl_buf *ret_answer)
{
    const struct cl_fault fault = {.err = why};

    return write_error(-1, &fault, ret_answer);
}

static enum cl_err run_op(const struct op *op, struct request *r, int64_t id, struct cl_buf *answer)
{
    struct cl_json_writer *w = &r->result;
    enum cl_err err;

    cl_buf_clear(answer);
    *w = cl_json_writer(answer);
    cl_json_object(w, NULL);
    write_id(w, id);
    cl_json_bool(w, "ok", true);
    cl_json_object(w, "result");
    err = op->run(r);
    if (err)
        return err;
    cl_json_object_end(w);
    cl_json_object_end(w);
    err = cl_json_end(w);
    return err == CL_TOO_LONG ? CL_REPLY_TOO_LONG : err;
}

/* The request's own members, then the operation. Faults in params are named from there:
 * "observations[2].page.url". */
static enum cl_err dispatch(struct cl_peer *peer, const struct cl_json *tree, int64_t *ret_id,
                            struct cl_fault *fault, struct cl_buf *answer)
{
    struct cl_reader root = cl_reader(tree, "", fault);
    int64_t id = cl_read_int(&root, "id", 0, CL_INT_MAX);
    struct request r = {.peer = peer};
    const char *name;
    const struct op *op;
    enum cl_err err;

    root.visible = true; /* what a page made up would be kept, and shown to people, for good */
    if (!fault->err)
        *ret_id = id;
    name = cl_read_str(&root, "op", OP_MAX);
    r.params = cl_read_object(&root, "params");
    r.params.path[0] = '\0';
    r.params.path_len = 0;
    err = cl_read_end(&root);
    if (err)
        return err;
    op = find_op(name);
    if (op && op->run != op_hello && peer->enter_cage)
        err = peer->enter_cage(peer, op->kind != FOREIGN);
    if (err)
        return err;
    err = !op ? CL_UNKNOWN_OP : op->kind == STARTS && peer->confined ? CL_BAD_VALUE : CL_OK;
    if (!err)
        return run_op(op, &r, id, answer);
    cl_read_fail(&root, "op", err);
    return err;
}

void cl_ops_settle(struct cl_peer *peer)
{
    cl_log_close(&peer->log);
}

void cl_ops_end(struct cl_peer *peer)
{
    cl_ops_settle(peer);
    cl_upload_free(&peer->upload);
}

enum cl_err cl_ops_answer(struct cl_peer *peer, const struct cl_buf *request,
                          struct cl_buf *ret_answer)
{
    cl_cleanup(cl_json_free) struct cl_json *tree = NULL;
    struct cl_fault fault = {.err = CL_OK};
    int64_t id = -1;
    enum cl_err err = cl_json_parse(request->data, request->len, &tree);

    if (!err)
        err = dispatch(peer, tree, &id, &fault, ret_answer);
    if (!err)
        return CL_OK;
    fault.err = err;
    return write_error(id, &fault, ret_answer);
}
