#include "cli/doctor.h"

#include "base/io.h"
#include "cli/browsers.h"
#include "cli/manifest.h"
#include "cli/probe.h"
#include "cli/terminal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- programs ---------------------------------------------------------------------------- */

static void greet(struct doctor *doctor, const char *host)
{
    char version[33] = "";
    enum probe_answer answer = probe_host(host, version);
    if (answer == PROBE_NOT_STARTED)
        doctor_add(doctor, "host-starts", DOCTOR_ERROR,
                   term_format("%s does not start: %s.", host, strerror(errno)),
                   term_format("Install consentlog again."));
    else if (answer == PROBE_SILENT)
        doctor_add(doctor, "host-starts", DOCTOR_ERROR,
                   term_format("%s starts but does not answer.", host),
                   term_format("Run it in a terminal to see its message; if there is none, install "
                               "consentlog again."));
    else if (answer == PROBE_NOT_OURS)
        doctor_add(doctor, "host-starts", DOCTOR_ERROR,
                   term_format("%s answers, but not as consentlog-host.", host),
                   term_format("Install consentlog again, then: consentlog register"));
    else if (strcmp(version, CL_VERSION) != 0)
        doctor_add(doctor, "host-version", DOCTOR_WARNING,
                   term_format("%s has version %s, this program %s.", host, version, CL_VERSION),
                   term_format("Install both together again."));
    else
        doctor_add(doctor, "host-starts", DOCTOR_OK,
                   term_format("consentlog-host %s answers: %s", version, host), NULL);
}

/* With sudo the browsers are those of HOME's owner. */
static uid_t member(void)
{
    struct stat st;
    const char *home = getenv("HOME");
    return geteuid() == 0 && home && stat(home, &st) == 0 ? st.st_uid : geteuid();
}

static void check_home(struct doctor *doctor)
{
    struct stat st;
    const char *home = getenv("HOME");
    if (!home || home[0] != '/' || stat(home, &st) != 0 || !S_ISDIR(st.st_mode))
        doctor_add(doctor, "home", DOCTOR_ERROR,
                   term_format("HOME does not name a folder, so neither browsers nor log can be "
                               "found."),
                   term_format("Log in anew; or, with your own folder: export HOME=/home/you"));
    else if (st.st_uid != geteuid())
        doctor_add(doctor, "home", DOCTOR_ERROR, term_format("%s belongs to another user.", home),
                   term_format("Run this as that user, without sudo."));
}

/* Who may change a file that a browser trusts? Only its owner, and that is the user or root. */
static char *unsafe(const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return NULL;
    if (st.st_uid != 0 && st.st_uid != member())
        return term_format("%s belongs to another user.", path);
    if (st.st_mode & (S_IWGRP | S_IWOTH))
        return term_format("%s can be changed by other users.", path);
    return NULL;
}

/* Takes `remedy`. What others could change may have been changed: to take it back is not enough. */
static void check_safe(struct doctor *doctor, const char *id, const char *path, char *remedy)
{
    char *why = unsafe(path);
    if (why)
        doctor_add(doctor, id, DOCTOR_ERROR, why, remedy);
    else
        term_free(&remedy);
}

/* A program, and the folders that it lies in: a browser, or the host, starts what has its name. */
static void check_program_safe(struct doctor *doctor, const char *id, const char *program)
{
    char where[CL_IO_WHERE];
    char *why = unsafe(program);
    if (!why && cl_io_program_safe(program, where))
        why = term_format("%s can be changed by other users.", where);
    if (why)
        doctor_add(doctor, id, DOCTOR_ERROR, why,
                   term_format("Look at it, remove it, and install consentlog again."));
}

static void programs(struct doctor *doctor)
{
    doctor_add(doctor, "version", DOCTOR_OK, term_format("consentlog %s", CL_VERSION), NULL);
    cl_cleanup(term_free) char *self = realpath("/proc/self/exe", NULL);
    if (self)
        check_program_safe(doctor, "program-owner", self);
    cl_cleanup(term_free) char *host = manifest_own_host();
    if (!host) {
        doctor_add(doctor, "host", DOCTOR_ERROR,
                   term_format("consentlog-host is not where it was installed."),
                   term_format("Install consentlog again."));
        return;
    }
    greet(doctor, host);
    check_program_safe(doctor, "host-owner", host);
}

