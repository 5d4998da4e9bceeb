#!/usr/bin/env bash
# Brings what is in extension/shared/vendor from the npm registry, unmodified, and checks it: bash tests/extension/vendor.sh
# With --check nothing is written: the files here are compared with the package's.
set -euo pipefail

readonly VERSION=9.0.0
readonly SHA256=b898bf23c95594607576e25ddd4013f1d51ed0e862aaf0732815830c87b3b58f
readonly FILES=(diff/base.js diff/array.js diff/word.js diff/base.d.ts diff/array.d.ts diff/word.d.ts util/string.js types.d.ts)

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../extension/shared/vendor" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cd "$work"
npm pack --silent "diff@$VERSION" >/dev/null
echo "$SHA256  diff-$VERSION.tgz" | sha256sum --check --quiet
tar xzf "diff-$VERSION.tgz"

if [ "${1:-}" = --check ]; then
  for file in "${FILES[@]}"; do cmp "package/libesm/$file" "$here/jsdiff/$file"; done
  cmp package/LICENSE "$here/jsdiff/LICENSE"
  echo "as in diff $VERSION"
  exit 0
fi

rm -rf "$here/jsdiff"
mkdir -p "$here/jsdiff/diff" "$here/jsdiff/util"
for file in "${FILES[@]}"; do cp "package/libesm/$file" "$here/jsdiff/$file"; done
cp package/LICENSE "$here/jsdiff/"
