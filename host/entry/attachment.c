#include "entry/attachment.h"

#include "base/big_endian.h"
#include "base/encoding.h"

#include <string.h>

/* ---- the list in an entry -------------------------------------------------------------------- */

enum cl_err cl_attachments_add(struct cl_attachments *to, const char *name, const char *media_type,
                               struct cl_span bytes)
{
    if (bytes.len > CL_ATTACHMENT_MAX || to->count == CL_ATTACHMENTS_MAX)
        return CL_TOO_LONG;
    struct cl_attachment *item = &to->item[to->count];
    *item = (struct cl_attachment){.name = name, .media_type = media_type, .size = bytes.len};
    enum cl_err err = cl_sha256(bytes.data, bytes.len, item->sha256);
    if (!err)
        to->count++;
    return err;
}

void cl_attachments_write(struct cl_json_writer *w, const struct cl_attachments *list)
{
    cl_json_array(w, "attachments");
    for (size_t i = 0; i < list->count; i++) {
        const struct cl_attachment *item = &list->item[i];
        cl_json_object(w, NULL);
        cl_json_str(w, "name", item->name);
        cl_json_str(w, "media_type", item->media_type);
        cl_json_int(w, "size", (int64_t)item->size);
        cl_json_hex(w, "sha256", item->sha256, CL_HASH);
        cl_json_object_end(w);
    }
    cl_json_array_end(w);
}

static void read_one(struct cl_reader *parent, const struct cl_json *array, size_t i,
                     uint32_t size_max, struct cl_attachment *item)
{
    struct cl_reader r = cl_read_item(parent, array, "attachments", i);
    item->name = cl_read_str(&r, "name", CL_ATTACHMENT_NAME_MAX);
    item->media_type = cl_read_str(&r, "media_type", CL_MEDIA_TYPE_MAX);
    item->size = (uint64_t)cl_read_int(&r, "size", 0, size_max);
    const char *hex = cl_read_str(&r, "sha256", 2 * CL_HASH);
    if (!r.fault->err && cl_hex_decode(hex, item->sha256, CL_HASH) != CL_OK)
        cl_read_fail(&r, "sha256", CL_BAD_VALUE);
    cl_read_close(&r);
}

void cl_attachments_read(struct cl_reader *r, uint32_t size_max, struct cl_attachments *ret)
{
    const struct cl_json *array = cl_read_array(r, "attachments", CL_ATTACHMENTS_MAX, &ret->count);
    for (size_t i = 0; array && i < ret->count; i++)
        read_one(r, array, i, size_max, &ret->item[i]);
    if (!array)
        ret->count = 0;
}

/* ---- pictures -------------------------------------------------------------------------------- */

/* Table 11.1: the bit depths that each colour type allows, one bit a depth. */
static bool depth_fits(uint8_t colour, uint8_t depth)
{
    static const uint32_t depths[] = {
        [0] = 1u << 1 | 1u << 2 | 1u << 4 | 1u << 8 | 1u << 16,
        [2] = 1u << 8 | 1u << 16,
        [3] = 1u << 1 | 1u << 2 | 1u << 4 | 1u << 8,
        [4] = 1u << 8 | 1u << 16,
        [6] = 1u << 8 | 1u << 16,
    };
    return colour < sizeof depths / sizeof depths[0] && depth <= 16 &&
           (depths[colour] >> depth & 1u) != 0;
}

bool cl_is_png(struct cl_span bytes)
{
    static const uint8_t start[16] = "\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR";
    if (bytes.len < CL_PICTURE_MIN || memcmp(bytes.data, start, sizeof start) != 0)
        return false;
    const uint8_t *header = bytes.data + sizeof start;
    uint32_t width = cl_be32(header);
    uint32_t height = cl_be32(header + 4);
    return width >= 1 && width <= CL_PICTURE_SIDE_MAX && height >= 1 &&
           height <= CL_PICTURE_SIDE_MAX && depth_fits(header[9], header[8]) && header[10] == 0 &&
           header[11] == 0 && header[12] <= 1;
}
