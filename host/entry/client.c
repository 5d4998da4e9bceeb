#include "entry/client.h"

#include <string.h>

#define ID_DIGITS (CL_READING - 1)

const char *const cl_browser_names[] = {"chromium", "chrome",  "edge",  "brave", "vivaldi",
                                        "opera",    "firefox", "other", NULL};

bool cl_is_hex_id(const char *text)
{
    return strlen(text) == ID_DIGITS && strspn(text, "0123456789abcdef") == ID_DIGITS;
}

bool cl_is_page_url(const char *url)
{
    if (strncmp(url, CL_SITE, sizeof CL_SITE - 1) != 0)
        return false;
    for (const char *p = url; *p != '\0'; p++)
        if (*p <= ' ' || *p > '~')
            return false;
    return !strpbrk(url, "?#\"<>\\");
}

void cl_reading_read(struct cl_reader *r, char ret_id[static CL_READING])
{
    const char *id = cl_read_str(r, "reading", ID_DIGITS);
    if (r->fault->err)
        return;
    if (cl_is_hex_id(id))
        memcpy(ret_id, id, CL_READING);
    else
        cl_read_fail(r, "reading", CL_BAD_VALUE);
}

static void read_members(struct cl_reader *r, struct cl_client *ret)
{
    ret->browser = cl_read_enum(r, "browser", cl_browser_names);
    ret->version = cl_read_str(r, "version", 32);
    ret->extension = cl_read_str(r, "extension", 32);
}

void cl_client_read(struct cl_reader *r, struct cl_client *ret)
{
    struct cl_reader client = cl_read_object(r, "client");
    read_members(&client, ret);
    cl_read_close(&client);
}

void cl_client_read_kept(struct cl_reader *r, struct cl_client *ret,
                         char ret_reading[static CL_READING])
{
    struct cl_reader client = cl_read_object(r, "client");
    read_members(&client, ret);
    cl_reading_read(&client, ret_reading);
    cl_read_close(&client);
}

bool cl_client_read_or_null(struct cl_reader *r, struct cl_client *ret)
{
    bool none = false;
    struct cl_reader client = cl_read_object_or_null(r, "client", &none);
    if (none)
        return false;
    read_members(&client, ret);
    cl_read_close(&client);
    return true;
}

static void write_members(struct cl_json_writer *w, const struct cl_client *client)
{
    cl_json_object(w, "client");
    cl_json_str(w, "browser", cl_browser_names[client->browser]);
    cl_json_str(w, "version", client->version);
    cl_json_str(w, "extension", client->extension);
}

void cl_client_write_kept(struct cl_json_writer *w, const struct cl_client *client,
                          const char *reading)
{
    write_members(w, client);
    cl_json_str(w, "reading", reading);
    cl_json_object_end(w);
}

void cl_client_write_or_null(struct cl_json_writer *w, const struct cl_client *client)
{
    if (!client) {
        cl_json_str(w, "client", NULL);
        return;
    }
    write_members(w, client);
    cl_json_object_end(w);
}
