#!/usr/bin/env bash
# Everything that is judged without running it. Called by run.sh's lint stage, after the dev build; also alone.
# Each check prints `ok NAME` or `not ok NAME` with what was found.
#   bash tests/lint.sh changed    the same, but clang-tidy, which takes longer than all else, looks only at what differs
#                                 from the main branch, or on that branch from the commit before, and there further
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 2

readonly BIN=tests/node_modules/.bin
JOBS=${JOBS:-$(nproc)}
bad=0

check() {
  local name=$1 output
  shift
  if output=$("$@" 2>&1); then
    printf 'ok %s\n' "$name"
  else
    printf 'not ok %s\n%s\n' "$name" "$output"
    bad=$((bad + 1))
  fi
}

# Files of ours by pattern, as git knows them: new ones too, ignored ones not.
ours() { git ls-files -z --cached --others --exclude-standard -- "$@"; }

# over <command …>: runs it over the NUL-separated list of files on stdin.
over() { xargs -0 --no-run-if-empty "$@"; }

all_c() { ours 'host/*.c'; }

# A header that changed stands for the file of its name.
changed_c() {
  local ref base='' file
  for ref in origin/HEAD origin/main main HEAD~1; do
    base=$(git merge-base HEAD "$ref" 2>/dev/null) && [ "$base" != "$(git rev-parse HEAD)" ] && break
  done
  { git diff -z --name-only "${base:-HEAD}" -- 'host/*.[ch]'; git ls-files -z --others --exclude-standard -- 'host/*.[ch]'; } |
    sed -z 's/h$/c/' | sort -zu | while IFS= read -r -d '' file; do [ ! -f "$file" ] || printf '%s\0' "$file"; done
}

# How far the analyzer goes into each function of all files; in what differs, as far as it goes by itself (225,000). Nearly all of its
# time is in a few functions at that bound.
readonly STATES_OF_ALL=50000

c_format()   { ours 'host/*.[ch]' 'tests/*.[ch]' | over clang-format --dry-run -Werror; }
# The build knows some files several times, as parts of several programs; one reading of each is enough.
c_tidy() {
  local once
  local -a bound=()
  [ -n "${1:-}" ] || bound=(--extra-arg=-Xclang --extra-arg=-analyzer-config --extra-arg=-Xclang --extra-arg=max-nodes="$STATES_OF_ALL")
  once=$(mktemp -d) || return
  python3 - build/dev/compile_commands.json >"$once/compile_commands.json" <<'EOF' &&
import json, sys
print(json.dumps(list({one["file"]: one for one in reversed(json.load(open(sys.argv[1])))}.values())))
EOF
    "${1:-all_c}" | over -P "$JOBS" -n 4 clang-tidy --quiet -p "$once" --config-file=tests/clang-tidy.yml \
      --extra-arg=-ftrivial-auto-var-init=uninitialized "${bound[@]}"
  local status=$?
  rm -rf "$once"
  return "$status"
}
shell()      { ours '*.sh' '*.bash' .ci/run | over shellcheck -x -S warning; }
js_format()  { ours '*.js' '*.mjs' ':!*/vendor/*' | over "$BIN/prettier" --check --log-level warn; }
rooms()      { node tests/rooms.mjs; }
javascript() { "$BIN/eslint" -c tests/eslint.config.mjs extension tests; }
types()      { "$BIN/tsc" -p tests/tsconfig.json; }
add_on()     { "$BIN/web-ext" lint --source-dir extension --warnings-as-errors --no-config-discovery --output text; }
manuals()    { ours 'docs/man/*.[0-9]' | over mandoc -T lint -W warning; }

# What the house does not use: unbounded copies, numbers without an end pointer, hidden state, shells.
forbidden() {
  ! ours 'host/*.[ch]' | over grep -nE '\bgoto\b|\b(sprintf|strcpy|strcat|strncpy|atoi|strtok|popen|system|alloca|cJSON_GetObjectItem) *\(' |
    grep -vE '^[^:]*:[0-9]*: *(\*|//|/\*)'
}

# One foreign library, one file.
borders() {
  local rule found=0
  for rule in 'libsecret/:host/keyring/service.h' 'sqlite3.h:host/log/store_internal.h' 'systemd/:host/keyring/bus.h' 'gcrypt.h:host/crypto/crypto.c\|host/keyring/session.c' 'openssl/evp.h:host/crypto/crypto_verify.c' \
    'zlib.h:host/package/inflate.c'; do
    if ours 'host/*.[ch]' | over grep -lE "#include <${rule%%:*}" | grep -vx "${rule#*:}"; then
      printf 'only %s may include %s\n' "${rule#*:}" "${rule%%:*}"
      found=1
    fi
  done
  return "$found"
}

# A lock file that names a registry's address would tie a clone to that registry.
lock_file() { ! grep -n '"resolved"' tests/package-lock.json; }

check clang-format c_format
check clang-tidy c_tidy "${1:+changed_c}"
check 'functions we do not use' forbidden
check 'one library, one file' borders
check shellcheck shell
check 'rooms and circles' rooms
check prettier js_format
check eslint javascript
check 'tsc --checkJs' types
check 'web-ext lint' add_on
check 'mandoc -T lint' manuals
check 'package-lock.json' lock_file
[ "$bad" = 0 ]
