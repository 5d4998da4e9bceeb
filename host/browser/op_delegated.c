/* export, open, recovery.show and timestamp.*: the parameters are read as strictly as any, written
 * out again, and given to the program consentlog, whose result or error is passed on. */
#include "browser/request.h"
#include "json/gate.h"
#include "json/writer.h"

#include "base/encoding.h"
#include "base/language.h"
#include "base/limits.h"
#include "browser/delegate.h"
#include "browser/hangup.h"
#include "entry/entry.h"

#include <string.h>

#define ANSWER_MAX (CL_REPLY_MAX - 1024u)

static void remember(struct request *r, const struct cl_buf *said);

/* The error that the program told: its code and field, as ours. */
static enum cl_err take_error(struct request *r, const struct cl_buf *said)
{
    cl_cleanup(cl_json_free) struct cl_json *tree = NULL;
    struct cl_fault fault = {0};
    struct cl_reader reader, error;
    const char *field;
    enum cl_err code;

    if (cl_json_parse(said->data, said->len, &tree))
        return CL_IO;
    reader = cl_reader(tree, "", &fault);
    error = cl_read_object(&reader, "error");
    code = (enum cl_err)cl_read_enum(&error, "code", cl_err_codes);
    (void)cl_read_str(&error, "message", 1024);
    field = cl_read_str_or_null(&error, "field", sizeof fault.field - 1);
    cl_read_close(&error);
    if (cl_read_end(&reader) || code == CL_OK)
        return CL_IO;
    if (field)
        cl_read_fail(&r->params, field, code);
    return code;
}

/* Its result is an object; the members of it are ours. */
static enum cl_err pass_on(struct request *r, const struct cl_buf *said)
{
    if (said->len < 2 || said->data[0] != '{' || said->data[said->len - 1] != '}' ||
        cl_json_gate(said->data, said->len))
        return CL_IO;
    cl_json_raw(&r->result, NULL, said->data + 1, said->len - 2);
    return CL_OK;
}

static enum cl_err run(struct request *r, enum cl_command command, const struct cl_buf *input)
{
    cl_cleanup(cl_buf_free) struct cl_buf said = cl_buf(ANSWER_MAX);
    bool refused = false;
    enum cl_err err = cl_delegate(r->peer->starter, command, input, &said, &refused);

    if (!err && refused)
        return take_error(r, &said);
    if (!err && command == CL_COMMAND_EXPORT)
        remember(r, &said);
    return err ? err : pass_on(r, &said);
}

/* All parameters were read, and are written. */
static enum cl_err end_input(struct request *r, struct cl_json_writer *w)
{
    enum cl_err err = cl_read_end(&r->params);

    cl_json_object_end(w);
    return err ? err : cl_json_end(w);
}

/* As long as somebody is there to hear of it. */
static enum cl_err run_heard(struct request *r, enum cl_command command, struct cl_json_writer *w,
                             const struct cl_buf *input)
{
    struct cl_hangup hangup;
    enum cl_err err = end_input(r, w);

    if (err)
        return err;
    cl_hangup_watch(&hangup, r->peer->patient);
    err = run(r, command, input);
    cl_hangup_stop(&hangup);
    return err;
}

enum cl_err op_timestamp_request(struct request *r)
{
    const struct cl_buf nothing = {0};
    enum cl_err err = cl_read_end(&r->params);

    return err ? err : run(r, CL_COMMAND_TIMESTAMP_REQUEST, &nothing);
}

enum cl_err op_timestamp_store(struct request *r)
{
    cl_cleanup(cl_buf_free) struct cl_buf input = cl_buf(CL_REPLY_MAX);
    struct cl_json_writer w = cl_json_writer(&input);
    enum cl_err err;

    cl_json_object(&w, NULL);
    cl_json_int(&w, "size", cl_read_int(&r->params, "size", 1, CL_INT_MAX));
    cl_json_str(&w, "checkpoint", cl_read_text(&r->params, "checkpoint", CL_NOTE_MAX));
    cl_json_str(&w, "query", cl_read_text(&r->params, "query", CL_BASE64_LEN(CL_TOKEN_MAX)));
    cl_json_str(&w, "reply", cl_read_text(&r->params, "reply", CL_BASE64_LEN(CL_TOKEN_MAX)));
    cl_json_str(&w, "authority", cl_read_str(&r->params, "authority", CL_AUTHORITY_MAX));
    err = end_input(r, &w);
    return err ? err : run(r, CL_COMMAND_TIMESTAMP_STORE, &input);
}

/* ---- export ------------------------------------------------------------------------------ */

static void copy_str_or_null(struct cl_reader *r, struct cl_json_writer *w, const char *name,
                             size_t max)
{
    cl_json_str(w, name, cl_read_str_or_null(r, name, max));
}

