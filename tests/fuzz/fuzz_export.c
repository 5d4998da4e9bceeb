/* From entries of every kind, chosen byte by byte, and lines that nobody knows, to a package; and
 * the package back. What was exported verifies, whatever is withheld, lost or cannot be had, and
 * what was made of the entries is what the verifier makes of them.
 *
 * The package lies in memory (/dev/shm), where that is. */
#include "base/limits.h"
#include "cursor.h"
#include "entry/exhibit.h"
#include "package.h"
#include "report/report.h"
#include "report/verification.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define RECORDS_AT_MOST 60u
#define KEPT            256
#define LINES_MAX       (8u * 1024 * 1024)
#define START_MS        1780000000000
#define HOUR_MS         3600000
#define PSEUDONYMS      3u

static const char *const pseudonyms[PSEUDONYMS] = {"3f2a99887766554433221100aabbccdd",
                                                   "3f2a00000000000000000000aabbccdd",
                                                   "ffffffffffffffffffffffffffffffff"};

/* One log while it is made, and what its source says of it. */
struct making {
    struct cursor c;
    struct cl_buf lines, line;
    uint64_t seq;
    int64_t now_ms;
    bool odd; /* something in it is not as we write it, so that a check may fail */
    struct cl_account accounts[PSEUDONYMS];
    char *strings[KEPT]; /* borrowed by nothing that outlives the input */
    size_t string_count;
    struct kept {
        uint8_t sha256[CL_HASH];
        struct cl_span bytes;
        bool gone;
    } kept[KEPT];
    size_t kept_count;
    uint64_t withheld, lost; /* one bit an entry */
    struct package_log *log;
    struct cl_export_source source;
};

/* ---- choices --------------------------------------------------------------------------------- */

static const char *take_text(struct making *m, const char *instead)
{
    const uint8_t *bytes;
    const size_t n = take_bytes(&m->c, &bytes);
    if (n == 0 || m->string_count == KEPT || !cl_text_visible((struct cl_span){bytes, n}))
        return instead;
    char *text = strndup((const char *)bytes, n);
    always(text != NULL);
    m->strings[m->string_count++] = text;
    return text;
}

static struct cl_span take_file(struct making *m)
{
    struct cl_span bytes = {NULL, 0};
    bytes.len = take_bytes(&m->c, &bytes.data);
    if (bytes.len == 0)
        bytes = (struct cl_span){(const uint8_t *)"x", 1};
    if (m->kept_count < KEPT) {
        struct kept *kept = &m->kept[m->kept_count++];
        always(cl_sha256(bytes.data, bytes.len, kept->sha256) == CL_OK);
        kept->bytes = bytes;
        kept->gone = take_below(&m->c, 16) == 15;
    }
    return bytes;
}

/* ---- entries --------------------------------------------------------------------------------- */

static struct cl_json_writer begin_entry(struct making *m, enum cl_kind kind)
{
    struct cl_entry_head head = {.seq = m->seq,
                                 .kind = kind,
                                 .clock = {.time_ms = m->now_ms,
                                           .synchronized = CL_TRUE,
                                           .boot_id = "0f0e0d0c-0b0a-4908-8706-050403020100",
                                           .uptime_ms = m->now_ms - START_MS}};
    cl_buf_clear(&m->line);
    struct cl_json_writer w = cl_json_writer(&m->line);
    cl_entry_begin(&w, &head);
    return w;
}

static void put_line(struct making *m, const void *bytes, size_t n)
{
    always(cl_buf_put(&m->lines, bytes, n) == CL_OK);
    always(cl_buf_put(&m->lines, "\n", 1) == CL_OK);
    m->seq++;
}

static void end_entry(struct making *m, struct cl_json_writer *w)
{
    if (cl_entry_end(w) == CL_OK)
        put_line(m, m->line.data, m->line.len);
}

