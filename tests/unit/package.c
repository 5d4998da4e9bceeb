#include "package.h"

#include "base/encoding.h"
#include "base/limits.h"
#include "entry/entry.h"
#include "package/layout.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void must(enum cl_err err)
{
    if (err == CL_OK)
        return;
    (void)fprintf(stderr, "package: %s\n", cl_err_code(err));
    abort();
}

static enum cl_err get(void *context, unsigned level, uint64_t index, unsigned from, unsigned count,
                       struct cl_hash *ret_hashes)
{
    const struct package_log *log = context;
    memcpy(ret_hashes, &log->hashes[level][index * CL_TILE_WIDTH + from],
           count * sizeof *ret_hashes);
    return CL_OK;
}

static enum cl_err put(void *context, unsigned level, uint64_t index, unsigned width,
                       const struct cl_hash *hash)
{
    struct package_log *log = context;
    log->hashes[level][index * CL_TILE_WIDTH + width] = *hash;
    return CL_OK;
}

static struct cl_tiles tiles(struct package_log *log)
{
    return (struct cl_tiles){.context = log, .get = get, .put = put};
}

/* Entry 5 brings a picture along: four grey pixels. */
static const uint8_t picture[] = {
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44,
    0x52, 0x00, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00, 0x02, 0x08, 0x00, 0x00, 0x00, 0x00, 0x57,
    0xdd, 0x52, 0xf8, 0x00, 0x00, 0x00, 0x0e, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63, 0x10,
    0x50, 0x60, 0x30, 0x70, 0x00, 0x00, 0x01, 0x76, 0x00, 0xa1, 0xec, 0x30, 0x8a, 0xf4, 0x00,
    0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82};
static const struct cl_span picture_bytes = {picture, sizeof picture};

/* A day after the one before: off where seq is odd, else on; after a fork, not to be read. */
static struct cl_observation look(const struct package_log *log, uint64_t seq, int64_t now_ms)
{
    const bool on = seq % 2 == 0, fork = seq >= log->fork;
    struct cl_observation obs = {
        .state = fork ? CL_STATE_UNKNOWN
                 : on ? CL_STATE_ON
                      : CL_STATE_OFF,
        .reason = fork ? 0 : -1,
        .observed_at = now_ms - 20,
        .trusted = CL_NULL,
        .account = {.premium = CL_FALSE},
        .page = {.url = "https://www.linkedin.com/mypreferences/d/settings/data-for-ai-improvement",
                 .language = "en",
                 .title = "Data for Generative AI Improvement",
                 .loaded_at = now_ms - 1000,
                 .server_date = now_ms - 1500,
                 .corroboration = -1},
        .has_control = !fork,
        .control = {.key = "allowDataForAi",
                    .label = "Use my data for training content creation AI models",
                    .checked = on ? CL_TRUE : CL_FALSE,
                    .aria_checked = on,
                    .aria_pressed = -1},
        .candidates = 1,
        .client = {.version = "156.0", .extension = "0.1.0"}};
    (void)snprintf(obs.reading, sizeof obs.reading, "%08" PRIx32 "112233445566778899aabbcc",
                   (uint32_t)seq);
    if (seq == 5)
        must(cl_attachments_add(&obs.attachments, "picture", CL_MEDIA_PICTURE, picture_bytes));
    return obs;
}

static void write_observation(struct package_log *log, struct cl_json_writer *w, uint64_t seq,
                              int64_t now_ms)
{
    const struct cl_observation obs = look(log, seq, now_ms);
    struct cl_account after;
    struct cl_meaning meaning;
    must(cl_observation_interpret(&obs, seq > 1 ? &log->account : NULL, now_ms, seq, &meaning,
                                  &after));
    log->account = after;
    cl_observation_write(w, &obs, &meaning, "3f2a99887766554433221100aabbccdd");
}

static void write_entry(struct package_log *log, uint64_t seq)
{
    const int64_t day = 86400000;
    uint8_t salt[CL_HASH];
    struct cl_entry_head head = {.seq = seq,
                                 .kind = seq ? CL_KIND_OBSERVATION : CL_KIND_GENESIS,
                                 .clock = {.time_ms = 1780000000000 + (int64_t)seq * day,
                                           .synchronized = CL_TRUE,
                                           .boot_id = "0f0e0d0c-0b0a-4908-8706-050403020100",
                                           .uptime_ms = 1000 + (int64_t)seq * day}};
    must(cl_sha256(&seq, sizeof seq, salt));
    memcpy(head.salt, salt, sizeof head.salt);
    log->entries[seq] = cl_buf(CL_ENTRY_MAX);
    struct cl_json_writer w = cl_json_writer(&log->entries[seq]);
    cl_entry_begin(&w, &head);
    if (seq == 0) {
        struct cl_genesis genesis = {.host = "0.1.0", .provider = "gnome-keyring"};
        memcpy(genesis.public_key, log->public_key, CL_PUBLIC);
        cl_genesis_write(&w, &genesis);
    } else {
        write_observation(log, &w, seq, head.clock.time_ms);
    }
    must(cl_entry_end(&w));
}

