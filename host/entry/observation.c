#include "entry/observation.h"

#include "base/encoding.h"
#include "crypto/crypto.h"

#include <string.h>

#define SETTING          "data-for-ai-improvement"
#define PICTURE_TEXT_MAX CL_BASE64_LEN(CL_ATTACHMENT_MAX)
#define CANDIDATES       1000

const char *const cl_state_names[] = {"on", "off", "not-offered", "unknown", NULL};
const char *const cl_reason_names[] = {
    "signed-out", "ambiguous",  "inconsistent", "unrecognised-layout",
    "redirected", "timed-out",  "mixed",        "challenge",
    "error-page", "disabled",   "reworded",     "reader-failed",
    "member-on",  "member-off", "too-many",     NULL};
const char *const cl_phase_names[] = {"seen", "pending", "confirmed", NULL};
const char *const cl_change_names[] = {"first", "unchanged", "changed", "reworded", "stale", NULL};
const char *const cl_cause_names[] = {"user", "unexplained", NULL};
const char *const cl_control_kind_names[] = {
    "role-switch", "checkbox", "artdeco", "aria-switch", "aria-button", "aria-checkbox", NULL};
const char *const cl_aria_names[] = {"false", "true", "mixed", NULL};
const char *const cl_place_names[] = {"document", "shadow", "frame", NULL};
const char *const cl_navigation_names[] = {"load", "in-page", NULL};
/* What a page's own data can name: the first two states. */
static const char *const corroboration_names[] = {"on", "off", NULL};
static const char *const picture_types[] = {CL_MEDIA_PICTURE, NULL};
static const char *const setting_names[] = {SETTING, NULL};

enum { ARIA_FALSE, ARIA_TRUE };
enum { MEMBER_ON = 12, MEMBER_OFF }; /* in cl_reason_names */

/* ---- reading --------------------------------------------------------------------------------- */

/* ^/mypreferences/[dm]/(settings/)?data-for-ai-improvement/?$ */
static bool is_setting_url(const char *url)
{
    static const char tree[] = CL_SITE "mypreferences/";
    if (strncmp(url, tree, sizeof tree - 1) != 0)
        return false;
    const char *p = url + sizeof tree - 1;
    if ((p[0] != 'd' && p[0] != 'm') || p[1] != '/')
        return false;
    p += 2;
    if (strncmp(p, "settings/", 9) == 0)
        p += 9;
    if (strncmp(p, SETTING, sizeof SETTING - 1) != 0)
        return false;
    p += sizeof SETTING - 1;
    return strcmp(p, "") == 0 || strcmp(p, "/") == 0;
}

static void read_page(struct cl_reader *parent, struct cl_observation *obs)
{
    struct cl_reader r = cl_read_object(parent, "page");
    obs->page.url = cl_read_str(&r, "url", 256);
    obs->page.language = cl_read_str_or_null(&r, "language", 35);
    obs->page.title = cl_read_str_or_null(&r, "title", 512);
    obs->page.navigation = cl_read_enum(&r, "navigation", cl_navigation_names);
    obs->page.loaded_at = cl_read_time(&r, "loaded_at");
    obs->page.server_date = cl_read_time_or_null(&r, "server_date");
    obs->page.corroboration = cl_read_enum_or_null(&r, "corroboration", corroboration_names);
    if (!r.fault->err && !cl_is_page_url(obs->page.url))
        cl_read_fail(&r, "url", CL_BAD_VALUE);
    cl_read_close(&r);
}

static void read_control(struct cl_reader *parent, struct cl_observation *obs)
{
    bool null = false;
    struct cl_reader r = cl_read_object_or_null(parent, "control", &null);
    obs->has_control = !null;
    obs->control.checked = CL_NULL;
    obs->control.aria_checked = -1;
    obs->control.aria_pressed = -1;
    if (null)
        return;
    obs->control.kind = cl_read_enum(&r, "kind", cl_control_kind_names);
    obs->control.key = cl_read_str_or_null(&r, "key", 128);
    obs->control.label = cl_read_str_or_null(&r, "label", 1024);
    obs->control.checked = cl_read_tri(&r, "checked");
    obs->control.aria_checked = cl_read_enum_or_null(&r, "aria_checked", cl_aria_names);
    obs->control.aria_pressed = cl_read_enum_or_null(&r, "aria_pressed", cl_aria_names);
    obs->control.disabled = cl_read_bool(&r, "disabled");
    obs->control.busy = cl_read_bool(&r, "busy");
    obs->control.place = cl_read_enum(&r, "place", cl_place_names);
    cl_read_close(&r);
}

/* Decoded here to be looked at and hashed, and once more when it is stored: it need not be held
 * twice. */
