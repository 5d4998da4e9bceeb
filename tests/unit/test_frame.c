#include "base/frame.h"

#include "base/io.h"
#include "base/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* A process that writes the bytes in pieces of `step` and closes; returns the end to read from. */
static int play(const void *bytes, size_t len, size_t step, pid_t *ret_pid)
{
    int fds[2];
    assert_int_equal(pipe(fds), 0);
    *ret_pid = fork();
    assert_true(*ret_pid >= 0);
    if (*ret_pid == 0) {
        const uint8_t *at = bytes;
        close(fds[0]);
        for (size_t n; len > 0; at += n, len -= n) {
            n = step < len ? step : len;
            if (cl_io_write(fds[1], at, n))
                _exit(1);
            if (step < 100)
                usleep(300);
        }
        _exit(0);
    }
    close(fds[1]);
    return fds[0];
}

static void end_play(int fd, pid_t pid)
{
    close(fd);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
}

/* Append a frame whose header says `said`. */
static size_t add_frame(uint8_t *to, uint32_t said, const char *body)
{
    memcpy(to, &said, sizeof said);
    memcpy(to + sizeof said, body, strlen(body));
    return sizeof said + strlen(body);
}

static void expect_frame(int fd, struct cl_buf *body, const char *expected)
{
    bool end = true;
    assert_int_equal(cl_frame_read(fd, body, &end), CL_OK);
    assert_false(end);
    assert_int_equal(body->len, strlen(expected));
    assert_memory_equal(body->data, expected, body->len);
}

/* However the bytes come in: header split, header and body in two writes, two frames in one write.
 */
static void frames_come_whole(void **state)
{
    (void)state;
    uint8_t bytes[64];
    size_t len = add_frame(bytes, 2, "{}");
    len += add_frame(bytes + len, 7, "{\"a\":1}");
    len += add_frame(bytes + len, 1, "1");
    for (size_t step = 1; step <= len; step++) {
        pid_t pid;
        bool end = false;
        int fd = play(bytes, len, step, &pid);
        cl_cleanup(cl_buf_free) struct cl_buf body = cl_buf(CL_REQUEST_MAX);
        expect_frame(fd, &body, "{}");
        expect_frame(fd, &body, "{\"a\":1}");
        expect_frame(fd, &body, "1");
        assert_int_equal(cl_frame_read(fd, &body, &end), CL_OK);
        assert_true(end);
        assert_int_equal(body.len, 0);
        end_play(fd, pid);
    }
}

static void an_end_inside_is_a_cut(void **state)
{
    (void)state;
    uint8_t bytes[64];
    size_t len = add_frame(bytes, 7, "{\"a\":1}");
    for (size_t cut = 1; cut < len; cut++) {
        pid_t pid;
        bool end = false;
        int fd = play(bytes, cut, 100, &pid);
        cl_cleanup(cl_buf_free) struct cl_buf body = cl_buf(100);
        assert_int_equal(cl_frame_read(fd, &body, &end), CL_FRAME_CUT);
        assert_false(end);
        assert_int_equal(body.len, 0);
        end_play(fd, pid);
    }
}

static void lengths_are_refused_before_memory_is_had(void **state)
{
    (void)state;
    static const uint32_t lengths[] = {0, 101, 0x01000000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        uint8_t bytes[64];
        pid_t pid;
        bool end = false;
        int fd = play(bytes, add_frame(bytes, lengths[i], "rest"), 100, &pid);
        cl_cleanup(cl_buf_free) struct cl_buf body = cl_buf(100);
        assert_int_equal(cl_frame_read(fd, &body, &end), CL_FRAME_LENGTH);
        assert_false(end);
        assert_null(body.data);
        /* Nothing further was read. */
        assert_int_equal(read(fd, bytes, sizeof bytes), 4);
        end_play(fd, pid);
    }
}

