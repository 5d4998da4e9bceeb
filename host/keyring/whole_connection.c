#include "keyring/whole_internal.h"

#include <stdlib.h>

enum cl_err cl_whole_open(int64_t until, struct cl_whole **ret_whole)
{
    struct cl_whole *whole = calloc(1, sizeof *whole);
    enum cl_err err;

    if (!whole)
        return CL_NO_MEMORY;
    err = cl_service_open(until, &whole->service);
    if (err)
        cl_whole_close(&whole);
    else
        *ret_whole = whole;
    return err;
}

void cl_whole_close(struct cl_whole **whole)
{
    if (!*whole)
        return;
    cl_whole_keep_head(*whole, NULL);
    cl_service_close(&(*whole)->service);
    free(*whole);
    *whole = NULL;
}

/* Asked for late, because it costs a round trip that recording does not need. */
const char *cl_whole_provider(struct cl_whole *whole, int64_t until)
{
    whole->service.until = until;
    if (!*whole->provider)
        cl_provider_name(&whole->service, whole->provider);
    return whole->provider;
}

/* Keep where the head is, for cl_whole_advance; of copies it knows none then. */
void cl_whole_keep_head(struct cl_whole *whole, const char *path)
{
    g_free(whole->head);
    whole->head = g_strdup(path);
    g_clear_pointer(&whole->copies, g_ptr_array_unref);
}