static void take_picture(struct cl_reader *r, struct cl_observation *obs)
{
    cl_cleanup(cl_buf_free) struct cl_buf bytes = cl_buf(CL_ATTACHMENT_MAX + 2);
    enum cl_err err = cl_base64_decode(obs->picture, strlen(obs->picture), &bytes);
    struct cl_span png = {bytes.data, bytes.len};
    if (!err && !cl_is_png(png))
        err = CL_BAD_VALUE;
    if (!err)
        err = cl_attachments_add(&obs->attachments, CL_NAME_PICTURE, picture_types[0], png);
    if (err)
        cl_read_fail(r, "base64", err == CL_MALFORMED ? CL_BAD_VALUE : err);
}

static void read_picture(struct cl_reader *parent, struct cl_observation *obs)
{
    bool null = false;
    struct cl_reader r = cl_read_object_or_null(parent, "picture", &null);
    if (null)
        return;
    (void)cl_read_enum(&r, "media_type", picture_types);
    obs->picture = cl_read_text(&r, "base64", PICTURE_TEXT_MAX);
    if (!r.fault->err)
        take_picture(&r, obs);
    cl_read_close(&r);
}

static void read_account(struct cl_reader *parent, struct cl_observation *obs)
{
    struct cl_reader r = cl_read_object(parent, "account");
    obs->account.id = cl_read_str_or_null(&r, "id", 64);
    obs->account.premium = cl_read_tri(&r, "premium");
    if (cl_read_has(&r, "said")) {
        obs->account.said = cl_read_str(&r, "said", CL_READING - 1);
        if (!r.fault->err && (obs->account.id || !cl_is_hex_id(obs->account.said)))
            cl_read_fail(&r, "said", CL_BAD_VALUE);
    }
    cl_read_close(&r);
}

/* ---- contradictions -------------------------------------------------------------------------- */

/* What an observation says, one bit a fact. */
enum fact {
    ON = 1u << 0,
    OFF = 1u << 1,
    NOT_OFFERED = 1u << 2,
    UNKNOWN = 1u << 3,
    CONTROL = 1u << 4,
    NO_CONTROL = 1u << 5,
    REASON = 1u << 6,
    NO_REASON = 1u << 7,
    PENDING = 1u << 8,
    NOT_PENDING = 1u << 9,
    TRUST_SAID = 1u << 10,
    TRUST_UNSAID = 1u << 11,
    SETTING_URL = 1u << 12,
    CANDIDATE = 1u << 13,
    CHECKED_UNSAID = 1u << 14,
    CHECKED_TRUE = 1u << 15,
    CHECKED_FALSE = 1u << 16,
    ARIA_CHECKED_UNSAID = 1u << 17,
    ARIA_CHECKED_TRUE = 1u << 18,
    ARIA_CHECKED_FALSE = 1u << 19,
    PRESSED_UNSAID = 1u << 20,
    PRESSED_TRUE = 1u << 21,
    PRESSED_FALSE = 1u << 22,
    MEMBERS = 1u << 23, /* by the member's reading of words that are not known */
    ONE_VOICE = 1u << 24,
};

/* If any fact of `when` holds, one of `then` must. docs/protocol.md shows this table; the extension
 * has its twin. */
static const struct rule {
    unsigned when;
    unsigned then;
    const char *field;
} rules[] = {
    {ON | OFF | MEMBERS, CONTROL, "control"},
    {NOT_OFFERED, NO_CONTROL, "control"},
    {UNKNOWN, REASON, "reason"},
    {ON | OFF | NOT_OFFERED, NO_REASON, "reason"},
    {ON, CHECKED_TRUE | CHECKED_UNSAID, "control.checked"},
    {ON, ARIA_CHECKED_TRUE | ARIA_CHECKED_UNSAID, "control.aria_checked"},
    {ON, PRESSED_TRUE | PRESSED_UNSAID, "control.aria_pressed"},
    {ON, CHECKED_TRUE | ARIA_CHECKED_TRUE | PRESSED_TRUE, "control.checked"},
    {OFF, CHECKED_FALSE | CHECKED_UNSAID, "control.checked"},
    {OFF, ARIA_CHECKED_FALSE | ARIA_CHECKED_UNSAID, "control.aria_checked"},
    {OFF, PRESSED_FALSE | PRESSED_UNSAID, "control.aria_pressed"},
    {OFF, CHECKED_FALSE | ARIA_CHECKED_FALSE | PRESSED_FALSE, "control.checked"},
    {MEMBERS, ONE_VOICE, "control.checked"},
    {PENDING, ON | OFF, "pending"},
    {PENDING, TRUST_SAID, "trusted"},
    {NOT_PENDING, TRUST_UNSAID, "trusted"},
    {ON | OFF | NOT_OFFERED | MEMBERS, SETTING_URL, "page.url"},
    {ON | OFF | MEMBERS, CANDIDATE, "candidates"},
};

