#include "cli/doctor.h"

#include "base/encoding.h"
#include "cli/authority.h"
#include "cli/say.h"
#include "cli/terminal.h"

#include <string.h>

#define HEX (2 * CL_HASH + 1)

static bool is_set(const uint8_t hash[static CL_HASH])
{
    static const uint8_t none[CL_HASH];
    return memcmp(hash, none, CL_HASH) != 0;
}

/* As a word that a shell takes as it is; no address has a quote in it. */
static const char *quote_for(const char *url)
{
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789:/._-%=+,@";
    return url[strspn(url, plain)] ? "'" : "";
}

static void tell_refused(struct doctor *doctor, const struct authority *a)
{
    char refused[HEX], kept[HEX] = "";
    cl_hex_encode(a->record.refused, CL_HASH, refused);
    if (a->heard)
        cl_hex_encode(authority_root(&a->chain), CL_HASH, kept);
    char *what =
        a->heard
            ? term_format("%s answered under another root certificate than before, %s, so that was "
                          "not kept. SHA-256 of the other one: %s",
                          a->record.url, kept, refused)
            : term_format("%s answered under another root certificate than it is known to have, so "
                          "that was not kept. SHA-256 of the other one: %s",
                          a->record.url, refused);
    doctor_add(
        doctor, "time-authority", DOCTOR_WARNING, what,
        term_format("Somebody on the way may have answered in its place. If the authority itself "
                    "publishes that root certificate: consentlog timestamp accept %s%s%s %s",
                    quote_for(a->record.url), a->record.url, quote_for(a->record.url), refused));
}

static void tell(struct doctor *doctor, const struct authority *a)
{
    char root[HEX];
    if (is_set(a->record.refused)) {
        tell_refused(doctor, a);
        return;
    }
    if (!a->heard)
        return;
    cl_hex_encode(authority_root(&a->chain), CL_HASH, root);
    cl_cleanup(term_free) char *name = term_safe(a->chain.root);
    doctor_add(
        doctor, "time-authority", DOCTOR_OK,
        term_format(a->chain.whole
                        ? N_("%s answers under the root certificate %s (SHA-256 %s); under another "
                             "one its answers would be refused.")
                        : N_("%s answers under the certificate %s (SHA-256 %s), whose root "
                             "certificate is not known here; under another one its answers would "
                             "be refused."),
                    a->record.url, name, root),
        NULL);
}

void doctor_authorities(struct doctor *doctor, struct cl_log *log)
{
    const struct cl_authority *list = NULL;
    size_t count = 0;
    if (cl_log_authorities(log, &list, &count))
        return;
    for (size_t i = 0; i < count; i++) {
        cl_cleanup(authority_free) struct authority authority = {0};
        if (authority_recall(log, list[i].url, &authority) == CL_OK)
            tell(doctor, &authority);
    }
}
