#include "report/verification.h"

#include "base/array.h"
#include "package/bundle.h"
#include "package/layout.h"
#include "report/csv.h"
#include "report/found.h"
#include "report/rederive.h"
#include "report/report.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The caller's options, between them and the checks. */
struct telling {
    const struct cl_verify_options *options;
    struct cl_model *model;
    struct cl_hasher
        *table; /* of its rows, as they are if every flip was saved; NULL: not wanted */
    struct cl_buf row;
    enum cl_err err;         /* of what cannot return one */
    struct cl_stamp *stamps; /* that count; the model gets them when they can be told */
    size_t count, room;
    struct exhibit_lie {
        uint64_t seq;
        const char *member;
    } * lies; /* what exhibits say of their files; told when the model is whole */
    size_t lie_count, lie_room;
};

static void on_check(void *context, const struct cl_check *check)
{
    const struct telling *t = context;
    if (t->options->on_check)
        t->options->on_check(t->options->context, check);
}

static void on_stamp(void *context, const struct cl_stamp *stamp)
{
    struct telling *t = context;
    if (CL_ARRAY_ROOM(t->stamps, t->room, t->count + 1)) {
        t->err = CL_NO_MEMORY;
        return;
    }
    t->stamps[t->count++] = *stamp;
    if (t->options->on_stamp)
        t->options->on_stamp(t->options->context, stamp);
}

static void on_exhibit(void *context, uint64_t seq, const char *member)
{
    struct telling *t = context;
    if (CL_ARRAY_ROOM(t->lies, t->lie_room, t->lie_count + 1)) {
        t->err = CL_NO_MEMORY;
        return;
    }
    t->lies[t->lie_count++] = (struct exhibit_lie){seq, member};
}

static void on_bracket(void *context, const struct cl_bracket *bracket)
{
    const struct telling *t = context;
    if (t->options->on_bracket)
        t->options->on_bracket(t->options->context, bracket);
}

static void on_progress(void *context, uint64_t done, uint64_t of)
{
    const struct telling *t = context;
    if (t->options->on_progress)
        t->options->on_progress(t->options->context, done, of);
}

static enum cl_err take_row(struct telling *t, uint64_t seq, const struct cl_entry *entry)
{
    if (!t->table)
        return CL_OK;
    cl_buf_clear(&t->row);
    enum cl_err err = entry ? cl_csv_row(entry, false, &t->model->findings, &t->row)
                            : cl_csv_lost(seq, &t->model->findings, &t->row);
    return err ? err : cl_hasher_put(t->table, t->row.data, t->row.len);
}

static enum cl_err on_entry(void *context, uint64_t seq, struct cl_entry *entry,
                            const struct cl_fault *fault)
{
    struct telling *t = context;
    enum cl_err err = CL_OK;
    if (entry)
        err = cl_model_tell(t->model, entry);
    else if (fault)
        err = cl_model_unread(t->model, seq, fault);
    else
        cl_model_hide(t->model, seq);
    return err || (!entry && !fault) ? err : take_row(t, seq, entry);
}

/* The rows are made while the entries pass, if there is a table to hold them against. */
static enum cl_err begin_table(const struct cl_source *source, struct telling *t)
{
    cl_cleanup(cl_bundle_close) struct cl_bundle *bundle = NULL;
    struct cl_flaw flaw = {0};
    t->row = cl_buf(CL_TABLE_ROW_MAX);
    if (cl_bundle_open(source, &bundle, &flaw) != CL_OK ||
        cl_bundle_find(bundle, CL_FILE_HISTORY) == SIZE_MAX)
        return CL_OK; /* what is wrong with it is told by the checks */
    enum cl_err err = cl_hasher_new(&t->table);
    if (!err)
        err = cl_csv_head(&t->row);
    return err ? err : cl_hasher_put(t->table, t->row.data, t->row.len);
}

static void free_telling(struct telling *t)
{
    cl_model_free(&t->model);
    cl_hasher_free(&t->table);
    cl_buf_free(&t->row);
    free(t->stamps);
    free(t->lies);
}

void cl_verification_free(struct cl_verification *v)
{
    cl_model_free(&v->model);
}

/* ---- the two checks ----------------------------------------------------------------------------
 */

static void say(struct telling *t, const char *name, enum cl_check_result result, const char *file,
                const char *what)
{
    const struct cl_check check = {.name = name, .result = result, .file = file, .what = what};
    on_check(t, &check);
}

