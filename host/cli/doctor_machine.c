#include "cli/doctor.h"
#include "cli/say.h"

#include "base/cage.h"
#include "base/clock.h"
#include "cli/cli.h"
#include "cli/terminal.h"
#include "keyring/keyring.h"
#include "log/log.h"
#include "log/paths.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define LITTLE_SPACE (50ull << 20)

/* What to do, where the sentence of the error only leads here. NULL: the sentence says it. */
static const char *remedy_for(enum cl_err err)
{
    static const struct {
        enum cl_err err;
        const char *remedy;
    } remedies[] = {
        {CL_NO_BUS,
         N_("Run this in a terminal of your desktop session, not over ssh and not with sudo.")},
        {CL_NO_KEYRING_SERVICE, N_("Switch on the keyring program that you have, or install "
                                   "gnome-keyring, KWallet or KeePassXC; log out and in again.")},
        {CL_NO_DEFAULT_KEYRING, N_("consentlog unlock (it asks for the new keyring's password)")},
        {CL_KEYRING_LOCKED, "consentlog unlock"},
        {CL_KEY_MISSING,
         N_("Type in the code that you wrote down: consentlog recovery restore. Or restore the "
            "keyring "
            "from a backup (~/.local/share/keyrings). If the key is lost for good: consentlog "
            "acknowledge begins a new log and keeps the old file.")},
        {CL_KEY_DAMAGED,
         N_("Type in the code that you wrote down: consentlog recovery restore. Or restore the "
            "keyring "
            "from a backup (~/.local/share/keyrings). If the key is lost for good: consentlog "
            "acknowledge begins a new log and keeps the old file.")},
        {CL_KEY_FOREIGN,
         N_("Put back the log's file that belongs to this keyring, or the keyring that belongs to "
            "this file. If neither can be had: consentlog acknowledge")},
        {CL_KEYRING_TIMEOUT,
         N_("Look for a keyring prompt behind your windows; else log out and in again.")},
        {CL_KEYRING_FAILED, N_("Look at the keyring with its own program (Passwords and Keys, "
                               "KWalletManager); log out and in again.")},
        {CL_HEAD_MISSING, N_("consentlog verify; then: consentlog acknowledge")},
        {CL_KEY_RESTORED, N_("consentlog verify; then: consentlog acknowledge")},
        {CL_LOG_ROLLED_BACK, N_("consentlog verify; then: consentlog acknowledge")},
        {CL_LOG_CHANGED, N_("consentlog verify; then: consentlog acknowledge")},
        {CL_LOG_DAMAGED, N_("consentlog verify; then: consentlog acknowledge")},
        {CL_LOG_MISSING,
         N_("Bring the file back from a backup. If it is lost for good: consentlog acknowledge")},
        {CL_LOG_UNSAFE,
         N_("Look at whose they are and who else can write there; then make them yours "
            "(sudo chown), and "
            "chmod 700 the folder and chmod 600 the file.")},
        {CL_PROGRAM_UNSAFE, N_("Look at who else can write into consentlog's folder "
                               "libexec/consentlog and to the files "
                               "in it, and take that right from them (chmod go-w).")},
        {CL_LOG_FULL, N_("Export what you need, and begin a new log.")},
    };
    for (size_t i = 0; i < sizeof remedies / sizeof *remedies; i++)
        if (remedies[i].err == err)
            return remedies[i].remedy;
    return NULL;
}

/* All that the list of errors says, and which log is meant. */
static char *whole_sentence(enum cl_err err)
{
    cl_cleanup(cl_buf_free) struct cl_buf sentence = cl_buf(8192);
    const char *effect = cl_err_effect(err), *remedy = cl_err_remedy(err), *log = "";
    /* in English, and behind it the log, or nothing */
    if (cl_paths_sentence(err, &sentence) == CL_OK)
        log = (const char *)sentence.data + strlen(cl_err_sentence(err));
    cl_cleanup(term_free) char *where =
        *log ? term_format("The log: %s", strstr(log, ": ") + 2) : NULL;
    return term_format("%s%s%s%s%s%s%s", _(cl_err_what(err)), *effect ? " " : "",
                       *effect ? _(effect) : "", *remedy ? " " : "", *remedy ? _(remedy) : "",
                       where ? " " : "", where ? where : "");
}

static void add_err(struct doctor *doctor, const char *id, enum doctor_level level, enum cl_err err)
{
    const char *remedy = remedy_for(err);
    doctor_add(doctor, id, level,
               remedy ? term_format("%s", _(cl_err_what(err))) : whole_sentence(err),
               remedy ? term_format("%s", _(remedy)) : NULL);
}

