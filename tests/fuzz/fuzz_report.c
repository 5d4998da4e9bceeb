/* What is made of entries for people and for other programs, from lines that anybody may have
 * written: a report with its picture, records, the table. The first byte says in which language. */
#include "fuzz.h"
#include "report/csv.h"
#include "report/dpv_json.h"

#include <string.h>

#define NOW_MS 1800000000000 /* 2027-01-15 */

static void tell(struct cl_model *model, uint64_t seq, struct cl_span line, struct cl_buf *row)
{
    cl_cleanup(cl_entry_free) struct cl_entry entry = {0};
    struct cl_fault fault;
    if (cl_entry_parse_told(line.data, line.len, &entry, &fault) || entry.head.seq != seq) {
        if (line.len % 2)
            cl_model_hide(model, seq);
        else
            always(cl_model_unread(model, seq, &fault) == CL_OK);
        return;
    }
    always(cl_model_tell(model, &entry) == CL_OK);
    cl_buf_clear(row);
    always(cl_csv_row(&entry, line.len % 2, &model->findings, row) == CL_OK);
    always(row->len > 1 && row->data[row->len - 1] == '\n');
}

/* Nothing that somebody wrote becomes a part of the page. */
static void check_page(const struct cl_buf *page)
{
    static const char *const never[] = {"<script", "<iframe", "<object", "<b>Muster"};
    static const char end[] = "</html>\n";
    const size_t n = strlen(end);
    always(page->len > n && memcmp(page->data + page->len - n, end, n) == 0);
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        always(!memmem(page->data, page->len, never[i], strlen(never[i])));
}

static void write_all(struct cl_model *model, uint8_t how, uint64_t size)
{
    cl_cleanup(cl_buf_free) struct cl_buf page = cl_buf(CL_REPORT_MAX);
    cl_cleanup(cl_buf_free) struct cl_buf records = cl_buf(CL_RECORDS_MAX);
    const struct cl_report report = {.model = model,
                                     .language = (enum cl_language)(how % CL_LANGUAGES),
                                     .owner = how & 128 ? "Erika <b>Mustermann" : NULL,
                                     .log = "consentlog/0123456789abcdef",
                                     .fingerprint = "SHA256:x",
                                     .size = size,
                                     .now_ms = NOW_MS,
                                     .pictures = how & 64,
                                     .documents = how & 32};
    cl_model_end(model, NOW_MS);
    always(cl_report_write(&report, &page) == CL_OK);
    check_page(&page);
    always(cl_dpv_json_write(&report, &records) == CL_OK);
}

static uint64_t count_lines(struct cl_span rest)
{
    uint64_t count = 0;
    struct cl_span line;
    while (cl_take_line(&rest, &line))
        count++;
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cl_cleanup(cl_model_free) struct cl_model *model = NULL;
    cl_cleanup(cl_buf_free) struct cl_buf row = cl_buf(CL_TABLE_ROW_MAX);
    struct cl_span rest = {data + 1, size - 1}, line;
    if (size == 0)
        return 0;
    const uint64_t count = count_lines(rest);
    always(cl_model_begin(&model) == CL_OK);
    for (uint64_t seq = 0; cl_take_line(&rest, &line); seq++)
        tell(model, seq, line, &row);
    write_all(model, data[0], count);
    return 0;
}