static void say_contents(struct telling *t, struct cl_verification *v)
{
    const struct cl_model *model = v->model;
    char text[400];
    v->findings = model->found_count;
    v->unread = model->unread;
    v->verified.remarks += model->found_count;
    for (size_t i = 0; i < model->found_kept; i++) {
        cl_found_say(&model->found[i], t->options->language, text, sizeof text);
        say(t, "contents", CL_CHECK_REMARK, CL_FILE_ENTRIES, text);
    }
    if (model->found_count > model->found_kept) {
        (void)snprintf(text, sizeof text, CL_SAID("more of the like: %" PRIu64),
                       model->found_count - model->found_kept);
        say(t, "contents", CL_CHECK_REMARK, CL_FILE_ENTRIES, text);
    }
    (void)snprintf(text, sizeof text,
                   CL_SAID("what is said above was found in the entries that are shown: %" PRIu64),
                   v->verified.entries - v->verified.withheld);
    say(t, "contents", CL_CHECK_GOOD, "",
        model->found_count
            ? text
            : CL_SAID("no entry that is shown contradicts itself or those before it"));
}

static const char *different(enum cl_derived_file file)
{
    switch (file) {
    case CL_DERIVED_INSTRUCTIONS:
        return "is not the one that this version of consentlog writes: do not open it, and do not "
               "do what it says";
    case CL_DERIVED_BAG_INFO:
        return "says what this package does not give: do not rely on it";
    case CL_DERIVED_CERTIFICATION:
    case CL_DERIVED_RECORDS:
    case CL_DERIVED_HISTORY:
    case CL_DERIVED_REPORT:
    case CL_DERIVED_FILES:
        break;
    }
    return "is not what the entries give: do not open it";
}

static void say_derived(struct telling *t, const struct cl_rederived *found,
                        struct cl_verification *v)
{
    size_t there = 0;
    char text[400];
    for (size_t i = 0; i < CL_DERIVED_FILES; i++) {
        there += found->there[i];
        if (!found->there[i] || found->same[i])
            continue;
        v->misleading++;
        say(t, "derived", CL_CHECK_REMARK, cl_derived_names[i],
            CL_SAID(different((enum cl_derived_file)i)));
    }
    v->verified.remarks += v->misleading;
    (void)snprintf(text, sizeof text,
                   CL_SAID("files beside the entries that are what is made of them: %zu of %zu"),
                   there - (size_t)v->misleading, there);
    say(t, "derived", CL_CHECK_GOOD, "", text);
}

static enum cl_err tell(const struct cl_source *source, struct telling *t,
                        struct cl_verification *v)
{
    struct cl_rederived found = {0};
    v->model = t->model;
    t->model = NULL;
    enum cl_err err = t->table ? cl_hasher_end(t->table, found.table) : CL_OK;
    if (!err)
        err = cl_rederive(source, v, &found);
    for (size_t i = 0; i < t->lie_count && !err; i++)
        err = cl_model_deny(v->model, t->lies[i].seq, t->lies[i].member);
    for (size_t i = 0; i < t->count && !err; i++)
        err = cl_model_stamp(v->model, &t->stamps[i]);
    if (!err)
        err = cl_model_count(v->model);
    if (err)
        return err;
    v->model->contradicted = v->verified.contradicted;
    say_contents(t, v);
    say_derived(t, &found, v);
    return CL_OK;
}

enum cl_err cl_verification_run(const struct cl_source *source,
                                const struct cl_verify_options *options,
                                struct cl_verification *ret)
{
    const char *skipped = CL_SAID("not looked at, because a check before it failed");
    cl_cleanup(free_telling) struct telling t = {.options = options};
    cl_cleanup(cl_verification_free) struct cl_verification v = {0};
    struct cl_verify_options inner = *options;
    inner.context = &t;
    inner.on_check = on_check;
    inner.on_stamp = on_stamp;
    inner.on_entry = on_entry;
    inner.on_exhibit = on_exhibit;
    inner.on_bracket = on_bracket;
    inner.on_progress = on_progress;
    enum cl_err err = cl_model_begin(&t.model);
    if (!err)
        err = begin_table(source, &t);
    if (!err)
        err = cl_verify_package(source, &inner, &v.verified);
    if (!err)
        err = t.err;
    if (!err && v.verified.good)
        err = tell(source, &t, &v);
    if (err)
        return err;
    if (!v.verified.good) {
        say(&t, "contents", CL_CHECK_SKIPPED, "", skipped);
        say(&t, "derived", CL_CHECK_SKIPPED, "", skipped);
    }
    *ret = v;
    v.model = NULL;
    return CL_OK;
}

enum cl_err cl_verification_report(const struct cl_verification *v, enum cl_language language,
                                   struct cl_buf *to)
{
    const struct cl_report report = {.model = v->model,
                                     .language = language,
                                     .log = v->verified.state.key.name,
                                     .fingerprint = v->verified.fingerprint,
                                     .size = v->verified.state.head.size,
                                     .now_ms = v->made_ms,
                                     .zone = &v->zone,
                                     .pictures = v->verified.pictures,
                                     .documents = v->verified.documents,
                                     .exhibits = v->verified.exhibits};
    return cl_report_write(&report, to);
}
