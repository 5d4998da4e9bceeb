/* timestamp: ask for an independent time over the log's head, and keep the answer. */
#include "base/clock.h"
#include "base/encoding.h"
#include "base/limits.h"
#include "base/text.h"
#include "cli/authority.h"
#include "cli/cli.h"
#include "cli/say.h"
#include "cli/terminal.h"
#include "crypto/checkpoint.h"
#include "crypto/timestamp.h"
#include "log/log.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define INPUT_MAX (1u << 20)

static int fail(struct cl_fault *fault, enum cl_err err, bool json)
{
    fault->err = err;
    return json ? cli_fail_json(fault) : cli_fail(err);
}

static struct cl_span span_of(const struct cl_buf *buf)
{
    return (struct cl_span){buf->data, buf->len};
}

/* ---- request ----------------------------------------------------------------------------- */

/* The signed note of the log's head, and a query over its bytes. */
static enum cl_err make_request(struct cl_log *log, struct cl_buf *note, struct cl_buf *query)
{
    struct cl_vkey key;
    const struct cl_checkpoint head = {.size = cl_log_size(log), .root = *cl_log_root(log)};
    enum cl_err err = cl_vkey_make(cl_log_id(log), cl_log_key(log)->public_key, &key);
    if (!err)
        err = cl_checkpoint_sign(&key, cl_log_key(log)->seed, &head, note);
    return err ? err : cl_timestamp_query(span_of(note), query);
}

static int say_request(uint64_t size, const struct cl_buf *note, const struct cl_buf *query)
{
    cl_cleanup(cl_buf_free) struct cl_buf text = cl_buf(INPUT_MAX);
    cl_cleanup(cl_buf_free) struct cl_buf string = cl_buf(CL_NOTE_MAX + 1);
    struct cl_json_writer w = cl_json_writer(&text);
    enum cl_err err = cl_buf_put(&string, note->data, note->len);
    if (!err)
        err = cl_buf_put(&string, "", 1);
    if (err)
        return cli_fail(err);
    cl_json_object(&w, NULL);
    cl_json_int(&w, "size", (int64_t)size);
    cl_json_str(&w, "checkpoint", (const char *)string.data);
    cl_json_base64(&w, "query", query->data, query->len);
    cl_json_object_end(&w);
    return cli_print_json(&w);
}

static int request(bool json)
{
    cl_cleanup(cl_log_close) struct cl_log *log = NULL;
    cl_cleanup(cl_buf_free) struct cl_buf note = cl_buf(CL_NOTE_MAX);
    cl_cleanup(cl_buf_free) struct cl_buf query = cl_buf(CL_TOKEN_MAX);
    struct cl_fault fault = {0};
    enum cl_err err = cl_log_open(CL_LOG_READ, &log);
    if (!err)
        err = make_request(log, &note, &query);
    if (err)
        return fail(&fault, err, json);
    if (json)
        return say_request(cl_log_size(log), &note, &query);
    if (isatty(STDOUT_FILENO))
        return cli_usage("timestamp", term_format("the question is binary: send standard output "
                                                  "to a file, or use --json."));
    fwrite(query.data, 1, query.len, stdout);
    return CL_EXIT_GOOD;
}

/* ---- store ------------------------------------------------------------------------------- */

struct answer {
    uint64_t size;
    const char *checkpoint, *authority; /* borrowed from the input */
    struct cl_buf query, reply, chain;
};

static void answer_free(struct answer *answer)
{
    cl_buf_free(&answer->query);
    cl_buf_free(&answer->reply);
    cl_buf_free(&answer->chain);
}

static void read_der(struct cl_reader *r, const char *name, struct cl_buf *to)
{
    const char *text = cl_read_text(r, name, CL_BASE64_LEN(CL_TOKEN_MAX));
    if (!r->fault->err && cl_base64_decode(text, strlen(text), to))
        cl_read_fail(r, name, CL_BAD_VALUE);
}

static enum cl_err read_answer(const struct cl_json *tree, struct cl_fault *fault,
                               struct answer *ret)
{
    struct cl_reader r = cl_reader(tree, "", fault);
    r.visible = true;
    ret->size = (uint64_t)cl_read_int(&r, "size", 1, CL_INT_MAX);
    ret->checkpoint = cl_read_text(&r, "checkpoint", CL_NOTE_MAX);
    read_der(&r, "query", &ret->query);
    read_der(&r, "reply", &ret->reply);
    ret->authority = cl_read_str(&r, "authority", CL_AUTHORITY_MAX);
    if (!fault->err && !authority_is_url(ret->authority))
        cl_read_fail(&r, "authority", CL_BAD_VALUE);
    return cl_read_end(&r);
}

/* A checkpoint that this log has signed, of the size that was said. That its root is the tree's is
 * seen when it is kept. */
