#include "report/report.h"

#include "base/encoding.h"
#include "base/limits.h"
#include "crypto/crypto.h"
#include "report/report_internal.h"
#include "report/report_style.h"

#include <stdio.h>
#include <string.h>

/* For whoever makes it again. */
static void put_zone(struct writing *w)
{
    char text[CL_ZONE_TEXT];
    if (!w->page.zone || w->page.zone->count == 0)
        return;
    cl_zone_write(w->page.zone, text);
    raw(w, CL_REPORT_ZONE);
    raw(w, text);
    raw(w, "\">\n");
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
    raw(w, CL_REPORT_HEAD);
    raw(w, cl_language_names[w->report->language]);
    raw(w, "\"><head><meta charset=\"utf-8\">\n");
    put_zone(w);
    raw(w, "<meta http-equiv=\"Content-Security-Policy\" "
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
    struct writing w = {.page = {.to = to, .language = report->language, .zone = report->zone},
                        .report = report,
                        .model = report->model};
    enum cl_err err = put_head(&w);
    if (err)
        return err;
    report_first_page(&w);
    report_changes(&w);
    report_rest(&w);
    return w.page.err;
}
