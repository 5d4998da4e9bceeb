/* Which of a ZIP's files are the package, and what lies beside it. */
#include "package/repacked_internal.h"

#include "package/layout.h"

#include <string.h>
#include <strings.h>

static const char *last_part(const char *name)
{
    const char *slash = strrchr(name, '/');
    return slash ? slash + 1 : name;
}

static bool ends_with(const char *name, const char *ending)
{
    const size_t n = strlen(name), m = strlen(ending);
    return n > m && strcmp(name + n - m, ending) == 0;
}

static bool is_below(const char *name, const char *folder)
{
    const size_t n = strlen(folder);
    for (const char *part = name, *slash; (slash = strchr(part, '/')); part = slash + 1)
        if ((size_t)(slash - part) == n && memcmp(part, folder, n) == 0)
            return true;
    return false;
}

bool cl_repacked_is_foreign(const char *name)
{
    static const char *const exact[] = {".DS_Store", ".directory", ".localized",
                                        "Icon\r",    "check.py",   "ROOT.pem"};
    static const char *const any_case[] = {"Thumbs.db", "ehthumbs.db", "desktop.ini"};
    const char *last = last_part(name);
    bool foreign = is_below(name, "__MACOSX") || is_below(name, "@eaDir") ||
                   is_below(name, ".AppleDouble") || strncmp(last, "._", 2) == 0 ||
                   strncmp(last, "~$", 2) == 0 || ends_with(last, ":Zone.Identifier") ||
                   (strncmp(last, ".~lock.", 7) == 0 && ends_with(last, "#")) ||
                   (last[0] == '.' && ends_with(last, ".swp"));
    for (size_t i = 0; i < sizeof exact / sizeof *exact; i++)
        foreign |= strcmp(last, exact[i]) == 0;
    for (size_t i = 0; i < sizeof any_case / sizeof *any_case; i++)
        foreign |= strcasecmp(last, any_case[i]) == 0;
    return foreign;
}

static size_t drop_foreign(struct cl_zip *zip)
{
    size_t kept = 0, all = zip->count;
    for (size_t i = 0; i < all; i++)
        if (!cl_repacked_is_foreign(zip->files[i].name))
            zip->files[kept++] = zip->files[i];
    zip->count = kept;
    return all - kept;
}

static bool holds_zip(const struct cl_zip *zip)
{
    for (size_t i = 0; i < zip->count; i++)
        if (ends_with(zip->files[i].name, ".zip") || ends_with(zip->files[i].name, ".ZIP"))
            return true;
    return false;
}

/* The length of the path in front of the one bagit.txt that lies highest. */
static enum cl_err find_root(const struct cl_zip *zip, size_t *ret_length, const char **ret_root,
                             struct cl_flaw *flaw)
{
    unsigned found = 0;
    for (size_t i = 0; i < zip->count; i++) {
        const char *name = zip->files[i].name, *last = last_part(name);
        if (strcmp(last, CL_FILE_BAGIT) != 0)
            continue;
        *ret_length = (size_t)(last - name);
        *ret_root = name;
        found++;
    }
    if (found > 1)
        return cl_flaw(flaw, CL_MALFORMED, "", "it holds several packages");
    if (!*ret_root)
        return cl_flaw(flaw, CL_MALFORMED, CL_FILE_BAGIT, "%s",
                       holds_zip(zip) ? CL_SAID("is missing, so it is no evidence package; but it "
                                                "holds another ZIP: take that out, and name it")
                                      : CL_SAID("is missing, so it is no evidence package"));
    return CL_OK;
}

enum cl_err cl_repacked_root(struct cl_zip *zip, size_t *ret_length, size_t *ret_left_out,
                             struct cl_flaw *flaw)
{
    size_t length = 0;
    const char *root = NULL;
    *ret_left_out = drop_foreign(zip);
    enum cl_err err = find_root(zip, &length, &root, flaw);
    if (err || !root)
        return err;
    if (zip->count >= CL_BUNDLE_FILES_MAX)
        return cl_flaw(flaw, CL_PACKAGE_LIMIT, "", "it has more files than a package may have");
    for (size_t i = 0; i < zip->count; i++) {
        struct cl_zip_file *file = &zip->files[i];
        if (strncmp(file->name, root, length) != 0)
            return cl_repacked_refuse(flaw, file->name, "is not in the package's folder");
        const char *inside = file->name + length;
        const char *what = cl_zip_name_flaw(inside, strlen(inside));
        if (what || strlen(inside) > CL_BUNDLE_NAME_MAX)
            return cl_flaw(flaw, CL_PACKAGE_UNSAFE, "", "a file in it %s",
                           CL_SAID(what ? what : "has too long a name"));
    }
    for (size_t i = 0; i < zip->count; i++)
        zip->files[i].name += length;
    *ret_length = length;
    return cl_zip_check_names(zip, flaw);
}

bool cl_repacked_nested(const struct cl_zip *zip, size_t *ret_i)
{
    static const char ending[] = ".zip";
    size_t found = 0;
    for (size_t i = 0; i < zip->count; i++) {
        const char *name = zip->files[i].name;
        const size_t n = strlen(name);
        if (cl_repacked_is_foreign(name))
            continue;
        if (n < sizeof ending || strcasecmp(name + n - strlen(ending), ending) != 0)
            return false;
        *ret_i = i;
        found++;
    }
    return found == 1;
}
