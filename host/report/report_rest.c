/* What goes with the table of changes: pictures, documents, timestamps, gaps, and what was checked.
 */
#include "base/clock.h"
#include "base/encoding.h"
#include "base/limits.h"
#include "crypto/crypto.h"
#include "entry/encoded_word.h"
#include "package/layout.h"
#include "report/report_internal.h"

#include <string.h>

static void put_file(struct writing *w, const struct cl_event *e, enum cl_role role)
{
    char name[CL_LAYOUT_NAME];
    cl_layout_attachment(e->sha256, role, name);
    raw(w, cl_layout_beside(name));
}

/* For who has the paper alone. */
static void put_hash(struct writing *w, const struct cl_event *e)
{
    char hex[2 * CL_HASH + 1];
    cl_hex_encode(e->sha256, CL_HASH, hex);
    raw(w, "<br>SHA-256 <code>");
    raw(w, hex);
    raw(w, "</code>");
}

static void put_document(struct writing *w, const struct cl_event *e)
{
    char n[COUNT_TEXT];
    raw(w, "<tr id=\"d");
    raw(w, count(e->seq, n));
    raw(w, "\"><td class=\"n\">");
    raw(w, n);
    element(w, "</td><td><b>", cl_report_document(e->document), "</b>");
    if (e->title) {
        raw(w, "<br><q>");
        cl_html_bdi(&w->page, e->title);
        raw(w, "</q>");
    }
    raw(w, "<br><span class=\"soft\">");
    cl_html_bdi(&w->page, e->url);
    if (e->has_file)
        put_hash(w, e);
    raw(w, "</span></td><td>");
    cl_html_bdi(&w->page, e->effective);
    if (e->label) {
        raw(w, "<br><span class=\"soft\"><q>");
        cl_html_bdi(&w->page, e->label);
        raw(w, "</q></span>");
    }
    cl_html_time(raw(w, "</td><td>"), e->time_ms);
    raw(w, "</td><td>");
    if (e->has_file && w->report->documents) {
        raw(w, "<a href=\"");
        put_file(w, e, CL_ROLE_TEXT);
        element(w, "\">", CL_WORD_TEXT, "</a>");
    } else {
        cl_html_word(&w->page, CL_WORD_TEXT_WITHHELD);
    }
    raw(w, "</td></tr>\n");
}

static bool has_kind(const struct cl_model *model, enum cl_kind kind)
{
    for (size_t i = 0; i < model->event_count; i++)
        if (model->events[i].kind == kind)
            return true;
    return false;
}

static void put_documents(struct writing *w)
{
    static const enum cl_word columns[] = {CL_WORD_COL_ENTRY, CL_WORD_COL_DOCUMENT,
                                           CL_WORD_COL_EFFECTIVE, CL_WORD_COL_WHEN, CL_WORD_TEXT};
    heading(w, CL_WORD_DOCUMENTS);
    if (!has_kind(w->model, CL_KIND_DOCUMENT)) {
        paragraph(w, CL_WORD_DOCUMENTS_NONE);
        return;
    }
    element(w, "<p class=\"soft\">", CL_WORD_DOCUMENTS_DESC, "</p>\n");
    report_columns(w, "texts", columns, 5);
    for (size_t i = 0; i < w->model->event_count; i++)
        if (w->model->events[i].kind == CL_KIND_DOCUMENT)
            put_document(w, &w->model->events[i]);
    raw(w, "</tbody></table></div>\n");
}

static void put_stated(struct writing *w, enum cl_word word, const char *text)
{
    if (!text)
        return;
    element(w, "<div><span class=\"soft\">", word, "</span> ");
    cl_html_bdi(&w->page, text);
    raw(w, "</div>");
}

/* Its encoded words as people read them; a date has none (RFC 2047, section 5). */
static void put_decoded(struct writing *w, enum cl_word word, const char *text)
{
    char shown[CL_ENCODED_WORD_SHOWN + 1];
    if (text)
        cl_encoded_words_show(text, shown);
    put_stated(w, word, text ? shown : NULL);
}

/* What a mail says of itself, and nobody has verified. */
static void put_mail(struct writing *w, const struct cl_enclosed_file *file)
{
    if (!file->has_mail)
        return;
    put_decoded(w, CL_WORD_MAIL_FROM, file->from);
    put_stated(w, CL_WORD_MAIL_DATE, file->date);
    put_decoded(w, CL_WORD_MAIL_SUBJECT, file->subject);
    element(w, "<div class=\"soft\">",
            file->linkedin_signature ? CL_WORD_MAIL_SIGNED : CL_WORD_MAIL_UNSIGNED, "</div>");
}

