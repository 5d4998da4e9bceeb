#include "log/log_internal.h"

#include "base/limits.h"

static void write_exhibit(struct cl_json_writer *w, const void *body)
{
    cl_exhibit_write(w, body);
}

static enum cl_err add_exhibit(struct cl_log *log, const struct cl_clock *clock,
                               const struct cl_exhibit *exhibit, struct cl_span bytes)
{
    if (cl_summary_is_full(log->summary, CL_FLOW_EXHIBITS, clock->time_ms))
        return CL_TOO_OFTEN;
    enum cl_err err = cl_log_attach_parts(log, &exhibit->attachments.item[0], bytes);
    if (!err)
        err = cl_log_add(log, CL_KIND_EXHIBIT, clock, write_exhibit, exhibit);
    if (!err)
        cl_summary_add_flow(log->summary, CL_FLOW_EXHIBITS, clock->time_ms);
    return err;
}

enum cl_err cl_log_keep_exhibit(struct cl_log *log, const struct cl_exhibit *exhibit,
                                struct cl_span bytes, uint64_t *ret_seq)
{
    struct cl_clock clock;
    enum cl_err err = cl_log_ready(log, &clock);
    if (err)
        return err;
    err = add_exhibit(log, &clock, exhibit, bytes);
    err = cl_log_end(log, err, true);
    if (!err)
        *ret_seq = log->size - 1;
    return err;
}