static void add_observation(struct making *m)
{
    const enum cl_state state = (enum cl_state)take_below(&m->c, 4);
    const bool unknown = state == CL_STATE_UNKNOWN,
               control = state == CL_STATE_ON || state == CL_STATE_OFF;
    const uint32_t who = take_below(&m->c, PSEUDONYMS);
    struct cl_observation obs = {
        .state = state,
        .reason = unknown ? (int)take_below(&m->c, 8) : -1,
        .observed_at = m->now_ms - 20,
        .pending = control && take_below(&m->c, 4) == 3,
        .trusted = CL_NULL,
        .account = {.premium = CL_FALSE},
        .page = {.url = "https://www.linkedin.com/mypreferences/d/settings/data-for-ai-improvement",
                 .language = "en",
                 .title = take_text(m, "Data for Generative AI Improvement"),
                 .loaded_at = m->now_ms - 1000,
                 .server_date = m->now_ms - 1500,
                 .corroboration = -1},
        .has_control = control,
        .control = {.key = "allowDataForAi",
                    .label = take_text(m, "Use my data for training content creation AI models"),
                    .checked = state == CL_STATE_ON ? CL_TRUE : CL_FALSE,
                    .aria_checked = state == CL_STATE_ON,
                    .aria_pressed = -1},
        .candidates = control,
        .client = {.version = "156.0", .extension = "0.1.0"}};
    struct cl_account after, *account = &m->accounts[who];
    struct cl_meaning meaning;
    if (obs.pending)
        obs.trusted = take_below(&m->c, 2) ? CL_TRUE : CL_FALSE;
    (void)snprintf(obs.reading, sizeof obs.reading, "%08x112233445566778899aabbcc",
                   (unsigned)m->seq);
    if (take_below(&m->c, 8) == 7) {
        always(cl_attachments_add(&obs.attachments, "picture", CL_MEDIA_PICTURE, take_file(m)) ==
               CL_OK);
        m->odd = true; /* whatever it is, it is no picture */
    }
    always(cl_observation_interpret(&obs, account->pseudonym[0] ? account : NULL, m->now_ms, m->seq,
                                    &meaning, &after) == CL_OK);
    *account = after;
    (void)snprintf(account->pseudonym, sizeof account->pseudonym, "%s", pseudonyms[who]);
    struct cl_json_writer w = begin_entry(m, CL_KIND_OBSERVATION);
    cl_observation_write(&w, &obs, &meaning, pseudonyms[who]);
    end_entry(m, &w);
}

static void add_document(struct making *m)
{
    struct cl_document doc = {.which = (int)take_below(&m->c, CL_DOCUMENTS),
                              .url = "https://www.linkedin.com/legal/privacy-policy",
                              .title = take_text(m, NULL),
                              .language = "en",
                              .effective = take_below(&m->c, 2) ? "2026-11-21" : NULL,
                              .effective_text = take_text(m, NULL),
                              .observed_at = m->now_ms - 20,
                              .client = {.version = "156.0", .extension = "0.1.0"}};
    (void)snprintf(doc.reading, sizeof doc.reading, "%08x112233445566778899aabbdd",
                   (unsigned)m->seq);
    const struct cl_span text = take_file(m);
    m->odd |= !cl_text_clean(text);
    always(cl_attachments_add(&doc.attachments, "text", CL_MEDIA_TEXT, text) == CL_OK);
    struct cl_json_writer w = begin_entry(m, CL_KIND_DOCUMENT);
    cl_document_write(&w, &doc, (enum cl_change)take_below(&m->c, 3));
    end_entry(m, &w);
}

static void add_exhibit(struct making *m)
{
    struct cl_exhibit exhibit = {.file = take_text(m, "mail.eml"), .note = take_text(m, NULL)};
    struct cl_mail mail = {0};
    if (!cl_exhibit_is_file(exhibit.file))
        exhibit.file = "mail.eml";
    if (exhibit.note && !cl_exhibit_is_note(exhibit.note))
        exhibit.note = NULL;
    if (cl_exhibit_describe(take_file(m), &mail, &exhibit))
        return;
    struct cl_json_writer w = begin_entry(m, CL_KIND_EXHIBIT);
    cl_exhibit_write(&w, &exhibit);
    end_entry(m, &w);
}

