/* What all checks say, and the roots they ask for. */
#include "package/verifier_internal.h"

#include <stdarg.h>
#include <stdlib.h>

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
    cl_flaw_say(&v->flaw, file, format, args);
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

static int by_size(const void *a, const void *b)
{
    const struct mark *x = a, *y = b;
    return x->size < y->size ? -1 : x->size > y->size;
}

struct mark *verifier_mark(struct verifier *v, uint64_t size)
{
    const struct mark wanted = {.size = size};
    struct mark *mark =
        v->mark_count ? bsearch(&wanted, v->marks, v->mark_count, sizeof wanted, by_size) : NULL;
    return mark && mark->known ? mark : NULL;
}