static void copy_withhold(struct cl_reader *params, struct cl_json_writer *w)
{
    struct cl_reader r = cl_read_object(params, "withhold");
    size_t count = 0;
    const struct cl_json *array = cl_read_array(&r, "accounts", CL_ACCOUNTS_MAX, &count);

    cl_json_object(w, "withhold");
    cl_json_array(w, "accounts");
    for (size_t i = 0; i < count; i++)
        cl_json_str(w, NULL, cl_read_item_str(&r, array, "accounts", i, 32));
    cl_json_array_end(w);
    cl_json_bool(w, "pictures", cl_read_bool(&r, "pictures"));
    cl_json_bool(w, "documents", cl_read_bool(&r, "documents"));
    if (cl_read_has(&r, "exhibits"))
        cl_json_bool(w, "exhibits", cl_read_bool(&r, "exhibits"));
    array = cl_read_array(&r, "entries", CL_WITHHOLD_MAX, &count);
    cl_json_array(w, "entries");
    for (size_t i = 0; i < count; i++)
        cl_json_int(w, NULL, cl_read_item_int(&r, array, "entries", i, 1, CL_INT_MAX));
    cl_json_array_end(w);
    cl_json_object_end(w);
    cl_read_close(&r);
}

/* The port may be closed while it runs: then nobody waits for it any more. */
enum cl_err op_export(struct request *r)
{
    cl_cleanup(cl_buf_free) struct cl_buf input = cl_buf(CL_REPLY_MAX);
    struct cl_json_writer w = cl_json_writer(&input);

    cl_json_object(&w, NULL);
    copy_str_or_null(&r->params, &w, "since", CL_DATE_TEXT - 1);
    copy_str_or_null(&r->params, &w, "until", CL_DATE_TEXT - 1);
    copy_withhold(&r->params, &w);
    cl_json_str(&w, "language",
                cl_language_names[cl_read_enum(&r->params, "language", cl_language_names)]);
    copy_str_or_null(&r->params, &w, "owner", CL_OWNER_MAX);
    copy_str_or_null(&r->params, &w, "folder", CL_FOLDER_MAX);
    return run_heard(r, CL_COMMAND_EXPORT, &w, &input);
}

/* ---- open -------------------------------------------------------------------------------- */

/* Nobody says which file: it is the one that this conversation has had exported. Where downloads go
 * is asked before there is one. */
static void remember(struct request *r, const struct cl_buf *said)
{
    cl_cleanup(cl_json_free) struct cl_json *tree = NULL;
    struct cl_fault fault = {0};
    struct cl_reader reader;
    const char *path;

    r->peer->exported[0] = '\0';
    if (cl_json_parse(said->data, said->len, &tree))
        return;
    reader = cl_reader(tree, "", &fault);
    path = cl_read_str(&reader, "path", CL_PATH_MAX);
    if (!fault.err && path)
        memcpy(r->peer->exported, path, strlen(path) + 1);
}

enum cl_err op_open(struct request *r)
{
    static const char *const whats[] = {"folder", "report", "downloads", NULL};
    enum { DOWNLOADS = 2 };
    cl_cleanup(cl_buf_free) struct cl_buf input = cl_buf(2 * CL_PATH_MAX + 256);
    struct cl_json_writer w = cl_json_writer(&input);
    enum cl_err err;
    int what;

    what = cl_read_enum(&r->params, "what", whats);
    cl_json_object(&w, NULL);
    cl_json_str(&w, "what", whats[what]);
    cl_json_str(&w, "path", r->peer->exported[0] ? r->peer->exported : NULL);
    cl_json_int(&w, "offset", cl_read_int(&r->params, "offset", 0, CL_INT_MAX));
    cl_json_object_end(&w);
    err = cl_read_end(&r->params);
    if (!err && what != DOWNLOADS && !r->peer->exported[0])
        err = CL_PACKAGE_GONE;
    if (!err)
        err = cl_json_end(&w);
    return err ? err : run(r, CL_COMMAND_OPEN, &input);
}

/* ---- recovery.show ----------------------------------------------------------------------- */

/* The code goes to a window, and never comes by here. Closing the port closes the window. */
enum cl_err op_recovery_show(struct request *r)
{
    cl_cleanup(cl_buf_free) struct cl_buf input = cl_buf(1024);
    struct cl_json_writer w = cl_json_writer(&input);

    cl_json_object(&w, NULL);
    cl_json_str(&w, "language",
                cl_language_names[cl_read_enum(&r->params, "language", cl_language_names)]);
    return run_heard(r, CL_COMMAND_WINDOW, &w, &input);
}