static void put_enclosed(struct writing *w, const struct cl_event *e)
{
    const struct cl_enclosed_file *file = e->file;
    char n[COUNT_TEXT], name[CL_LAYOUT_NAME];
    raw(w, "<tr><td class=\"n\">");
    raw(w, count(e->seq, n));
    raw(w, "</td><td><b>");
    cl_html_bdi(&w->page, e->title);
    raw(w, "</b>");
    if (e->label) {
        raw(w, "<br><q>");
        cl_html_bdi(&w->page, e->label);
        raw(w, "</q>");
    }
    raw(w, "<br><span class=\"soft\">");
    raw(w, file->type < CL_CONTENT_TYPES ? cl_content_names[file->type] : "?");
    cl_html_put(raw(w, ", "), CL_WORD_BYTES, count(file->size, n));
    put_hash(w, e);
    raw(w, "</span></td><td>");
    put_mail(w, file);
    cl_html_time(raw(w, "</td><td>"), e->time_ms);
    raw(w, "</td><td>");
    if (w->report->exhibits && file->type < CL_CONTENT_TYPES) {
        cl_layout_exhibit(e->sha256, file->type, name);
        raw(w, "<code>");
        raw(w, cl_layout_beside(name));
        raw(w, "</code>");
    } else {
        cl_html_word(&w->page, CL_WORD_FILE_WITHHELD);
    }
    raw(w, "</td></tr>\n");
}

static void put_exhibits(struct writing *w)
{
    static const enum cl_word columns[] = {CL_WORD_COL_ENTRY, CL_WORD_COL_FILE, CL_WORD_COL_STATED,
                                           CL_WORD_COL_WHEN, CL_WORD_COL_PLACE};
    if (!has_kind(w->model, CL_KIND_EXHIBIT))
        return;
    heading(w, CL_WORD_EXHIBITS);
    element(w, "<p class=\"soft\">", CL_WORD_EXHIBITS_DESC, "</p>\n");
    report_columns(w, "texts", columns, 5);
    for (size_t i = 0; i < w->model->event_count; i++)
        if (w->model->events[i].kind == CL_KIND_EXHIBIT)
            put_enclosed(w, &w->model->events[i]);
    raw(w, "</tbody></table></div>\n");
}

static void put_picture(struct writing *w, const struct cl_event *e)
{
    char n[COUNT_TEXT];
    raw(w, "<figure id=\"p");
    raw(w, count(e->seq, n));
    raw(w, "\"><img src=\"");
    put_file(w, e, CL_ROLE_PICTURE);
    raw(w, "\" alt=\"");
    cl_html_text(&w->page, cl_words(w->page.language, cl_report_state(e->state)));
    cl_html_put(raw(w, "\"><figcaption>"), CL_WORD_PICTURE_OF, n);
    cl_html_time(raw(w, ", "), e->time_ms);
    put_hash(w, e);
    raw(w, "</figcaption></figure>\n");
}

static void put_pictures(struct writing *w)
{
    bool any = false;
    for (size_t i = 0; i < w->model->event_count && w->report->pictures; i++) {
        const struct cl_event *e = &w->model->events[i];
        if (e->kind != CL_KIND_OBSERVATION || !e->has_file)
            continue;
        if (!any)
            heading(w, CL_WORD_PICTURES);
        any = true;
        put_picture(w, e);
    }
}

static void put_stamps(struct writing *w)
{
    static const enum cl_word columns[] = {CL_WORD_COL_ENTRY, CL_WORD_COL_TIME,
                                           CL_WORD_COL_AUTHORITY, CL_WORD_COL_COVERS};
    char n[COUNT_TEXT];
    heading(w, CL_WORD_STAMPS);
    if (w->model->stamp_count == 0) {
        raw(w, "<p>");
        report_time(w);
        raw(w, "</p>\n");
        return;
    }
    element(w, "<p class=\"soft\">", CL_WORD_STAMPS_DESC, "</p>\n");
    report_columns(w, "stamps", columns, 4);
    for (size_t i = 0; i < w->model->stamp_count; i++) {
        const struct cl_stamp *stamp = &w->model->stamps[i];
        raw(w, "<tr><td class=\"n\">");
        raw(w, stamp->seq == UINT64_MAX ? "–" : count(stamp->seq, n));
        cl_html_time(raw(w, "</td><td>"), stamp->stamp.time_ms);
        cl_html_bdi(raw(w, "</td><td>"), stamp->stamp.authority);
        cl_html_put(raw(w, "</td><td>"), CL_WORD_RANGE, "0", count(last_of(stamp->size), n));
        raw(w, "</td></tr>\n");
    }
    raw(w, "</tbody></table></div>\n");
}

