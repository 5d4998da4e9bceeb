/* Whole packages, from the ZIP's shape to the last check. Nobody has the key, so what is accepted
 * must be a package that was given as it is; the corpus holds such. And whether threads read the
 * entries, in whatever pieces, nothing else is found. */
#include "fuzz.h"
#include "package/verifier.h"

#include <stdio.h>
#include <string.h>

struct seen {
    bool reached; /* the entries were read */
    char last[512];
    unsigned lines;
};

static void on_check(void *context, const struct cl_check *check)
{
    struct seen *seen = context;
    seen->reached |= strcmp(check->name, "bag") == 0 && check->result != CL_CHECK_SKIPPED;
    seen->lines++;
    if (check->result == CL_CHECK_FAILED)
        (void)snprintf(seen->last, sizeof seen->last, "%s %d %s %s", check->name, (int)check->err,
                       check->file, check->what);
}

static int alike(const struct cl_verified *a, const struct cl_verified *b)
{
    return a->good == b->good && a->entries == b->entries && a->withheld == b->withheld &&
           a->remarks == b->remarks && a->stamps == b->stamps &&
           a->state.head.size == b->state.head.size;
}

static enum cl_err look(const struct cl_source *source, size_t block, struct seen *ret_seen,
                        struct cl_verified *ret)
{
    const struct cl_verify_options options = {
        .block = block, .context = ret_seen, .on_check = on_check};
    *ret_seen = (struct seen){0};
    *ret = (struct cl_verified){0};
    return cl_verify_package(source, &options, ret);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct cl_source source = {.fd = -1, .bytes = data, .size = size};
    struct seen seen, threaded;
    struct cl_verified verified, again;
    enum cl_err err = look(&source, 0, &seen, &verified);
    always(err || !verified.good || verified.entries == verified.state.head.size);
    if (!seen.reached)
        return 0;
    always(look(&source, 1 + size % 997, &threaded, &again) == err);
    always(alike(&again, &verified));
    always(threaded.lines == seen.lines && strcmp(threaded.last, seen.last) == 0);
    return 0;
}
