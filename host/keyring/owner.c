#include "keyring/owner.h"

#include <stdio.h>
#include <string.h>

/* The command line, because /proc/<pid>/exe of gnome-keyring is closed to us: it holds a
 * capability. */
void cl_owner_name(uint32_t pid, char ret_name[static CL_PROVIDER_MAX])
{
    char path[32], text[256];
    const char *base;
    size_t got, n = 0;
    FILE *file;

    snprintf(path, sizeof path, "/proc/%u/cmdline", (unsigned)pid);
    file = pid ? fopen(path, "re") : NULL;
    got = file ? fread(text, 1, sizeof text - 1, file) : 0;
    if (file)
        fclose(file);
    text[got] = '\0';
    base = strrchr(text, '/') ? strrchr(text, '/') + 1 : text;
    for (; base[n] && n < CL_PROVIDER_MAX - 1; n++)
        ret_name[n] = base[n] > ' ' && base[n] < 0x7f ? base[n] : '?';
    ret_name[n] = '\0';
    if (n == 0)
        memcpy(ret_name, "unknown", sizeof "unknown");
}
