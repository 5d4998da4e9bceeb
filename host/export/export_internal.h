/* An export while it runs, for export*.c alone. */
#ifndef CL_EXPORT_INTERNAL_H
#define CL_EXPORT_INTERNAL_H

#include "export/attachment_list.h"
#include "export/derived.h"
#include "export/export.h"
#include "package/bundle_writer.h"
#include "package/layout.h"

struct exporting {
    const struct cl_export_source *source;
    const struct cl_export_options *options;
    struct cl_bundle_writer *writer;
    struct cl_vkey key;
    char folder[CL_LAYOUT_NAME], fingerprint[CL_FINGERPRINT];
    struct cl_buf note; /* the checkpoint */
    uint8_t *hidden;    /* one bit an entry: withheld, or unreadable */
    uint64_t *proved;   /* entries */
    uint64_t observations;
    struct cl_merkle_stack tree;
    struct cl_derived *derived; /* or NULL */
    struct cl_attachment_list attachments;
    unsigned pictures, texts, exhibits; /* of them, that are in the package */
    struct cl_exported out;
};

static inline enum cl_err cl_exporting_put(struct exporting *x, const char *name,
                                           const struct cl_buf *bytes)
{
    return cl_bundle_add(x->writer, name, bytes->data, bytes->len);
}

/* What entries name, and the caller's files. */
CL_MUST_USE enum cl_err cl_exporting_files(struct exporting *x);
/* A proof for each observation in x->proved. */
CL_MUST_USE enum cl_err cl_exporting_proofs(struct exporting *x);

#endif
