/* doctor: what works, what does not, and what to do about it. */
#include "cli/doctor.h"
#include "cli/say.h"

#include "cli/cli.h"
#include "cli/terminal.h"

#include <stdio.h>

#define MARK 7 /* columns of the first word, in every language */

static void print_text(const struct doctor *doctor)
{
    static const char *const marks[] = {N_("ok"), N_("note"), N_("WARNING"), N_("ERROR")};
    for (size_t i = 0; i < doctor->count; i++) {
        const struct doctor_finding *f = &doctor->findings[i];
        term_cell(stdout, _(marks[f->level]), MARK);
        term_blanks(stdout, 2);
        term_wrap(stdout, f->what, MARK + 2, MARK + 2);
        if (!f->remedy)
            continue;
        term_blanks(stdout, MARK + 2);
        fputs("-> ", stdout);
        term_wrap(stdout, f->remedy, MARK + 5, MARK + 5);
    }
    size_t errors = doctor_count(doctor, DOCTOR_ERROR),
           warnings = doctor_count(doctor, DOCTOR_WARNING);
    cl_cleanup(term_free) char *e = term_count(errors, N_("error"), N_("errors"));
    cl_cleanup(term_free) char *w = term_count(warnings, N_("warning"), N_("warnings"));
    if (errors + warnings == 0)
        puts(doctor_count(doctor, DOCTOR_NOTE) > 0
                 ? _("\nNo error and no warning; please read what is marked as a note.")
                 : _("\nAll is well."));
    else
        printf("\n%s, %s.\n", e, w);
}

static int print_json(const struct doctor *doctor)
{
    static const char *const levels[] = {"ok", "note", "warning", "error"};
    cl_cleanup(cl_buf_free) struct cl_buf text = cl_buf(1 << 20);
    struct cl_json_writer w = cl_json_writer(&text);
    cl_json_object(&w, NULL);
    cl_json_str(&w, "version", CL_VERSION);
    cl_json_int(&w, "errors", (int64_t)doctor_count(doctor, DOCTOR_ERROR));
    cl_json_int(&w, "warnings", (int64_t)doctor_count(doctor, DOCTOR_WARNING));
    cl_json_array(&w, "findings");
    for (size_t i = 0; i < doctor->count; i++) {
        const struct doctor_finding *f = &doctor->findings[i];
        cl_json_object(&w, NULL);
        cl_json_str(&w, "id", f->id);
        cl_json_str(&w, "level", levels[f->level]);
        cl_json_str(&w, "what", f->what);
        cl_json_str(&w, "do", f->remedy);
        cl_json_object_end(&w);
    }
    cl_json_array_end(&w);
    cl_json_object_end(&w);
    return cli_print_json(&w);
}

int cmd_doctor(int argc, char **argv)
{
    bool json;
    int code = cli_only_json(argc, argv, &json);
    if (code != CL_EXIT_GOOD)
        return code;
    cl_cleanup(doctor_free) struct doctor doctor = {0};
    doctor_browsers(&doctor);
    doctor_machine(&doctor);
    if (json)
        code = print_json(&doctor);
    else
        print_text(&doctor);
    if (code != CL_EXIT_GOOD)
        return code;
    return doctor_count(&doctor, DOCTOR_ERROR) ? CL_EXIT_NOT_NOW : CL_EXIT_GOOD;
}
