#!/usr/bin/env bash
# Does the main job once, as a browser would, with a sample: starts the host that a manifest names, records one observation,
# reads it back, and lets the command line show and verify the log.
#
# Usage: bash manifests/self-check.sh MANIFEST CONSENTLOG
#
# All of it happens in a scratch folder, with a session bus and a keyring of its own; your log and keyring are not touched.
set -euo pipefail

# shellcheck source=manifests/words.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/words.sh"

# ---- frames: u32 length in the machine's order, then that many bytes of JSON -----------------------------------------------

put_frame() {
    local LC_ALL=C n=${#1} bytes order='0 8 16 24' shift
    [[ $(printf '\1\0' | od -An -tu2 | tr -d ' ') == 1 ]] || order='24 16 8 0'
    bytes=
    for shift in $order; do
        printf -v bytes '%s\\x%02x' "$bytes" $((n >> shift & 255))
    done
    printf '%b%s' "$bytes" "$1"
}

answers() { # prints the bodies of the frames in a file, one a line
    local at=0 size n
    size=$(stat -c %s "$1")
    while ((at + 4 <= size)); do
        n=$(od -An -tu4 -N4 -j "$at" "$1" | tr -d ' ')
        tail -c "+$((at + 5))" "$1" | head -c "$n"
        printf '\n'
        at=$((at + 4 + n))
    done
}

sample() {
    local reading now
    reading=$(tr -d - </proc/sys/kernel/random/uuid)
    now=$(date -u +%Y-%m-%dT%H:%M:%S.000Z)
    printf '{"reading":"%s","state":"on","reason":null,"observed_at":"%s","pending":false,"trusted":null,"asked":false,' "$reading" "$now"
    printf '"account":{"id":"sample","premium":null},'
    printf '"page":{"url":"https://www.linkedin.com/mypreferences/d/settings/data-for-ai-improvement","language":"en",'
    printf '"title":"SAMPLE of the self-check","navigation":"load","loaded_at":"%s","server_date":null,"corroboration":null},' "$now"
    printf '"control":{"kind":"role-switch","key":null,"label":"SAMPLE of the self-check","checked":true,"aria_checked":"true",'
    printf '"aria_pressed":null,"disabled":false,"busy":false,"place":"document"},'
    printf '"candidates":1,"picture":null,"client":{"browser":"other","version":"self-check","extension":"self-check"}}'
}

# ---- inside the private session ------------------------------------------------------------------------------------------

converse() {
    local host=$1 origin=$2 lines n
    local told=("$(words "the host answered")" "$(words "the sample was encrypted and written")" \
        "$(words "it was read back")" "$(words "the log was checked")")
    local ops=(hello record history check)
    {
        put_frame '{"id":1,"op":"hello","params":{}}'
        put_frame "{\"id\":2,\"op\":\"record\",\"params\":{\"observations\":[$(sample)]}}"
        put_frame '{"id":3,"op":"history","params":{"from":0,"count":10}}'
        put_frame '{"id":4,"op":"check","params":{}}'
    } | "$host" "$origin" >answers.bin || die "the host ended with an error."
    mapfile -t lines < <(answers answers.bin)
    for n in "${!ops[@]}"; do
        [[ ${lines[n]-nothing} == "{\"id\":$((n + 1)),\"ok\":true,"* ]] || die "the host answered: %s" "${lines[n]-nothing}"
        printf '   %-10s %s\n' "${ops[n]}" "${told[n]}"
    done
}

inside() {
    local host=$1 origin=$2 cli=$3
    exec 2>&3 3>&-
    printf 'scratch' | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1 ||
        die "gnome-keyring-daemon does not start."
    converse "$host" "$origin"
    printf '\n'
    "$cli" history | sed 's/^/   /'
    printf '\n'
    "$cli" verify | sed 's/^/   /'
}

# ---- outside -----------------------------------------------------------------------------------------------------------

member() { sed -n "s/^ *\"$2\": *\\[*\"\\([^\"]*\\)\".*/\\1/p" "$1"; }

outside() {
    local manifest=$1 cli=$2 host origin
    host=$(member "$manifest" path)
    origin=$(member "$manifest" allowed_origins)
    [[ -x $host ]] || die "%s names no program that can be started." "$manifest"
    scratch=$(mktemp -d)
    trap 'rm -rf -- "$scratch"' EXIT
    mkdir -m 700 "$scratch/home" "$scratch/run"
    printf '   manifest   %s\n   host       %s\n' "$manifest" "$host"
    say "The sample goes into a scratch log, encrypted by a scratch keyring on a private session bus."
    say "Your own log and keyring are not touched."
    printf '\n'
    cd -- "$scratch"
    # The bus's own remarks (limits it may not raise in a container) are nobody's concern: 3 is the way for ours.
    env -i PATH="$PATH" TZ="${TZ-}" HOME="$scratch/home" XDG_RUNTIME_DIR="$scratch/run" \
        LANG="${LANG:-C.UTF-8}" LC_ALL="${LC_ALL-}" LC_MESSAGES="${LC_MESSAGES-}" LANGUAGE="${LANGUAGE-}" TEXTDOMAINDIR="${TEXTDOMAINDIR-}" \
        dbus-run-session -- bash "$self" --inside "$host" "${origin:-chrome-extension://sample/}" "$cli" \
        3>&2 2>/dev/null
}

self=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)/${BASH_SOURCE[0]##*/}
if [[ ${1:-} == --inside ]]; then
    shift
    inside "$@"
elif (($# == 2)); then
    outside "$@"
else
    sed -n '5s/^# //p' "$self" >&2
    exit 2
fi
