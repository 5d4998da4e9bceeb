/* data/report.html: what a person reads and prints. One file without script or outside reference,
 * made from the entries that a package shows; so it proves nothing by itself, and says so. */
#ifndef CL_REPORT_H
#define CL_REPORT_H

#include "base/language.h"
#include "report/html.h"
#include "report/model.h"

#define CL_REPORT_MAX (48u * 1024 * 1024)

struct cl_report {
    const struct cl_model *model;
    enum cl_language language;
    const char *owner;       /* as the owner chooses to say; or NULL */
    const char *log;         /* the log's name, consentlog/… */
    const char *fingerprint; /* of its key */
    uint64_t size;
    int64_t now_ms;
    const struct cl_zone *zone;         /* of its times; NULL: UTC */
    bool pictures, documents, exhibits; /* are they in the package? */
};

/* How it begins, up to its language, and where behind that it states the zone. */
#define CL_REPORT_HEAD "<!DOCTYPE html>\n<html lang=\""
#define CL_REPORT_ZONE "<meta name=\"utc-offset\" content=\""

/* Append the page. CL_TOO_LONG above to->max. */
CL_MUST_USE enum cl_err cl_report_write(const struct cl_report *report, struct cl_buf *to);

/* Its timeline, an <svg> (report_picture.c). False: there is nothing to draw, which is said
 * instead. */
bool cl_report_picture(struct cl_html *p, const struct cl_model *model, int64_t now_ms);

/* The words for a state. */
enum cl_word cl_report_state(enum cl_state state);
/* The name of a document, by its index in cl_document_names. */
enum cl_word cl_report_document(int document);

#endif
