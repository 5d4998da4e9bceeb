/* status: what the setting is now, and whether the log is well. */
#include "cli.h"
#include "log.h"
#include "rows.h"
#include "store.h"
#include "terminal.h"

#include <stdio.h>
#include <string.h>

struct state {
    enum cl_err log_err; /* of opening the log */
    enum cl_err
        keyring_err; /* of the keyring, also when there is no log yet: could one be begun? */
    struct cl_log *log;
    const struct cl_account *accounts;
    size_t count;
    struct cl_buf path;
};

static bool is_keyring_err(enum cl_err err)
{
    return err >= CL_NO_BUS && err <= CL_KEYRING_FAILED;
}

/* Would a log find its place in the keyring? */
static enum cl_err ask_keyring(const char *store)
{
    cl_cleanup(cl_keyring_close) struct cl_keyring *keyring = NULL;
    cl_cleanup(cl_key_free) struct cl_key *key = NULL;
    struct cl_head head;
    enum cl_err err = cl_keyring_open(&keyring);
    if (err == CL_OK)
        err = cl_keyring_load(keyring, NULL, store, &key, &head);
    return err == CL_KEY_MISSING ? CL_OK : err;
}

static void look(struct state *state)
{
    state->log_err = cl_store_path(&state->path);
    if (state->log_err == CL_OK)
        state->log_err = cl_log_open(CL_LOG_READ, &state->log);
    if (state->log_err == CL_OK)
        state->log_err = cl_log_accounts(state->log, &state->accounts, &state->count);
    if (state->log_err != CL_OK)
        cl_log_close(&state->log);
    if (state->log_err == CL_LOG_ABSENT)
        state->keyring_err = ask_keyring((const char *)state->path.data);
    else if (is_keyring_err(state->log_err))
        state->keyring_err = state->log_err;
}

/* ---- --json: the result of the protocol's `status` --------------------------------------- */

static void write_account(struct cl_json_writer *w, const struct cl_account *a)
{
    cl_json_object(w, NULL);
    cl_json_str(w, "pseudonym", a->pseudonym[0] ? a->pseudonym : NULL);
    cl_json_tri(w, "premium", a->premium);
    cl_json_str(w, "state", a->settled ? cl_state_names[a->state] : NULL);
    cl_json_time(w, "since", a->settled ? a->since : -1);
    cl_json_time(w, "last_seen", a->last_seen);
    cl_json_str(w, "last_state", a->last_state < 0 ? NULL : cl_state_names[a->last_state]);
    cl_json_str(w, "last_reason", a->last_reason < 0 ? NULL : cl_reason_names[a->last_reason]);
    cl_json_int(w, "last_seq", (int64_t)a->last_seq);
    if (!a->pending) {
        cl_json_str(w, "pending", NULL);
    } else {
        cl_json_object(w, "pending");
        cl_json_str(w, "state", cl_state_names[a->pending_state]);
        cl_json_time(w, "at", a->pending_at);
        cl_json_bool(w, "trusted", a->pending_trusted);
        cl_json_object_end(w);
    }
    cl_json_object_end(w);
}

static void write_log(struct cl_json_writer *w, const struct cl_log *log)
{
    if (!log) {
        cl_json_str(w, "log_id", NULL);
        cl_json_str(w, "key_id", NULL);
        cl_json_int(w, "size", 0);
        cl_json_str(w, "root", NULL);
        cl_json_str(w, "provider", NULL);
        return;
    }
    cl_json_hex(w, "log_id", cl_log_id(log), CL_HASH);
    cl_json_str(w, "key_id", cl_log_key(log)->id);
    cl_json_int(w, "size", (int64_t)cl_log_size(log));
    cl_json_hex(w, "root", cl_log_root(log)->bytes, CL_HASH);
    cl_json_str(w, "provider", cl_log_provider(log));
}

static int print_json(const struct state *state)
{
    enum cl_err err = state->keyring_err ? state->keyring_err : state->log_err;
    cl_cleanup(cl_buf_free) struct cl_buf text = cl_buf(4u << 20);
    struct cl_json_writer w = cl_json_writer(&text);
    cl_json_object(&w, NULL);
    cl_json_str(&w, "keyring", cl_err_code(state->keyring_err));
    cl_json_str(&w, "log", cl_err_code(state->log_err));
    cl_json_str(&w, "message", err == CL_OK ? "" : cl_err_sentence(err));
    write_log(&w, state->log);
    cl_json_array(&w, "accounts");
    for (size_t i = 0; i < state->count; i++)
        write_account(&w, &state->accounts[i]);
    cl_json_array_end(&w);
    cl_json_object_end(&w);
    return cli_print_json(&w);
}

/* ---- text -------------------------------------------------------------------------------- */

static void print_account(const struct cl_account *a)
{
    char when[TERM_TIME];
    if (a->pseudonym[0])
        printf("Account     %.8s%s\n", a->pseudonym, a->premium == CL_TRUE ? " (Premium)" : "");
    else
        puts("Account     not known (the page did not say)");
    term_time(a->settled ? a->since : a->last_seen, when);
    if (a->settled)
        printf("Setting     %s since %s\n", rows_state_word(a->state), when);
    else
        puts("Setting     not known: no look has shown it yet");
    term_time(a->last_seen, when);
    printf("Last look   %s", when);
    if (a->last_state >= 0)
        printf(": %s", rows_state_word((enum cl_state)a->last_state));
    if (a->last_reason >= 0)
        printf(" (%s)", rows_reason_words(a->last_reason));
    putchar('\n');
    if (!a->pending)
        return;
    term_time(a->pending_at, when);
    printf("Switched    %s at %s, %s\n", rows_state_word(a->pending_state), when,
           a->pending_trusted ? "by you" : "not by you");
    puts("            Not yet confirmed: open the setting again to see that LinkedIn saved it.");
}

static void print_log(const struct state *state)
{
    cl_cleanup(term_free) char *entries = term_count(cl_log_size(state->log), "entry", "entries");
    printf("Log         %s, sealed with key %s\n            ", entries, cl_log_key(state->log)->id);
    term_cell(stdout, (const char *)state->path.data, 0);
    fputs("\nKeyring     unlocked (", stdout);
    term_cell(stdout, cl_log_provider(state->log), 0);
    fputs(")\n", stdout);
}

static int print_text(const struct state *state)
{
    if (state->log_err == CL_LOG_ABSENT) {
        puts("Nothing is recorded yet. Open LinkedIn's setting in a browser that has the "
             "extension.");
        return state->keyring_err == CL_OK ? CL_EXIT_GOOD : cli_fail(state->keyring_err);
    }
    if (state->log_err != CL_OK)
        return cli_fail(state->log_err);
    for (size_t i = 0; i < state->count; i++) {
        print_account(&state->accounts[i]);
        putchar('\n');
    }
    if (state->count == 0)
        puts("The setting has not been seen yet.\n");
    print_log(state);
    return CL_EXIT_GOOD;
}

static void state_free(struct state *state)
{
    cl_log_close(&state->log);
    cl_buf_free(&state->path);
}

int cmd_status(int argc, char **argv)
{
    bool json;
    int code = cli_only_json(argc, argv, &json);
    if (code != CL_EXIT_GOOD)
        return code;
    cl_cleanup(state_free) struct state state = {.path = cl_buf(8192)};
    look(&state);
    if (!json)
        return print_text(&state);
    code = print_json(&state);
    bool well =
        state.keyring_err == CL_OK && (state.log_err == CL_OK || state.log_err == CL_LOG_ABSENT);
    return code == CL_EXIT_GOOD && !well ? CL_EXIT_NOT_NOW : code;
}