static void a_promise_reserves_little(void **state)
{
    (void)state;
    uint8_t bytes[64];
    pid_t pid;
    bool end = false;
    int fd = play(bytes, add_frame(bytes, CL_REQUEST_MAX, "that was all"), 100, &pid);
    cl_cleanup(cl_buf_free) struct cl_buf body = cl_buf(CL_REQUEST_MAX);
    assert_int_equal(cl_frame_read(fd, &body, &end), CL_FRAME_CUT);
    assert_in_range(body.cap, 1, 128 * 1024);
    end_play(fd, pid);
}

static void the_longest_is_taken(void **state)
{
    (void)state;
    uint32_t len = CL_REQUEST_MAX;
    uint8_t *bytes = malloc(len + sizeof len);
    assert_non_null(bytes);
    memcpy(bytes, &len, sizeof len);
    for (uint32_t i = 0; i < len; i++)
        bytes[sizeof len + i] = (uint8_t)(i * 7 + i / 251);
    pid_t pid;
    bool end = true;
    int fd = play(bytes, len + sizeof len, 100000, &pid);
    cl_cleanup(cl_buf_free) struct cl_buf body = cl_buf(CL_REQUEST_MAX);
    assert_int_equal(cl_frame_read(fd, &body, &end), CL_OK);
    assert_false(end);
    assert_int_equal(body.len, len);
    assert_memory_equal(body.data, bytes + sizeof len, len);
    end_play(fd, pid);
    free(bytes);
}

static void a_broken_descriptor_is_an_error(void **state)
{
    (void)state;
    bool end = false;
    cl_cleanup(cl_buf_free) struct cl_buf body = cl_buf(100);
    assert_int_equal(cl_frame_read(-1, &body, &end), CL_IO);
    assert_int_equal(cl_buf_put_str(&body, "{}"), CL_OK);
    assert_int_equal(cl_frame_write(-1, &body), CL_IO);
    assert_false(end);
}

static void writes_header_and_body(void **state)
{
    (void)state;
    int fds[2];
    uint8_t bytes[64];
    uint8_t expected[64];
    cl_cleanup(cl_buf_free) struct cl_buf body = cl_buf(100);
    assert_int_equal(pipe(fds), 0);
    assert_int_equal(cl_buf_put_str(&body, "{\"ok\":true}"), CL_OK);
    assert_int_equal(cl_frame_write(fds[1], &body), CL_OK);
    ssize_t n = read(fds[0], bytes, sizeof bytes);
    assert_int_equal(n, add_frame(expected, 11, "{\"ok\":true}"));
    assert_memory_equal(bytes, expected, (size_t)n);
    close(fds[0]);
    signal(SIGPIPE, SIG_IGN);
    assert_int_equal(cl_frame_write(fds[1], &body), CL_IO);
    close(fds[1]);
}

static void too_long_a_reply_is_not_begun(void **state)
{
    (void)state;
    int fds[2];
    uint8_t *room;
    cl_cleanup(cl_buf_free) struct cl_buf body = cl_buf(CL_REPLY_MAX + 1);
    assert_int_equal(cl_buf_room(&body, CL_REPLY_MAX + 1, &room), CL_OK);
    memset(room, ' ', CL_REPLY_MAX + 1);
    assert_int_equal(pipe(fds), 0);
    assert_int_equal(cl_frame_write(fds[1], &body), CL_REPLY_TOO_LONG);
    close(fds[1]);
    assert_int_equal(read(fds[0], room, 1), 0);
    close(fds[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_come_whole),
        cmocka_unit_test(an_end_inside_is_a_cut),
        cmocka_unit_test(lengths_are_refused_before_memory_is_had),
        cmocka_unit_test(a_promise_reserves_little),
        cmocka_unit_test(the_longest_is_taken),
        cmocka_unit_test(a_broken_descriptor_is_an_error),
        cmocka_unit_test(writes_header_and_body),
        cmocka_unit_test(too_long_a_reply_is_not_begun),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
