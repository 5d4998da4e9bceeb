#include "package/layout.h"

#include "base/clock.h"
#include "base/encoding.h"
#include "base/text.h"
#include "crypto/proof.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define DATA        "data/"
#define PROOFS      DATA "proofs/"
#define STAMPS      DATA "timestamps/"
#define ATTACHMENTS DATA "attachments/"
#define EXHIBITS    DATA "exhibits/"
#define PROOF       ".tlog-proof"

const struct cl_layout_file cl_layout_files[CL_LAYOUT_FILES] = {
    {CL_FILE_INSTRUCTIONS, CL_ROLE_INSTRUCTIONS, true, 65536},
    {CL_FILE_BAG_INFO, CL_ROLE_BAG_INFO, true, 4096},
    {CL_FILE_BAGIT, CL_ROLE_BAGIT, true, 256},
    {CL_FILE_ALLOWED, CL_ROLE_ALLOWED, true, 1024},
    {CL_FILE_CERTIFICATION, CL_ROLE_PLAIN, false, 0},
    {CL_FILE_CHECKPOINT, CL_ROLE_CHECKPOINT, true, CL_NOTE_MAX},
    {CL_FILE_RECORDS, CL_ROLE_PLAIN, false, 0},
    {CL_FILE_ENTRIES, CL_ROLE_ENTRIES, true, 0},
    {CL_FILE_HISTORY, CL_ROLE_PLAIN, false, 0},
    {CL_FILE_PEM, CL_ROLE_PEM, true, 1024},
    {CL_FILE_REPORT, CL_ROLE_PLAIN, false, 0},
    {CL_FILE_VKEY, CL_ROLE_VKEY, true, 1024},
    {CL_FILE_MANIFEST, CL_ROLE_MANIFEST, true, CL_MANIFEST_MAX},
    {CL_FILE_TAG_MANIFEST, CL_ROLE_TAG_MANIFEST, true, 4096},
    {CL_FILE_SIGNATURE, CL_ROLE_SIGNATURE, true, CL_SSHSIG_MAX},
};

uint64_t cl_layout_max(enum cl_role role)
{
    static const uint32_t most[] = {
        [CL_ROLE_PROOF] = CL_PROOF_FILE_MAX,  [CL_ROLE_PICTURE] = CL_ATTACHMENT_MAX,
        [CL_ROLE_TEXT] = CL_ATTACHMENT_MAX,   [CL_ROLE_EXHIBIT] = CL_EXHIBIT_MAX,
        [CL_ROLE_STAMP_CHAIN] = CL_CHAIN_MAX, [CL_ROLE_STAMP_CHECKPOINT] = CL_NOTE_MAX,
        [CL_ROLE_STAMP_QUERY] = CL_TOKEN_MAX, [CL_ROLE_STAMP_REPLY] = CL_TOKEN_MAX,
    };
    return most[role] > 0 ? most[role] : UINT64_MAX;
}

/* What stands behind the full stop, of those that are many. */
static const struct ending {
    const char *text;
    enum cl_role role;
} picture_or_text[] = {{".png", CL_ROLE_PICTURE}, {".txt", CL_ROLE_TEXT}},
  stamp_parts[] = {{".chain.pem", CL_ROLE_STAMP_CHAIN},
                   {".checkpoint", CL_ROLE_STAMP_CHECKPOINT},
                   {".tsq", CL_ROLE_STAMP_QUERY},
                   {".tsr", CL_ROLE_STAMP_REPLY}};
#define COUNT(list) (sizeof list / sizeof *(list))

/* ---- from names ------------------------------------------------------------------------------ */

static bool cut_suffix(struct cl_span *name, const char *suffix)
{
    size_t n = strlen(suffix);
    if (name->len < n || memcmp(name->data + name->len - n, suffix, n) != 0)
        return false;
    name->len -= n;
    return true;
}

static bool cut_ending(struct cl_span *name, const struct ending *endings, size_t count,
                       enum cl_role *ret_role)
{
    for (size_t i = 0; i < count; i++) {
        if (!cut_suffix(name, endings[i].text))
            continue;
        *ret_role = endings[i].role;
        return true;
    }
    return false;
}

/* "<seq>.tlog-proof" */
static bool is_proof(struct cl_span name, struct cl_place *place)
{
    place->role = CL_ROLE_PROOF;
    return cut_suffix(&name, PROOF) && cl_span_decimal(name, &place->number) == CL_OK;
}

/* "<size>-<n>.<part>" */
static bool is_stamp(struct cl_span name, struct cl_place *place)
{
    if (!cut_ending(&name, stamp_parts, COUNT(stamp_parts), &place->role) || name.len == 0)
        return false;
    const uint8_t *dash = memchr(name.data, '-', name.len);
    if (!dash)
        return false;
    struct cl_span size = {name.data, (size_t)(dash - name.data)};
    struct cl_span ordinal = {dash + 1, name.len - size.len - 1};
    return cl_span_decimal(size, &place->number) == CL_OK && place->number > 0 &&
           cl_span_decimal(ordinal, &place->ordinal) == CL_OK;
}