/* ---- one manifest ------------------------------------------------------------------------ */

/* The command that writes it. */
static char *again(const struct browser *browser, bool for_all)
{
    return for_all ? term_format("sudo consentlog register --system --browser %s", browser->name)
                   : term_format("consentlog register --browser %s", browser->name);
}

/* The host that the manifest names. Findings of a host that is not our own are made here. Takes
 * `remedy`. */
static void check_host(struct doctor *doctor, const struct browser *browser, const char *file,
                       const char *host, char *remedy)
{
    cl_cleanup(term_free) char *own = manifest_own_host();
    if (access(host, F_OK) != 0)
        doctor_add(doctor, "manifest-host", DOCTOR_ERROR,
                   term_format("%s starts %s, which is not there (said by %s).", browser->title,
                               host, file),
                   remedy);
    else if (access(host, X_OK) != 0)
        doctor_add(doctor, "manifest-host", DOCTOR_ERROR,
                   term_format("%s starts %s, which cannot be executed.", browser->title, host),
                   (term_free(&remedy), term_format("chmod 755 '%s'", host)));
    else if (!own || strcmp(own, host) != 0) {
        doctor_add(
            doctor, "manifest-host", DOCTOR_NOTE,
            term_format("%s starts another consentlog-host than the one beside this program: %s",
                        browser->title, host),
            remedy);
        greet(doctor, host);
        check_program_safe(doctor, "host-owner", host);
    } else
        term_free(&remedy);
}

/* The ids of copies that are made here come and go with other installations. */
static void check_ids(struct doctor *doctor, const struct browser *browser, bool for_all,
                      const char *file, const struct manifest_ids *ids)
{
    if (*ids->gone)
        doctor_add(doctor, "manifest-id", DOCTOR_WARNING,
                   term_format("%s: there is no copy of the extension made on this computer, or "
                               "none any more, with the id %s, which the file allows: %s",
                               browser->title, ids->gone, file),
                   again(browser, for_all));
    if (*ids->lacking)
        doctor_add(doctor, "manifest-id", DOCTOR_WARNING,
                   term_format("%s: a copy of the extension made on this computer has the id %s, "
                               "which the file does not allow yet: %s",
                               browser->title, ids->lacking, file),
                   again(browser, for_all));
}

static void check_ours(struct doctor *doctor, const struct browser *browser, bool for_all,
                       const char *file, const struct cl_buf *there, const char *host)
{
    size_t before = doctor->count;
    cl_cleanup(term_free) char *remedy = again(browser, for_all);
    check_host(doctor, browser, file, host, again(browser, for_all));
    check_safe(doctor, "manifest-owner", file,
               term_format("Look at it and remove it; then: %s", remedy));
    struct manifest_ids ids;
    if (manifest_compare(browser->kind, host, for_all, there, &ids))
        check_ids(doctor, browser, for_all, file, &ids);
    else
        doctor_add(
            doctor, "manifest-text", DOCTOR_ERROR,
            term_format(
                "%s: the file allows other extensions than this version's, or was edited: %s",
                browser->title, file),
            again(browser, for_all));
    if (doctor->count == before)
        doctor_add(doctor, "manifest", DOCTOR_OK,
                   term_format("%s is registered: %s", browser->title, file), NULL);
}

/* True if something stands there, whatever it is. */
static bool check_file(struct doctor *doctor, const struct browser *browser, bool for_all)
{
    cl_cleanup(term_free) char *file = browser_manifest(browser, for_all);
    cl_cleanup(term_free) char *remedy = again(browser, for_all);
    cl_cleanup(term_free) char *host = NULL;
    cl_cleanup(cl_buf_free) struct cl_buf there = cl_buf(MANIFEST_MAX);
    if (!file)
        return false;
    switch (manifest_look(file, &there, &host)) {
    case MANIFEST_ABSENT:
        return false;
    case MANIFEST_OURS:
        check_ours(doctor, browser, for_all, file, &there, host);
        return true;
    case MANIFEST_FOREIGN:
        doctor_add(
            doctor, "manifest", DOCTOR_ERROR,
            term_format("%s: a file that is not consentlog's, or is broken, stands in the way: %s",
                        browser->title, file),
            term_format("Look at it and move it away; then: %s", remedy));
        return true;
    case MANIFEST_UNREADABLE:
        break;
    }
    doctor_add(doctor, "manifest", DOCTOR_ERROR,
               term_format("%s: %s cannot be read: %s.", browser->title, file, strerror(errno)),
               term_format("Make it readable for yourself, or remove it; then: %s", remedy));
    return true;
}

