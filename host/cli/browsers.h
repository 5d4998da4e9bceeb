/* The browsers that can start consentlog-host, where each looks for its native-messaging manifest,
 * and which are here. Sources: "Native messaging" of Chromium and of Firefox; chrome_paths_linux.cc
 * for the folders and their variables. */
#ifndef CL_BROWSERS_H
#define CL_BROWSERS_H

#include <stdbool.h>
#include <stddef.h>

enum browser_kind { BROWSER_CHROMIUM, BROWSER_GECKO };

struct browser {
    const char *name;  /* as --browser takes it */
    const char *title; /* as people call it */
    enum browser_kind kind;
    const char *folder;      /* Chromium: below the configuration folder; Gecko: below HOME */
    const char *shared;      /* folder of the manifests for everyone */
    const char *programs[3]; /* names in PATH */
    const char *snap;        /* name of the snap, or NULL */
    const char *flatpak;     /* application id of the Flatpak, or NULL */
};
extern const struct browser browsers[];
extern const size_t browsers_count;

/* NULL when there is none of that name. */
const struct browser *browser_find(const char *name);

/* The folder in which the browser keeps its own things: $CHROME_CONFIG_HOME or $XDG_CONFIG_HOME or
 * ~/.config for Chromium and its kin, HOME for Gecko. New string; NULL when HOME is not set. */
char *browser_folder(const struct browser *browser);

/* The folder that holds its profiles, or `newer`: that which it has used for those made since, if
 * it has one. New string; NULL when there is none, or as above. */
char *browser_profiles(const struct browser *browser, bool newer);

/* A path that is everyone's, below $DESTDIR if that is set. New string. */
char *browser_for_all(const char *path);

/* What starts it: the first of its programs in PATH that is not a door to a snap. New string; NULL
 * when there is none. */
char *browser_program(const struct browser *browser);

/* The manifest's file for this user, or for everyone (below $DESTDIR if that is set). New string;
 * NULL as above. */
char *browser_manifest(const struct browser *browser, bool for_all);

/* The manifest's file of a Chromium started with --user-data-dir. New string. */
char *browser_manifest_in(const char *user_data_dir);

enum browser_packaging { BROWSER_NATIVE = 1, BROWSER_SNAP = 2, BROWSER_FLATPAK = 4 };
/* How the browser is here, as a set; 0 when it is not. A folder without a program counts as native.
 */
unsigned browser_here(const struct browser *browser);

/* The browser has a form that can reach the host: any native one, and the snap of Firefox (it goes
 * by the portal). */
bool browser_reachable(const struct browser *browser);

#endif
