/* Start a host as a browser does and greet it. */
#ifndef CL_PROBE_H
#define CL_PROBE_H

#define PROBE_SECONDS 5

enum probe_answer {
    PROBE_GOOD,
    PROBE_NOT_STARTED, /* errno tells */
    PROBE_SILENT,      /* it ended or its time was up before it answered */
    PROBE_NOT_OURS,    /* it answered something else */
};

/* Run the program with a `hello` frame; it is ended after PROBE_SECONDS. ret_version gets the
 * host's version. */
enum probe_answer probe_host(const char *host, char ret_version[static 33]);

#endif
