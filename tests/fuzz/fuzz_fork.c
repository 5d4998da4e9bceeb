/* Two packages of one key that should be one log: where they part is found, whatever the sizes,
 * what is withheld in either and how much memory there is. Then the older package is changed, after
 * what it said of itself was noted: no more than a line is wrong then. */
#include "cursor.h"
#include "package.h"
#include "package/verifier.h"

#include <stdio.h>

#define SIZE_MAX_OF_ONE 20u
#define WITH_A_PICTURE  5 /* the entry; its picture goes along, so it is shown */
#define ROOM            (4u * 1024 * 1024)

static uint64_t hidden; /* one bit an entry, of the package that is being made */

static bool hide(void *context, uint64_t seq, const struct cl_buf *entry)
{
    (void)context;
    (void)entry;
    return hidden >> seq % 64 & 1;
}

static void make(struct cursor *c, uint64_t size, uint64_t fork, struct cl_buf *to)
{
    struct package_log *log = malloc(sizeof *log);
    always(log != NULL);
    hidden = 0;
    for (unsigned i = 0; i < 2; i++)
        hidden |= (uint64_t)take_byte(c) << 8 * take_below(c, 6);
    hidden &= ~(UINT64_C(1) << WITH_A_PICTURE);
    package_log_make(log, size, fork);
    package_make(log, hide, NULL, 0, to);
    package_log_free(log);
    free(log);
}

struct seen {
    char failed[64], what[256]; /* the last check that failed */
};

static void on_check(void *context, const struct cl_check *check)
{
    struct seen *seen = context;
    if (check->result != CL_CHECK_FAILED)
        return;
    (void)snprintf(seen->failed, sizeof seen->failed, "%s", check->name);
    (void)snprintf(seen->what, sizeof seen->what, "%s", check->what);
}

static bool verify(const struct cl_source *source, struct cl_verify_options options,
                   struct seen *ret_seen, struct cl_verified *ret)
{
    *ret = (struct cl_verified){0};
    *ret_seen = (struct seen){0};
    options.context = ret_seen;
    options.on_check = on_check;
    return cl_verify_package(source, &options, ret) == CL_OK;
}

static struct cl_source memory(const struct cl_buf *package)
{
    return (struct cl_source){.fd = -1, .bytes = package->data, .size = package->len};
}

/* The sentence names the first entry that is another. */
static void check_place(const struct seen *seen, uint64_t fork)
{
    char number[24];
    always(strcmp(seen->failed, "extends") == 0);
    (void)snprintf(number, sizeof number, "entry %llu ", (unsigned long long)fork);
    always(strstr(seen->what, number) != NULL);
}

static void change(struct cursor *c, struct cl_buf *package)
{
    for (unsigned i = 0; i < 8 && c->left; i++) {
        const size_t at = (size_t)take_byte(c) << 8 | take_byte(c);
        package->data[at % package->len] ^= (uint8_t)(1 + take_below(c, 255));
    }
    if (take_below(c, 4) == 1)
        package->len -= take_byte(c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cursor c = {data, size};
    cl_cleanup(cl_buf_free) struct cl_buf older = cl_buf(ROOM), newer = cl_buf(ROOM);
    const uint64_t before = 1 + take_below(&c, SIZE_MAX_OF_ONE);
    const uint64_t after = before + take_below(&c, SIZE_MAX_OF_ONE);
    const uint64_t fork = 1 + take_below(&c, 2 * SIZE_MAX_OF_ONE);
    struct cl_verify_options options = {.block = take_below(&c, 3) ? take_byte(&c) * 7u : 0,
                                        .stretches = 2 + take_below(&c, 30)};
    struct seen seen;
    struct cl_verified first, second;
    make(&c, before, UINT64_MAX, &older);
    make(&c, after, fork, &newer);
    struct cl_source old_source = memory(&older), new_source = memory(&newer);
    always(verify(&old_source, (struct cl_verify_options){0}, &seen, &first) && first.good);
    options.earlier = &first.state;
    options.earlier_source = &old_source;
    always(verify(&new_source, options, &seen, &second));
    always(second.good == (fork >= before));
    if (!second.good)
        check_place(&seen, fork);
    if (c.left == 0)
        return 0;
    change(&c, &older);
    old_source = memory(&older);
    always(verify(&new_source, options, &seen, &second));
    always(second.good == (fork >= before));
    return 0;
}
