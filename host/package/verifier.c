#include "package/verifier.h"

#include "package/verifier_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const cl_check_result_names[] = {"good", "remark", "failed", "skipped", NULL};

static enum cl_err check_container(struct verifier *v)
{
    enum cl_err err = cl_bundle_open(v->source, &v->bundle, &v->flaw);
    if (err)
        return err;
    (void)snprintf(v->out.folder, sizeof v->out.folder, "%s", cl_bundle_folder(v->bundle));
    const char *remark = cl_bundle_remark(v->bundle);
    if (remark)
        verifier_remark(v, "", "%s", remark);
    return cl_flaw(&v->flaw, CL_OK, "", "files that every program sees alike: %zu",
                   cl_bundle_count(v->bundle));
}

/* In this order; a check whose needs did not end well is skipped. */
enum {
    CONTAINER,
    LAYOUT,
    BAG,
    KEY,
    SIGNATURE,
    CHECKPOINT,
    ENTRIES,
    EXTENDS,
    ATTACHMENTS,
    PROOFS,
    STAMPS
};

static const struct {
    const char *name;
    enum cl_err (*run)(struct verifier *v);
    unsigned needs;
} checks[] = {
    [CONTAINER] = {"container", check_container, 0},
    [LAYOUT] = {"layout", verifier_check_layout, 1u << CONTAINER},
    [BAG] = {"bag", verifier_check_bag, 1u << LAYOUT},
    [KEY] = {"key", verifier_check_key, 1u << BAG},
    [SIGNATURE] = {"signature", verifier_check_signature, 1u << KEY},
    [CHECKPOINT] = {"checkpoint", verifier_check_checkpoint, 1u << KEY},
    [ENTRIES] = {"entries", verifier_check_entries, 1u << CHECKPOINT},
    [EXTENDS] = {"extends", verifier_check_extends, 1u << ENTRIES},
    [ATTACHMENTS] = {"attachments", verifier_check_attachments, 1u << ENTRIES},
    [PROOFS] = {"proofs", verifier_check_proofs, 1u << ENTRIES},
    [STAMPS] = {"timestamps", verifier_check_timestamps, 1u << ENTRIES},
};

/* Could not be checked, rather than checked and found wrong? */
static bool hindered(enum cl_err err)
{
    return err == CL_NO_MEMORY || err == CL_CRYPTO || err == CL_IO;
}

static enum cl_err run_checks(struct verifier *v)
{
    unsigned good = 0;
    v->out.good = true;
    for (unsigned i = 0; i < sizeof checks / sizeof *checks; i++) {
        v->check = checks[i].name;
        v->flaw = (struct cl_flaw){0};
        if (i == EXTENDS && !v->options->earlier)
            continue;
        if ((good & checks[i].needs) != checks[i].needs) {
            (void)cl_flaw(&v->flaw, CL_OK, "", "not looked at, because a check before it failed");
            verifier_tell(v, CL_CHECK_SKIPPED, CL_OK);
            continue;
        }
        enum cl_err err = checks[i].run(v);
        if (hindered(err))
            return err;
        if (err && !v->flaw.what[0])
            (void)cl_flaw(&v->flaw, err, v->flaw.file, "%s", CL_SAID(cl_err_what(err)));
        verifier_tell(v, err ? CL_CHECK_FAILED : CL_CHECK_GOOD, err);
        if (err)
            v->out.good = false;
        else
            good |= 1u << i;
    }
    return CL_OK;
}

static void free_verifier(struct verifier *v)
{
    for (size_t i = 0; i < CL_ROLE_SMALL; i++)
        cl_buf_free(&v->kept[i]);
    cl_bundle_close(&v->bundle);
    verifier_free_entries(v->entries);
    free(v->items);
    free(v->by_hash);
    free(v->proofs);
    free(v->stamps);
    free(v->marks);
    cl_brackets_free(&v->brackets);
}

enum cl_err cl_verify_package(const struct cl_source *source,
                              const struct cl_verify_options *options, struct cl_verified *ret)
{
    cl_cleanup(free_verifier) struct verifier v = {.source = source, .options = options};
    enum cl_err err = run_checks(&v);
    if (err)
        return err;
    *ret = v.out;
    return CL_OK;
}
