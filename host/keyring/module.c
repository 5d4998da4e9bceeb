#include "keyring/module.h"

#include "base/io.h"
#include "modules.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

static void free_text(char **text)
{
    free(*text);
}

/* The folder `relative` below that of the program, if a module of that name is there. */
static enum cl_err folder_at(const char *program, size_t folder_len, const char *relative,
                             const char *name, struct cl_buf *ret_folder)
{
    cl_cleanup(cl_buf_free) struct cl_buf path = cl_buf(CL_MODULE_PATH_MAX);
    enum cl_err err = cl_buf_put(&path, program, folder_len);

    if (!err)
        err = cl_buf_put_str(&path, relative);
    if (!err)
        err = cl_buf_put_str(&path, name);
    if (!err)
        err = cl_buf_put(&path, "", 1);
    cl_cleanup(free_text) char *real = err ? NULL : realpath((const char *)path.data, NULL);
    if (!real)
        return CL_PROGRAM_MISSING;
    *strrchr(real, '/') = '\0';
    return cl_buf_put(ret_folder, real, strlen(real) + 1);
}

/* Beside the program, as with consentlog-host and in a build folder; else where the installation
 * puts it, seen from consentlog. */
enum cl_err cl_module_folder(const char *name, struct cl_buf *to)
{
    cl_cleanup(free_text) char *self = realpath("/proc/self/exe", NULL);
    const char *slash = self ? strrchr(self, '/') : NULL;

    if (!slash)
        return CL_PROGRAM_MISSING;
    const size_t len = (size_t)(slash - self) + 1;
    const enum cl_err err = folder_at(self, len, "", name, to);
    return err ? folder_at(self, len, CL_MODULES_FROM_BIN "/", name, to) : CL_OK;
}

/* It says of itself what it was made for. */
static bool is_ours(const struct cl_module *module, size_t size)
{
    return module && module->size == size && strcmp(module->version, CL_VERSION) == 0;
}

enum cl_err cl_module_load(const char *name, const char *table, size_t size, const void **ret_table)
{
    cl_cleanup(cl_buf_free) struct cl_buf path = cl_buf(CL_MODULE_PATH_MAX);
    char where[CL_IO_WHERE];
    enum cl_err err = cl_module_folder(name, &path);

    if (err)
        return err;
    path.data[path.len - 1] = '/'; /* was the end */
    err = cl_buf_put(&path, name, strlen(name) + 1);
    if (!err)
        err = cl_io_program_safe((const char *)path.data, where);
    if (err)
        return err;
    /* Never let go of: GLib cannot be unloaded. */
    void *module = dlopen((const char *)path.data, RTLD_NOW | RTLD_LOCAL);
    const void *found = module ? dlsym(module, table) : NULL;
    if (!is_ours(found, size))
        return CL_PROGRAM_MISSING;
    *ret_table = found;
    return CL_OK;
}
