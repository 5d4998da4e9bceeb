# shellcheck shell=bash
# What the installation says to people, in their language: the English sentence, then what each %s in it stands for. German
# and French are in manifests/po; until gettext is here, and for everybody else, it is English.

# Makes the catalogues known to this script and to those that it starts, from below the folder $1.
learn_language() {
    local language here
    here=$(dirname -- "${BASH_SOURCE[0]}")
    command -v msgfmt >/dev/null && command -v gettext >/dev/null || return 0
    for language in de fr; do
        mkdir -p -- "$1/locale/$language/LC_MESSAGES"
        msgfmt -o "$1/locale/$language/LC_MESSAGES/consentlog-install.mo" "$here/po/$language.po" || return 0
    done
    export TEXTDOMAINDIR=$1/locale
    [[ $(words "Now") != Now ]] || unset TEXTDOMAINDIR # English, and then of the parts in Python too
}

words() {
    local sentence=$1
    shift
    [[ ! ${TEXTDOMAINDIR:-} ]] || sentence=$(gettext -d consentlog-install -- "$sentence")
    # shellcheck disable=SC2059 # the sentence is ours
    printf -- "$sentence" "$@"
}

say() { printf '   %s\n' "$(words "$@")"; }

# A name for people in a column of its own, then what stands for it.
say_row() {
    local name
    name=$(words "$1")
    printf '   %s%*s %s\n' "$name" "$((12 > ${#name} ? 12 - ${#name} : 0))" '' "$2"
}

step() { printf '\n== %s\n' "$(words "$@")"; }

die() {
    printf '%s: %s\n' "${0##*/}" "$(words "$@")" >&2
    exit 1
}
