#include "cli/browsers.h"

#include "base/buf.h"
#include "cli/manifest.h"
#include "cli/terminal.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHROMIUM_SYSTEM                                                                            \
    "/etc/chromium/native-messaging-hosts" /* of every build that is not Chrome's or Edge's own */
#define CHROME_SYSTEM "/etc/opt/chrome/native-messaging-hosts"
#define EDGE_SYSTEM   "/etc/opt/edge/native-messaging-hosts"

const struct browser browsers[] = {
    {"google-chrome",
     "Google Chrome",
     BROWSER_CHROMIUM,
     "google-chrome",
     CHROME_SYSTEM,
     {"google-chrome-stable", "google-chrome"},
     NULL,
     "com.google.Chrome"},
    {"google-chrome-beta",
     "Google Chrome Beta",
     BROWSER_CHROMIUM,
     "google-chrome-beta",
     CHROME_SYSTEM,
     {"google-chrome-beta"},
     NULL,
     NULL},
    {"google-chrome-unstable",
     "Google Chrome Dev",
     BROWSER_CHROMIUM,
     "google-chrome-unstable",
     CHROME_SYSTEM,
     {"google-chrome-unstable"},
     NULL,
     "com.google.ChromeDev"},
    {"chromium",
     "Chromium",
     BROWSER_CHROMIUM,
     "chromium",
     CHROMIUM_SYSTEM,
     {"chromium", "chromium-browser"},
     "chromium",
     "org.chromium.Chromium"},
    {"microsoft-edge",
     "Microsoft Edge",
     BROWSER_CHROMIUM,
     "microsoft-edge",
     EDGE_SYSTEM,
     {"microsoft-edge-stable", "microsoft-edge"},
     NULL,
     "com.microsoft.Edge"},
    {"microsoft-edge-beta",
     "Microsoft Edge Beta",
     BROWSER_CHROMIUM,
     "microsoft-edge-beta",
     EDGE_SYSTEM,
     {"microsoft-edge-beta"},
     NULL,
     NULL},
    {"microsoft-edge-dev",
     "Microsoft Edge Dev",
     BROWSER_CHROMIUM,
     "microsoft-edge-dev",
     EDGE_SYSTEM,
     {"microsoft-edge-dev"},
     NULL,
     "com.microsoft.EdgeDev"},
    {"brave",
     "Brave",
     BROWSER_CHROMIUM,
     "BraveSoftware/Brave-Browser",
     CHROMIUM_SYSTEM,
     {"brave-browser", "brave"},
     "brave",
     "com.brave.Browser"},
    {"vivaldi",
     "Vivaldi",
     BROWSER_CHROMIUM,
     "vivaldi",
     CHROMIUM_SYSTEM,
     {"vivaldi-stable", "vivaldi"},
     "vivaldi",
     "com.vivaldi.Vivaldi"},
    {"opera",
     "Opera",
     BROWSER_CHROMIUM,
     "opera",
     CHROMIUM_SYSTEM,
     {"opera"},
     "opera",
     "com.opera.Opera"},
    {"firefox",
     "Firefox",
     BROWSER_GECKO,
     ".mozilla",
     "/usr/lib/mozilla/native-messaging-hosts",
     {"firefox", "firefox-esr"},
     "firefox",
     "org.mozilla.firefox"},
    {"librewolf",
     "LibreWolf",
     BROWSER_GECKO,
     ".librewolf",
     "/usr/lib/librewolf/native-messaging-hosts",
     {"librewolf"},
     NULL,
     "io.gitlab.librewolf-community"},
    {"waterfox",
     "Waterfox",
     BROWSER_GECKO,
     ".waterfox",
     "/usr/lib/waterfox/native-messaging-hosts",
     {"waterfox"},
     NULL,
     "net.waterfox.waterfox"},
};
const size_t browsers_count = sizeof browsers / sizeof *browsers;

const struct browser *browser_find(const char *name)
{
    for (size_t i = 0; i < browsers_count; i++)
        if (strcmp(browsers[i].name, name) == 0)
            return &browsers[i];
    return NULL;
}

static const char *variable(const char *name)
{
    const char *value = getenv(name);
    return value && value[0] == '/'
               ? value
               : NULL; /* the XDG specification: a relative path is invalid, ignore it */
}

/* $XDG_CONFIG_HOME or ~/.config. New string; NULL when HOME is needed and not set. */
static char *config_folder(void)
{
    const char *config = variable("XDG_CONFIG_HOME"), *home = variable("HOME");
    if (config)
        return term_format("%s", config);
    return home ? term_format("%s/.config", home) : NULL;
}

char *browser_folder(const struct browser *browser)
{
    const char *chrome = variable("CHROME_CONFIG_HOME"), *home = variable("HOME");
    if (browser->kind != BROWSER_CHROMIUM)
        return home ? term_format("%s/%s", home, browser->folder) : NULL;
    cl_cleanup(term_free) char *config = chrome ? term_format("%s", chrome) : config_folder();
    return config ? term_format("%s/%s", config, browser->folder) : NULL;
}

