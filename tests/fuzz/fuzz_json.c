/* The gate and what stands behind it: of whatever passes, cJSON makes the same tree, also of lines
 * that are read by the form of those before; a reader never does harm; what the writer makes of
 * strings that were read passes again and means the same. */
#include "base/buf.h"
#include "base/text.h"
#include "fuzz.h"
#include "json/gate.h"
#include "json/reader.h"
#include "json/writer.h"

#include "../unit/same_tree.h"

#include <stddef.h>
#include <string.h>

static const char *const names[] = {"on", "off", NULL};

static void write_and_read_back(const char *str)
{
    cl_cleanup(cl_buf_free) struct cl_buf json = cl_buf(SIZE_MAX);
    cl_cleanup(cl_json_free) struct cl_json *tree = NULL;
    struct cl_json_writer w = cl_json_writer(&json);
    cl_json_object(&w, NULL);
    cl_json_str(&w, "s", str);
    cl_json_object_end(&w);
    always(cl_json_end(&w) == CL_OK);
    always(cl_json_parse(json.data, json.len, &tree) == CL_OK);
    struct cl_fault fault = {0};
    struct cl_reader r = cl_reader(tree, "", &fault);
    always(strcmp(cl_read_str(&r, "s", SIZE_MAX), str) == 0 && cl_read_end(&r) == CL_OK);
}

static void read_item(struct cl_reader *item)
{
    int64_t i = cl_read_int(item, "i", -3, 3);
    always(i >= -3 && i <= 3);
    always(cl_read_time_or_null(item, "t") >= -1);
    always(cl_read_enum_or_null(item, "e", names) < 2);
    (void)cl_read_tri(item, "b");
    (void)!cl_read_end(item);
}

static void read_all(const struct cl_json *tree)
{
    struct cl_fault fault = {0};
    struct cl_reader r = cl_reader(tree, "", &fault);
    size_t count = 0;
    const char *str = cl_read_str(&r, "s", SIZE_MAX);
    always(str != NULL);
    if (*str)
        write_and_read_back(str);
    const struct cl_json *array = cl_read_array(&r, "a", 64, &count);
    for (size_t i = 0; i < count; i++) {
        struct cl_reader item = cl_read_item(&r, array, "a", i);
        read_item(&item);
    }
    enum cl_err err = cl_read_end(&r);
    always(err == fault.err && strlen(fault.field) < sizeof fault.field);
}

static void read_lines(struct cl_span rest)
{
    static _Alignas(max_align_t) uint8_t bytes[1u << 20];
    static struct cl_form form;
    struct cl_room room = {bytes, sizeof bytes};
    struct cl_span line;
    form.tree = NULL;
    while (cl_take_line(&rest, &line)) {
        const struct cl_json *tree = NULL;
        const enum cl_err err = cl_json_parse_in(line.data, line.len, &room, &form, &tree);
        if (err == CL_TOO_LONG)
            return;
        always(err == cl_json_gate(line.data, line.len));
        always(err || same_tree(tree, line.data, line.len));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cl_cleanup(cl_json_free) struct cl_json *tree = NULL;
    enum cl_err gate = cl_json_gate(data, size);
    always(gate == CL_OK || gate == CL_BAD_JSON);
    always(cl_json_parse(data, size, &tree) == gate);
    if (tree) {
        always(same_tree(tree, data, size));
        read_all(tree);
    }
    read_lines((struct cl_span){data, size});
    return 0;
}
