/* Verify an evidence package: no keyring, no log, no network, nothing written, memory that does not
 * grow with the number of entries. docs/evidence-format.md says what a package is; each check here
 * is one of its sections. */
#ifndef CL_VERIFIER_H
#define CL_VERIFIER_H

#include "base/language.h"
#include "base/text.h"
#include "crypto/checkpoint.h"
#include "crypto/sshsig.h"
#include "crypto/timestamp.h"
#include "entry/entry.h"
#include "package/layout.h"
#include "package/zip.h"

enum cl_check_result { CL_CHECK_GOOD, CL_CHECK_REMARK, CL_CHECK_FAILED, CL_CHECK_SKIPPED };
extern const char *const cl_check_result_names[]; /* good remark failed skipped */

/* One line of the report. A check ends with one good, failed or skipped line; remarks may precede
 * it. */
struct cl_check {
    const char *name; /* container layout bag key signature checkpoint extends entries clocks
                         attachments proofs timestamps */
    enum cl_check_result result;
    enum cl_err err;
    const char *file; /* at fault, relative to the package's folder, or "" */
    const char *what; /* a sentence without its full stop */
};

/* A timestamp that fits. Entries below `size` were there at stamp.time_ms; those after entry `seq`
 * were added later. */
struct cl_stamp {
    uint64_t size;
    uint64_t seq;        /* of the entry that records it; UINT64_MAX: none (yet) */
    struct cl_hash root; /* of those entries */
    struct cl_timestamp stamp;
};

/* Entries first … last came into being between these times, as far as timestamps tell; -1: nothing
 * tells. */
struct cl_bracket {
    uint64_t first, last;
    int64_t not_before, not_after;
};

/* What an earlier package of the same log said of itself, from its own struct cl_verified. */
struct cl_earlier {
    struct cl_vkey key;
    struct cl_checkpoint head;
};

struct cl_verify_options {
    const char *fingerprint; /* expected, "SHA256:…"; or NULL */
    struct cl_span roots;    /* PEM roots for time authorities; empty: the system's */
    const struct cl_earlier
        *earlier; /* of the same log: must be a beginning of this one; or NULL */
    const struct cl_source *earlier_source; /* that package, to say where a fork parts; or NULL */
    /* Read the entries in threads, this many bytes at a time, however few they are; 0: as suits
     * their size. What is found does not depend on it. */
    size_t block;
    /* Look for a fork with so many hashes in memory, at least 2; 0: 65,536. */
    size_t stretches;
    enum cl_language
        language; /* in which what contradicts itself is said; all else is as CL_SAID */
    void *context;
    void (*on_check)(void *context, const struct cl_check *check); /* or NULL */
    /* Trusted ones, unless they contradict each other; or NULL. */
    void (*on_stamp)(void *context, const struct cl_stamp *stamp);
    /* Every line of the entries in its order, while they are read and in a thread of its own,
     * before it is known whether the package is good; or NULL. entry: to change and not to keep;
     * NULL: it is withheld, or (fault, then not NULL) this version cannot read it, and why. */
    enum cl_err (*on_entry)(void *context, uint64_t seq, struct cl_entry *entry,
                            const struct cl_fault *fault);
    /* Entry seq, an exhibit, says of the file that it names what the file does not (`member`): told
     * before the entry is; or NULL. */
    void (*on_exhibit)(void *context, uint64_t seq, const char *member);
    /* After the timestamps, if there is one that is counted: every entry, in order; or NULL. Not
     * where authorities contradict each other. */
    void (*on_bracket)(void *context, const struct cl_bracket *bracket);
    void (*on_progress)(void *context, uint64_t done_bytes, uint64_t of_bytes); /* or NULL */
};

struct cl_verified {
    bool good; /* no check failed */
    char folder[CL_BUNDLE_NAME_MAX + 1];
    struct cl_earlier state;          /* key and head; to hold a later package against */
    char fingerprint[CL_FINGERPRINT]; /* of the key */
    uint64_t entries, withheld, remarks, stamps;
    uint64_t stamped_size; /* the largest size with a trusted timestamp, and its earliest time at
                              the latest; 0 if none */
    int64_t stamped_ms;
    bool contradicted; /* trusted authorities contradict each other */
    /* What was read, for whoever reads some of it again: it may have been changed in between. */
    struct cl_verified_file {
        bool there;
        uint8_t hash[CL_HASH];
    } files[CL_LAYOUT_FILES]; /* as cl_layout_files */
    uint64_t payload_bytes, payload_files;
    bool pictures, documents, exhibits; /* it has some */
};

/* Run all checks. CL_OK: they ran, and ret->good says how they ended. CL_IO, CL_NO_MEMORY,
 * CL_CRYPTO: they could not. */
CL_MUST_USE enum cl_err cl_verify_package(const struct cl_source *source,
                                          const struct cl_verify_options *options,
                                          struct cl_verified *ret);

#endif
