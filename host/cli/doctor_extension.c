/* Which copies of the extension a browser has, as far as its files tell. What a browser writes
 * about its extensions is its own business and no format of ours: it is looked through, not parsed,
 * and what is not found is not told. */
#include "cli/doctor.h"

#include "base/buf.h"
#include "cli/browsers.h"
#include "cli/packed.h"
#include "cli/terminal.h"
#include "manifest_text.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PREFERENCES_MAX (16U << 20)
#define CHROMIUM_LINK   "/usr/share/chromium/extensions/org.consentlog.consentlog"
#define GECKO_FOLDER    "/usr/share/mozilla/extensions/{ec8030f7-c20a-464f-9b0e-13a3a9e97384}"
#define GECKO_FILE      GECKO_FOLDER "/consentlog@consentlog.org.xpi"
#define GECKO_SCAN      "/etc/firefox-esr/consentlog.js"
#define GECKO_PROGRAM   "/usr/lib/firefox-esr"
#define BY_HAND         "\"location\":4" /* Chromium's Manifest::Location of an unpacked one */

static bool is_there(const char *path)
{
    cl_cleanup(term_free) char *file = browser_for_all(path);
    return access(file, F_OK) == 0;
}

/* ---- a profile of Chromium or its kin ---------------------------------------------------- */

static bool read_file(const char *file, struct cl_buf *to)
{
    uint8_t chunk[65536];
    int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return false;
    ssize_t n;
    while ((n = read(fd, chunk, sizeof chunk)) > 0)
        if (cl_buf_put(to, chunk, (size_t)n) != CL_OK)
            break;
    close(fd);
    return n == 0;
}

/* The end of the JSON object that begins at `at`, or `end`. */
static const char *object_end(const char *at, const char *end)
{
    int depth = 0;
    bool in_string = false;
    for (; at < end; at++) {
        if (in_string && *at == '\\')
            at++;
        else if (*at == '"')
            in_string = !in_string;
        else if (!in_string && *at == '{')
            depth++;
        else if (!in_string && *at == '}' && --depth == 0)
            return at;
    }
    return end;
}

static bool within(const char *from, const char *to, const char *text)
{
    return memmem(from, (size_t)(to - from), text, strlen(text)) != NULL;
}

/* Is there a record under this id that holds the text? */
static bool has_record(const struct cl_buf *prefs, const char *id, const char *text)
{
    cl_cleanup(term_free) char *key = term_format("\"%s\":{", id);
    const char *end = (const char *)prefs->data + prefs->len;
    const char *at = (const char *)prefs->data;
    while ((at = memmem(at, (size_t)(end - at), key, strlen(key))) != NULL) {
        const char *object = at + strlen(key) - 1;
        if (within(object, object_end(object, end), text))
            return true;
        at = object;
    }
    return false;
}

static bool was_removed(const struct cl_buf *prefs, const char *id)
{
    static const char key[] = "\"external_uninstalls\":[";
    const char *data = (const char *)prefs->data;
    const char *list = memmem(data, prefs->len, key, sizeof key - 1);
    if (!list)
        return false;
    const char *end = memchr(list, ']', prefs->len - (size_t)(list - data));
    return end && within(list, end, id);
}

struct copies {
    bool fixed;   /* loaded by hand, or from the system's folder */
    bool packed;  /* the one that was packed on this computer */
    bool removed; /* that one, by the member */
    char id[PACKED_ID_LEN + 1];
};

static struct copies copies_in(const struct browser *browser, const struct cl_buf *prefs)
{
    struct copies copies = {0};
    struct packed_ids ids = packed_ids(false);
    copies.fixed = has_record(prefs, CHROMIUM_FIRST_ID, BY_HAND) ||
                   (strcmp(browser->name, "chromium") == 0 && is_there(CHROMIUM_LINK));
    for (size_t i = 0; i < ids.count; i++) {
        bool removed = was_removed(prefs, ids.ids[i]);
        copies.removed = copies.removed || removed;
        if (removed || !has_record(prefs, ids.ids[i], "\"path\":"))
            continue;
        copies.packed = true;
        memcpy(copies.id, ids.ids[i], sizeof copies.id);
    }
    return copies;
}

static void check_profile(struct doctor *doctor, const struct browser *browser, const char *profile,
                          const struct cl_buf *prefs)
{
    struct copies copies = copies_in(browser, prefs);
    if (copies.fixed && copies.packed)
        doctor_add(doctor, "extension-twice", DOCTOR_WARNING,
                   term_format("%s has the extension twice in its profile %s, and both record.",
                               browser->title, profile),
                   term_format("Open chrome://extensions there and remove the one with the id %s",
                               copies.id));
    if (copies.removed && !copies.fixed)
        doctor_add(doctor, "extension-removed", DOCTOR_NOTE,
                   term_format("You have removed the extension from the profile %s of %s, and it "
                               "stays removed.",
                               profile, browser->title),
                   term_format("To have it again: bash manifests/install.sh --uninstall, then "
                               "install anew."));
}

static void check_profiles(struct doctor *doctor, const struct browser *browser)
{
    cl_cleanup(term_free) char *folder = browser_folder(browser);
    DIR *dir = folder ? opendir(folder) : NULL;
    if (!dir)
        return;
    for (const struct dirent *one; (one = readdir(dir)) != NULL;) {
        cl_cleanup(term_free) char *file = term_format("%s/%s/Preferences", folder, one->d_name);
        cl_cleanup(cl_buf_free) struct cl_buf prefs = cl_buf(PREFERENCES_MAX);
        if (one->d_name[0] != '.' && read_file(file, &prefs) && prefs.len > 0)
            check_profile(doctor, browser, one->d_name, &prefs);
    }
    closedir(dir);
}

/* ---- Firefox ----------------------------------------------------------------------------- */

static void check_gecko(struct doctor *doctor, const struct browser *browser)
{
    if (strcmp(browser->name, "firefox") != 0 || !is_there(GECKO_FILE))
        return;
    if (!is_there(GECKO_PROGRAM))
        doctor_add(doctor, "extension-signed", DOCTOR_NOTE,
                   term_format("The extension is there for Debian's Firefox ESR; another Firefox "
                               "takes signed packages only."),
                   term_format("Install firefox-esr, or load the extension by hand."));
    else if (!is_there(GECKO_SCAN))
        doctor_add(doctor, "extension-scan", DOCTOR_WARNING,
                   term_format("Firefox does not look for what was installed after its profile was "
                               "made: " GECKO_SCAN " is missing."),
                   term_format("sudo bash manifests/install.sh --system"));
    else
        doctor_add(doctor, "extension", DOCTOR_OK,
                   term_format("Firefox loads the extension by itself: " GECKO_FILE), NULL);
}

void doctor_extension(struct doctor *doctor, const struct browser *browser)
{
    if (browser->kind == BROWSER_GECKO) {
        check_gecko(doctor, browser);
        return;
    }
    if (strcmp(browser->name, "chromium") == 0 && is_there(CHROMIUM_LINK))
        doctor_add(doctor, "extension", DOCTOR_OK,
                   term_format("Chromium loads the extension by itself: " CHROMIUM_LINK), NULL);
    check_profiles(doctor, browser);
}
