/* What people send instead of a ZIP: said in a sentence that tells what to do. */
#include "package/repacked_internal.h"

#include <string.h>
#include <strings.h>

#define HEAD     512u /* bytes that are looked at: one block of tar */
#define TAR_MARK 257u

struct beginning {
    size_t at, n;
    uint8_t bytes[8];
};

static const struct beginning archives[] = {
    {0, 2, {0x1f, 0x8b}},                       /* gzip */
    {0, 6, {'7', 'z', 0xbc, 0xaf, 0x27, 0x1c}}, /* 7z */
    {0, 4, {'R', 'a', 'r', '!'}},               /* rar */
    {0, 6, {0xfd, '7', 'z', 'X', 'Z', 0}},      /* xz */
    {0, 3, {'B', 'Z', 'h'}},                    /* bzip2 */
    {0, 4, {0x28, 0xb5, 0x2f, 0xfd}},           /* zstd */
    {TAR_MARK, 5, {'u', 's', 't', 'a', 'r'}},   /* tar */
};
static const struct beginning wrapped[] = {
    {0, 4, {0x78, 0x9f, 0x3e, 0x22}},                         /* winmail.dat */
    {0, 8, {0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1}}, /* a mail as Outlook saves it */
};
static const char *const fields[] = {
    "From:",         "From ",         "To:",           "Date:",
    "Subject:",      "Received:",     "Return-Path:",  "Message-ID:",
    "Delivered-To:", "MIME-Version:", "Content-Type:", "DKIM-Signature:"};

static bool begins(const struct beginning *list, size_t count, const char *head, size_t n)
{
    for (size_t i = 0; i < count; i++)
        if (list[i].at + list[i].n <= n && memcmp(head + list[i].at, list[i].bytes, list[i].n) == 0)
            return true;
    return false;
}

static bool is_mail(const char *head)
{
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (strncasecmp(head, fields[i], strlen(fields[i])) == 0)
            return true;
    return false;
}

enum cl_err cl_repacked_begin(const struct cl_source *source, struct cl_flaw *flaw)
{
    char head[HEAD + 1] = "";
    const size_t n = source->size < HEAD ? (size_t)source->size : HEAD;
    if (cl_source_read(source, 0, head, n))
        return cl_flaw(flaw, CL_IO, "", "it cannot be read");
    if (begins(archives, sizeof archives / sizeof *archives, head, n))
        return cl_flaw(flaw, CL_MALFORMED, "",
                       "it is no ZIP but another kind of archive: unpack it, and name the folder");
    if (begins(wrapped, sizeof wrapped / sizeof *wrapped, head, n) || is_mail(head))
        return cl_flaw(flaw, CL_MALFORMED, "",
                       "it is no ZIP but a mail: save what is attached to it, and name that");
    if (n >= 8 && zip_u32((const uint8_t *)head) == ZIP_DESCRIPTOR_SIGNATURE)
        return cl_flaw(flaw, CL_PACKAGE_UNSAFE, "", "it is in several parts");
    return CL_OK;
}
