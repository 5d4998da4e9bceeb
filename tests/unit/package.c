#include "package.h"

#include "base/encoding.h"
#include "base/limits.h"
#include "entry/entry.h"

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

/* Entry 5 brings a picture along. */
static const char picture[] = "not really a picture\n";

static void picture_hash(char ret_hex[static 2 * CL_HASH + 1])
{
    uint8_t hash[CL_HASH];
    must(cl_sha256(picture, strlen(picture), hash));
    cl_hex_encode(hash, CL_HASH, ret_hex);
}

static void write_attachments(struct cl_json_writer *w, uint64_t seq)
{
    char hex[2 * CL_HASH + 1];
    picture_hash(hex);
    cl_json_array(w, "attachments");
    if (seq == 5) {
        cl_json_object(w, NULL);
        cl_json_str(w, "name", "picture");
        cl_json_str(w, "media_type", "image/png");
        cl_json_int(w, "size", (int64_t)strlen(picture));
        cl_json_str(w, "sha256", hex);
        cl_json_object_end(w);
    }
    cl_json_array_end(w);
}

static void write_entry(struct package_log *log, uint64_t seq)
{
    const int64_t day = 86400000;
    struct cl_entry_head head = {.seq = seq,
                                 .kind = seq ? CL_KIND_OBSERVATION : CL_KIND_GENESIS,
                                 .clock = {.time_ms = 1780000000000 + (int64_t)seq * day,
                                           .synchronized = CL_TRUE,
                                           .boot_id = "0f0e0d0c-0b0a-4908-8706-050403020100",
                                           .uptime_ms = 1000 + (int64_t)seq * day}};
    memset(head.salt, (int)seq, sizeof head.salt);
    log->entries[seq] = cl_buf(CL_ENTRY_MAX);
    struct cl_json_writer w = cl_json_writer(&log->entries[seq]);
    cl_entry_begin(&w, &head);
    if (seq == 0) {
        struct cl_genesis genesis = {.host = "0.1.0", .provider = "gnome-keyring"};
        memcpy(genesis.public_key, log->public_key, CL_PUBLIC);
        cl_genesis_write(&w, &genesis);
    } else {
        cl_json_str(&w, "state", seq >= log->fork ? "unknown" : seq % 2 ? "off" : "on");
        write_attachments(&w, seq);
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
    static char name[128];
    char hex[2 * CL_HASH + 1];
    picture_hash(hex);
    (void)snprintf(name, sizeof name, "data/attachments/%s.png", hex);
    return (struct cl_export_file){name, {(const uint8_t *)picture, strlen(picture)}};
}

void package_export(const struct cl_export_source *source, struct cl_export_options options,
                    struct cl_buf *to)
{
    char folder[] = "/tmp/consentlog-test-XXXXXX", path[64];
    uint8_t piece[4096];
    size_t n;
    struct cl_exported done;
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
