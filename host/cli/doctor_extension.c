/* Which copies of the extension a browser has, as far as its files tell, and whether each can work.
 */
#include "cli/doctor.h"

#include "base/buf.h"
#include "cli/browsers.h"
#include "cli/manifest.h"
#include "cli/packed.h"
#include "cli/profile.h"
#include "cli/say.h"
#include "cli/terminal.h"
#include "manifest_text.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHROMIUM_LINK "/usr/share/chromium/extensions/org.consentlog.consentlog"
#define GECKO_FOLDER  "/usr/share/mozilla/extensions/{ec8030f7-c20a-464f-9b0e-13a3a9e97384}"
#define GECKO_FILE    GECKO_FOLDER "/" PROFILE_GECKO ".xpi"
#define GECKO_SCAN    "/etc/firefox-esr/consentlog.js"
#define GECKO_PROGRAM "/usr/lib/firefox-esr"

static bool is_there(const char *path)
{
    cl_cleanup(term_free) char *file = browser_for_all(path);
    return access(file, F_OK) == 0;
}

/* ---- one profile ------------------------------------------------------------------------- */

/* What is looked at, and how to call it. */
struct view {
    struct doctor *doctor;
    const struct browser *browser;
    const char *name; /* of the profile */
    struct profile profile;
    struct packed_ids packed;
    bool removed; /* by the member, who is told so */
};

static bool linked(const struct view *view)
{
    return strcmp(view->browser->name, "chromium") == 0 && is_there(CHROMIUM_LINK);
}

/* Does this copy run? One that was named on a command line does if it is named again. */
static bool runs(const struct view *view, const struct profile_copy *copy)
{
    return copy->enabled && (copy->way != PROFILE_GIVEN || linked(view));
}

static void check_permission(struct view *view, const struct profile_copy *copy)
{
    if (!copy->may_look)
        doctor_add(view->doctor, "extension-permission", DOCTOR_WARNING,
                   term_format("The extension may not look at linkedin.com in the profile %s of "
                               "%s, so nothing is recorded there.",
                               view->name, view->browser->title),
                   term_format("Press consentlog's button in its toolbar, and there: Allow "
                               "consentlog on linkedin.com"));
}

static const char *packed_version(const struct view *view, const char *id)
{
    for (size_t i = 0; i < view->packed.count; i++)
        if (strcmp(view->packed.ids[i], id) == 0)
            return view->packed.versions[i];
    return NULL;
}

/* True if the manifest that this browser reads, the user's before everyone's, names the id; or if
 * there is none to read, which is told elsewhere. */
static bool is_allowed(const struct browser *browser, const char *id)
{
    cl_cleanup(term_free) char *origin = term_format("\"chrome-extension://%s/\"", id);
    for (int all = 0; all <= 1; all++) {
        cl_cleanup(term_free) char *file = browser_manifest(browser, all == 1);
        cl_cleanup(cl_buf_free) struct cl_buf text = cl_buf(MANIFEST_MAX);
        if (file && manifest_look(file, &text, NULL) == MANIFEST_OURS)
            return memmem(text.data, text.len, origin, strlen(origin)) != NULL;
    }
    return true;
}

static void check_allowed(struct view *view, const struct profile_copy *copy)
{
    const char *name = view->browser->name;
    if (is_allowed(view->browser, copy->id))
        return;
    bool ours = packed_version(view, copy->id) || strcmp(copy->id, CHROMIUM_FIRST_ID) == 0;
    doctor_add(view->doctor, "extension-unknown", DOCTOR_WARNING,
               term_format("The extension in the profile %s of %s has the id %s, which is not "
                           "registered: the program does not answer it.",
                           view->name, view->browser->title, copy->id),
               ours ? term_format("consentlog register --browser %s", name)
                    : term_format("Remove it in chrome://extensions there, and install consentlog "
                                  "again."));
}

/* As Chromium compares them: number by number, and what is not there is 0. */
static int compare_versions(const char *one, const char *other)
{
    while (*one || *other) {
        char *one_end, *other_end;
        const unsigned long a = strtoul(one, &one_end, 10), b = strtoul(other, &other_end, 10);
        if (a != b)
            return a < b ? -1 : 1;
        one = one_end + (*one_end != '\0');
        other = other_end + (*other_end != '\0');
    }
    return 0;
}

