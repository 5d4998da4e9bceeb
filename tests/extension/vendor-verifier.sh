#!/usr/bin/env bash
# Makes what is in extension/verifier/vendor from the packages that tests/package-lock.json names by version and hash:
#   bash tests/extension/vendor-verifier.sh
# A browser does not resolve bare names of modules and a page needs a tenth of them, so esbuild puts into one readable
# file what is reached from the names below; nothing is minified, and the same comes out where node_modules is a link.
# Of constants esbuild makes variables, whose value an engine may read anew at every use (V8 of Node.js 20 does): those of
# the hashes are made constants again, or they take half as long again. Nothing else is changed. With --check nothing is
# written: what is here is compared with what would be made.
set -euo pipefail

tests=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
here=$(cd "$tests/../extension/verifier/vendor" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version() { node -p "require('$tests/node_modules/$1/package.json').version"; }

# bundle <name> <package …>: the entry comes on stdin.
bundle() {
  local name=$1 package from=()
  shift
  for package in "$@"; do
    from+=("$package $(version "$package")")
    mkdir -p "$work/licences"
    cp "$tests/node_modules/$package/LICENSE" "$work/licences/$(tr / - <<<"${package#@}").txt"
  done
  (cd "$tests" && node_modules/.bin/esbuild --bundle --format=esm --target=es2022 --charset=utf8 --legal-comments=inline \
    --preserve-symlinks --log-level=error --banner:js="// From ${from[*]/%/;} as they ship: tests/extension/vendor-verifier.sh. Licences beside." >"$work/$name.js")
}

bundle noble @noble/curves @noble/hashes <<'JS'
export { ed25519 } from '@noble/curves/ed25519.js';
export { sha512 } from '@noble/hashes/sha2.js';
JS
bundle sha256 @stablelib/sha256 @stablelib/binary @stablelib/int @stablelib/wipe <<'JS'
export { SHA256, hash as sha256 } from '@stablelib/sha256';
JS
sed -i 's/^var /const /' "$work/noble.js" "$work/sha256.js"
bundle pki pkijs asn1js @peculiar/utils bytestreamjs @noble/hashes <<'JS'
export { fromBER } from 'asn1js';
export { Certificate, ContentInfo, CryptoEngine, SignedData, TimeStampReq, TimeStampResp, TSTInfo, setEngine } from 'pkijs';
JS

if [ "${1:-}" = --check ]; then
  for file in "$work"/*.js "$work"/licences/*; do cmp "$file" "$here/${file#"$work/"}"; done
  echo 'as from the packages'
  exit 0
fi
rm -rf "$here"/*.js "$here/licences"
cp -r "$work"/*.js "$work/licences" "$here/"