/* "<sha256>.png" or "<sha256>.txt" */
static bool is_attachment(struct cl_span name, struct cl_place *place)
{
    return cut_ending(&name, picture_or_text, COUNT(picture_or_text), &place->role) &&
           name.len == 2 * CL_HASH && cl_span_hex(name, place->hash, CL_HASH) == CL_OK;
}

/* "<sha256>.<ending>" */
static bool is_exhibit(struct cl_span name, struct cl_place *place)
{
    place->role = CL_ROLE_EXHIBIT;
    for (int i = 0; cl_content_endings[i]; i++) {
        struct cl_span hex = name;
        if (!cut_suffix(&hex, cl_content_endings[i]) || !cut_suffix(&hex, "."))
            continue;
        place->content = (enum cl_content_type)i;
        return hex.len == 2 * CL_HASH && cl_span_hex(hex, place->hash, CL_HASH) == CL_OK;
    }
    return false;
}

bool cl_layout_place(const char *name, struct cl_place *ret_place)
{
    *ret_place = (struct cl_place){0};
    struct cl_span rest = {(const uint8_t *)name, strlen(name)};
    if (cl_take_prefix(&rest, PROOFS))
        return is_proof(rest, ret_place);
    if (cl_take_prefix(&rest, STAMPS))
        return is_stamp(rest, ret_place);
    if (cl_take_prefix(&rest, ATTACHMENTS))
        return is_attachment(rest, ret_place);
    if (cl_take_prefix(&rest, EXHIBITS))
        return is_exhibit(rest, ret_place);
    for (size_t i = 0; i < CL_LAYOUT_FILES; i++) {
        if (strcmp(cl_layout_files[i].name, name) != 0)
            continue;
        ret_place->role = cl_layout_files[i].role;
        return true;
    }
    return false;
}

bool cl_layout_is_payload(const char *name)
{
    return strncmp(name, DATA, strlen(DATA)) == 0;
}

/* ---- to names -------------------------------------------------------------------------------- */

static const char *ending_of(const struct ending *endings, size_t count, enum cl_role role)
{
    for (size_t i = 0; i < count; i++)
        if (endings[i].role == role)
            return endings[i].text;
    return "";
}

void cl_layout_folder(const char *log, uint64_t size, char ret_name[static CL_LAYOUT_NAME])
{
    const char *slash = strchr(log, '/');
    (void)snprintf(ret_name, CL_LAYOUT_NAME, "consentlog-%.16s-%" PRIu64, slash ? slash + 1 : "",
                   size);
}

void cl_layout_proof(uint64_t seq, char ret_name[static CL_LAYOUT_NAME])
{
    (void)snprintf(ret_name, CL_LAYOUT_NAME, PROOFS "%" PRIu64 PROOF, seq);
}

void cl_layout_attachment(const uint8_t sha256[static CL_HASH], enum cl_role role,
                          char ret_name[static CL_LAYOUT_NAME])
{
    char hex[2 * CL_HASH + 1];
    cl_hex_encode(sha256, CL_HASH, hex);
    (void)snprintf(ret_name, CL_LAYOUT_NAME, ATTACHMENTS "%s%s", hex,
                   ending_of(picture_or_text, COUNT(picture_or_text), role));
}

void cl_layout_exhibit(const uint8_t sha256[static CL_HASH], enum cl_content_type content,
                       char ret_name[static CL_LAYOUT_NAME])
{
    char hex[2 * CL_HASH + 1];
    cl_hex_encode(sha256, CL_HASH, hex);
    (void)snprintf(ret_name, CL_LAYOUT_NAME, EXHIBITS "%s.%s", hex, cl_content_endings[content]);
}

void cl_layout_stamp(uint64_t size, uint64_t ordinal, enum cl_role role,
                     char ret_name[static CL_LAYOUT_NAME])
{
    (void)snprintf(ret_name, CL_LAYOUT_NAME, STAMPS "%" PRIu64 "-%" PRIu64 "%s", size, ordinal,
                   ending_of(stamp_parts, COUNT(stamp_parts), role));
}

const char *cl_layout_beside(const char *name)
{
    return name + strlen(DATA);
}

/* ---- manifests ------------------------------------------------------------------------------- */

enum cl_err cl_layout_list(const uint8_t sha256[static CL_HASH], const char *name,
                           struct cl_buf *to)
{
    char hex[2 * CL_HASH + 1];
    cl_hex_encode(sha256, CL_HASH, hex);
    enum cl_err err = cl_buf_put_str(to, hex);
    if (!err)
        err = cl_buf_put_str(to, "  ");
    if (!err)
        err = cl_buf_put_str(to, name);
    return err ? err : cl_buf_put_str(to, "\n");
}

