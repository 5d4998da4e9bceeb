#!/usr/bin/env bash
# Draw extension/icons/*.png from the SVG files beside them. Run after changing one; needs Chromium. The result is committed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../extension/icons"
chromium=${CHROMIUM:-chromium}
profile=$(mktemp -d)
trap 'rm -rf "$profile"' EXIT

draw() { # name size
  # Headless Chromium crops a larger window, so the large icon is a small page at a larger scale.
  local scale=1
  (($2 > 48)) && scale=$(($2 / 32))
  local css=$(($2 / scale))
  printf '<!doctype html><style>*{margin:0}img{display:block;width:%spx;height:%spx}</style><img src="file://%s/%s.svg">' \
    "$css" "$css" "$PWD" "$1" >"$profile/page.html"
  "$chromium" --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$profile/p" \
    --allow-file-access-from-files --default-background-color=00000000 --force-device-scale-factor="$scale" --window-size="$css,$css" \
    --screenshot="$PWD/$1-$2.png" "file://$profile/page.html" 2>/dev/null
}

for size in 16 32 48 128; do draw consentlog "$size"; done
for state in on off unknown not-offered attention none; do
  for size in 16 32; do draw "$state" "$size"; done
done