static enum cl_err open_checkpoint(struct cl_log *log, const struct answer *answer,
                                   struct cl_fault *fault, struct cl_checkpoint *ret_head)
{
    struct cl_vkey key;
    enum cl_err err = cl_vkey_make(cl_log_id(log), cl_log_key(log)->public_key, &key);
    if (!err)
        err = cl_checkpoint_open((const uint8_t *)answer->checkpoint, strlen(answer->checkpoint),
                                 &key, ret_head);
    if (!err && ret_head->size != answer->size)
        err = CL_CONTRADICTION;
    if (err)
        snprintf(fault->field, sizeof fault->field, "%s",
                 err == CL_CONTRADICTION ? "size" : "checkpoint");
    return err;
}

/* A synchronised clock knows better than a stranger who is asked without encryption: what is far
 * from it would stand in the log for good. */
static enum cl_err check_time(const struct cl_timestamp *stamp)
{
    struct cl_clock now;
    enum cl_err err = cl_clock_now(&now);
    if (err || now.synchronized != CL_TRUE)
        return err;
    const int64_t away =
        stamp->time_ms > now.time_ms ? stamp->time_ms - now.time_ms : now.time_ms - stamp->time_ms;
    return away > CL_STAMP_AWAY_MS ? CL_TSA_TIME : CL_OK;
}

struct verdict {
    struct cl_timestamp stamp;
    struct cl_tsa_chain chain;
};

static bool is_visible(const char *name)
{
    return cl_text_visible((struct cl_span){(const uint8_t *)name, strlen(name)});
}

/* Whether the authority's root is trusted is judged by whoever verifies; that its certificate was
 * valid at the time that it states is asked here. `known`: certificates of
 * its that came before, which may lead further. */
static enum cl_err check_answer(struct answer *answer, struct cl_span known, struct cl_fault *fault,
                                struct verdict *ret)
{
    struct cl_stamped stamped = {
        .file = {(const uint8_t *)answer->checkpoint, strlen(answer->checkpoint)},
        .query = span_of(&answer->query),
        .reply = span_of(&answer->reply),
        .chain = known};
    enum cl_err err =
        cl_timestamp_check_chain(&stamped, (struct cl_span){0}, &ret->stamp, &ret->chain);
    if (!err && ret->stamp.trust == CL_TSA_EXPIRED)
        err = CL_TSA_EXPIRED;
    if (!err)
        err = check_time(&ret->stamp);
    /* What a stranger is called would stand in the log for good. */
    if (!err && (!is_visible(ret->stamp.authority) || !is_visible(ret->chain.root)))
        err = CL_TSA_MALFORMED;
    if (!err)
        err = cl_timestamp_chain(stamped.reply, &answer->chain);
    if (err)
        snprintf(fault->field, sizeof fault->field, "%s",
                 err == CL_MALFORMED || err == CL_TSA_OTHER ? "query" : "reply");
    return err;
}

static enum cl_err keep(struct cl_log *log, struct answer *answer, struct cl_fault *fault,
                        struct verdict *ret, uint64_t *ret_seq)
{
    struct cl_checkpoint head;
    cl_cleanup(authority_free) struct authority authority = {0};
    enum cl_err err = open_checkpoint(log, answer, fault, &head);
    if (!err)
        err = authority_recall(log, answer->authority, &authority);
    if (!err)
        err = check_answer(answer, span_of(&authority.certificates), fault, ret);
    if (!err)
        err = authority_judge(log, &authority, &ret->chain);
    if (err == CL_TSA_ROOT)
        snprintf(fault->field, sizeof fault->field, "reply");
    if (err)
        return err;
    struct cl_token token = {.size = head.size,
                             .tsa = ret->stamp.authority,
                             .gen_time = ret->stamp.time_ms,
                             .authority = answer->authority};
    memcpy(token.root, head.root.bytes, CL_HASH);
    const struct cl_token_files files = {
        .checkpoint = {(const uint8_t *)answer->checkpoint, strlen(answer->checkpoint)},
        .query = span_of(&answer->query),
        .reply = span_of(&answer->reply),
        .chain = span_of(&answer->chain)};
    return cl_log_keep_token(log, &token, &files, ret_seq);
}