enum cl_err cl_layout_listed(struct cl_span line, uint8_t ret_sha256[static CL_HASH],
                             char ret_name[static CL_BUNDLE_NAME_MAX + 1])
{
    const struct cl_span hex = {line.data, 2 * CL_HASH};
    const size_t before = 2 * CL_HASH + 2;
    if (line.len <= before || line.len > before + CL_BUNDLE_NAME_MAX ||
        cl_span_hex(hex, ret_sha256, CL_HASH) != CL_OK ||
        memcmp(line.data + 2 * CL_HASH, "  ", 2) != 0 ||
        memchr(line.data + before, '\0', line.len - before))
        return CL_MALFORMED;
    memcpy(ret_name, line.data + before, line.len - before);
    ret_name[line.len - before] = '\0';
    return CL_OK;
}

/* ---- bag-info.txt ---------------------------------------------------------------------------- */

#define AGENT "Bag-Software-Agent: "
#define DATE  "Bagging-Date: "
#define OXUM  "Payload-Oxum: "

enum cl_err cl_bag_info_write(const char *log, int64_t now_ms, uint64_t bytes, uint64_t files,
                              struct cl_buf *to)
{
    char text[512], when[CL_TIME_TEXT];
    cl_time_format(now_ms, when);
    (void)snprintf(text, sizeof text,
                   AGENT "consentlog " CL_VERSION "\n" DATE "%.10s\n" OXUM "%" PRIu64 ".%" PRIu64
                         "\n" CL_BAG_IDENTIFIER "%s %s\n",
                   when, bytes, files, log, when);
    return cl_buf_put_str(to, text);
}

/* "<bytes>.<files>" */
static bool read_oxum(struct cl_span value, struct cl_bag_info *info)
{
    const uint8_t *dot = value.len ? memchr(value.data, '.', value.len) : NULL;
    if (!dot)
        return false;
    const struct cl_span bytes = {value.data, (size_t)(dot - value.data)};
    const struct cl_span files = {dot + 1, value.len - bytes.len - 1};
    return cl_span_decimal(bytes, &info->bytes) == CL_OK &&
           cl_span_decimal(files, &info->files) == CL_OK;
}

enum { SEEN_OXUM = 1, SEEN_AGENT = 2, SEEN_DATE = 4, SEEN_IDENTIFIER = 8 };

/* Which of ours the line is, cut down to its value; 0: none. */
static unsigned take_label(struct cl_span *line, struct cl_bag_info *info)
{
    const struct {
        const char *label;
        unsigned bit;
        struct cl_span *value;
    } labels[] = {{AGENT, SEEN_AGENT, &info->agent},
                  {DATE, SEEN_DATE, &info->date},
                  {CL_BAG_IDENTIFIER, SEEN_IDENTIFIER, &info->identifier},
                  {OXUM, SEEN_OXUM, NULL}};
    for (size_t i = 0; i < COUNT(labels); i++) {
        if (!cl_take_prefix(line, labels[i].label))
            continue;
        if (labels[i].value)
            *labels[i].value = *line;
        return labels[i].bit;
    }
    return 0;
}

enum cl_err cl_bag_info_read(struct cl_span text, struct cl_bag_info *ret_info, size_t *ret_foreign)
{
    unsigned seen = 0;
    struct cl_span line;
    *ret_info = (struct cl_bag_info){0};
    *ret_foreign = 0;
    if (!cl_text_clean(text))
        return CL_MALFORMED;
    while (cl_take_line(&text, &line)) {
        const unsigned label = take_label(&line, ret_info);
        if (seen & label || (label == SEEN_OXUM && !read_oxum(line, ret_info)))
            return CL_MALFORMED;
        seen |= label;
        *ret_foreign += label == 0;
    }
    return text.len == 0 && seen & SEEN_OXUM ? CL_OK : CL_MALFORMED;
}

/* ---- a withheld entry ------------------------------------------------------------------------ */

#define WITHHELD     "{\"withheld\":\""
#define WITHHELD_END "\"}"

void cl_withheld_write(const struct cl_hash *leaf, char ret_line[static CL_WITHHELD_LINE + 1])
{
    char hex[2 * CL_HASH + 1];
    cl_hex_encode(leaf->bytes, CL_HASH, hex);
    (void)snprintf(ret_line, CL_WITHHELD_LINE + 1, WITHHELD "%s" WITHHELD_END, hex);
}

bool cl_withheld_read(struct cl_span line, struct cl_hash *ret_leaf)
{
    if (!cl_take_prefix(&line, WITHHELD) || !cut_suffix(&line, WITHHELD_END))
        return false;
    return line.len == 2 * CL_HASH && cl_span_hex(line, ret_leaf->bytes, CL_HASH) == CL_OK;
}