static void begin(struct package_log *log, uint64_t fork)
{
    *log = (struct package_log){.fork = fork};
    memset(log->seed, 7, sizeof log->seed);
    must(cl_sign_public(log->seed, log->public_key));
}

static void grow(struct package_log *log)
{
    const struct cl_tiles t = tiles(log);
    const struct cl_buf *entry = &log->entries[log->size];
    struct cl_hash leaf;
    must(cl_merkle_leaf(entry->data, entry->len, &leaf));
    must(cl_merkle_append(&t, log->size++, &leaf));
}

static void end(struct package_log *log)
{
    const struct cl_tiles t = tiles(log);
    must(cl_sha256(log->entries[0].data, log->entries[0].len, log->log_id));
    must(cl_merkle_root(&t, log->size, &log->root));
}

void package_log_make(struct package_log *log, uint64_t size, uint64_t fork)
{
    begin(log, fork);
    while (log->size < size) {
        write_entry(log, log->size);
        grow(log);
    }
    end(log);
}

void package_log_lines(struct package_log *log, const struct cl_buf *lines)
{
    struct cl_span rest = {lines->data, lines->len}, line;
    begin(log, UINT64_MAX);
    write_entry(log, 0);
    grow(log);
    while (cl_take_line(&rest, &line) && log->size < PACKAGE_MAX) {
        log->entries[log->size] = cl_buf(CL_ENTRY_MAX);
        must(cl_buf_put(&log->entries[log->size], line.data, line.len));
        grow(log);
    }
    end(log);
}

void package_log_free(struct package_log *log)
{
    for (uint64_t i = 0; i < log->size; i++)
        cl_buf_free(&log->entries[i]);
}

static enum cl_err entry(void *context, uint64_t seq, struct cl_buf *to, struct cl_hash *ret_leaf)
{
    const struct package_log *log = context;
    const struct cl_buf *bytes = &log->entries[seq];
    enum cl_err err = ret_leaf ? cl_merkle_leaf(bytes->data, bytes->len, ret_leaf) : CL_OK;
    return err ? err : cl_buf_put(to, bytes->data, bytes->len);
}

struct cl_export_source package_source(struct package_log *log)
{
    return (struct cl_export_source){.context = log,
                                     .size = log->size,
                                     .root = log->root,
                                     .log_id = log->log_id,
                                     .public_key = log->public_key,
                                     .seed = log->seed,
                                     .tiles = tiles(log),
                                     .entry = entry};
}

static struct cl_export_file picture_file(void)
{
    static char name[CL_LAYOUT_NAME];
    uint8_t hash[CL_HASH];
    must(cl_sha256(picture, sizeof picture, hash));
    cl_layout_attachment(hash, CL_ROLE_PICTURE, name);
    return (struct cl_export_file){name, picture_bytes};
}

void package_export(const struct cl_export_source *source, struct cl_export_options options,
                    struct cl_buf *to)
{
    const bool memory = access("/dev/shm", W_OK) == 0; /* where nothing waits for a disk */
    char folder[64], path[96];
    uint8_t piece[4096];
    size_t n;
    struct cl_exported done;
    (void)snprintf(folder, sizeof folder, "%s/consentlog-test-XXXXXX",
                   memory ? "/dev/shm" : "/tmp");
    if (!mkdtemp(folder))
        abort();
    (void)snprintf(path, sizeof path, "%s/package.zip", folder);
    options.path = path;
    options.now_ms = options.now_ms ? options.now_ms : PACKAGE_NOW;
    must(cl_export(source, &options, &done));
    FILE *f = fopen(path, "rb");
    if (!f)
        abort();
    while ((n = fread(piece, 1, sizeof piece, f)) > 0)
        must(cl_buf_put(to, piece, n));
    (void)fclose(f);
    (void)unlink(path);
    (void)rmdir(folder);
}

void package_make(struct package_log *log,
                  bool (*withhold)(void *, uint64_t, const struct cl_buf *),
                  const struct cl_export_file *files, size_t file_count, struct cl_buf *to)
{
    const struct cl_export_source source = package_source(log);
    const struct cl_export_file with_picture = picture_file();
    if (!files && log->size > 5) {
        files = &with_picture;
        file_count = 1;
    }
    package_export(
        &source,
        (struct cl_export_options){.withhold = withhold, .files = files, .file_count = file_count},
        to);
}
