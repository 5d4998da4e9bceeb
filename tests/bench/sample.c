#include "sample.h"

#include "base/clock.h"
#include "base/limits.h"
#include "fake_keyring.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static unsigned readings;

bool syncs;

/* These stand before the C library's for SQLite too. */
int fsync(int fd)
{
    return syncs ? (int)syscall(SYS_fsync, fd) : 0;
}

int fdatasync(int fd)
{
    return syncs ? (int)syscall(SYS_fdatasync, fd) : 0;
}

void must(enum cl_err err, const char *what)
{
    if (err == CL_OK)
        return;
    (void)fprintf(stderr, "%s: %s\n", what, cl_err_code(err));
    exit(EXIT_FAILURE);
}

static struct cl_observation sample(int64_t now_ms)
{
    struct cl_observation obs = {
        .state = CL_STATE_ON,
        .reason = -1,
        .observed_at = now_ms - 20,
        .trusted = CL_NULL,
        .asked = true,
        .account = {.id = "12345", .premium = CL_TRUE},
        .page = {.url = "https://www.linkedin.com/mypreferences/d/settings/data-for-ai-improvement",
                 .language = "en",
                 .title = "Data for Generative AI Improvement",
                 .loaded_at = now_ms - 3000,
                 .server_date = -1,
                 .corroboration = -1},
        .has_control = true,
        .control = {.label = "Use my data for training content creation AI models",
                    .checked = CL_TRUE,
                    .aria_checked = -1,
                    .aria_pressed = -1},
        .candidates = 1,
        .client = {.version = "156.0", .extension = CL_VERSION},
    };
    (void)snprintf(obs.reading, sizeof obs.reading, "%032x", ++readings);
    return obs;
}

void record(struct cl_log *log, size_t count)
{
    static struct cl_observation batch[CL_BATCH_MAX];
    static struct cl_recorded recorded[CL_BATCH_MAX];
    struct cl_clock now;
    must(cl_clock_now(&now), "clock");
    for (size_t i = 0; i < count; i++)
        batch[i] = sample(now.time_ms);
    must(cl_log_record(log, batch, count, recorded), "record");
}

void make_log(const char *home, uint64_t size)
{
    struct cl_log *log = NULL;
    if (mkdir(home, 0700) || setenv("XDG_DATA_HOME", home, 1)) {
        perror(home);
        exit(EXIT_FAILURE);
    }
    fake_keyring_reset();
    must(cl_log_open(CL_LOG_APPEND, &log), "make");
    while (cl_log_size(log) < size) {
        uint64_t left = size - cl_log_size(log);
        record(log, left < CL_BATCH_MAX ? (size_t)left : CL_BATCH_MAX);
    }
    cl_log_close(&log);
}

static FILE *open_keyring(const char *home, const char *mode)
{
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/keyring", home);
    FILE *file = fopen(path, mode);
    if (file)
        return file;
    perror(path);
    exit(EXIT_FAILURE);
}

void keep_keyring(const char *home)
{
    FILE *file = open_keyring(home, "wb");
    bool good = fwrite(&fake_keyring, sizeof fake_keyring, 1, file) == 1;
    if (fclose(file) || !good)
        must(CL_IO, "keyring");
}

void enter_home(const char *home)
{
    FILE *file = open_keyring(home, "rb");
    bool good = fread(&fake_keyring, sizeof fake_keyring, 1, file) == 1;
    (void)fclose(file);
    if (!good || setenv("XDG_DATA_HOME", home, 1))
        must(CL_IO, "keyring");
}
