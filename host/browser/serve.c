#include "browser/serve.h"

#include "base/frame.h"
#include "base/limits.h"

static enum cl_err serve(struct cl_peer *peer, int in, int out)
{
    cl_cleanup(cl_buf_free) struct cl_buf request = cl_buf(CL_REQUEST_MAX);
    cl_cleanup(cl_buf_free) struct cl_buf answer = cl_buf(CL_REPLY_MAX);
    bool end = false;

    while (!peer->last) {
        enum cl_err read = cl_frame_read(in, &request, &end);
        enum cl_err err;

        if (!read && end)
            return CL_OK;
        err = read ? cl_ops_refuse(read, &answer) : cl_ops_answer(peer, &request, &answer);
        if (!err)
            err = cl_frame_write(out, &answer);
        cl_ops_settle(peer);
        if (err || read)
            return err ? err : read;
        cl_buf_clear(&request);
    }
    return CL_OK;
}

enum cl_err cl_serve(int in, int out, enum cl_err (*enter_cage)(struct cl_peer *, bool))
{
    cl_cleanup(cl_ops_end) struct cl_peer peer = {
        .patient = in, .enter_cage = enter_cage, .starter = -1};

    return serve(&peer, in, out);
}
