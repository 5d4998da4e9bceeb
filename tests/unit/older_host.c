/* Records one observation, given as JSON on standard input, as a host did before texts with hidden
 * characters were refused: what such logs hold has to be shown safely for good. */
#include "log/log.h"
#include "json/gate.h"

#include <stdio.h>

int main(void)
{
    static char text[65536];
    struct cl_fault fault = {0};
    struct cl_observation seen;
    struct cl_recorded recorded;
    cl_cleanup(cl_json_free) struct cl_json *tree = NULL;
    cl_cleanup(cl_log_close) struct cl_log *log = NULL;
    const size_t n = fread(text, 1, sizeof text, stdin);
    enum cl_err err = cl_json_parse((const uint8_t *)text, n, &tree);
    struct cl_reader r = cl_reader(tree, "", &fault);
    if (!err)
        err = cl_observation_read(&r, &seen);
    if (!err)
        err = cl_log_open(CL_LOG_APPEND, &log);
    if (!err)
        err = cl_log_record(log, &seen, 1, &recorded);
    puts(cl_err_code(err));
    return err != CL_OK;
}