/* A browser takes no older version in the place of a newer one. */
static void tell_newer(struct view *view, const char *there, const char *installed)
{
    doctor_add(view->doctor, "extension-newer", DOCTOR_NOTE,
               term_format("The extension in the profile %s of %s is version %s, newer than the "
                           "installed %s; a browser keeps the newer one.",
                           view->name, view->browser->title, there, installed),
               term_format("Install the newer consentlog again. Or, to go back: bash "
                           "manifests/install.sh --uninstall, start %s once, then install anew; "
                           "the log stays.",
                           view->browser->title));
}

/* Between the installation and the browser's next look nothing is wrong yet. */
static void check_update(struct view *view, const struct profile_copy *copy)
{
    const char *newest = packed_version(view, copy->id);
    const int order =
        newest && *newest && *copy->version ? compare_versions(copy->version, newest) : 0;
    if (order > 0)
        tell_newer(view, copy->version, newest);
    if (order >= 0)
        return;
    bool waits = view->packed.written >= view->profile.written;
    doctor_add(
        view->doctor, "extension-update", waits ? DOCTOR_NOTE : DOCTOR_WARNING,
        term_format("The extension in the profile %s of %s is still version %s; installed "
                    "is %s.",
                    view->name, view->browser->title, copy->version, newest),
        term_format(waits ? N_("Start %s, leave it open for some minutes, and start it again.")
                          : N_("Close all windows of %s and start it twice. If it stays so: bash "
                               "manifests/install.sh --uninstall, then install anew; the log "
                               "stays."),
                    view->browser->title));
}

/* Two copies both record. The one to remove is one that a browser lets go. */
static void check_twice(struct view *view)
{
    size_t count = linked(view) ? 1 : 0;
    const char *id = NULL;
    for (size_t i = 0; i < view->profile.count; i++) {
        const struct profile_copy *copy = &view->profile.copies[i];
        if (!runs(view, copy) || copy->way == PROFILE_GIVEN)
            continue;
        if (linked(view) && strcmp(copy->id, CHROMIUM_FIRST_ID) == 0)
            continue; /* the same one */
        count++;
        if (!id || copy->way == PROFILE_PACKED)
            id = copy->id;
    }
    if (count > 1)
        doctor_add(
            view->doctor, "extension-twice", DOCTOR_WARNING,
            term_format("%s has the extension twice in its profile %s, and both record.",
                        view->browser->title, view->name),
            term_format("Open chrome://extensions there and remove the one with the id %s", id));
}

static void check_removed(struct view *view, const char *folder)
{
    for (size_t i = 0; i < view->packed.count; i++)
        if (view->profile.count == 0 && !linked(view) &&
            profile_removed(folder, view->packed.ids[i])) {
            view->removed = true;
            doctor_add(view->doctor, "extension-removed", DOCTOR_NOTE,
                       term_format("You have removed the extension from the profile %s of %s, and "
                                   "it stays removed.",
                                   view->name, view->browser->title),
                       term_format("To have it again: bash manifests/install.sh --uninstall, then "
                                   "install anew."));
        }
}

static void check_chromium(struct view *view, const char *folder)
{
    const char *known[PACKED_MAX + 1] = {CHROMIUM_FIRST_ID};
    view->packed = packed_ids(NULL, false);
    for (size_t i = 0; i < view->packed.count; i++)
        known[i + 1] = view->packed.ids[i];
    view->profile = profile_chromium(folder, known, view->packed.count + 1);
    check_twice(view);
    check_removed(view, folder);
    for (size_t i = 0; i < view->profile.count; i++) {
        const struct profile_copy *copy = &view->profile.copies[i];
        if (!runs(view, copy))
            continue;
        check_permission(view, copy);
        check_allowed(view, copy);
        check_update(view, copy);
    }
}

static void check_gecko(struct view *view, const char *folder)
{
    view->profile = profile_gecko(folder);
    const struct profile_copy *copy = view->profile.count > 0 ? &view->profile.copies[0] : NULL;
    if (copy && copy->refused)
        doctor_add(view->doctor, "extension-refused", DOCTOR_WARNING,
                   term_format("%s does not run the extension in its profile %s: it is older than "
                               "version %s, or takes signed packages only.",
                               view->browser->title, view->name, GECKO_OLDEST),
                   term_format("Update it (Debian brings the new one with its security updates), "
                               "or take Firefox ESR of Debian."));
    else if (copy && copy->enabled)
        check_permission(view, copy);
}