/* Of an answer that does not count neither name nor time is told to a person. */
static int say_stored(const struct answer *answer, const struct verdict *v, uint64_t seq, bool json)
{
    const struct cl_timestamp *stamp = &v->stamp;
    char root[2 * CL_HASH + 1];
    cl_hex_encode(authority_root(&v->chain), CL_HASH, root);
    if (!json) {
        char when[TERM_TIME];
        cl_cleanup(term_free) char *tsa = term_safe(stamp->authority);
        term_time_offset(stamp->time_ms, when);
        printf(_("Kept as entry %llu"), (unsigned long long)seq);
        if (stamp->trust == CL_OK)
            printf(_(": %s, by %s.\n"), when, tsa);
        else
            printf(
                _(". It counts only for who trusts its root certificate, which this computer does "
                  "not.\n"));
        printf(_("SHA-256 of the root certificate: %s\n"), root);
        return CL_EXIT_GOOD;
    }
    cl_cleanup(cl_buf_free) struct cl_buf text = cl_buf(4096);
    struct cl_json_writer w = cl_json_writer(&text);
    cl_json_object(&w, NULL);
    cl_json_int(&w, "seq", (int64_t)seq);
    cl_json_int(&w, "size", (int64_t)answer->size);
    cl_json_str(&w, "tsa", stamp->authority);
    cl_json_time(&w, "gen_time", stamp->time_ms);
    cl_json_str(&w, "root", root);
    cl_json_bool(&w, "trusted", stamp->trust == CL_OK);
    cl_json_object_end(&w);
    return cli_print_json(&w);
}

/* A newline at the end is an editor's, and not the object's. */
static enum cl_err parse_input(struct cl_buf *input, struct cl_json **ret_tree)
{
    enum cl_err err = cli_read_stdin(input);
    if (!err && input->len > 0 && input->data[input->len - 1] == '\n')
        input->len--;
    return err ? err : cl_json_parse(input->data, input->len, ret_tree);
}

static int store(bool json)
{
    cl_cleanup(cl_log_close) struct cl_log *log = NULL;
    cl_cleanup(cl_json_free) struct cl_json *tree = NULL;
    cl_cleanup(cl_buf_free) struct cl_buf input = cl_buf(INPUT_MAX);
    cl_cleanup(answer_free) struct answer answer = {.query = cl_buf(CL_TOKEN_MAX + 2),
                                                    .reply = cl_buf(CL_TOKEN_MAX + 2),
                                                    .chain = cl_buf(CL_CHAIN_MAX)};
    struct cl_fault fault = {0};
    struct verdict verdict;
    uint64_t seq = 0;
    enum cl_err err = parse_input(&input, &tree);
    if (!err)
        err = read_answer(tree, &fault, &answer);
    if (!err)
        err = cl_log_open(CL_LOG_APPEND, &log);
    if (!err)
        err = keep(log, &answer, &fault, &verdict, &seq);
    return err ? fail(&fault, err, json) : say_stored(&answer, &verdict, seq, json);
}

/* ---- accept ------------------------------------------------------------------------------ */

/* 64 hexadecimal digits in either case, with colons or without, as programs show them. */
static bool read_fingerprint(const char *text, uint8_t ret_hash[static CL_HASH])
{
    char digits[2 * CL_HASH + 1] = "";
    size_t n = 0;
    for (; *text; text++) {
        if (*text == ':')
            continue;
        if (n == sizeof digits - 1)
            return false;
        digits[n++] = (char)(*text >= 'A' && *text <= 'F' ? *text - 'A' + 'a' : *text);
    }
    return n == sizeof digits - 1 && cl_hex_decode(digits, ret_hash, CL_HASH) == CL_OK;
}

static int accept_root(const char *url, const char *fingerprint)
{
    cl_cleanup(cl_log_close) struct cl_log *log = NULL;
    uint8_t root[CL_HASH];
    if (!authority_is_url(url))
        return cli_usage("timestamp",
                         term_format("'%s' is no address: https://… or http://…", url));
    if (!read_fingerprint(fingerprint, root))
        return cli_usage("timestamp",
                         term_format("'%s' is no SHA-256 of a certificate.", fingerprint));
    cli_enter_cage(NULL);
    enum cl_err err = cl_log_open(CL_LOG_APPEND, &log);
    if (!err)
        err = authority_accept(log, url, root);
    if (err)
        return cli_fail(err);
    printf(_("Answers of %s that lead to that root certificate are kept from now on.\n"), url);
    return CL_EXIT_GOOD;
}

/* ---- command ----------------------------------------------------------------------------- */

int cmd_timestamp(int argc, char **argv)
{
    bool json;
    const char *what = argc > 1 ? argv[1] : "";
    if (strcmp(what, "accept") == 0)
        return argc == 4 ? accept_root(argv[2], argv[3])
                         : cli_usage("timestamp", term_format("accept takes an address and the "
                                                              "SHA-256 of a root certificate."));
    bool asks = strcmp(what, "request") == 0;
    if (!asks && strcmp(what, "store") != 0)
        return cli_usage("timestamp", term_format("say request, store or accept."));
    argv[1] = argv[0]; /* the options follow the word */
    int code = cli_only_json(argc - 1, argv + 1, &json);
    if (code != CL_EXIT_GOOD)
        return code;
    cli_enter_cage(NULL);
    return asks ? request(json) : store(json);
}
