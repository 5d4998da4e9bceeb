#include "crypto/crypto.h"
#include "package/layout.h"
#include "report/certification.h"
#include "report/dpv_json.h"
#include "report/instructions.h"
#include "report/rederive_internal.h"
#include "report/report.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INFO_MAX 4096u
#define OWNER    "consentlog's owner" /* stands where a name does, and is looked for */

const char *const cl_derived_names[] = {CL_FILE_INSTRUCTIONS,
                                        CL_FILE_BAG_INFO,
                                        CL_FILE_CERTIFICATION,
                                        CL_FILE_RECORDS,
                                        CL_FILE_HISTORY,
                                        CL_FILE_REPORT,
                                        NULL};

static void free_rederiving(struct rederiving *d)
{
    cl_bundle_close(&d->bundle);
}

/* ---- one file, read or compared
 * -------------------------------------------------------------------- */

/* Its first bytes, as many as there is room for; and its hash. */
struct reading {
    size_t file;
    struct cl_buf *to;
    struct cl_hasher *hasher;
};

static bool want_read(void *context, size_t i)
{
    const struct reading *r = context;
    return r->file == i;
}

static enum cl_err read_piece(void *context, size_t i, const void *bytes, size_t n)
{
    struct reading *r = context;
    const size_t room = r->to->max - r->to->len;
    (void)i;
    enum cl_err err = n ? cl_hasher_put(r->hasher, bytes, n) : CL_OK;
    return err ? err : cl_buf_put(r->to, bytes, n < room ? n : room);
}

static enum cl_err read_whole(const struct rederiving *d, struct reading *r,
                              uint8_t ret_hash[static CL_HASH])
{
    const struct cl_bundle_visitor visitor = {r, want_read, read_piece};
    struct cl_flaw flaw = {0};
    enum cl_err err = cl_hasher_new(&r->hasher);
    if (!err)
        err = cl_bundle_walk(d->bundle, &visitor, &flaw);
    if (!err)
        err = cl_hasher_end(r->hasher, ret_hash);
    cl_hasher_free(&r->hasher);
    return err;
}

static enum cl_err read_file(const struct rederiving *d, const char *name, struct cl_buf *to)
{
    struct reading r = {cl_bundle_find(d->bundle, name), to, NULL};
    uint8_t hash[CL_HASH] = {0};
    if (!rederiving_checked(d, name)->there)
        return CL_OK;
    enum cl_err err = rederiving_changed(read_whole(d, &r, hash));
    return err || rederiving_is(d, name, hash) ? err : CL_PACKAGE_CHANGED;
}

static enum cl_err compare(const struct rederiving *d, enum cl_derived_file file,
                           const struct cl_buf *with, bool *ret_same)
{
    uint8_t hash[CL_HASH] = {0};
    enum cl_err err = cl_sha256(with->data, with->len, hash);
    *ret_same = !err && rederiving_is(d, cl_derived_names[file], hash);
    return err;
}

/* ---- the bag's own words
 * ---------------------------------------------------------------------------- */

static enum cl_err write_bag_info(const struct rederiving *d, struct cl_buf *to)
{
    const struct cl_verified *v = &d->v->verified;
    return cl_bag_info_write(v->state.key.name, d->v->made_ms, v->payload_bytes, v->payload_files,
                             to);
}

/* The moment that the line of the identifier ends with. */
static bool stated_moment(const struct cl_buf *info, int64_t *ret_ms)
{
    struct cl_span rest = {info->data, info->len}, line;
    char time[CL_TIME_TEXT];
    const size_t n = sizeof time - 1;
    while (cl_take_line(&rest, &line)) {
        if (!cl_take_prefix(&line, CL_BAG_IDENTIFIER) || line.len < n)
            continue;
        memcpy(time, line.data + line.len - n, n);
        time[n] = '\0';
        return cl_time_parse(time, ret_ms) == CL_OK && *ret_ms >= 0;
    }
    return false;
}

/* When the package was made is the owner's to say, but not before its last entry. */
static enum cl_err take_bag_info(struct rederiving *d, bool *ret_same)
{
    cl_cleanup(cl_buf_free) struct cl_buf info = cl_buf(INFO_MAX), own = cl_buf(INFO_MAX);
    enum cl_err err = read_file(d, cl_derived_names[CL_DERIVED_BAG_INFO], &info);
    d->v->made_ms = d->v->model->last.time_ms;
    if (err)
        return err;
    *ret_same = stated_moment(&info, &d->v->made_ms) && d->v->made_ms >= d->v->model->last.time_ms;
    err = write_bag_info(d, &own);
    *ret_same = *ret_same && own.len == info.len && memcmp(own.data, info.data, own.len) == 0;
    return err;
}