/* ---- keyring and log --------------------------------------------------------------------- */

/* A log whose file does not name its key, or what is no log at all: does it want for a key? */
static bool misses_key(void)
{
    cl_cleanup(cl_log_close) struct cl_log *log = NULL;
    return cl_log_open(CL_LOG_READ, &log) == CL_KEY_MISSING;
}

static void check_key(struct doctor *doctor, struct cl_keyring *keyring, const char *store)
{
    cl_cleanup(cl_key_free) struct cl_key *key = NULL;
    struct cl_head head;
    char key_id[CL_KEY_ID] = "";
    enum cl_err err = cl_log_named_key(key_id);
    bool log_there = key_id[0] != '\0' || misses_key();
    if (err == CL_OK)
        err = cl_keyring_load(keyring, key_id[0] ? key_id : NULL, store, &key, &head);
    if (err == CL_KEY_MISSING && !log_there)
        doctor_add(doctor, "keyring", DOCTOR_OK, term_format("The keyring is unlocked."), NULL);
    else if (err == CL_OK)
        doctor_add(doctor, "keyring", DOCTOR_OK,
                   term_format("The keyring is unlocked and holds the log's key (%s).", key->id),
                   NULL);
    else
        add_err(doctor, "keyring",
                err == CL_KEYRING_LOCKED || (err == CL_NO_DEFAULT_KEYRING && !log_there)
                    ? DOCTOR_WARNING
                    : DOCTOR_ERROR,
                err);
}

/* Whether it could is to be seen in its window alone. */
static void remind_of_saving(struct doctor *doctor, const char *provider)
{
    if (strcasecmp(provider, "keepassxc") == 0)
        doctor_add(doctor, "keyring-saving", DOCTOR_NOTE,
                   term_format("KeePassXC tells no other program when it cannot save a database; a "
                               "new key would be lost with it."),
                   term_format("If its window shows an error about saving, save the database "
                               "elsewhere before you close it. Write the code down: consentlog "
                               "recovery show"));
}

/* True if the keyring could be asked. */
static bool check_keyring(struct doctor *doctor, const char *store)
{
    cl_cleanup(cl_keyring_close) struct cl_keyring *keyring = NULL;
    enum cl_err err = cl_keyring_open(&keyring);
    if (err == CL_NO_BUS) {
        add_err(doctor, "session-bus", DOCTOR_ERROR, err);
        return false;
    }
    doctor_add(doctor, "session-bus", DOCTOR_OK, term_format("The session bus answers."), NULL);
    if (err != CL_OK) {
        add_err(doctor, "keyring-service", DOCTOR_ERROR, err);
        return false;
    }
    doctor_add(doctor, "keyring-service", DOCTOR_OK,
               term_format("The keyring service answers (%s).", cl_keyring_provider(keyring)),
               NULL);
    remind_of_saving(doctor, cl_keyring_provider(keyring));
    check_key(doctor, keyring, store);
    return true;
}

/* What is in it is encrypted; how long it is and when it grew is nobody else's either. The host
 * makes 700 and 600; who copies it may make more. */
