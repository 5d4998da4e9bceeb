#include "entry/document.h"

#include "base/clock.h"

#include <stdio.h>
#include <string.h>

const char *const cl_document_names[] = {"privacy-policy",
                                         "user-agreement",
                                         "subscription-agreement",
                                         "ai-faq",
                                         "ai-setting-help",
                                         "notice-eu",
                                         "notice-us",
                                         "terms-update",
                                         "objection-form",
                                         NULL};
_Static_assert(sizeof cl_document_names / sizeof cl_document_names[0] == CL_DOCUMENTS + 1,
               "one state for each document");

/* ---- reading --------------------------------------------------------------------------------- */

static bool is_date(const char *text)
{
    char time[CL_TIME_TEXT];
    int64_t ms = 0;
    if (strlen(text) != CL_DATE_TEXT - 1)
        return false;
    int n = snprintf(time, sizeof time, "%sT00:00:00.000Z", text);
    return n == CL_TIME_TEXT - 1 && cl_time_parse(time, &ms) == CL_OK;
}

/* The members that a request and an entry have in common. */
static void read_common(struct cl_reader *r, struct cl_document *doc)
{
    doc->which = cl_read_enum(r, "document", cl_document_names);
    doc->url = cl_read_str(r, "url", 256);
    doc->title = cl_read_str_or_null(r, "title", 512);
    doc->language = cl_read_str_or_null(r, "language", 35);
    doc->effective = cl_read_str_or_null(r, "effective", CL_DATE_TEXT - 1);
    doc->effective_text = cl_read_str_or_null(r, "effective_text", 256);
    doc->observed_at = cl_read_time(r, "observed_at");
    if (!r->fault->err && !cl_is_page_url(doc->url))
        cl_read_fail(r, "url", CL_BAD_VALUE);
    if (doc->effective && !is_date(doc->effective))
        cl_read_fail(r, "effective", CL_BAD_VALUE);
}

/* Too short is no document but an empty shell or an error. Control characters are what normalising
 * takes out. */
static void read_text(struct cl_reader *r, struct cl_document *doc)
{
    const char *text = cl_read_text(r, "text", CL_DOCUMENT_MAX);
    if (r->fault->err)
        return;
    doc->text = (struct cl_span){(const uint8_t *)text, strlen(text)};
    if (doc->text.len < CL_DOCUMENT_MIN || !cl_text_clean(doc->text))
        cl_read_fail(r, "text", CL_BAD_VALUE);
}

enum cl_err cl_document_read(struct cl_reader *r, struct cl_document *ret)
{
    struct cl_document doc = {0};
    cl_reading_read(r, doc.reading);
    read_common(r, &doc);
    doc.asked = cl_read_bool(r, "asked");
    read_text(r, &doc);
    cl_client_read(r, &doc.client);
    enum cl_err err = cl_read_end(r);
    if (!err)
        err = cl_attachments_add(&doc.attachments, CL_NAME_TEXT, CL_MEDIA_TEXT, doc.text);
    if (err)
        return err;
    *ret = doc;
    return CL_OK;
}

/* ---- meaning --------------------------------------------------------------------------------- */

static void take(const struct cl_document *doc, enum cl_change change, int64_t now_ms, uint64_t seq,
                 struct cl_document_state *state)
{
    if (change == CL_CHANGE_CHANGED) {
        state->changed = now_ms;
        state->previous = state->seq;
    } else if (change == CL_CHANGE_FIRST) {
        state->changed = -1;
        state->previous = UINT64_MAX;
    }
    state->known = true;
    state->seq = seq;
    state->seen = now_ms;
    memcpy(state->sha256, doc->attachments.item[0].sha256, CL_HASH);
    memset(state->effective, 0, sizeof state->effective);
    if (doc->effective)
        memcpy(state->effective, doc->effective, CL_DATE_TEXT);
}

void cl_document_interpret(const struct cl_document *doc, const struct cl_document_state *before,
                           int64_t now_ms, uint64_t seq, struct cl_meaning *ret_meaning,
                           struct cl_document_state *ret_after)
{
    struct cl_meaning meaning = {.phase = CL_PHASE_SEEN, .cause = CL_CAUSE_NULL};
    struct cl_document_state after = *before;
    int64_t passed = now_ms - before->seen;
    bool same = memcmp(before->sha256, doc->attachments.item[0].sha256, CL_HASH) == 0;
    meaning.change = !before->known ? CL_CHANGE_FIRST
                     : same         ? CL_CHANGE_UNCHANGED
                                    : CL_CHANGE_CHANGED;
    meaning.repeat = meaning.change == CL_CHANGE_UNCHANGED && !doc->asked && passed >= 0 &&
                     passed < CL_REPEAT_MS;
    if (!meaning.repeat)
        take(doc, meaning.change, now_ms, seq, &after);
    *ret_meaning = meaning;
    *ret_after = after;
}

/* ---- the entry's body ------------------------------------------------------------------------ */

void cl_document_write(struct cl_json_writer *w, const struct cl_document *doc,
                       enum cl_change change)
{
    cl_json_str(w, "document", cl_document_names[doc->which]);
    cl_json_str(w, "url", doc->url);
    cl_json_str(w, "title", doc->title);
    cl_json_str(w, "language", doc->language);
    cl_json_str(w, "effective", doc->effective);
    cl_json_str(w, "effective_text", doc->effective_text);
    cl_json_time(w, "observed_at", doc->observed_at);
    cl_json_str(w, "change", cl_change_names[change]);
    cl_client_write_kept(w, &doc->client, doc->reading);
    cl_attachments_write(w, &doc->attachments);
}

enum cl_err cl_document_read_body(struct cl_reader *r, struct cl_document *ret_doc,
                                  enum cl_change *ret_change)
{
    struct cl_document doc = {0};
    read_common(r, &doc);
    enum cl_change change = (enum cl_change)cl_read_enum(r, "change", cl_change_names);
    cl_client_read_kept(r, &doc.client, doc.reading);
    cl_attachments_read(r, CL_ATTACHMENT_MAX, &doc.attachments);
    if (!r->fault->err && doc.attachments.count != 1)
        cl_read_fail(r, "attachments", CL_BAD_VALUE);
    enum cl_err err = cl_read_end(r);
    if (err)
        return err;
    *ret_doc = doc;
    *ret_change = change;
    return CL_OK;
}