/* ---- what is written for people
 * -------------------------------------------------------------------------- */

static struct cl_report report_of(const struct rederiving *d, const char *owner)
{
    return (struct cl_report){.model = d->v->model,
                              .language = d->language,
                              .owner = owner,
                              .log = d->v->verified.state.key.name,
                              .fingerprint = d->v->verified.fingerprint,
                              .size = d->v->verified.state.head.size,
                              .now_ms = d->v->made_ms,
                              .zone = &d->v->zone,
                              .pictures = d->v->verified.pictures,
                              .documents = d->v->verified.documents,
                              .exhibits = d->v->verified.exhibits};
}

static void find_zone(struct cl_span head, struct cl_zone *ret_zone)
{
    const uint8_t *at =
        head.len ? memmem(head.data, head.len, CL_REPORT_ZONE, strlen(CL_REPORT_ZONE)) : NULL;
    *ret_zone = (struct cl_zone){0};
    if (!at)
        return;
    at += strlen(CL_REPORT_ZONE);
    const size_t left = head.len - (size_t)(at - head.data);
    const uint8_t *end = memchr(at, '"', left);
    if (end && !cl_zone_read((struct cl_span){at, (size_t)(end - at)}, ret_zone))
        *ret_zone = (struct cl_zone){0}; /* then the report is another than the one made here */
}

/* In which language the report is, and in which zone its times: as its head says. */
static enum cl_err find_head(struct rederiving *d)
{
    static const char before[] = CL_REPORT_HEAD;
    cl_cleanup(cl_buf_free) struct cl_buf head = cl_buf(64 + sizeof CL_REPORT_ZONE + CL_ZONE_TEXT);
    enum cl_err err = read_file(d, cl_derived_names[CL_DERIVED_REPORT], &head);
    for (int i = 0; !err && cl_language_names[i]; i++)
        if (head.len >= strlen(before) + 2 && memcmp(head.data, before, strlen(before)) == 0 &&
            memcmp(head.data + strlen(before), cl_language_names[i], 2) == 0)
            d->language = (enum cl_language)i;
    if (!err)
        find_zone((struct cl_span){head.data, head.len}, &d->v->zone);
    return err;
}

/* Text out of markup of ours (html.h): references, and the <span> around a date. */
static void plain_text(struct cl_span markup, char *to, size_t size)
{
    static const struct {
        const char *markup, *text;
    } ours[] = {{"&amp;", "&"},   {"&lt;", "<"},  {"&gt;", ">"},
                {"&quot;", "\""}, {"&#39;", "'"}, {"<span class=\"d\">", ""},
                {"</span>", ""}};
    size_t n = 0;
    while (markup.len && n + 1 < size) {
        size_t i = 0;
        while (i < sizeof ours / sizeof *ours && !cl_take_prefix(&markup, ours[i].markup))
            i++;
        if (i < sizeof ours / sizeof *ours) {
            if (ours[i].text[0])
                to[n++] = ours[i].text[0];
            continue;
        }
        to[n++] = (char)*markup.data;
        markup.data++;
        markup.len--;
    }
    to[n] = '\0';
}

/* What the owner calls themselves stands in the report alone: taken from where it stands in a
 * report that is otherwise made again. */
static enum cl_err find_owner(const struct rederiving *d, char *ret_owner, size_t size)
{
    static const char mark[] = "consentlog&#39;s owner";
    cl_cleanup(cl_buf_free) struct cl_buf packed = cl_buf(65536), made = cl_buf(CL_REPORT_MAX);
    const struct cl_report report = report_of(d, OWNER);
    ret_owner[0] = '\0';
    enum cl_err err = read_file(d, cl_derived_names[CL_DERIVED_REPORT], &packed);
    if (!err)
        err = cl_report_write(&report, &made);
    if (err || made.len == 0 || packed.len == 0)
        return err;
    const uint8_t *at = memmem(made.data, made.len, mark, strlen(mark));
    if (!at)
        return CL_OK;
    const size_t before = (size_t)(at - made.data);
    const uint8_t *after = at + strlen(mark);
    if (packed.len <= before || memcmp(packed.data, made.data, before) != 0)
        return CL_OK;
    const uint8_t *end = memmem(packed.data + before, packed.len - before, after, 16);
    if (end)
        plain_text((struct cl_span){packed.data + before, (size_t)(end - packed.data) - before},
                   ret_owner, size);
    return CL_OK;
}