static void not_registered(struct doctor *doctor, const struct browser *browser)
{
    cl_cleanup(term_free) char *file = browser_manifest(browser, false);
    cl_cleanup(term_free) char *first = file ? manifest_obstacle(file) : NULL;
    cl_cleanup(term_free) char *remedy = again(browser, false);
    doctor_add(doctor, "manifest", DOCTOR_WARNING,
               term_format("%s does not know where the program is.", browser->title),
               first ? term_format("%s; then: %s", first, remedy) : term_format("%s", remedy));
}

/* ---- browsers ---------------------------------------------------------------------------- */

static void hindrances(struct doctor *doctor, const struct browser *browser, unsigned here)
{
    if (here & BROWSER_FLATPAK)
        doctor_add(
            doctor, "flatpak", here & BROWSER_NATIVE ? DOCTOR_NOTE : DOCTOR_WARNING,
            term_format("%s is here as a Flatpak, which can start no program outside itself.",
                        browser->title),
            term_format("Use %s from your distribution's packages for this.", browser->title));
    if ((here & BROWSER_SNAP) && browser->kind == BROWSER_CHROMIUM)
        doctor_add(doctor, "snap", here & BROWSER_NATIVE ? DOCTOR_NOTE : DOCTOR_WARNING,
                   term_format("%s is here as a snap, which can start no program outside itself.",
                               browser->title),
                   term_format("Use a browser that is not a snap for this."));
    if ((here & BROWSER_SNAP) && browser->kind == BROWSER_GECKO)
        doctor_add(
            doctor, "snap", DOCTOR_NOTE,
            term_format("%s is here as a snap: it starts the program through a portal "
                        "(xdg-desktop-portal).",
                        browser->title),
            term_format("Say yes when it asks. If it never asks, use Firefox from Mozilla's own "
                        "packages."));
}

static void apparmor(struct doctor *doctor)
{
    /* Debian's and Ubuntu's confining profiles; those of 2024 that only allow user namespaces have
     * other names. */
    static const char *const profiles[] = {"/etc/apparmor.d/usr.bin.firefox",
                                           "/etc/apparmor.d/usr.bin.chromium",
                                           "/etc/apparmor.d/usr.bin.chromium-browser"};
    if (access("/sys/kernel/security/apparmor", F_OK) != 0)
        return;
    for (size_t i = 0; i < sizeof profiles / sizeof *profiles; i++)
        if (access(profiles[i], F_OK) == 0)
            doctor_add(
                doctor, "apparmor", DOCTOR_NOTE,
                term_format("AppArmor may forbid the browser to start the program: %s",
                            profiles[i]),
                term_format(
                    "If the popup cannot reach the program, look for DENIED in: journalctl -k"));
}

void doctor_browsers(struct doctor *doctor)
{
    bool any = false;
    check_home(doctor);
    programs(doctor);
    for (size_t i = 0; i < browsers_count; i++) {
        const struct browser *browser = &browsers[i];
        unsigned here = browser_here(browser);
        if (here == 0)
            continue;
        any = true;
        hindrances(doctor, browser, here);
        if (!browser_reachable(browser))
            continue;
        bool user = check_file(doctor, browser, false);
        bool all = check_file(doctor, browser, true);
        if (!user && !all)
            not_registered(doctor, browser);
        doctor_extension(doctor, browser, user || all);
    }
    if (!any)
        doctor_add(doctor, "browsers", DOCTOR_WARNING, term_format("No browser was found."),
                   term_format("Install Firefox or Chromium; then: consentlog register"));
    apparmor(doctor);
}