static void put_gaps(struct writing *w)
{
    const struct cl_model *model = w->model;
    char n[COUNT_TEXT];
    heading(w, CL_WORD_GAPS);
    if (model->gap_days == 0) {
        paragraph(w, CL_WORD_GAPS_NONE);
        return;
    }
    cl_html_put(raw(w, "<p>"), CL_WORD_GAPS_SOME, count((uint64_t)model->gap_days, n));
    raw(w, " ");
    for (size_t i = 0; i < model->gap_count; i++) {
        char first[CL_TIME_TEXT], last[CL_TIME_TEXT];
        cl_time_format(model->gaps[i].first * CL_DAY_MS, first);
        cl_time_format(model->gaps[i].last * CL_DAY_MS, last);
        first[10] = last[10] = '\0';
        raw(w, i ? "; " : "");
        if (strcmp(first, last) == 0)
            raw(w, first);
        else
            cl_html_put(&w->page, CL_WORD_RANGE, first, last);
    }
    if (model->gap_count == CL_MODEL_GAPS_MAX)
        element(w, " ", CL_WORD_MORE, "");
    raw(w, ".</p>\n");
    if (model->withheld)
        paragraph(w, CL_WORD_GAPS_WITHHELD);
}

/* "3, 7–12, …" */
static void list_hidden(const struct cl_model *model, struct cl_buf *to)
{
    enum cl_err err = CL_OK;
    for (size_t i = 0; i < model->hidden_count && !err; i++) {
        const struct cl_seq_range *r = &model->hidden[i];
        char text[64];
        (void)snprintf(text, sizeof text, r->first == r->last ? "%s%" PRIu64 : "%s%" PRIu64 "–",
                       i ? ", " : "", r->first);
        err = cl_buf_put_str(to, text);
        if (err || r->first == r->last)
            continue;
        (void)snprintf(text, sizeof text, "%" PRIu64, r->last);
        err = cl_buf_put_str(to, text);
    }
    if (!err && model->hidden_count == CL_MODEL_GAPS_MAX)
        err = cl_buf_put_str(to, ", …");
    if (!err)
        err = cl_buf_put(to, "", 1);
    if (err)
        to->len = 0;
}

static void put_withheld(struct writing *w)
{
    cl_cleanup(cl_buf_free) struct cl_buf list = cl_buf(64u * CL_MODEL_GAPS_MAX);
    char n[COUNT_TEXT];
    if (w->model->withheld == 0 && w->model->unread == 0) {
        element(w, "<li>", CL_WORD_WITHHELD_NONE, "</li>\n");
    } else if (w->model->withheld) {
        list_hidden(w->model, &list);
        cl_html_put(raw(w, "<li>"), CL_WORD_WITHHELD_SOME, count(w->model->withheld, n),
                    list.len ? (const char *)list.data : "…");
        raw(w, "</li>\n");
    }
    if (w->model->unread) {
        cl_html_put(raw(w, "<li>"), CL_WORD_UNREAD_SOME, count(w->model->unread, n));
        raw(w, "</li>\n");
    }
}

static void put_clock(struct writing *w)
{
    const struct cl_model *model = w->model;
    char n[COUNT_TEXT], m[COUNT_TEXT];
    if (model->clock_steps == 0)
        element(w, "<li>", CL_WORD_CLOCK_STEADY, "</li>\n");
    for (uint64_t i = 0; i < model->clock_steps && i < CL_MODEL_NOTES_MAX; i++) {
        const struct cl_clock_note *note = &model->clock[i];
        cl_html_put(raw(w, "<li>"), CL_WORD_CLOCK_STEADY + (enum cl_word)note->step,
                    count(note->before, n), count(note->after, m));
        raw(w, "</li>\n");
    }
    if (model->clock_steps > CL_MODEL_NOTES_MAX)
        element(w, "<li>", CL_WORD_MORE, "</li>\n");
    if (model->unsynchronized) {
        cl_html_put(raw(w, "<li>"), CL_WORD_CLOCK_UNSYNCHRONIZED, count(model->unsynchronized, n));
        raw(w, "</li>\n");
    }
    if (model->server_apart) {
        cl_html_put(raw(w, "<li>"), CL_WORD_CLOCK_SERVER, count(model->server_apart, n));
        raw(w, "</li>\n");
    }
}

static void put_check(struct writing *w)
{
    char n[COUNT_TEXT];
    heading(w, CL_WORD_RELIABILITY);
    cl_html_put(raw(w, "<ul><li>"), CL_WORD_CHECKED_TREE, count(w->report->size, n));
    raw(w, "</li>\n");
    put_withheld(w);
    put_clock(w);
    raw(w, "</ul>\n");
    heading(w, CL_WORD_CHECK);
    paragraph(w, CL_WORD_CHECK_1);
    paragraph(w, CL_WORD_CHECK_2);
    element(w, "<p>", CL_WORD_CHECK_3, "<br><code>");
    cl_html_text(&w->page, w->report->fingerprint);
    raw(w, "</code></p>\n");
    paragraph(w, CL_WORD_CHECK_4);
    element(w, "<p class=\"soft\">", CL_WORD_LOG, " <code>");
    cl_html_text(&w->page, w->report->log);
    raw(w, "</code> · consentlog " CL_VERSION "</p>\n</main>\n</body></html>\n");
}

void report_rest(struct writing *w)
{
    put_pictures(w);
    put_documents(w);
    put_exhibits(w);
    put_stamps(w);
    put_gaps(w);
    put_check(w);
}