static void add_token(struct making *m)
{
    static const char *const names[] = {"checkpoint", "query", "reply", "chain"};
    struct cl_token token = {.size = 1 + take_below(&m->c, (uint32_t)m->seq),
                             .tsa = take_text(m, "CN=x"),
                             .gen_time = m->now_ms - 1000 * (int64_t)take_byte(&m->c),
                             .authority = "http://time.example/tsr"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        always(cl_attachments_add(&token.attachments, names[i], "application/octet-stream",
                                  take_file(m)) == CL_OK);
    struct cl_json_writer w = begin_entry(m, CL_KIND_TIMESTAMP);
    cl_token_write(&w, &token);
    end_entry(m, &w);
    m->odd = true; /* no authority has signed that */
}

static void add_discontinuity(struct making *m)
{
    struct cl_discontinuity d = {.found = CL_LOG_CHANGED,
                                 .head_size = take_byte(&m->c),
                                 .log_size = take_byte(&m->c),
                                 .damaged_count = take_below(&m->c, 4)};
    for (unsigned i = 0; i < d.damaged_count; i++) {
        d.damaged[i].first = 10u * i + 1;
        d.damaged[i].last = 10u * i + 1 + take_below(&m->c, 8);
    }
    struct cl_json_writer w = begin_entry(m, CL_KIND_DISCONTINUITY);
    cl_discontinuity_write(&w, &d);
    end_entry(m, &w);
}

/* A line that is none, or of a later version. */
static void add_line(struct making *m)
{
    const uint8_t *bytes;
    const size_t n = take_bytes(&m->c, &bytes);
    m->odd = true;
    if (n > 0 && !memchr(bytes, '\n', n))
        put_line(m, bytes, n);
}

static void add_record(struct making *m)
{
    static void (*const kinds[])(struct making *) = {
        add_observation, add_observation, add_observation, add_document,
        add_exhibit,     add_token,       add_line,        add_discontinuity};
    m->now_ms += HOUR_MS * (int64_t)take_byte(&m->c);
    kinds[take_below(&m->c, sizeof kinds / sizeof *kinds)](m);
}

/* ---- out and in again ------------------------------------------------------------------------ */

static enum cl_err entry_of(void *context, uint64_t seq, struct cl_buf *to,
                            struct cl_hash *ret_leaf)
{
    const struct making *m = context;
    if (m->lost >> seq % 64 & 1 && seq > 0 && seq < 64)
        return CL_LOG_CHANGED;
    return m->source.entry(m->source.context, seq, to, ret_leaf);
}

static enum cl_err attachment_of(void *context, const uint8_t sha256[static CL_HASH],
                                 struct cl_buf *to)
{
    const struct making *m = context;
    for (size_t i = 0; i < m->kept_count; i++)
        if (!m->kept[i].gone && memcmp(m->kept[i].sha256, sha256, CL_HASH) == 0)
            return cl_buf_put(to, m->kept[i].bytes.data, m->kept[i].bytes.len);
    return CL_ABSENT;
}

static enum cl_err part_of(void *context, const uint8_t sha256[static CL_HASH], uint64_t size,
                           uint64_t part, struct cl_buf *to)
{
    always(part == 0 && size <= UINT8_MAX);
    return attachment_of(context, sha256, to);
}

static bool withhold(void *context, uint64_t seq, const struct cl_buf *entry)
{
    const struct making *m = context;
    (void)entry;
    return seq < 64 && m->withheld >> seq & 1;
}

static void on_check(void *context, const struct cl_check *check)
{
    (void)context;
    if (check->result == CL_CHECK_FAILED && getenv("FUZZ_TELL"))
        (void)fprintf(stderr, "%s %s: %s\n", check->name, check->file, check->what);
}

static void read_again(const struct making *m, const char *path, uint8_t how)
{
    cl_cleanup(cl_verification_free) struct cl_verification told = {0};
    cl_cleanup(cl_buf_free) struct cl_buf page = cl_buf(CL_REPORT_MAX);
    const struct cl_verify_options options = {.block = how % 3 ? how * 11u : 0,
                                              .on_check = on_check};
    struct cl_source source;
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    always(fd >= 0 && cl_source_file(fd, &source) == CL_OK);
    always(cl_verification_run(&source, &options, &told) == CL_OK);
    always(told.verified.good || m->odd);
    always(told.misleading == 0);
    if (told.verified.good)
        always(cl_verification_report(&told, (enum cl_language)(how % CL_LANGUAGES), &page) ==
               CL_OK);
    close(fd);
}

static void carry_over(struct making *m, uint8_t how)
{
    static char folder[64], path[96];
    struct cl_exported done;
    if (!*folder) {
        const bool memory = access("/dev/shm", W_OK) == 0;
        (void)snprintf(folder, sizeof folder, "%s/fuzz-export-XXXXXX",
                       memory ? "/dev/shm" : "/tmp");
        always(mkdtemp(folder) != NULL);
        (void)snprintf(path, sizeof path, "%s/p.zip", folder);
    }
    m->source = package_source(m->log);
    struct cl_export_source source = m->source;
    source.context = m;
    source.entry = entry_of;
    source.attachment = how & 1 ? NULL : attachment_of;
    source.part = how & 1 ? NULL : part_of;
    const struct cl_export_options options = {.path = path,
                                              .now_ms = m->now_ms + HOUR_MS,
                                              .withhold = withhold,
                                              .context = m,
                                              .no_pictures = how & 2,
                                              .no_documents = how & 4,
                                              .no_exhibits = how & 8,
                                              .derive = !(how & 16),
                                              .language = (enum cl_language)(how % CL_LANGUAGES),
                                              .owner = how & 32 ? take_text(m, NULL) : NULL};
    always(cl_export(&source, &options, &done) == CL_OK);
    always(done.entries == m->log->size);
    read_again(m, path, how);
    always(unlink(path) == 0);
    (void)rmdir(folder);
    *folder = '\0';
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct making *m = calloc(1, sizeof *m);
    always(m != NULL);
    m->log = calloc(1, sizeof *m->log);
    always(m->log != NULL);
    m->c = (struct cursor){data, size};
    m->lines = cl_buf(LINES_MAX);
    m->line = cl_buf(CL_ENTRY_MAX);
    m->seq = 1;
    m->now_ms = START_MS;
    const uint8_t how = take_byte(&m->c);
    for (unsigned i = 0; i < 2; i++) {
        m->withheld |= (uint64_t)take_byte(&m->c) << 8 * take_below(&m->c, 8);
        m->lost |= (uint64_t)take_byte(&m->c) << 8 * take_below(&m->c, 8);
    }
    for (unsigned i = 0; i < RECORDS_AT_MOST && m->c.left; i++)
        add_record(m);
    package_log_lines(m->log, &m->lines);
    carry_over(m, how);
    package_log_free(m->log);
    for (size_t i = 0; i < m->string_count; i++)
        free(m->strings[i]);
    cl_buf_free(&m->lines);
    cl_buf_free(&m->line);
    free(m->log);
    free(m);
    return 0;
}
