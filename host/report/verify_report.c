#include "report/verify_report.h"

#include "package/verifier_internal.h"
#include "report/report.h"

#include <string.h>

#define INFO_MAX 4096

struct retelling {
    struct cl_bundle *bundle;
    struct cl_model *model;
    struct cl_buf info; /* CL_FILE_BAG_INFO */
    struct lines lines;
};

static void free_retelling(struct retelling *r)
{
    cl_bundle_close(&r->bundle);
    cl_model_free(&r->model);
    cl_buf_free(&r->info);
    cl_buf_free(&r->lines.rest);
}

/* One that this version cannot parse stands in the package all the same. */
static enum cl_err tell_line(void *context, uint64_t seq, struct cl_span line,
                             struct entries_fault *fault)
{
    struct retelling *r = context;
    struct cl_hash leaf;
    cl_cleanup(cl_entry_free) struct cl_entry entry = {0};
    (void)fault;
    if (cl_withheld_read(line, &leaf)) {
        cl_model_hide(r->model, seq, true);
        return CL_OK;
    }
    enum cl_err err = cl_entry_parse(line.data, line.len, &entry);
    if (err == CL_NO_MEMORY)
        return err;
    if (!err && entry.head.seq == seq)
        return cl_model_tell(r->model, &entry);
    cl_model_hide(r->model, seq, false);
    return CL_OK;
}

static bool is_named(const struct retelling *r, size_t i, const char *name)
{
    return strcmp(cl_bundle_file(r->bundle, i)->name, name) == 0;
}

static bool want(void *context, size_t i)
{
    return is_named(context, i, CL_FILE_BAG_INFO) || is_named(context, i, CL_FILE_ENTRIES);
}

static enum cl_err take_piece(void *context, size_t i, const void *bytes, size_t n)
{
    struct retelling *r = context;
    if (is_named(r, i, CL_FILE_BAG_INFO))
        return cl_buf_put(&r->info, bytes, n);
    lines_take(&r->lines, (struct cl_span){bytes, n});
    return r->lines.fault.err;
}

/* When it was exported, as the package says; else when its last entry was written. */
static int64_t exported_ms(const struct retelling *r)
{
    struct cl_span rest = {r->info.data, r->info.len}, line;
    char time[CL_TIME_TEXT];
    int64_t ms;
    while (cl_take_line(&rest, &line)) {
        if (!cl_take_prefix(&line, "External-Identifier: ") || line.len < sizeof time)
            continue;
        memcpy(time, line.data + line.len - (sizeof time - 1), sizeof time - 1);
        time[sizeof time - 1] = '\0';
        if (cl_time_parse(time, &ms) == CL_OK)
            return ms;
    }
    return r->model->last.time_ms;
}

static bool has_attachment(const struct retelling *r, const char *ending)
{
    static const char folder[] = "data/attachments/";
    const size_t n = strlen(ending);
    for (size_t i = 0; i < cl_bundle_count(r->bundle); i++) {
        const char *name = cl_bundle_file(r->bundle, i)->name;
        const size_t len = strlen(name);
        if (strncmp(name, folder, strlen(folder)) == 0 && len > n &&
            strcmp(name + len - n, ending) == 0)
            return true;
    }
    return false;
}

static enum cl_err retell(struct retelling *r, struct cl_flaw *flaw)
{
    const struct cl_bundle_visitor visitor = {r, want, take_piece};
    r->lines = lines(r, tell_line);
    enum cl_err err = cl_bundle_walk(r->bundle, &visitor, flaw);
    if (err)
        return err;
    lines_end(&r->lines);
    return r->lines.fault.err;
}

enum cl_err cl_verify_report(const struct cl_source *source, const struct cl_verified *verified,
                             enum cl_language language, struct cl_buf *to)
{
    cl_cleanup(free_retelling) struct retelling r = {.info = cl_buf(INFO_MAX)};
    struct cl_flaw flaw = {0};
    enum cl_err err = cl_bundle_open(source, &r.bundle, &flaw);
    if (!err)
        err = cl_model_begin(verified->state.head.size, &r.model);
    if (!err)
        err = retell(&r, &flaw);
    if (err)
        return err;
    const struct cl_report report = {.model = r.model,
                                     .language = language,
                                     .log = verified->state.key.name,
                                     .fingerprint = verified->fingerprint,
                                     .size = verified->state.head.size,
                                     .now_ms = exported_ms(&r),
                                     .pictures = has_attachment(&r, ".png"),
                                     .documents = has_attachment(&r, ".txt")};
    cl_model_end(r.model, report.now_ms);
    return cl_report_write(&report, to);
}