static enum cl_err compare_report(const struct rederiving *d, bool *ret_same)
{
    cl_cleanup(cl_buf_free) struct cl_buf made = cl_buf(CL_REPORT_MAX);
    char owner[CL_OWNER_MAX + 1];
    struct cl_report report = report_of(d, NULL);
    enum cl_err err = cl_report_write(&report, &made);
    if (!err)
        err = compare(d, CL_DERIVED_REPORT, &made, ret_same);
    if (err || *ret_same)
        return err;
    cl_buf_free(&made);
    err = find_owner(d, owner, sizeof owner);
    if (err || !owner[0])
        return err;
    made = cl_buf(CL_REPORT_MAX);
    report.owner = owner;
    err = cl_report_write(&report, &made);
    return err ? err : compare(d, CL_DERIVED_REPORT, &made, ret_same);
}

static enum cl_err make(const struct rederiving *d, enum cl_derived_file file, struct cl_buf *to)
{
    const struct cl_report report = report_of(d, NULL);
    if (file == CL_DERIVED_INSTRUCTIONS)
        return cl_instructions_write(d->folder, d->v->verified.fingerprint, to);
    if (file == CL_DERIVED_RECORDS)
        return cl_dpv_json_write(&report, to);
    return cl_certification_write(&report, d->folder, d->v->verified.state.head.root.bytes, to);
}

static enum cl_err compare_made(struct rederiving *d, enum cl_derived_file file, bool *ret_same)
{
    cl_cleanup(cl_buf_free) struct cl_buf made = cl_buf(CL_RECORDS_MAX);
    enum cl_err err = make(d, file, &made);
    return err ? err : compare(d, file, &made, ret_same);
}

/* Its note is in the language of the report; where there is none, in any. */
static enum cl_err compare_certification(struct rederiving *d, bool report_there, bool *ret_same)
{
    enum cl_err err = compare_made(d, CL_DERIVED_CERTIFICATION, ret_same);
    for (int i = 0; !err && !*ret_same && !report_there && cl_language_names[i]; i++) {
        d->language = (enum cl_language)i;
        err = compare_made(d, CL_DERIVED_CERTIFICATION, ret_same);
    }
    return err;
}

/* ---- all
 * ---------------------------------------------------------------------------------------------- */

static enum cl_err begin(const struct cl_source *source, struct rederiving *d,
                         struct cl_rederived *ret)
{
    struct cl_flaw flaw = {0};
    enum cl_err err = cl_bundle_open(source, &d->bundle, &flaw);
    if (err)
        return rederiving_changed(err);
    for (size_t i = 0; i < CL_DERIVED_FILES; i++)
        ret->there[i] = rederiving_checked(d, cl_derived_names[i])->there;
    cl_layout_folder(d->v->verified.state.key.name, d->v->verified.state.head.size, d->folder);
    return take_bag_info(d, &ret->same[CL_DERIVED_BAG_INFO]);
}

enum cl_err cl_rederive(const struct cl_source *source, struct cl_verification *v,
                        struct cl_rederived *ret)
{
    cl_cleanup(free_rederiving) struct rederiving d = {.v = v};
    bool *same = ret->same, *there = ret->there;
    enum cl_err err = begin(source, &d, ret);
    if (err)
        return err;
    cl_model_end(v->model, v->made_ms);
    err = find_head(&d);
    if (!err && there[CL_DERIVED_INSTRUCTIONS])
        err = compare_made(&d, CL_DERIVED_INSTRUCTIONS, &same[CL_DERIVED_INSTRUCTIONS]);
    if (!err && there[CL_DERIVED_RECORDS])
        err = compare_made(&d, CL_DERIVED_RECORDS, &same[CL_DERIVED_RECORDS]);
    if (!err && there[CL_DERIVED_REPORT])
        err = compare_report(&d, &same[CL_DERIVED_REPORT]);
    if (!err && there[CL_DERIVED_CERTIFICATION])
        err = compare_certification(&d, there[CL_DERIVED_REPORT], &same[CL_DERIVED_CERTIFICATION]);
    /* Most tables have the rows that were made while the entries passed. */
    same[CL_DERIVED_HISTORY] = rederiving_is(&d, CL_FILE_HISTORY, ret->table);
    if (!err && ((there[CL_DERIVED_HISTORY] && cl_model_lost_flips(v->model)) ||
                 cl_model_discontinued(v->model)))
        err = cl_rederiving_table(&d, &same[CL_DERIVED_HISTORY]);
    if (!same[CL_DERIVED_BAG_INFO]) { /* where that is made up, so may be the moment */
        v->made_ms = v->model->last.time_ms;
        cl_model_end(v->model, v->made_ms);
    }
    return err;
}