static unsigned tri_fact(int value, unsigned unsaid, unsigned if_true, unsigned if_false)
{
    if (value < 0)
        return unsaid;
    if (value == CL_TRUE)
        return if_true;
    return value == CL_FALSE ? if_false : 0; /* "mixed" is said, and neither */
}

static unsigned if_one_voice(unsigned facts)
{
    const unsigned on = CHECKED_TRUE | ARIA_CHECKED_TRUE | PRESSED_TRUE;
    const unsigned off = CHECKED_FALSE | ARIA_CHECKED_FALSE | PRESSED_FALSE;
    const bool whole =
        (facts & (CHECKED_UNSAID | CHECKED_TRUE | CHECKED_FALSE)) != 0 &&
        (facts & (ARIA_CHECKED_UNSAID | ARIA_CHECKED_TRUE | ARIA_CHECKED_FALSE)) != 0 &&
        (facts & (PRESSED_UNSAID | PRESSED_TRUE | PRESSED_FALSE)) != 0;
    return whole && ((facts & on) != 0) != ((facts & off) != 0) ? ONE_VOICE : 0;
}

static unsigned facts_of(const struct cl_observation *obs)
{
    static const unsigned states[] = {ON, OFF, NOT_OFFERED, UNKNOWN};
    unsigned facts = states[obs->state];
    facts |= obs->has_control ? CONTROL : NO_CONTROL;
    facts |= obs->reason >= 0 ? REASON : NO_REASON;
    facts |= obs->pending ? PENDING : NOT_PENDING;
    facts |= obs->trusted != CL_NULL ? TRUST_SAID : TRUST_UNSAID;
    facts |= is_setting_url(obs->page.url) ? SETTING_URL : 0;
    facts |= obs->candidates >= 1 ? CANDIDATE : 0;
    facts |= tri_fact(obs->control.checked, CHECKED_UNSAID, CHECKED_TRUE, CHECKED_FALSE);
    facts |= tri_fact(obs->control.aria_checked, ARIA_CHECKED_UNSAID, ARIA_CHECKED_TRUE,
                      ARIA_CHECKED_FALSE);
    facts |= tri_fact(obs->control.aria_pressed, PRESSED_UNSAID, PRESSED_TRUE, PRESSED_FALSE);
    facts |= obs->reason == MEMBER_ON || obs->reason == MEMBER_OFF ? MEMBERS : 0;
    return facts | if_one_voice(facts);
}

const char *cl_observation_contradiction(const struct cl_observation *obs)
{
    unsigned facts = facts_of(obs);
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        if ((facts & rules[i].when) != 0 && (facts & rules[i].then) == 0)
            return rules[i].field;
    return NULL;
}

static void refuse_contradictions(struct cl_reader *r, const struct cl_observation *obs)
{
    const char *field = r->fault->err ? NULL : cl_observation_contradiction(obs);
    if (field)
        cl_read_fail(r, field, CL_CONTRADICTION);
}

enum cl_err cl_observation_read(struct cl_reader *r, struct cl_observation *ret)
{
    struct cl_observation obs = {0};
    cl_reading_read(r, obs.reading);
    obs.state = (enum cl_state)cl_read_enum(r, "state", cl_state_names);
    obs.reason = cl_read_enum_or_null(r, "reason", cl_reason_names);
    obs.observed_at = cl_read_time(r, "observed_at");
    obs.pending = cl_read_bool(r, "pending");
    obs.trusted = cl_read_tri(r, "trusted");
    obs.asked = cl_read_bool(r, "asked");
    read_account(r, &obs);
    read_page(r, &obs);
    read_control(r, &obs);
    obs.candidates = (int)cl_read_int(r, "candidates", 0, CANDIDATES);
    cl_client_read(r, &obs.client);
    read_picture(r, &obs);
    enum cl_err err = cl_read_end(r);
    if (err)
        return err;
    refuse_contradictions(r, &obs);
    if (r->fault->err)
        return r->fault->err;
    *ret = obs;
    return CL_OK;
}

/* ---- the entry's body ------------------------------------------------------------------------ */

static const char *name_of(const char *const *names, int index)
{
    return index < 0 ? NULL : names[index];
}

static void write_page(struct cl_json_writer *w, const struct cl_observation *obs)
{
    cl_json_object(w, "page");
    cl_json_str(w, "url", obs->page.url);
    cl_json_str(w, "language", obs->page.language);
    cl_json_str(w, "title", obs->page.title);
    cl_json_str(w, "navigation", cl_navigation_names[obs->page.navigation]);
    cl_json_time(w, "loaded_at", obs->page.loaded_at);
    cl_json_time(w, "server_date", obs->page.server_date);
    cl_json_str(w, "corroboration", name_of(corroboration_names, obs->page.corroboration));
    cl_json_object_end(w);
}

