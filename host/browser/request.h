/* One request while it is answered, for ops.c and op_*.c alone. */
#ifndef CL_REQUEST_H
#define CL_REQUEST_H

#include "browser/ops.h"
#include "json/reader.h"
#include "json/writer.h"

struct request {
    struct cl_peer *peer;
    struct cl_reader params;
    struct cl_json_writer result; /* open in the result object */
};

/* Each reads its parameters to the end before it does anything, and writes the members of its
 * result. */

enum cl_err op_document(struct request *r);
enum cl_err op_attachment(struct request *r);
enum cl_err op_keep(struct request *r);

/* Done by the program consentlog, which has the libraries for it. */
enum cl_err op_export(struct request *r);
enum cl_err op_open(struct request *r);
enum cl_err op_recovery_show(struct request *r);
enum cl_err op_timestamp_request(struct request *r);
enum cl_err op_timestamp_store(struct request *r);

#endif
