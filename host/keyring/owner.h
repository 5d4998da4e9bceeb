/* The program that owns the name of the Secret Service on the bus, by what it was started as. */
#ifndef CL_OWNER_H
#define CL_OWNER_H

#include <stdint.h>

#define CL_SERVICE_NAME "org.freedesktop.secrets"
#define CL_PROVIDER_MAX 64

/* The first word of that process's command line, without folder; "unknown", also for process 0. */
void cl_owner_name(uint32_t pid, char ret_name[static CL_PROVIDER_MAX]);

#endif
