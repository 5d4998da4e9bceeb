#!/usr/bin/env bash
# Makes everything that a release consists of: the packages for Debian and Fedora, the extension for each store, the page that checks
# packages, and their checksums. Needs what the tests need: rpm, and npm ci --prefix tests --ignore-scripts
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
  consentlog-VERSION-1.ARCH.rpm      the same for Fedora
  consentlog-VERSION-chromium.zip    for the Chromium stores
  consentlog-VERSION-firefox.xpi     for addons.mozilla.org, which signs it
  consentlog-verify.html             checks packages in any browser
  consentlog-VERSION.crx             only if CONSENTLOG_CRX_KEY names the project's RSA key: for
                                     Chromium and its relatives without a store
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

packages() {
    command -v rpmbuild >/dev/null || die "rpmbuild is not here; on Debian: apt install rpm"
    cd -- "$root"
    quietly cmake --preset package -B "$scratch/build"
    quietly cmake --build "$scratch/build" --target package
    cd -- "$scratch/build"
    quietly cpack -G RPM
    cp -- *.deb *.rpm "$out/"
}

# For those who have no store. Its update address is a file, so that no server is asked about its id; who gives a Chromium a newer
# CRX states its version beside it. The host answers only to ids that it knows, so another key makes nothing.
crx() {
    local id address=file:///usr/share/consentlog/update.xml
    [[ -f $CONSENTLOG_CRX_KEY ]] || die "CONSENTLOG_CRX_KEY names no file."
    python3 -B "$root/manifests/pack-extension.py" "$scratch/consentlog.zip" "$address"
    id=$(python3 -B "$root/manifests/pack-crx.py" "$CONSENTLOG_CRX_KEY" "$scratch/consentlog.zip" "$scratch/consentlog.crx")
    grep -qx -- "$id" "$root/manifests/chromium-ids.txt" ||
        die "the key of CONSENTLOG_CRX_KEY gives the id $id, which manifests/chromium-ids.txt does not allow."
    cp -- "$scratch/consentlog.crx" "$out/consentlog-$(version).crx"
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
    [[ ! ${CONSENTLOG_CRX_KEY:-} ]] || crx
    packages
    python3 -B "$root/manifests/pack-extension.py" "$out/consentlog-$(version)-chromium.zip"
    python3 -B "$root/manifests/pack-extension.py" "$out/consentlog-$(version)-firefox.xpi"
    quietly node "$root/manifests/verify-page.mjs" "$out/consentlog-verify.html"
    cd -- "$out"
    sha256sum -- * >"$scratch/SHA256SUMS"
    mv -- "$scratch/SHA256SUMS" .
    cat SHA256SUMS
}

main "$@"