static void write_control(struct cl_json_writer *w, const struct cl_observation *obs)
{
    if (!obs->has_control) {
        cl_json_str(w, "control", NULL);
        return;
    }
    cl_json_object(w, "control");
    cl_json_str(w, "kind", cl_control_kind_names[obs->control.kind]);
    cl_json_str(w, "key", obs->control.key);
    cl_json_str(w, "label", obs->control.label);
    cl_json_tri(w, "checked", obs->control.checked);
    cl_json_str(w, "aria_checked", name_of(cl_aria_names, obs->control.aria_checked));
    cl_json_str(w, "aria_pressed", name_of(cl_aria_names, obs->control.aria_pressed));
    cl_json_bool(w, "disabled", obs->control.disabled);
    cl_json_bool(w, "busy", obs->control.busy);
    cl_json_str(w, "place", cl_place_names[obs->control.place]);
    cl_json_object_end(w);
}

void cl_observation_write(struct cl_json_writer *w, const struct cl_observation *obs,
                          const struct cl_meaning *meaning, const char *pseudonym)
{
    cl_json_str(w, "setting", SETTING);
    cl_json_str(w, "state", cl_state_names[obs->state]);
    cl_json_str(w, "reason", name_of(cl_reason_names, obs->reason));
    cl_json_time(w, "observed_at", obs->observed_at);
    cl_json_str(w, "change", cl_change_names[meaning->change]);
    cl_json_str(w, "cause", name_of(cl_cause_names, meaning->cause));
    cl_json_str(w, "phase", cl_phase_names[meaning->phase]);
    cl_json_object(w, "account");
    cl_json_str(w, "pseudonym", pseudonym);
    cl_json_tri(w, "premium", obs->account.premium);
    if (pseudonym && obs->account.said)
        cl_json_bool(w, "said", true);
    cl_json_object_end(w);
    write_page(w, obs);
    write_control(w, obs);
    cl_json_int(w, "candidates", obs->candidates);
    cl_client_write_kept(w, &obs->client, obs->reading);
    cl_json_tri(w, "trusted", obs->trusted);
    cl_attachments_write(w, &obs->attachments);
}

static const char *read_pseudonym(struct cl_reader *parent, struct cl_observation *obs)
{
    struct cl_reader r = cl_read_object(parent, "account");
    const char *pseudonym = cl_read_str_or_null(&r, "pseudonym", CL_READING - 1);
    const bool said = cl_read_has(&r, "said");
    if (pseudonym ? !cl_is_hex_id(pseudonym) : said)
        cl_read_fail(&r, "pseudonym", CL_BAD_VALUE);
    obs->account.premium = cl_read_tri(&r, "premium");
    if (said && !cl_read_bool(&r, "said"))
        cl_read_fail(&r, "said", CL_BAD_VALUE);
    obs->account.said = said ? pseudonym : NULL;
    cl_read_close(&r);
    return pseudonym;
}

enum cl_err cl_observation_read_body(struct cl_reader *r, struct cl_observation *ret_obs,
                                     struct cl_meaning *ret_meaning, const char **ret_pseudonym)
{
    struct cl_observation *obs = ret_obs;
    *obs = (struct cl_observation){0};
    *ret_meaning = (struct cl_meaning){0};
    (void)cl_read_enum(r, "setting", setting_names);
    obs->state = (enum cl_state)cl_read_enum(r, "state", cl_state_names);
    obs->reason = cl_read_enum_or_null(r, "reason", cl_reason_names);
    obs->observed_at = cl_read_time(r, "observed_at");
    ret_meaning->change = (enum cl_change)cl_read_enum(r, "change", cl_change_names);
    ret_meaning->cause = (enum cl_cause)cl_read_enum_or_null(r, "cause", cl_cause_names);
    ret_meaning->phase = (enum cl_phase)cl_read_enum(r, "phase", cl_phase_names);
    *ret_pseudonym = read_pseudonym(r, obs);
    read_page(r, obs);
    read_control(r, obs);
    obs->candidates = (int)cl_read_int(r, "candidates", 0, CANDIDATES);
    cl_client_read_kept(r, &obs->client, obs->reading);
    obs->trusted = cl_read_tri(r, "trusted");
    obs->pending = obs->trusted != CL_NULL;
    cl_attachments_read(r, CL_ATTACHMENT_MAX, &obs->attachments);
    return cl_read_end(r);
}
