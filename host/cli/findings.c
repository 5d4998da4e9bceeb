#include "cli/findings.h"
#include "cli/say.h"

#include "cli/terminal.h"
#include "log/status.h"

struct watch {
    struct cl_json_writer *json;
    struct term_progress progress;
    struct findings *findings;
};

static void print_finding(const struct cl_finding *finding)
{
    cl_cleanup(term_free) char *entry =
        finding->seq == UINT64_MAX ? term_format("the log")
                                   : term_format("entry %llu", (unsigned long long)finding->seq);
    const char *kind = !finding->fault         ? _("remark")
                       : finding->acknowledged ? _("known")
                                               : _("FAULT");
    term_cell(stdout, kind, 8);
    term_cell(stdout, entry, 16);
    term_cell(stdout, _(finding->what), 0);
    fputc('\n', stdout);
}

static void on_finding(void *context, const struct cl_finding *finding)
{
    struct watch *watch = context;
    term_progress_end(&watch->progress);
    watch->findings->open += finding->fault && !finding->acknowledged;
    if (watch->json)
        cl_finding_write(watch->json, finding);
    else
        print_finding(finding);
}

static void on_progress(void *context, uint64_t done, uint64_t of)
{
    struct watch *watch = context;
    term_progress(&watch->progress, done, of);
}

enum cl_err findings_run(struct cl_log *log, struct cl_json_writer *json, struct findings *ret)
{
    struct findings findings = {0};
    struct watch watch = {.json = json, .progress = {.what = "Checked"}, .findings = &findings};
    enum cl_err err = cl_log_verify(log, on_finding, on_progress, &watch, &findings.verdict);
    term_progress_end(&watch.progress);
    if (err == CL_OK)
        *ret = findings;
    return err;
}
