/* What a log costs as it grows, and what its commit costs beside a bare one.
 *
 *   bench_log SMALL LARGE SCRATCH ROUNDS
 *
 * SMALL and LARGE are homes of logs that bench_package has made, SCRATCH an empty folder on their
 * file system, with every sync that SQLite asks for; the keyring is in memory, so that only the log
 * is measured. In turns so that both see the same machine: open for reading; open, record one
 * observation, close; a transaction of the store; the same bytes by bare SQLite with the same
 * settings. Prints one line `name microseconds` for each single measurement;
 * tests/bench/log.bench.mjs takes the medians. */
#include "fake_keyring.h"
#include "log/store.h"
#include "sample.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define ENTRY_BYTES   1308 /* nonce, ciphertext of an observation with its padding, tag */
#define SUMMARY_BYTES 1052
#define ROW_BYTES     (CL_TILE_WIDTH * CL_HASH)

static void die(const char *what, int code)
{
    fprintf(stderr, "bench_log: %s: %d\n", what, code);
    exit(EXIT_FAILURE);
}

static double now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* One of the two logs, and the keyring that belongs to it. */
struct place {
    const char *home;
    struct fake_state keyring;
};

static void enter(const struct place *place)
{
    setenv("XDG_DATA_HOME", place->home, 1);
    fake_keyring = place->keyring;
}

static void leave(struct place *place)
{
    place->keyring = fake_keyring;
}

static void find(struct place *place, const char *home)
{
    place->home = home;
    enter_home(home);
    leave(place);
}

/* What was appended is there the next time. */
static void keep(const struct place *place)
{
    enter(place);
    keep_keyring(place->home);
}

static void open_once(const struct place *place, const char *name)
{
    struct cl_log *log = NULL;
    enter(place);
    double start = now_us();
    must(cl_log_open(CL_LOG_READ, &log), "open");
    printf("open-%s %.1f\n", name, now_us() - start);
    cl_log_close(&log);
}

static void append_once(struct place *place, const char *name)
{
    struct cl_log *log = NULL;
    enter(place);
    double start = now_us();
    must(cl_log_open(CL_LOG_APPEND, &log), "open to append");
    record(log, 1);
    cl_log_close(&log);
    printf("append-%s %.1f\n", name, now_us() - start);
    leave(place);
}

/* ---- the commit alone ------------------------------------------------------------------------ */

static uint8_t noise[ROW_BYTES];

static void put_bytes(struct cl_buf *buf, size_t n)
{
    must(cl_buf_put(buf, noise, n), "buffer");
}

static void store_once(struct cl_store *store, uint64_t seq)
{
    cl_cleanup(cl_buf_free) struct cl_buf entry = cl_buf(ENTRY_BYTES);
    cl_cleanup(cl_buf_free) struct cl_buf summary = cl_buf(SUMMARY_BYTES);
    struct cl_tiles tiles = cl_store_tiles(store);
    struct cl_hash leaf = {{(uint8_t)seq}};
    put_bytes(&entry, ENTRY_BYTES);
    put_bytes(&summary, SUMMARY_BYTES);
    double start = now_us();
    must(cl_store_begin(store), "begin");
    must(cl_store_put_entry(store, seq, &entry), "entry");
    must(cl_merkle_append(&tiles, seq, &leaf), "tile");
    must(cl_store_put_summary(store, seq + 1, &summary), "summary");
    must(cl_store_commit(store), "commit");
    printf("commit-ours %.1f\n", now_us() - start);
}

static void sql(sqlite3 *db, const char *text)
{
    int rc = sqlite3_exec(db, text, NULL, NULL, NULL);
    if (rc != SQLITE_OK)
        die(sqlite3_errmsg(db), rc);
}

static sqlite3 *bare_open(const char *dir)
{
    char path[600];
    sqlite3 *db = NULL;
    snprintf(path, sizeof path, "%s/bare.sqlite", dir);
    int rc = sqlite3_open(path, &db);
    if (rc != SQLITE_OK)
        die(path, rc);
    sql(db, "PRAGMA journal_mode=DELETE; PRAGMA synchronous=EXTRA;"
            "CREATE TABLE entry(seq INTEGER PRIMARY KEY, sealed BLOB) STRICT;"
            "CREATE TABLE tile(id INTEGER PRIMARY KEY, hashes BLOB) STRICT;"
            "CREATE TABLE summary(id INTEGER PRIMARY KEY, sealed BLOB) STRICT;");
    return db;
}

static void bind_and_step(sqlite3 *db, const char *text, sqlite3_int64 id, int bytes)
{
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(db, text, -1, &stmt, NULL) || sqlite3_bind_int64(stmt, 1, id) ||
        sqlite3_bind_blob(stmt, 2, noise, bytes, SQLITE_STATIC) ||
        sqlite3_step(stmt) != SQLITE_DONE)
        die(sqlite3_errmsg(db), sqlite3_errcode(db));
    sqlite3_finalize(stmt);
}

/* The same rows: an entry, a tile that is one hash longer, one summary. */
static void bare_once(sqlite3 *db, uint64_t seq)
{
    uint64_t tile = seq / CL_TILE_WIDTH;
    int tile_bytes = (int)(seq % CL_TILE_WIDTH + 1) * CL_HASH;
    double start = now_us();
    sql(db, "BEGIN IMMEDIATE");
    bind_and_step(db, "INSERT INTO entry VALUES(?, ?)", (sqlite3_int64)seq, ENTRY_BYTES);
    bind_and_step(db, "INSERT OR REPLACE INTO tile VALUES(?, ?)", (sqlite3_int64)tile, tile_bytes);
    bind_and_step(db, "INSERT OR REPLACE INTO summary VALUES(?, ?)", 1, SUMMARY_BYTES);
    sql(db, "COMMIT");
    printf("commit-bare %.1f\n", now_us() - start);
}

static void commits(const char *dir, unsigned rounds)
{
    char path[600];
    struct cl_store *store = NULL;
    snprintf(path, sizeof path, "%s/store.sqlite", dir);
    must(cl_store_open(path, true, true, &store), "store");
    sqlite3 *bare = bare_open(dir);
    for (unsigned i = 0; i < rounds; i++) {
        store_once(store, i);
        bare_once(bare, i);
    }
    cl_store_close(&store);
    sqlite3_close(bare);
}

int main(int argc, char **argv)
{
    static struct place small, large;
    if (argc != 5) {
        fputs("usage: bench_log SMALL LARGE SCRATCH ROUNDS\n", stderr);
        return 2;
    }
    unsigned rounds = (unsigned)strtoul(argv[4], NULL, 10);
    find(&small, argv[1]);
    find(&large, argv[2]);
    sync();
    syncs = true;
    commits(argv[3], rounds);
    for (unsigned i = 0; i < rounds; i++) {
        open_once(&small, "small");
        open_once(&large, "large");
        append_once(&small, "small");
        append_once(&large, "large");
    }
    keep(&small);
    keep(&large);
    return 0;
}
