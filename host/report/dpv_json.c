#include "report/dpv_json.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define NAME_MAX_BYTES 128

struct naming {
    char text[NAME_MAX_BYTES];
};

static const char *name_of(struct naming *n, const char *kind, const char *what)
{
    (void)snprintf(n->text, sizeof n->text, "consentlog:%s:%s", kind, what);
    return n->text;
}

static void put_context(struct cl_json_writer *w)
{
    cl_json_object(w, "@context");
    cl_json_str(w, "dpv", "https://w3id.org/dpv#");
    cl_json_str(w, "dct", "http://purl.org/dc/terms/");
    cl_json_str(w, "xsd", "http://www.w3.org/2001/XMLSchema#");
    cl_json_str(w, "consentlog", "urn:consentlog:v1:");
    cl_json_object_end(w);
}

static void put_time(struct cl_json_writer *w, const char *name, int64_t ms)
{
    if (ms < 0)
        return;
    cl_json_object(w, name);
    cl_json_str(w, "@type", "xsd:dateTime");
    cl_json_time(w, "@value", ms);
    cl_json_object_end(w);
}

static void put_party(struct cl_json_writer *w, const char *role, const char *id, const char *type)
{
    cl_json_object(w, role);
    cl_json_str(w, "@id", id);
    cl_json_str(w, "@type", type);
    cl_json_object_end(w);
}

/* Only the member gives or withdraws. */
static const char *status(const struct cl_event *e)
{
    const bool acted = e->meaning.change == CL_CHANGE_CHANGED &&
                       e->meaning.cause == CL_CAUSE_USER && e->meaning.phase != CL_PHASE_PENDING;
    if (acted && e->state == CL_STATE_ON)
        return "dpv:ConsentGiven";
    return acted && e->state == CL_STATE_OFF ? "dpv:ConsentWithdrawn" : "dpv:ConsentUnknown";
}

static void put_text(struct cl_json_writer *w, const char *name, const struct cl_event *e,
                     const char *text)
{
    if (!text)
        return;
    cl_json_object(w, name);
    cl_json_str(w, "@value", text);
    if (e->language && strspn(e->language, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                           "0123456789-") == strlen(e->language))
        cl_json_str(w, "@language", e->language);
    cl_json_object_end(w);
}

static void put_record(struct cl_json_writer *w, const struct cl_report *r,
                       const struct cl_event *e)
{
    const struct cl_model_account *account = cl_model_account(r->model, e->account);
    struct naming name;
    char number[24];
    (void)snprintf(number, sizeof number, "%" PRIu64, e->seq);
    cl_json_object(w, NULL);
    cl_json_str(w, "@id", name_of(&name, "entry", number));
    cl_json_str(w, "@type", "dpv:ConsentRecord");
    put_party(w, "dpv:hasDataSubject",
              name_of(&name, "account", account->pseudonym[0] ? account->pseudonym : "unknown"),
              "dpv:DataSubject");
    put_party(w, "dpv:hasDataController", "https://www.linkedin.com/", "dpv:DataController");
    cl_json_object(w, "dpv:hasConsentStatus");
    cl_json_str(w, "@id", status(e));
    cl_json_object_end(w);
    put_time(w, "dpv:isIndicatedAtTime", e->time_ms);
    put_time(w, "consentlog:notBefore", cl_brackets_not_before(&r->model->brackets, e->seq));
    put_time(w, "consentlog:notAfter", cl_brackets_not_after(&r->model->brackets, e->seq));
    cl_json_str(w, "consentlog:setting", "data-for-ai-improvement");
    cl_json_str(w, "consentlog:state", cl_state_names[e->state]);
    if (e->reason >= 0)
        cl_json_str(w, "consentlog:reason", cl_reason_names[e->reason]);
    cl_json_str(w, "consentlog:change", cl_change_names[e->meaning.change]);
    if (e->meaning.cause != CL_CAUSE_NULL)
        cl_json_str(w, "consentlog:cause", cl_cause_names[e->meaning.cause]);
    cl_json_str(w, "consentlog:phase", cl_phase_names[e->meaning.phase]);
    cl_json_bool(w, "consentlog:notSaved", e->not_saved);
    put_text(w, "dct:title", e, e->title);
    put_text(w, "consentlog:label", e, e->label);
    cl_json_object_end(w);
}

enum cl_err cl_dpv_json_write(const struct cl_report *report, struct cl_buf *to)
{
    struct cl_json_writer w = cl_json_writer(to);
    struct naming name;
    const char *id = strchr(report->log, '/');
    cl_json_object(&w, NULL);
    put_context(&w);
    cl_json_str(&w, "@id", name_of(&name, "log", id ? id + 1 : report->log));
    cl_json_str(&w, "@type", "consentlog:Log");
    cl_json_str(&w, "dct:description",
                "Observations of LinkedIn's setting \"Data for Generative AI Improvement\", made "
                "on the member's computer. An observation of a setting is not a consent; no "
                "conformance to ISO/IEC TS 27560 is claimed.");
    put_time(&w, "dct:created", report->now_ms);
    cl_json_array(&w, "consentlog:record");
    for (size_t i = 0; i < report->model->event_count; i++)
        if (report->model->events[i].kind == CL_KIND_OBSERVATION)
            put_record(&w, report, &report->model->events[i]);
    cl_json_array_end(&w);
    cl_json_object_end(&w);
    enum cl_err err = cl_json_end(&w);
    return err ? err : cl_buf_put_str(to, "\n");
}
