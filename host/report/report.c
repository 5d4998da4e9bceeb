#include "report/report.h"

#include "base/encoding.h"
#include "base/limits.h"
#include "crypto/crypto.h"
#include "report/report_internal.h"
#include "report/report_style.h"

#include <stdio.h>
#include <string.h>

static const char *state_class(enum cl_state state)
{
    static const char *const names[] = {"s-on", "s-off", "s-none", "s-unknown"};
    return names[state];
}

enum cl_word cl_report_state(enum cl_state state)
{
    return CL_WORD_ON + (enum cl_word)state;
}

enum cl_word cl_report_document(int document)
{
    return CL_WORD_DOC_PRIVACY_POLICY + (enum cl_word)document;
}

void report_state(struct writing *w, enum cl_state state)
{
    static const char *const shapes[] = {"▲ ", "● ", "○ ", "? "};
    raw(w, "<span class=\"s ");
    raw(w, state_class(state));
    raw(w, "\"><span aria-hidden=\"true\">");
    raw(w, shapes[state]);
    cl_html_word(raw(w, "</span>"), cl_report_state(state));
    raw(w, "</span>");
}

void report_account(struct writing *w, const struct cl_model_account *account)
{
    if (account->pseudonym[0] == '\0') {
        cl_html_word(&w->page, CL_WORD_ACCOUNT_UNKNOWN);
        return;
    }
    char begin[9];
    (void)snprintf(begin, sizeof begin, "%.8s", account->pseudonym);
    cl_html_put(&w->page, CL_WORD_ACCOUNT, begin);
}

void report_columns(struct writing *w, const char *class, const enum cl_word *columns, int n)
{
    raw(w, "<div class=\"wide\"><table class=\"");
    raw(w, class);
    raw(w, "\"><thead><tr>");
    for (int i = 0; i < n; i++)
        element(w, "<th scope=\"col\">", columns[i], "</th>");
    raw(w, "</tr></thead><tbody>\n");
}

static enum cl_err put_head(struct writing *w)
{
    uint8_t hash[CL_HASH];
    cl_cleanup(cl_buf_free) struct cl_buf base64 = cl_buf(64);
    enum cl_err err = cl_sha256(cl_report_style, strlen(cl_report_style), hash);
    if (!err)
        err = cl_base64_encode(hash, CL_HASH, &base64);
    if (!err)
        err = cl_buf_put(&base64, "", 1);
    if (err)
        return err;
    raw(w, "<!DOCTYPE html>\n<html lang=\"");
    raw(w, cl_language_names[w->report->language]);
    raw(w, "\"><head><meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" "
           "content=\"default-src 'none'; img-src 'self' file:; style-src 'sha256-");
    raw(w, (const char *)base64.data);
    raw(w, "'; base-uri 'none'; form-action 'none'\">\n<meta name=\"referrer\" "
           "content=\"no-referrer\">\n<meta name=\"viewport\" "
           "content=\"width=device-width,initial-scale=1\">\n");
    element(w, "<title>", CL_WORD_TITLE, "</title>\n<style>");
    raw(w, cl_report_style);
    raw(w, "</style></head>\n<body>\n<header>");
    element(w, "<h1>", CL_WORD_TITLE, "</h1>\n");
    element(w, "<p class=\"soft\">", CL_WORD_SETTING, "</p>\n");
    return CL_OK;
}

enum cl_err cl_report_write(const struct cl_report *report, struct cl_buf *to)
{
    struct writing w = {
        .page = {.to = to, .language = report->language}, .report = report, .model = report->model};
    enum cl_err err = put_head(&w);
    if (err)
        return err;
    report_first_page(&w);
    report_changes(&w);
    report_rest(&w);
    return w.page.err;
}
