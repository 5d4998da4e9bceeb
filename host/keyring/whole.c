#include "keyring/whole_internal.h"

const struct cl_whole_calls cl_whole_calls = {
    .module = {CL_VERSION, sizeof(struct cl_whole_calls)},
    .open = cl_whole_open,
    .close = cl_whole_close,
    .provider = cl_whole_provider,
    .load = cl_whole_load,
    .create = cl_whole_create,
    .settle = cl_whole_settle,
    .advance = cl_whole_advance,
    .restore = cl_whole_restore,
    .set_aside = cl_whole_set_aside,
    .unlock = cl_whole_unlock,
};
