#!/usr/bin/env bash
# Makes everything that a release consists of: the Debian package, the extension for each store, the page that checks packages, and
# their checksums. Needs what the tests need: npm ci --prefix tests --ignore-scripts
# The same source on the same system gives the same bytes. docs/packaging.md tells what to do with them.
set -euo pipefail
umask 022
export LC_ALL=C

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
scratch=

usage() {
    cat <<'TEXT'
Usage: bash manifests/package.sh OUTDIR

Builds consentlog anew and puts into OUTDIR, which must be empty or not exist:
  consentlog_VERSION_ARCH.deb        programs, manuals, completions, manifests, extension
  consentlog-VERSION-chromium.zip    for the Chromium stores
  consentlog-VERSION-firefox.xpi     for addons.mozilla.org, which signs it
  consentlog-verify.html             checks packages in any browser
  SHA256SUMS                         of these
TEXT
}

die() {
    printf 'package.sh: %s\n' "$*" >&2
    exit 1
}

# Runs a command; shows what it printed only if it fails.
quietly() {
    "$@" >"$scratch/step.log" 2>&1 || {
        tail -n 40 "$scratch/step.log" >&2
        die "this failed: $*"
    }
}

version() { sed -n 's/^project(consentlog VERSION \([0-9.]*\).*/\1/p' "$root/CMakeLists.txt"; }

# The time of this release: that of the newest entry of the changelog.
released() { date -u -d "$(sed -n 's/^ -- .*>  //p' "$root/manifests/debian/changelog" | head -n 1)" +%s; }

debian_package() {
    cd -- "$root"
    quietly cmake --preset package -B "$scratch/build"
    quietly cmake --build "$scratch/build" --target package
    cp -- "$scratch/build"/*.deb "$out/"
}

main() {
    [[ $# == 1 && $1 != -* ]] || {
        usage >&2
        exit 2
    }
    mkdir -p -- "$1"
    out=$(cd -- "$1" && pwd -P)
    [[ -z $(ls -A -- "$out") ]] || die "$1 is not empty."
    scratch=$(mktemp -d)
    trap 'rm -rf -- "$scratch"' EXIT

    export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(released)}
    debian_package
    python3 "$root/manifests/pack-extension.py" "$out/consentlog-$(version)-chromium.zip"
    python3 "$root/manifests/pack-extension.py" "$out/consentlog-$(version)-firefox.xpi"
    quietly node "$root/manifests/verify-page.mjs" "$out/consentlog-verify.html"
    cd -- "$out"
    sha256sum -- *.deb *.html *.xpi *.zip >"$scratch/SHA256SUMS"
    mv -- "$scratch/SHA256SUMS" .
    cat SHA256SUMS
}

main "$@"
