/* What all checks say, and the roots they ask for. */
#include "package/verifier_internal.h"

#include <stdarg.h>
#include <stdio.h>

void verifier_tell(struct verifier *v, enum cl_check_result result, enum cl_err err)
{
    const struct cl_check check = {
        .name = v->check, .result = result, .err = err, .file = v->flaw.file, .what = v->flaw.what};
    if (v->options->on_check)
        v->options->on_check(v->options->context, &check);
}

void verifier_remark(struct verifier *v, const char *file, const char *format, ...)
{
    struct cl_flaw before = v->flaw;
    va_list args;
    va_start(args, format);
    (void)snprintf(v->flaw.file, sizeof v->flaw.file, "%s", file);
    (void)vsnprintf(v->flaw.what, sizeof v->flaw.what, format, args);
    va_end(args);
    v->out.remarks++;
    verifier_tell(v, CL_CHECK_REMARK, CL_OK);
    v->flaw = before;
}

void verifier_progress(struct verifier *v, size_t n)
{
    v->done += n;
    if (v->options->on_progress)
        v->options->on_progress(v->options->context, v->done, v->of);
}

struct mark *verifier_mark(struct verifier *v, uint64_t size)
{
    for (size_t low = 0, high = v->mark_count; low < high;) {
        size_t middle = low + (high - low) / 2;
        struct mark *mark = &v->marks[middle];
        if (mark->size == size)
            return mark->known ? mark : NULL;
        if (mark->size < size)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}
