#!/usr/bin/env bash
# Installs consentlog from this folder, puts the extension where the browsers load it by themselves, does the main job once
# before your eyes, and starts each browser once to see whether the extension in it reaches the program.
[ "${BASH_VERSION:-}" ] || exec bash "$0" "$@" # sh manifests/install.sh
set +o posix
set -euo pipefail
umask 022

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
prefix=${HOME:-}/.local
system=default # no, yes; by default: yes for root
action=install
sudo=()     # how to become root, if we are not
as_owner=() # how to become who may write the prefix
by_hand=()  # browsers into which the extension has to be loaded so
scratch=

usage() {
    words "Usage: bash manifests/install.sh [--system | --prefix DIR] [--uninstall]

Builds consentlog, installs it for you, brings it and its extension to every browser
found, and checks that it works. No question is asked; sudo may want your password.

  --system       for everyone on this computer, in /usr/local; for root this is the default.
                 Chromium and Firefox ESR of Debian then load the extension by themselves
  --prefix DIR   into DIR instead of ~/.local
  --uninstall    remove it again; the log and its key stay
  --help         this text
"
    printf '\n'
}

# shellcheck source=manifests/words.sh
source "$root/manifests/words.sh"
# shellcheck source=manifests/place-extension.sh
source "$root/manifests/place-extension.sh"

options() {
    while (($#)); do
        case $1 in
        --system) system=yes ;;
        --prefix)
            [[ ${2:-} ]] || die "--prefix needs a folder."
            [[ $system != yes ]] || die "--system is always in /usr/local."
            system=no
            prefix=$(realpath -m -- "$2")
            shift
            ;;
        --uninstall) action=uninstall ;;
        --help | -h)
            usage
            exit 0
            ;;
        *)
            usage >&2
            die "there is no option '%s'." "$1"
            ;;
        esac
        shift
    done
    if [[ $system == default ]]; then
        system=no
        ((EUID != 0)) || system=yes
    fi
    [[ $system == no ]] || prefix=/usr/local
}

# Root in another's home (sudo) would leave files there that their owner cannot change.
check_user() {
    [[ ${HOME:-} && -d $HOME ]] || die "HOME is not set to a folder."
    if ((EUID == 0)) && [[ $system == no && $(stat -c %u -- "$HOME") != 0 ]]; then
        die "start this without sudo: it asks for sudo itself where it must. For everyone on this computer: --system"
    fi
    if [[ $system == yes && $action == install ]] && is_packaged; then
        die "the Debian package consentlog is here already, and brings all of this: %s is not needed." "$root/manifests/install.sh --system"
    fi
    if ((EUID != 0)) && command -v sudo >/dev/null; then
        sudo=(sudo)
    fi
}