/* ---- all profiles ------------------------------------------------------------------------ */

/* What the profiles of one browser come to. */
struct sum {
    bool any;  /* the browser was started and has written of its extensions */
    bool here; /* one has the extension, or had it and is told of */
};

static bool has_it(const struct view *view)
{
    bool has = view->removed;
    for (size_t i = 0; i < view->profile.count; i++)
        has = has || view->profile.copies[i].way != PROFILE_GIVEN;
    return has;
}

static void check_profiles(struct doctor *doctor, const struct browser *browser, const char *folder,
                           struct sum *sum)
{
    bool gecko = browser->kind == BROWSER_GECKO;
    DIR *dir = folder ? opendir(folder) : NULL;
    if (!dir)
        return;
    for (const struct dirent *one; (one = readdir(dir)) != NULL;) {
        struct view view = {.doctor = doctor, .browser = browser, .name = one->d_name};
        cl_cleanup(term_free) char *profile = term_format("%s/%s", folder, one->d_name);
        if (one->d_name[0] == '.')
            continue;
        (gecko ? check_gecko : check_chromium)(&view, profile);
        sum->any = sum->any || view.profile.written > 0;
        sum->here = sum->here || has_it(&view);
    }
    closedir(dir);
}

static void tell_absent(struct doctor *doctor, const struct browser *browser)
{
    const char *title = browser->title;
    if (browser->kind == BROWSER_GECKO)
        doctor_add(doctor, "extension-absent", DOCTOR_NOTE,
                   term_format("No profile of %s has the extension, unless it was loaded by hand "
                               "since %s was started.",
                               title, title),
                   term_format("docs/install.md says how %s takes it.", title));
    else
        doctor_add(
            doctor, "extension-absent", DOCTOR_NOTE,
            term_format("No profile of %s has the extension, so nothing is recorded there.", title),
            term_format("Start %s once. If it does not come by itself, docs/install.md says "
                        "how %s takes it.",
                        title, title));
}

/* ---- for everyone ------------------------------------------------------------------------ */

static void check_gecko_file(struct doctor *doctor)
{
    if (!is_there(GECKO_FILE))
        return;
    if (!is_there(GECKO_PROGRAM))
        doctor_add(doctor, "extension-signed", DOCTOR_NOTE,
                   term_format("The extension is there for Debian's Firefox ESR; another Firefox "
                               "takes signed packages only."),
                   term_format("Install firefox-esr, or load the extension by hand."));
    else if (!is_there(GECKO_SCAN))
        doctor_add(doctor, "extension-scan", DOCTOR_WARNING,
                   term_format("Firefox does not look for what was installed after its profile was "
                               "made: %s is missing.",
                               GECKO_SCAN),
                   term_format("sudo bash manifests/install.sh --system"));
    else
        doctor_add(doctor, "extension", DOCTOR_OK,
                   term_format("%s loads the extension by itself: %s", "Firefox", GECKO_FILE),
                   NULL);
}

/* For everyone, so that no profile needs it. */
static bool is_for_all(const struct browser *browser)
{
    return (strcmp(browser->name, "firefox") == 0 && is_there(GECKO_FILE)) ||
           (strcmp(browser->name, "chromium") == 0 && is_there(CHROMIUM_LINK));
}

void doctor_extension(struct doctor *doctor, const struct browser *browser, bool registered)
{
    struct sum sum = {.here = is_for_all(browser)};
    if (strcmp(browser->name, "firefox") == 0)
        check_gecko_file(doctor);
    if (strcmp(browser->name, "chromium") == 0 && is_there(CHROMIUM_LINK))
        doctor_add(doctor, "extension", DOCTOR_OK,
                   term_format("%s loads the extension by itself: %s", "Chromium", CHROMIUM_LINK),
                   NULL);
    for (int newer = 0; newer <= 1; newer++) {
        cl_cleanup(term_free) char *folder = browser_profiles(browser, newer == 1);
        check_profiles(doctor, browser, folder, &sum);
    }
    /* A snap's profiles are elsewhere. */
    if (registered && sum.any && !sum.here && !(browser_here(browser) & BROWSER_SNAP))
        tell_absent(doctor, browser);
}
