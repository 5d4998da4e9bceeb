/* What an evidence package is made of, said once for whoever writes one and whoever verifies one:
 * the names of its files, the lines of its lists, and how large each may be.
 * docs/evidence-format.md says the same to everybody else. */
#ifndef CL_LAYOUT_H
#define CL_LAYOUT_H

#include "base/buf.h"
#include "base/common.h"
#include "base/limits.h"
#include "entry/content.h"

#include <stdbool.h>

/* ---- its files ------------------------------------------------------------------------------- */

#define CL_FILE_INSTRUCTIONS  "VERIFY.txt"
#define CL_FILE_BAG_INFO      "bag-info.txt"
#define CL_FILE_BAGIT         "bagit.txt"
#define CL_FILE_MANIFEST      "manifest-sha256.txt"
#define CL_FILE_TAG_MANIFEST  "tagmanifest-sha256.txt"
#define CL_FILE_SIGNATURE     "tagmanifest-sha256.txt.sig"
#define CL_FILE_ALLOWED       "data/allowed_signers"
#define CL_FILE_CERTIFICATION "data/certification.txt"
#define CL_FILE_CHECKPOINT    "data/checkpoint"
#define CL_FILE_RECORDS       "data/consent-records.jsonld"
#define CL_FILE_ENTRIES       "data/entries.jsonl"
#define CL_FILE_HISTORY       "data/history.csv"
#define CL_FILE_PEM           "data/public-key.pem"
#define CL_FILE_REPORT        "data/report.html"
#define CL_FILE_VKEY          "data/vkey"

enum cl_role {
    CL_ROLE_BAGIT,
    CL_ROLE_BAG_INFO,
    CL_ROLE_INSTRUCTIONS,
    CL_ROLE_MANIFEST,
    CL_ROLE_TAG_MANIFEST,
    CL_ROLE_SIGNATURE,
    CL_ROLE_ALLOWED,
    CL_ROLE_PEM,
    CL_ROLE_VKEY,
    CL_ROLE_CHECKPOINT,
    CL_ROLE_SMALL, /* those above are small enough to be held in memory */
    CL_ROLE_ENTRIES = CL_ROLE_SMALL,
    CL_ROLE_PLAIN, /* for people: report, table, records, certification */
    CL_ROLE_PROOF,
    CL_ROLE_PICTURE, /* attachments: these two */
    CL_ROLE_TEXT,
    CL_ROLE_EXHIBIT, /* a file of the member's own */
    CL_ROLE_STAMP_CHAIN,
    CL_ROLE_STAMP_CHECKPOINT,
    CL_ROLE_STAMP_QUERY,
    CL_ROLE_STAMP_REPLY,
};

/* The files that have one name. */
struct cl_layout_file {
    const char *name;
    enum cl_role role;
    bool required;
    uint32_t max; /* bytes, of those that are small */
};
#define CL_LAYOUT_FILES 15
extern const struct cl_layout_file cl_layout_files[CL_LAYOUT_FILES];

/* Bytes that a file of that role may have, if it is one of many; UINT64_MAX of all others. */
uint64_t cl_layout_max(enum cl_role role);

/* What a file is by its name, relative to the package's folder. */
struct cl_place {
    enum cl_role role;
    uint64_t number;              /* a proof's entry, a timestamp's size */
    uint64_t ordinal;             /* a timestamp's number among those of its size */
    uint8_t hash[CL_HASH];        /* that an attachment's name promises */
    enum cl_content_type content; /* likewise, of an exhibit */
};
/* False: no package has such a file. */
CL_MUST_USE bool cl_layout_place(const char *name, struct cl_place *ret_place);
/* Below data/, which the one manifest lists; the other lists the rest. */
CL_MUST_USE bool cl_layout_is_payload(const char *name);

#define CL_LAYOUT_NAME 112 /* bytes that the name of any of them takes, with its NUL */
/* The package's own folder, of a log named "consentlog/<16 hex>". */
void cl_layout_folder(const char *log, uint64_t size, char ret_name[static CL_LAYOUT_NAME]);
void cl_layout_proof(uint64_t seq, char ret_name[static CL_LAYOUT_NAME]);
/* role: CL_ROLE_PICTURE or CL_ROLE_TEXT. */
void cl_layout_attachment(const uint8_t sha256[static CL_HASH], enum cl_role role,
                          char ret_name[static CL_LAYOUT_NAME]);
void cl_layout_exhibit(const uint8_t sha256[static CL_HASH], enum cl_content_type content,
                       char ret_name[static CL_LAYOUT_NAME]);
/* role: one of the four of a timestamp. */
void cl_layout_stamp(uint64_t size, uint64_t ordinal, enum cl_role role,
                     char ret_name[static CL_LAYOUT_NAME]);
/* What data/ holds, as the report names it, which lies there too. Borrowed from the name. */
const char *cl_layout_beside(const char *name);

/* ---- the bag (RFC 8493) ---------------------------------------------------------------------- */

#define CL_BAGIT_TEXT "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"

/* "<sha256>  <name>\n" */
CL_MUST_USE enum cl_err cl_layout_list(const uint8_t sha256[static CL_HASH], const char *name,
                                       struct cl_buf *to);
/* The same read back, without its newline. CL_MALFORMED, also for a NUL in the name. */
CL_MUST_USE enum cl_err cl_layout_listed(struct cl_span line, uint8_t ret_sha256[static CL_HASH],
                                         char ret_name[static CL_BUNDLE_NAME_MAX + 1]);

/* bag-info.txt says who made the bag and when, how much is in it, and of which log it is. */
struct cl_bag_info {
    uint64_t bytes, files;                  /* of the payload */
    struct cl_span agent, date, identifier; /* empty: not said */
};
#define CL_BAG_IDENTIFIER "External-Identifier: " /* before the log's name and the moment */
CL_MUST_USE enum cl_err cl_bag_info_write(const char *log, int64_t now_ms, uint64_t bytes,
                                          uint64_t files, struct cl_buf *to);
/* Lines with other labels than those are counted. CL_MALFORMED: a label twice, no payload's size,
 * or text that is not clean UTF-8. */
CL_MUST_USE enum cl_err cl_bag_info_read(struct cl_span text, struct cl_bag_info *ret_info,
                                         size_t *ret_foreign);

/* ---- a withheld entry ------------------------------------------------------------------------ */

#define CL_WITHHELD_LINE (13 + 2 * CL_HASH + 2) /* {"withheld":"<leaf hash>"} */
void cl_withheld_write(const struct cl_hash *leaf, char ret_line[static CL_WITHHELD_LINE + 1]);
CL_MUST_USE bool cl_withheld_read(struct cl_span line, struct cl_hash *ret_leaf);

#endif
