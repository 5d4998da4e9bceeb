# shellcheck shell=bash disable=SC2154,SC2034
# Where the extension is put so that browsers load it by themselves, and how it is taken back. A part of install.sh, whose
# variables it uses. docs/install.md has the table: which browser, which way, from which documentation.

readonly chromium_link=/usr/share/chromium/extensions/org.consentlog.consentlog
readonly gecko_file='/usr/share/mozilla/extensions/{ec8030f7-c20a-464f-9b0e-13a3a9e97384}/consentlog@consentlog.org.xpi'
readonly gecko_pref=/etc/firefox-esr/consentlog.js
# Chrome's and Edge's folders of files that name a CRX for everyone; Chromium must not find one: it has the link.
readonly external_folders=(/usr/share/google-chrome/extensions /usr/share/microsoft-edge/extensions)

own_crx() { "${as_owner[@]}" python3 -B "$root/manifests/own-crx.py" "$@"; }

place_extension() {
    step "Put the extension where browsers find it"
    own_crx make "$own/crx"
    if [[ $system == yes ]]; then place_for_all; else place_for_user; fi
}

place_for_all() {
    local package=$scratch/consentlog.xpi signed
    remember_folders "${chromium_link%/*}" "${gecko_file%/*}" "${gecko_pref%/*}" "${external_folders[@]}"
    "${as_system[@]}" mkdir -p -- "$(dirname -- "$chromium_link")"
    "${as_system[@]}" ln -sfn -- "$prefix/share/consentlog/extension" "$chromium_link"
    say_row "Chromium" "$chromium_link"
    signed=$(signed_package)
    if [[ $signed ]]; then
        cp -- "$signed" "$package"
    else
        SOURCE_DATE_EPOCH=$(date +%s) python3 -B "$root/manifests/pack-extension.py" "$package"
    fi
    "${as_system[@]}" install -D -m 644 -- "$package" "$gecko_file"
    "${as_system[@]}" install -D -m 644 -- "$root/manifests/firefox-esr.pref" "$gecko_pref"
    say_row "Firefox ESR" "$gecko_file"
    own_crx everyone "$prefix/share/consentlog/crx" "${external_folders[@]}" || trouble=yes
    say_row "Chrome, Edge" "${external_folders[*]}"
    withdraw_own
}

# A member who had it alone would have two copies now, which both record.
withdraw_own() {
    local member=() home=$HOME folders=()
    if ((EUID == 0)); then
        [[ ${SUDO_USER:-} ]] || return 0
        home=$(getent passwd -- "$SUDO_USER" | cut -d: -f6)
        member=(runuser -u "$SUDO_USER" --)
    fi
    [[ -d $home/.local/share/consentlog/crx ]] || return 0
    mapfile -d '' -t folders < <(external_folders_of "$home")
    "${member[@]}" env TEXTDOMAINDIR="${TEXTDOMAINDIR:-}" python3 -B "$root/manifests/own-crx.py" withdraw \
        "$home/.local/share/consentlog/crx" "${folders[@]}" | sed 's/^/   /' || trouble=yes
}

# Where the browsers of one user look for files that name a CRX, whether we know them or not.
external_folders_of() { # the home $1
    local config=$1/.config
    [[ $1 != "$HOME" ]] || config=${CHROME_CONFIG_HOME:-${XDG_CONFIG_HOME:-$config}}
    find "$config" -mindepth 2 -maxdepth 3 -type d -name 'External Extensions' -print0 2>/dev/null || true
}

# Is the Debian package here too? The same files are its own then.
is_packaged() { dpkg-query -W -f '${db:Status-Status}' consentlog 2>/dev/null | grep -qxE 'installed|unpacked|half-configured'; }

# A package that Mozilla has signed, if one was put into manifests/: every Firefox takes it.
signed_package() { find "$root/manifests" -maxdepth 1 -name 'consentlog-*-signed.xpi' | sort -V | tail -n 1; }

place_for_user() {
    local words=() pairs=()
    "$cli" register --dry-run --json >"$scratch/found.json" 2>/dev/null || true
    mapfile -d '' -t words < <(each_browser "$scratch/found.json")
    while ((${#words[@]})); do
        case ${words[0]} in
        firefox | librewolf | waterfox) gecko_for_user "${words[1]}" ;;
        *)
            pairs+=("${words[1]}" "${words[3]}")
            remember_folders "${words[3]}/External Extensions"
            ;;
        esac
        words=("${words[@]:4}")
    done
    own_crx place "$prefix/share/consentlog/crx" "${pairs[@]}" | sed 's/^/   /' || trouble=yes
}

gecko_for_user() {
    local signed
    signed=$(signed_package)
    if [[ -e $gecko_file && $1 == Firefox ]]; then # the others take signed packages only
        say "%s: it is there for everyone already" "$1"
    elif [[ $signed ]]; then
        say "%s: open %s in it and press Add" "$1" "$signed"
    else
        say "%s: for you alone it can be loaded only until it is closed, by hand; with --system it stays" "$1"
    fi
}

# Everything that one of the two has placed.
take_extension_back() {
    local share=$prefix/share/consentlog folders=()
    if [[ $system == yes ]]; then
        folders=("${external_folders[@]}")
        [[ $(readlink -- "$chromium_link") != "$share/extension" ]] || "${as_system[@]}" rm -f -- "$chromium_link"
        is_packaged || "${as_system[@]}" rm -f -- "$gecko_file" "$gecko_pref"
    else
        mapfile -d '' -t folders < <(external_folders_of "$HOME")
    fi
    [[ ! -d $share/crx ]] || own_crx remove "$share/crx" "${folders[@]}" || trouble=yes
    say "the extension is taken from where the browsers looked for it"
}
