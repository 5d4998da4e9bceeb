#include "base/err.h"

#include <stddef.h>

enum effect {
    NONE,
    UNWRITTEN,
    BOTH_UNTOUCHED,
    UNOPENED,
    UNLOST,
    LOG_HAS_ALL,
    UNWRITTEN_UNLOST,
    READABLE,
    LOG_UNTOUCHED,
    ONE_UNWRITTEN,
};

static const struct error {
    const char *code, *sentence, *what, *effect, *remedy;
    enum effect kind;
} errors[] = {
#define X(name, code, what, effect, remedy)                                                        \
    {code, what CL_EFFECT_##effect remedy, what, CL_EFFECT_##effect, remedy, effect},
    CL_ERR_LIST(X)
#undef X
};

const char *const cl_err_codes[] = {
#define X(name, code, what, effect, remedy) code,
    CL_ERR_LIST(X)
#undef X
        NULL};

static const struct error *look_up(enum cl_err err)
{
    static const struct error unknown = {
        "unknown", "An unknown error happened.", "An unknown error happened.", "", "", NONE};
    return (size_t)err < CL_ERR_COUNT ? &errors[err] : &unknown;
}

static const char *without_space(const char *part)
{
    return part[0] == ' ' ? part + 1 : part;
}

const char *cl_err_code(enum cl_err err)
{
    return look_up(err)->code;
}

const char *cl_err_sentence(enum cl_err err)
{
    return look_up(err)->sentence;
}

const char *cl_err_what(enum cl_err err)
{
    return look_up(err)->what;
}

const char *cl_err_effect(enum cl_err err)
{
    return without_space(look_up(err)->effect);
}

const char *cl_err_remedy(enum cl_err err)
{
    return without_space(look_up(err)->remedy);
}

bool cl_err_is_unwritten(enum cl_err err)
{
    return look_up(err)->kind == UNWRITTEN;
}
