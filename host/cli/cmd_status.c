/* status: what the setting is now, and whether the log is well. */
#include "base/encoding.h"
#include "cli/cli.h"
#include "cli/history_rows.h"
#include "cli/say.h"
#include "cli/terminal.h"
#include "crypto/sshsig.h"
#include "log/paths.h"
#include "log/status.h"

#include <stdio.h>
#include <string.h>

static int print_json(const struct cl_status *status)
{
    cl_cleanup(cl_buf_free) struct cl_buf text = cl_buf(4u << 20);
    struct cl_json_writer w = cl_json_writer(&text);
    cl_json_object(&w, NULL);
    cl_status_write(&w, status);
    cl_json_object_end(&w);
    return cli_print_json(&w);
}

/* ---- text -------------------------------------------------------------------------------- */

static void print_account(const struct cl_account *a)
{
    char when[TERM_TIME];
    if (a->pseudonym[0])
        printf(_("Account     %.8s%s\n"), a->pseudonym, a->premium == CL_TRUE ? " (Premium)" : "");
    else
        puts(_("Account     not known (the page did not say)"));
    term_time(a->settled ? a->since : a->last_seen, when);
    if (a->settled)
        printf(_("Setting     %s since %s\n"), history_rows_state_word(a->state), when);
    else
        puts(_("Setting     not known: no look has shown it yet"));
    term_time(a->last_seen, when);
    printf(_("Last look   %s"), when);
    if (a->last_state >= 0)
        printf(_(": %s"), history_rows_state_word((enum cl_state)a->last_state));
    if (a->last_reason >= 0)
        printf(" (%s)", history_rows_reason_words(a->last_reason));
    putchar('\n');
    if (!a->pending)
        return;
    term_time(a->pending_at, when);
    printf(_("Switched    %s at %s, %s\n"), history_rows_state_word(a->pending_state), when,
           a->pending_trusted ? _("by you") : _("not by a click or key of yours"));
    puts(_("            Not yet confirmed: open the setting again to see that LinkedIn saved it."));
}

static void print_documents(const struct cl_status *status)
{
    char when[TERM_TIME];
    bool any = false;
    for (size_t i = 0; i < CL_DOCUMENTS; i++) {
        const struct cl_document_state *d = &status->documents[i];
        if (!d->known)
            continue;
        term_time(d->seen, when);
        printf(_("%-11s %-22s  kept %s"), any ? "" : _("Documents"),
               history_rows_document_words((int)i), when);
        if (*d->effective)
            printf(_(", effective %s"), d->effective);
        if (d->changed >= 0) {
            term_time(d->changed, when);
            printf(_(", changed %s"), when);
        }
        putchar('\n');
        any = true;
    }
    if (any)
        putchar('\n');
}

static void print_tokens(const struct cl_token_state *tokens)
{
    if (tokens->count == 0)
        return;
    cl_cleanup(term_free) char *count = term_count(tokens->count, N_("answer"), N_("answers"));
    printf(_("Time        %s of independent authorities; history tells which count\n"), count);
}

/* What somebody who has a package of this log asks its owner for. */
static enum cl_err print_proof(const struct cl_log *log)
{
    char fingerprint[CL_FINGERPRINT], root[2 * CL_HASH + 1];
    enum cl_err err = cl_sshsig_fingerprint(cl_log_key(log)->public_key, fingerprint);
    if (err)
        return err;
    cl_hex_encode(cl_log_root(log)->bytes, CL_HASH, root);
    printf(_("\nProof       signed by %s\n            hash %s"), fingerprint, root);
    return CL_OK;
}

/* Where somebody may look for the log in another place. */
static void print_redirection(void)
{
    cl_cleanup(cl_buf_free) struct cl_buf path = cl_buf(8192);
    if (!cl_paths_is_redirected() || cl_paths_log(&path))
        return;
    fputs(
        _("\nThis is a terminal of a snap or Flatpak. Its XDG_DATA_HOME is not used; the log meant "
          "is\n"
          "            "),
        stdout);
    term_cell(stdout, (const char *)path.data, 0);
    putchar('\n');
}

static enum cl_err print_log(const struct cl_status *status)
{
    cl_cleanup(cl_buf_free) struct cl_buf path = cl_buf(8192);
    enum cl_err err = cl_paths_log(&path);
    if (err)
        return err;
    cl_cleanup(term_free) char *entries =
        term_count(cl_log_size(status->log), N_("entry"), N_("entries"));
    printf(_("Log         %s, encrypted with key %s\n            "), entries,
           cl_log_key(status->log)->id);
    term_cell(stdout, (const char *)path.data, 0);
    err = print_proof(status->log);
    if (err)
        return err;
    fputs(_("\nKeyring     unlocked ("), stdout);
    term_cell(stdout, cl_log_provider(status->log), 0);
    fputs(")\n", stdout);
    print_redirection();
    return CL_OK;
}

static int print_text(const struct cl_status *status)
{
    if (status->log_err == CL_LOG_ABSENT) {
        puts(_("Nothing is recorded yet. Open LinkedIn's setting in a browser that has the "
               "extension."));
        print_redirection();
        return CL_EXIT_GOOD;
    }
    if (status->log_err)
        return cli_fail(status->log_err);
    for (size_t i = 0; i < status->account_count; i++) {
        print_account(&status->accounts[i]);
        putchar('\n');
    }
    if (status->account_count == 0)
        puts(_("The setting has not been seen yet.\n"));
    print_documents(status);
    print_tokens(&status->tokens);
    enum cl_err err = print_log(status);
    return err ? cli_fail(err) : CL_EXIT_GOOD;
}

int cmd_status(int argc, char **argv)
{
    bool json;
    int code = cli_only_json(argc, argv, &json);
    if (code != CL_EXIT_GOOD)
        return code;
    cli_enter_cage(NULL);
    cl_cleanup(cl_status_free) struct cl_status status;
    cl_status_look(&status);
    if (!json)
        return print_text(&status);
    code = print_json(&status);
    bool well = !status.log_err || status.log_err == CL_LOG_ABSENT;
    return code == CL_EXIT_GOOD && !well ? CL_EXIT_NOT_NOW : code;
}