/* Firefox's, where it makes profiles since version 147; those that it had stay where they are. */
static char *newer_profiles(void)
{
    cl_cleanup(term_free) char *config = config_folder();
    return config ? term_format("%s/mozilla/firefox", config) : NULL;
}

char *browser_profiles(const struct browser *browser, bool newer)
{
    bool firefox = strcmp(browser->name, "firefox") == 0;
    if (newer)
        return firefox ? newer_profiles() : NULL;
    cl_cleanup(term_free) char *folder = browser_folder(browser);
    return folder ? term_format("%s%s", folder, firefox ? "/firefox" : "") : NULL;
}

char *browser_for_all(const char *path)
{
    const char *root = variable("DESTDIR");
    return term_format("%s%s", root ? root : "", path);
}

char *browser_manifest(const struct browser *browser, bool for_all)
{
    if (for_all) {
        cl_cleanup(term_free) char *shared = browser_for_all(browser->shared);
        return term_format("%s/" MANIFEST_FILE, shared);
    }
    cl_cleanup(term_free) char *folder = browser_folder(browser);
    if (!folder)
        return NULL;
    if (browser->kind == BROWSER_CHROMIUM)
        return browser_manifest_in(folder);
    return term_format("%s/native-messaging-hosts/" MANIFEST_FILE, folder);
}

char *browser_manifest_in(const char *user_data_dir)
{
    return term_format("%s/NativeMessagingHosts/" MANIFEST_FILE, user_data_dir);
}

static bool is_directory(const char *path)
{
    struct stat st;
    return path && stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Ubuntu's /usr/bin/firefox is a short script that starts the snap. */
static bool starts_a_snap(const char *program)
{
    cl_cleanup(term_free) char *real = realpath(program, NULL);
    if (!real || strncmp(real, "/snap/", 6) == 0 || strcmp(real, "/usr/bin/snap") == 0)
        return true;
    char head[4096];
    int fd = open(real, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? 0 : read(fd, head, sizeof head);
    if (fd >= 0)
        close(fd);
    return n > 2 && memcmp(head, "#!", 2) == 0 && memmem(head, (size_t)n, "/snap/bin/", 10) != NULL;
}

/* The program of that name in PATH which is not a door to a snap. New string, or NULL. */
static char *in_path(const char *name)
{
    const char *path = getenv("PATH");
    cl_cleanup(term_free) char *copy =
        term_format("%s", path ? path : "/usr/local/bin:/usr/bin:/bin");
    char *rest = copy;
    for (char *dir = strsep(&rest, ":"); dir; dir = strsep(&rest, ":")) {
        cl_cleanup(term_free) char *file = term_format("%s/%s", dir, name);
        if (dir[0] == '/' && access(file, X_OK) == 0 && !starts_a_snap(file))
            return term_format("%s", file);
    }
    return NULL;
}

char *browser_program(const struct browser *browser)
{
    char *found = NULL;
    for (size_t i = 0; i < 3 && browser->programs[i] && !found; i++)
        found = in_path(browser->programs[i]);
    return found;
}

static bool has_snap(const char *name)
{
    cl_cleanup(term_free) char *mounted = term_format("/snap/%s", name);
    cl_cleanup(term_free) char *elsewhere = term_format("/var/lib/snapd/snap/%s", name);
    return is_directory(mounted) || is_directory(elsewhere);
}

static bool has_flatpak(const char *id)
{
    const char *home = variable("HOME");
    cl_cleanup(term_free) char *all = term_format("/var/lib/flatpak/app/%s", id);
    cl_cleanup(term_free) char *own =
        term_format("%s/.local/share/flatpak/app/%s", home ? home : "", id);
    return is_directory(all) || is_directory(own);
}

unsigned browser_here(const struct browser *browser)
{
    unsigned here = 0;
    if (browser->snap && has_snap(browser->snap))
        here |= BROWSER_SNAP;
    if (browser->flatpak && has_flatpak(browser->flatpak))
        here |= BROWSER_FLATPAK;
    cl_cleanup(term_free) char *program = browser_program(browser);
    if (program)
        here |= BROWSER_NATIVE;
    cl_cleanup(term_free) char *folder = browser_folder(browser);
    cl_cleanup(term_free) char *newer = browser_profiles(browser, true);
    if (here == 0 && (is_directory(folder) || is_directory(newer)))
        here |= BROWSER_NATIVE;
    return here;
}

bool browser_reachable(const struct browser *browser)
{
    unsigned here = browser_here(browser);
    return (here & BROWSER_NATIVE) || ((here & BROWSER_SNAP) && browser->kind == BROWSER_GECKO);
}