# One at a time: two would build in one clone, or write into one place. The locks are flock's own, so that nothing we start
# can keep them, and are taken in one order.
only_one() {
    local folder folders=("$root" "$HOME") locks=() status waits=no
    [[ ! ${CONSENTLOG_INSTALLING:-} ]] && command -v flock >/dev/null || return 0
    [[ $system == no || ! -d $prefix ]] || folders+=("$prefix")
    for folder in "${folders[@]}"; do
        status=0
        flock --nonblock "$folder" true 2>/dev/null || status=$?
        ((status <= 1)) || continue # this disk knows no locks
        ((status == 0)) || waits=yes
        locks+=(flock --close "$folder")
    done
    ((${#locks[@]})) || return 0
    [[ $waits == no ]] || say "Another installation is at work; waiting for it to end."
    rm -rf -- "$scratch" # exec leaves no trap
    CONSENTLOG_INSTALLING=yes exec "${locks[@]}" bash "${BASH_SOURCE[0]}" "$@"
}

# In a member's own home a folder of root's, which some sudo has left there, is no place to write as root: what would lie in
# it could not be changed without root again.
check_own() {
    local place
    for place in "$prefix"/{bin,libexec/consentlog,share/{consentlog/extension,man/man1,locale/{de,fr}/LC_MESSAGES}}; do
        while [[ ! -e $place ]]; do place=$(dirname -- "$place"); done
        [[ -d $place ]] || die "%s is in the way: a folder has to be there." "$place"
        [[ -w $place && -x $place ]] ||
            die "%s cannot be written by you; it belongs to %s. Make this one folder yours, and run this again: %s" \
                "$place" "$(stat -c %U -- "$place")" "$(how_to_own "$place")"
    done
}

how_to_own() {
    if [[ -O $1 ]]; then printf 'chmod u+rwx %q' "$1"; else printf 'sudo chown %q %q' "$(id -un)" "$1"; fi
}

# Root is asked only where the place is not ours to write.
check_place() {
    local place=$prefix
    case $prefix in
    *\"* | *\\* | *[[:cntrl:]]*)
        die "%s has a sign in its name that the build cannot write: a quotation mark, a backslash or a new line. Try: --prefix DIR" "$prefix"
        ;;
    esac
    [[ $system == yes || $prefix != "$HOME"/* ]] || check_own
    while [[ ! -e $place ]]; do place=$(dirname -- "$place"); done
    [[ -w $place && ($system == no || $EUID == 0) ]] && return 0 # a group may write /usr/local, where root's browsers look
    ((${#sudo[@]})) || die "%s cannot be written, and there is no sudo. Try: --prefix DIR" "$prefix"
    as_owner=("${sudo[@]}")
}

# ---- what --uninstall has to know ---------------------------------------------------------------

# Of these folders and those they are in, the ones that are not there yet.
new_folders() {
    local folder
    for folder; do
        while [[ ! -d $folder ]]; do
            printf '%s\n' "$folder"
            folder=$(dirname -- "$folder")
        done
    done
}

# The log of a user will live in this very folder, which then is nobody else's to look into.
make_own() {
    local new=()
    mapfile -t new < <(new_folders "$own")
    "${as_owner[@]}" mkdir -p -- "$own"
    [[ $own != "${XDG_DATA_HOME:-$HOME/.local/share}/consentlog" ]] || chmod 700 -- "$own"
    ((${#new[@]} == 0)) || remember folders "${new[@]}"
}

remember() { # in the list $1: the other words, a line each
    local list=$own/$1
    shift
    make_own
    printf '%s\n' "$@" | "${as_owner[@]}" tee -a -- "$list" >/dev/null
}

# What is going to be made.
remember_folders() {
    local new=()
    mapfile -t new < <(new_folders "$@")
    ((${#new[@]} == 0)) || remember folders "${new[@]}"
}

# Those that were made here, if nobody has put anything into them since.
remove_folders() {
    local folder folders=()
    [[ -f $own/folders ]] || return 0
    mapfile -t folders < <(sort -ru -- "$own/folders")
    "${as_owner[@]}" rm -f -- "$own/folders"
    for folder in "${folders[@]}"; do
        [[ ! -d $folder ]] || "${as_owner[@]}" rmdir --ignore-fail-on-non-empty -- "$folder" || true
    done
}

# ---- packages ----------------------------------------------------------------------------------

# What must be there: p a program, m a pkg-config module; then the Debian package that brings it.
needs() {
    cat <<'TABLE'
p cc                    build-essential
p cmake                 cmake
p ninja                 ninja-build
p pkg-config            pkg-config
m libsecret-1           libsecret-1-dev
m libsystemd            libsystemd-dev
m sqlite3               libsqlite3-dev
m libcrypto             libssl-dev
m libgcrypt             libgcrypt20-dev
m zlib                  zlib1g-dev
p dbus-run-session      dbus
p gnome-keyring-daemon  gnome-keyring
p python3               python3
p openssl               openssl
p msgfmt                gettext
TABLE
}

is_there() {
    case $1 in
    p) command -v "$2" >/dev/null ;;
    m) command -v pkg-config >/dev/null && pkg-config --exists "$2" ;;
    esac
}

missing() { # prints column $1 (2: what, 3: Debian package) of the needs that are not met
    local kind what package
    while read -r kind what package; do
        is_there "$kind" "$what" && continue
        if (($1 == 2)); then printf '%s\n' "$what"; else printf '%s\n' "$package"; fi
    done < <(needs)
}

packages() {
    local wanted
    step "Packages"
    mapfile -t wanted < <(missing 3)
    if ((${#wanted[@]} == 0)); then
        say "all that is needed is here"
        return
    fi
    if ! command -v apt-get >/dev/null; then
        say "not here: %s" "$(missing 2 | paste -sd ' ')"
        die "install these with your system's package manager (on Debian they are: %s), then run this again." "${wanted[*]}"
    fi
    if ((EUID != 0 && ${#sudo[@]} == 0)); then
        die "ask an administrator to run: %s" "apt-get install ${wanted[*]}"
    fi
    say "installing: %s" "${wanted[*]}"
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -q >"$scratch/apt.log" 2>&1 ||
        say "(the package lists could not be refreshed; going on with those that are here)"
    # A new system is often just updating itself.
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y -o DPkg::Lock::Timeout=300 --no-install-recommends \
        "${wanted[@]}" >>"$scratch/apt.log" 2>&1 || {
        tail -n 20 "$scratch/apt.log" >&2
        die "apt-get could not install them; its last lines are above."
    }
    remember packages "${wanted[@]}"
}

# ---- build and install -------------------------------------------------------------------------

quietly() { # runs a command; shows what it printed only if it fails
    "$@" >"$scratch/step.log" 2>&1 || {
        tail -n 40 "$scratch/step.log" >&2
        die "this failed: %s" "$*"
    }
}

build() {
    build=$root/build/release
    step "Build"
    if ! mkdir -p -- "$build" 2>/dev/null || [[ ! -w $build || (-e $build/build.ninja && ! -w $build/build.ninja) ]]; then
        build=${XDG_CACHE_HOME:-$HOME/.cache}/consentlog/build
        remember_folders "$build"
    fi
    say "in %s" "$build"
    cd -- "$root"
    # Fresh: the clone may have been moved since, or the last run cut short.
    quietly cmake --fresh --preset release -B "$build" -DCMAKE_INSTALL_PREFIX="$prefix"
    quietly cmake --build "$build"
}

install_files() {
    step "Install into %s" "$prefix"
    remember_folders "$prefix"/{bin,libexec/consentlog,share/{man/man1,locale/{de,fr}/LC_MESSAGES}}
    # The folder is made anew, so that no file of an older version stays in the extension.
    "${as_owner[@]}" rm -rf -- "$own/extension"
    make_own
    # CMake's list may be root's from an installation with sudo.
    rm -f -- "$build/install_manifest.txt"
    quietly "${as_owner[@]}" cmake --install "$build" --prefix "$prefix"
    rm -f -- "$build/install_manifest.txt"
    say_row "programs" "$cli"
    printf '   %13s%s\n' '' "$prefix/libexec/consentlog/consentlog-host"
    say_row "extension" "$own/extension"
    say_row "manual" "man consentlog"
    case ":$PATH:" in
    *":$prefix/bin:"*) called=consentlog ;;
    *)
        called=$cli
        say "%s is not in your PATH. Log out and in again; if it still is not, add it." "$prefix/bin"
        say "Until then type the whole name, %s" "$cli"
        ;;
    esac
}

register() {
    local args=(register) folders=()
    step "Register with the browsers"
    [[ $system == no ]] || args+=(--system)
    "${as_system[@]}" "$cli" "${args[@]}" --dry-run --json >"$scratch/found.json" 2>/dev/null || true
    mapfile -t folders < <(sed 's/{/\n/g' "$scratch/found.json" | sed -n 's|.*"file":"\([^"]*\)/[^"]*".*|\1|p')
    remember_folders "${folders[@]}"
    "${as_system[@]}" "$cli" "${args[@]}" | sed 's/^/   /' || trouble=yes
    "${as_system[@]}" "$cli" "${args[@]}" --json >"$scratch/registered.json" 2>/dev/null || true
}

# A member of each file that stands, from what register printed, one a line.
registered() {
    grep -o '{"browser":[^}]*"did":"unchanged"[^}]*}' "$scratch/registered.json" |
        sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" || true
}

# ---- main job, once ----------------------------------------------------------------------------

self_check() {
    local manifest
    step "Self-check, with a sample"
    manifest=$(registered file | head -n 1)
    if [[ ! -r $manifest ]]; then
        mkdir -p "$scratch/profile"
        "$cli" register --user-data-dir "$scratch/profile" >/dev/null
        manifest=$scratch/profile/NativeMessagingHosts/org.consentlog.host.json
    fi
    bash "$root/manifests/self-check.sh" "$manifest" "$cli"
}

# ---- the end: what a member sees, and what is left to do ---------------------------------------

# What register said of each browser, as words: name, title, program, folder.
each_browser() {
    python3 -c '
import json, sys
seen = set()
for one in json.load(open(sys.argv[1]))["files"]:
    words = [one[key] or "" for key in ("browser", "title", "program", "folder")]
    if words[0] and one["file"] and words[0] not in seen and one["did"] not in ("failed", "refused"):
        seen.add(words[0])
        sys.stdout.write("".join(word + "\0" for word in words))' "$1"
}

looks() {
    local words=() name answer said
    step "Each browser, started once to see"
    mapfile -d '' -t words < <(each_browser "$scratch/registered.json")
    if ((${#words[@]} == 0)) && [[ $trouble == yes ]]; then
        say "no browser could be told of it; see above."
    elif ((${#words[@]} == 0)); then
        say "no browser was found."
        if [[ $system == yes ]]; then
            say "Chromium and Firefox ESR of Debian load it by themselves when they are installed; nothing needs to be run again."
        else
            say "When you have installed one, run this again; or, once and for all browsers to come: %s" "bash manifests/install.sh --system"
        fi
    fi
    while IFS=$'\t' read -r name answer said; do
        printf '   %s\n' "$said"
        [[ $answer != silent && $answer != old ]] || trouble=yes
        [[ $answer != hand ]] || by_hand+=("$name")
    done < <(python3 -B "$root/manifests/look.py" "$prefix/libexec/consentlog/consentlog-host" "${words[@]}")
    for name in "${by_hand[@]}"; do load_by_hand "$name" "$prefix/share/consentlog/extension"; done
    if [[ $system == no && ! -e $chromium_link ]]; then
        say "%s would add: the extension in Chromium and Firefox ESR of Debian without a step, for everyone here." "bash manifests/install.sh --system"
    fi
}

load_by_hand() {
    local signed
    printf '\n'
    signed=$(signed_package)
    case $1 in
    firefox | librewolf | waterfox)
        if [[ $signed ]]; then
            say "By hand in %s, where it stays: open %s in it and press Add." "${1^}" "$signed"
            return
        fi
        say "By hand in %s, which forgets it when it is closed:" "${1^}"
        say "  1. open %s" "about:debugging#/runtime/this-firefox"
        say "  2. press Load Temporary Add-on..."
        say "  3. choose %s" "$2/manifest.json"
        ;;
    *)
        say "By hand in %s:" "$1"
        say "  1. open %s" "chrome://extensions"
        say "  2. turn on Developer mode (top right)"
        say "  3. press Load unpacked"
        say "  4. choose %s   (Ctrl+L lets you paste it)" "$2"
        ;;
    esac
}

what_now() {
    step "Now"
    if ((${#by_hand[@]})); then
        say "Load it by hand where that is said above; start the other browsers anew. Then sign in to LinkedIn and open the setting:"
    else
        say "Start your browser anew, sign in to LinkedIn and open the setting:"
    fi
    printf '   %s\n' "https://www.linkedin.com/mypreferences/d/settings/data-for-ai-improvement"
    say "If something does not work: %s" "$called doctor"
}

uninstall() {
    local args=(unregister) packages=() data=${XDG_DATA_HOME:-$HOME/.local/share}/consentlog
    step "Remove consentlog from %s" "$prefix"
    [[ $system == no ]] || args+=(--system)
    if [[ ! -x $cli ]]; then
        say "There is no %s, so no browser was asked. If one is still registered, install again first." "$cli"
    elif ! "${as_system[@]}" "$cli" "${args[@]}" | sed 's/^/   /'; then
        trouble=yes
    fi
    take_extension_back
    "${as_owner[@]}" rm -rf -- "$cli" "$prefix/libexec/consentlog" "$prefix/share/consentlog/extension" \
        "$prefix/share/man/man1/consentlog.1" "$prefix/share/man/man1/consentlog-host.1" \
        "$prefix/share/locale/de/LC_MESSAGES/consentlog.mo" "$prefix/share/locale/fr/LC_MESSAGES/consentlog.mo"
    rm -rf -- "${XDG_CACHE_HOME:-$HOME/.cache}/consentlog/build"
    [[ ! -f $own/packages ]] || mapfile -t packages < <(sort -u -- "$own/packages")
    "${as_owner[@]}" rm -f -- "$own/packages"
    remove_folders
    # For the user this folder also holds the log; it goes only when it is empty.
    [[ ! -d $own ]] || "${as_owner[@]}" rmdir --ignore-fail-on-non-empty -- "$own"
    [[ ! -d $prefix/libexec ]] || "${as_owner[@]}" rmdir --ignore-fail-on-non-empty -- "$prefix/libexec"
    say "programs, extension and manual pages are gone"
    if [[ -e $data/log.sqlite ]]; then
        say "your log stays: %s" "$data/log.sqlite"
        say "its key stays: in your keyring, as items that name consentlog"
        say "Without the key nobody can read the log. Remove both yourself if you want them gone."
    else
        say "there is no log in %s" "$data"
    fi
    if [[ $system == yes ]] && is_packaged; then
        say "The Debian package consentlog is here and stays; the browsers are told of its program:"
        "${as_system[@]}" /usr/bin/consentlog register --system | sed 's/^/   /' || trouble=yes
    fi
    ((${#packages[@]} == 0)) || say "These packages were installed for it and stay: %s" "${packages[*]}"
    say "A browser that loaded the extension by itself is rid of it at its next start. What you loaded by hand, remove in its list of extensions."
}

main() {
    local cli own build called trouble=no as_system=()
    scratch=$(mktemp -d)
    trap 'rm -rf -- "$scratch"' EXIT
    learn_language "$scratch"
    options "$@"
    check_user
    only_one "$@"
    check_place
    [[ $system == no ]] || as_system=("${sudo[@]}")
    cli=$prefix/bin/consentlog
    own=$prefix/share/consentlog
    if [[ $action == uninstall ]]; then
        uninstall
        [[ $trouble == no ]] || die "the program is removed, but not every registration with a browser; see above."
        return
    fi
    packages
    learn_language "$scratch"
    build
    install_files
    place_extension
    register
    self_check
    looks
    what_now
    [[ $trouble == no ]] || die "consentlog is installed, but not every browser has it; see above."
}

main "$@"
