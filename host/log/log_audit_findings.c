#include "log/log_audit_internal.h"

#include <string.h>

/* ---- findings -------------------------------------------------------------------------------- */

static bool is_acknowledged(const struct audit *audit, uint64_t seq)
{
    for (size_t at = 0; at < audit->acks.len; at += sizeof(struct ack)) {
        struct ack ack;
        memcpy(&ack, audit->acks.data + at, sizeof ack);
        if (seq < ack.at && seq >= ack.first && seq <= ack.last)
            return true;
    }
    return false;
}

static void tell(struct audit *audit, const struct cl_finding *finding)
{
    if (!finding->fault)
        audit->out.verdict.remarks++;
    else if (finding->acknowledged)
        audit->out.verdict.acknowledged++;
    else
        audit->out.verdict.faults++;
    if (finding->fault && !finding->acknowledged && audit->out.first == CL_OK)
        audit->out.first = finding->err;
    if (audit->on_finding)
        audit->on_finding(audit->context, finding);
}

void audit_fault(struct audit *audit, enum cl_err err, uint64_t seq, const char *what)
{
    struct cl_finding finding = {.err = err, .seq = seq, .fault = true, .what = what};
    finding.acknowledged = seq != WHOLE_LOG && is_acknowledged(audit, seq);
    tell(audit, &finding);
}

void audit_remark(struct audit *audit, uint64_t seq, const char *what)
{
    struct cl_finding finding = {.err = CL_OK, .seq = seq, .what = what};
    tell(audit, &finding);
}

void audit_damaged(struct audit *audit, uint64_t seq)
{
    struct cl_audit *out = &audit->out;
    unsigned n = out->damaged_count;
    if (n > 0 && (out->damaged[n - 1].last + 1 == seq || n == CL_DAMAGED_MAX)) {
        out->damaged[n - 1].last = seq;
        return;
    }
    out->damaged[n].first = out->damaged[n].last = seq;
    out->damaged_count = n + 1;
}

/* ---- what was acknowledged ------------------------------------------------------------------- */

static enum cl_err read_acks(struct audit *audit, uint64_t at)
{
    cl_cleanup(cl_buf_free) struct cl_buf bytes = cl_buf(CL_ENTRY_MAX);
    cl_cleanup(cl_entry_free) struct cl_entry entry = {0};
    enum cl_err err = cl_log_unseal(audit->log, at, &bytes);
    if (!err)
        err = cl_entry_parse(bytes.data, bytes.len, &entry);
    if (err == CL_NO_MEMORY)
        return err;
    if (err || entry.head.kind != CL_KIND_DISCONTINUITY)
        return CL_OK; /* the walk will say what is wrong with it */
    const struct cl_discontinuity *d = &entry.discontinuity;
    for (unsigned i = 0; i < d->damaged_count; i++) {
        struct ack ack = {.at = at, .first = d->damaged[i].first, .last = d->damaged[i].last};
        err = cl_buf_put(&audit->acks, &ack, sizeof ack);
        if (err)
            return err;
    }
    return CL_OK;
}

enum cl_err audit_find_acks(struct audit *audit)
{
    enum cl_err err = cl_log_need_summary(audit->log, false);
    if (err == CL_LOG_CHANGED || err == CL_LOG_DAMAGED) {
        audit_fault(audit, err, WHOLE_LOG, "the summary is not of this log");
        err = cl_log_need_summary(audit->log, true);
    }
    if (err)
        return err;
    for (size_t i = 0; !err && i < audit->log->summary->gap_count; i++)
        err = read_acks(audit, audit->log->summary->gaps[i]);
    return err;
}
