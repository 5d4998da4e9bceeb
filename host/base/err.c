#include "base/err.h"

#include <stddef.h>

static const struct {
    const char *code;
    const char *sentence;
} errors[] = {
#define X(name, code, sentence) {code, sentence},
    CL_ERR_LIST(X)
#undef X
};

const char *cl_err_code(enum cl_err err)
{
    return (size_t)err < CL_ERR_COUNT ? errors[err].code : "unknown";
}

const char *cl_err_sentence(enum cl_err err)
{
    return (size_t)err < CL_ERR_COUNT ? errors[err].sentence : "An unknown error happened.";
}
