/* What everything that the extension sends has in common: its random id, who sent it, and addresses
 * of LinkedIn. */
#ifndef CL_CLIENT_H
#define CL_CLIENT_H

#include "json/reader.h"
#include "json/writer.h"

#define CL_SITE    "https://www.linkedin.com/"
#define CL_READING 33 /* 32 hex digits and NUL */

/* chromium chrome edge brave vivaldi opera firefox other, NULL-terminated */
extern const char *const cl_browser_names[];

struct cl_client {
    int browser;           /* index in cl_browser_names */
    const char *version;   /* ≤ 32, borrowed */
    const char *extension; /* ≤ 32, borrowed */
};

/* The member `reading`: the browser's random id, so that a repeat is recognised. */
void cl_reading_read(struct cl_reader *r, char ret_id[static CL_READING]);

/* The member `client` of a request. */
void cl_client_read(struct cl_reader *r, struct cl_client *ret);
/* The same of an entry, where the reading's id stands with it. */
void cl_client_read_kept(struct cl_reader *r, struct cl_client *ret,
                         char ret_reading[static CL_READING]);
void cl_client_write_kept(struct cl_json_writer *w, const struct cl_client *client,
                          const char *reading);
/* The same of an entry that has no reading, and may have come from no browser. */
CL_MUST_USE bool cl_client_read_or_null(struct cl_reader *r, struct cl_client *ret);
void cl_client_write_or_null(struct cl_json_writer *w, const struct cl_client *client);

/* Exactly 32 lower-case hex digits? */
CL_MUST_USE bool cl_is_hex_id(const char *text);
/* https://www.linkedin.com/…: scheme, host and path alone, in the ASCII that browsers serialise
 * addresses to? */
CL_MUST_USE bool cl_is_page_url(const char *url);

#endif