static void check_rights(struct doctor *doctor, const char *store)
{
    cl_cleanup(term_free) char *folder = cli_folder_of(store);
    struct stat st;
    if (folder && stat(folder, &st) == 0 && (st.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        doctor_add(doctor, "log-rights", DOCTOR_WARNING,
                   term_format("%s can be looked into by other users.", folder),
                   term_format("chmod 700 '%s'", folder));
    if (stat(store, &st) == 0 && (st.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        doctor_add(doctor, "log-rights", DOCTOR_WARNING,
                   term_format("%s can be looked into by other users.", store),
                   term_format("chmod 600 '%s'", store));
}

static void check_log(struct doctor *doctor, const char *store, bool keyring)
{
    cl_cleanup(cl_log_close) struct cl_log *log = NULL;
    enum cl_err err = cl_log_open(CL_LOG_READ, &log);
    if (err == CL_OK) {
        cl_cleanup(term_free) char *entries =
            term_count(cl_log_size(log), N_("entry"), N_("entries"));
        doctor_add(doctor, "log", DOCTOR_OK, term_format("The log has %s: %s", entries, store),
                   NULL);
        check_rights(doctor, store);
        doctor_authorities(doctor, log);
    } else if (err == CL_LOG_ABSENT) {
        doctor_add(doctor, "log", DOCTOR_NOTE,
                   term_format("There is no log yet; the first check makes it: %s", store),
                   term_format("Open LinkedIn's setting in a browser that has the extension."));
    } else if (!keyring || cl_keyring_is_err(err)) {
        doctor_add(doctor, "log", DOCTOR_NOTE,
                   term_format("The log cannot be opened before the keyring: %s", store), NULL);
    } else {
        add_err(doctor, "log", err == CL_LOG_BUSY ? DOCTOR_WARNING : DOCTOR_ERROR, err);
    }
}

/* ---- disk and clock ---------------------------------------------------------------------- */

static void check_disk(struct doctor *doctor, const char *store)
{
    struct statvfs fs;
    cl_cleanup(term_free) char *path = term_format("%s", store);
    while (statvfs(path, &fs) != 0) { /* the nearest folder that is there */
        char *slash = strrchr(path, '/');
        if (!slash || slash == path)
            return;
        *slash = '\0';
    }
    unsigned long long room = (unsigned long long)fs.f_bavail * fs.f_frsize;
    if (fs.f_flag & ST_RDONLY)
        add_err(doctor, "disk", DOCTOR_ERROR, CL_DISK_READ_ONLY);
    else if (room < LITTLE_SPACE)
        doctor_add(doctor, "disk", DOCTOR_WARNING,
                   term_format("Little room is left where the log is: %llu MB.", room >> 20),
                   term_format("Free some space; below a few MB nothing can be recorded."));
    else
        doctor_add(doctor, "disk", DOCTOR_OK,
                   term_format("There is room on the disk (%llu MB free).", room >> 20), NULL);
}

static void check_clock(struct doctor *doctor)
{
    struct cl_clock clock;
    enum cl_err err = cl_clock_now(&clock);
    if (err != CL_OK)
        add_err(doctor, "clock", DOCTOR_ERROR, err);
    else if (clock.synchronized == CL_TRUE)
        doctor_add(doctor, "clock", DOCTOR_OK, term_format("The clock is synchronised."), NULL);
    else if (clock.synchronized == CL_FALSE)
        doctor_add(
            doctor, "clock", DOCTOR_WARNING,
            term_format(
                "The clock is not synchronised; each entry says so, and its time weighs less."),
            term_format("Turn on network time, for instance: timedatectl set-ntp true"));
    else
        doctor_add(
            doctor, "clock", DOCTOR_NOTE,
            term_format(
                "This system does not tell whether its clock is synchronised; each entry says so."),
            NULL);
}

static void check_cage(struct doctor *doctor)
{
    const struct cl_cage_kernel kernel = cl_cage_kernel();
    if (kernel.calls && kernel.files > 0)
        doctor_add(doctor, "cage", DOCTOR_OK,
                   term_format("The programs shut themselves in while they work (seccomp, Landlock "
                               "version %d).",
                               kernel.files),
                   NULL);
    else
        doctor_add(doctor, "cage", DOCTOR_NOTE,
                   term_format(kernel.calls ? N_("This kernel has no Landlock, so a fault in a "
                                                 "library would be less confined; all works as it "
                                                 "should.")
                               : kernel.files > 0
                                   ? N_("This kernel has no seccomp filters, so a fault in a "
                                        "library would be less confined; all works as it should.")
                                   : N_("This kernel has no seccomp filters and no Landlock, so a "
                                        "fault in a library would be less confined; all works as "
                                        "it should.")),
                   NULL);
}

void doctor_machine(struct doctor *doctor)
{
    cl_cleanup(cl_buf_free) struct cl_buf path = cl_buf(8192);
    enum cl_err err = cl_paths_log(&path);
    if (err == CL_IO) {
        doctor_add(doctor, "log", DOCTOR_ERROR, term_format("It is not known where the log is."),
                   term_format("Set HOME to your own folder."));
    } else if (err != CL_OK) {
        add_err(doctor, "log", DOCTOR_ERROR, err);
    } else {
        const char *store = (const char *)path.data;
        if (cl_paths_is_redirected())
            doctor_add(
                doctor, "data-folder", DOCTOR_NOTE,
                term_format("XDG_DATA_HOME is the folder of a snap or Flatpak, whose terminal "
                            "this is. It is not used; the log is: %s",
                            store),
                NULL);
        bool keyring = check_keyring(doctor, store);
        check_log(doctor, store, keyring);
        check_disk(doctor, store);
    }
    check_clock(doctor);
    check_cage(doctor);
}
