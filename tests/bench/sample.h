/* Logs to measure: observations like a browser's, as many as wanted, with a keyring in memory. */
#ifndef BENCH_SAMPLE_H
#define BENCH_SAMPLE_H

#include "log/log.h"

/* End the program with that, if it is an error. */
void must(enum cl_err err, const char *what);

/* Append `count` observations that were asked for, at most CL_BATCH_MAX. */
void record(struct cl_log *log, size_t count);

/* Make a log of at least `size` entries below the folder `home`, which must not exist. Sets
 * XDG_DATA_HOME. */
void make_log(const char *home, uint64_t size);

/* The keyring of the log below `home` into the file HOME/keyring, and from there into memory, with
 * XDG_DATA_HOME set. They end the program if they fail. */
void keep_keyring(const char *home);
void enter_home(const char *home);

/* False, as it is at first: fsync(2) and fdatasync(2) do nothing in this program. Making a large
 * log would take minutes if every batch were synced. */
extern bool syncs;

#endif
