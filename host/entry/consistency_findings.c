#include "base/unicode.h"
#include "entry/consistency_internal.h"

#include <string.h>

const char *const cl_finding_names[] = {"unread",
                                        "control",
                                        "page-data",
                                        "meaning",
                                        "observed-after",
                                        "written-late",
                                        "loaded-after",
                                        "second-genesis",
                                        "salt-weak",
                                        "salt-again",
                                        "reading-again",
                                        "boot-none",
                                        "boot-again",
                                        "boot-before",
                                        "uptime",
                                        "clock-leap",
                                        "attachments",
                                        "date",
                                        "discontinuity",
                                        "token",
                                        "account",
                                        "exhibit",
                                        NULL};
_Static_assert(sizeof cl_finding_names / sizeof *cl_finding_names == CL_FINDINGS + 1,
               "a name for each");

/* What is beyond the room is dropped: an entry with so many is told anyway. */
static void add(struct cl_findings *to, const struct cl_found *found)
{
    if (to->count < CL_FOUND_MAX)
        to->item[to->count++] = *found;
}

/* Cut where a character begins. */
static void put_text(char to[static CL_FOUND_TEXT], const char *text)
{
    const size_t n = text ? cl_utf8_cut(text, strlen(text), CL_FOUND_TEXT - 1) : 0;
    if (n)
        memcpy(to, text, n);
    to[n] = '\0';
}

void cl_finding_words(struct finding f, enum cl_found_kind what, const char *member,
                      const char *stated, const char *given)
{
    struct cl_found found = {.seq = f.seq, .what = what};
    put_text(found.member, member);
    put_text(found.stated, stated);
    put_text(found.given, given);
    add(f.to, &found);
}

void cl_finding_number(struct finding f, enum cl_found_kind what, int64_t number)
{
    const struct cl_found found = {.seq = f.seq, .what = what, .number = number};
    add(f.to, &found);
}
