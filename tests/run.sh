#!/usr/bin/env bash
# Everything that can be checked, from a fresh clone: bash tests/run.sh [stage …]
#   stages: unit protocol cli evidence extension chromium firefox keyrings faults packages fuzz bench lint
#           (none named: all of them)
#           quick: what a change most likely broke, side by side, in less than three minutes: unit, protocol, the tables of
#           judge and reader, lint (of clang-tidy only what differs from the main branch)
# It installs what the tests need (Debian and Ubuntu: with apt, through sudo when not root), builds, runs, and closes with
# the sum of what the runners counted. No stage may pass without having run something. Stages that are named run one after
# the other and are seen at work; when all run, AT_ONCE of them run side by side, one more takes what these leave of the machine and the
# fuzzers what that one leaves, and each is printed as it ends.
#   FUZZ_SECONDS=60   how long each fuzz target runs; 30 where all stages run
#   JOBS=2            how many compile or fuzz at once
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 2

readonly STAGES=(unit protocol cli evidence extension chromium firefox keyrings faults packages fuzz bench lint quick)
FUZZ_SECONDS=${FUZZ_SECONDS:-$([ $# = 0 ] && echo 30 || echo 60)}
readonly FUZZ_SECONDS
JOBS=${JOBS:-$(nproc)}
readonly JOBS
readonly OUTPUT=$PWD/tests/output
readonly COUNTS=$OUTPUT/counts # a line for each stage: name, passed, failed, skipped
readonly NODE_OLDEST=18
readonly STAGE_LIMIT=3600 # seconds; well above what the longest stage takes on a slow machine, so only one that hangs meets it
readonly RETOLD_LINES=80 # of each stage that failed
# Taken from its front, each by the lane that is free first, and from its end by the lane that takes what is left of the machine: there
# stand those without browsers, keyrings or limits of time that would be felt. Browsers and keyrings mostly wait, for a page to settle or a
# bus to answer: they are at work side by side from the beginning. At both ends the longest are first, so that at last no lane is left alone
# with much to do. The fuzzers, which would fill any machine for as long as they are let, have what all others leave.
readonly QUEUE=(firefox_table chromium_table firefox_others chromium_others faults packages keyrings cli fixtures lint unit protocol
  evidence extension)
readonly AT_ONCE=3
readonly QUICK=(quick_unit 'protocol quick_tables' quick_lint)
readonly TIMEFORMAT='its processes took %U s and the kernel for them %S s'
export CI=${CI:-} npm_config_update_notifier=false npm_config_fund=false npm_config_audit=false

# Some continuous integration has no home, and npm, Go and the browsers want a place for what they keep.
if ! [ -w "${HOME:-}" ]; then
  HOME=$(mktemp -d)
  export HOME
fi

say() { printf '\n\033[1m== %s\033[0m\n' "$*"; }
note() { printf '%s\n' "$*"; }

# ---------------------------------------------------------------------------------------------- what the tests need

# Command or pkg-config file, then the Debian package that brings it.
readonly NEEDS=(
  cc:build-essential cmake:cmake ninja:ninja-build pkg-config:pkg-config clang:clang ld.lld:lld
  clang-format:clang-format clang-tidy:clang-tidy shellcheck:shellcheck mandoc:mandoc
  openssl:openssl msgfmt:gettext locales:locales sqlite3:sqlite3 dbus-run-session:dbus dbus-send:dbus-bin python3:python3
  gnome-keyring-daemon:gnome-keyring secret-tool:libsecret-tools browserpass:webext-browserpass
  libcjson.pc:libcjson-dev libcrypto.pc:libssl-dev libgcrypt.pc:libgcrypt20-dev libsecret-1.pc:libsecret-1-dev libsystemd.pc:libsystemd-dev
  sqlite3.pc:libsqlite3-dev zlib.pc:zlib1g-dev
  cmocka.pc:libcmocka-dev gcr-base-3.pc:libgcr-3-dev ssh-keygen:openssh-client zip:zip unzip:unzip 7z:p7zip-full bsdtar:libarchive-tools javac:default-jdk-headless xxd:xxd
  setpriv:util-linux
  lintian:lintian appstreamcli:appstream dpkg-shlibdeps:dpkg-dev rpmbuild:rpm file:file mmdebstrap:mmdebstrap ccache:ccache zsh:zsh fish:fish
  go:golang-go go-note:golang-golang-x-mod-dev parallel:parallel strace:strace sshd:openssh-server slurmctld:slurm-wlm munged:munge
)

# The same for keyring programs and a browser that not every distribution has: what it has is installed, and tests tell which they miss.
readonly OPTIONAL=(
  kwalletd5:libkf5wallet-bin qca-qt5:libqca-qt5-2-plugins kwalletd6:kwallet6 qca-qt6:libqca-qt6-plugins
  keepassxc:keepassxc Xvfb:xvfb xdotool:xdotool zenity:zenity WebKitWebDriver:webkit2gtk-driver
)

has() {
  case $1 in
    *.pc) command -v pkg-config >/dev/null && pkg-config --exists "${1%.pc}" ;;
    go-note) [ -d /usr/share/gocode/src/golang.org/x/mod/sumdb/note ] ;;
    browserpass) [ -d /usr/lib/browserpass ] || command -v browserpass >/dev/null ;;
    qca-*) compgen -G "/usr/lib/*/$1/crypto/libqca-ossl.so" >/dev/null ;;
    sshd | slurmctld | munged) [ -x "/usr/sbin/$1" ] ;;
    locales) [ -e /usr/share/i18n/locales/de_DE ] ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

# Does the distribution have it? While no list of packages is here, everything counts as there.
knows() {
  apt-cache show "$1" >/dev/null 2>&1 || ! apt-cache show gnome-keyring >/dev/null 2>&1
}

# libFuzzer's and the sanitizers' run-time library comes apart from clang on some releases.
has_fuzzer_runtime() {
  command -v clang >/dev/null && compgen -G "$(clang -print-resource-dir)/lib/*/libclang_rt.fuzzer*" >/dev/null
}

node_is_good() {
  command -v node >/dev/null && [ "$(node -p 'process.versions.node.split(".")[0]')" -ge "$NODE_OLDEST" ]
}

apt_missing() {
  local need
  for need in "${NEEDS[@]}"; do
    has "${need%%:*}" || printf '%s\n' "${need#*:}"
  done
  for need in "${OPTIONAL[@]}"; do
    if ! has "${need%%:*}" && knows "${need#*:}"; then printf '%s\n' "${need#*:}"; fi
  done
  has_fuzzer_runtime || printf 'libclang-rt-%s-dev\n' "$(clang_major)"
  node_is_good || printf 'nodejs\n'
  command -v npm >/dev/null || printf 'npm\n'
  if grep -qx 'ID=debian' /etc/os-release; then # elsewhere these names bring a snap, which cannot start our host
    command -v chromium >/dev/null || printf 'chromium\n'
    command -v firefox-esr >/dev/null || printf 'firefox-esr\n'
  fi
}

clang_major() {
  if command -v clang >/dev/null; then clang -dumpversion | cut -d. -f1; else
    apt-cache depends clang 2>/dev/null | sed -n 's/.*Depends: clang-\([0-9]*\)$/\1/p' | head -1
  fi
}

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@" || sudo "$@"; fi; }

install_packages() {
  local -a missing
  mapfile -t missing < <(apt_missing | sort -u)
  [ ${#missing[@]} = 0 ] && return 0
  if ! command -v apt-get >/dev/null; then
    note "Not here, and there is no apt to bring it: ${missing[*]} (Debian's names)"
    return 1
  fi
  say "installing ${missing[*]}"
  again as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq || return 1
  mapfile -t missing < <(apt_missing | sort -u)
  again as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" \
    </dev/null >"$OUTPUT/apt.log" || { tail -20 "$OUTPUT/apt.log"; return 1; }
}

# again <command …>: a mirror that does not answer once is asked three times.
again() {
  local attempt
  for attempt in 1 2 3; do
    "$@" && return 0
    note "attempt $attempt of 3 failed: $*"
    sleep $((attempt * 5))
  done
  return 1
}

install_modules() {
  node_is_good || { note "Node.js $NODE_OLDEST or newer is needed; here is: $(node -v 2>/dev/null || echo none)"; return 1; }
  cmp -s tests/package-lock.json tests/node_modules/.consentlog-lock && return 0
  say 'installing node modules for the tests'
  again npm ci --prefix tests --ignore-scripts --no-audit --no-fund --loglevel=error </dev/null || return 1
  cp tests/package-lock.json tests/node_modules/.consentlog-lock
}

# A version manager's python3 is a shell script that looks for Python at each start, and what it has installed may load more; the tests
# start thousands, and want no more than Python has by itself.
use_python_itself() {
  local python=/usr/bin/python3
  [ -x "$python" ] || python=$(python3 -c 'import sys; print(sys.executable)') || return
  mkdir -p "$OUTPUT/bin"
  ln -sf "$python" "$OUTPUT/bin/python3"
  PATH=$OUTPUT/bin:$PATH
}

# ---------------------------------------------------------------------------------------------------------- building

# By one stage at a time: two may want the same tree.
build() {
  local preset=$1
  say "building: $preset"
  (
    flock 8
    cmake --preset "$preset" >"$OUTPUT/configure-$preset.log" 2>&1 || { cat "$OUTPUT/configure-$preset.log"; exit 1; }
    cmake --build --preset "$preset" -j "$JOBS"
  ) 8>"$OUTPUT/build-$preset.lock"
}

# -------------------------------------------------------------------------------------------------------- the stages

# count <stage> <passed> <failed> [skipped]: a stage that ran nothing has failed.
count() {
  local stage=$1 good=$2 bad=$3 left_out=${4:-0}
  [ $((good + bad)) -gt 0 ] || { note "$stage: nothing was run"; bad=1; }
  printf '%s %d %d %d\n' "$stage" "$good" "$bad" "$left_out" >>"$COUNTS"
}

# node_sum <log> <word …>: the sum of node's closing lines of these names.
node_sum() {
  local log=$1
  shift
  sed 's/\x1b\[[0-9;]*m//g' "$log" |
    awk -v names=" $* " 'NF == 3 && $3 ~ /^[0-9]+$/ && index(names, " " $2 " ") { n += $3 } END { print n + 0 }'
}

count_node() {
  local stage=$1 log=$2 status=$3 good bad
  good=$(node_sum "$log" pass)
  bad=$(node_sum "$log" fail cancelled todo)
  [ "$status" = 0 ] || [ "$bad" -gt 0 ] || bad=1
  count "$stage" "$good" "$bad" "$(node_sum "$log" skipped)"
}

count_ctest() {
  local stage=$1 log=$2 status=$3 total bad
  bad=$(sed -n 's/.*tests passed, \([0-9]*\) tests failed out of .*/\1/p' "$log" | tail -1)
  total=$(sed -n 's/.*tests failed out of \([0-9]*\).*/\1/p' "$log" | tail -1)
  [ "$status" = 0 ] || [ "${bad:-0}" -gt 0 ] || bad=1
  count "$stage" $((${total:-0} - ${bad:-0})) "${bad:-0}"
}

# node_stage <stage> <file …>: one process a file, one file after another, because browsers and daemons are heavy.
node_stage() {
  local stage=$1 status
  shift
  [ -e "${1:-}" ] || { count "$stage" 0 0; return; }
  CL_BUILD=$PWD/build/dev timeout --foreground --kill-after=30 "$STAGE_LIMIT" \
    node --test --test-reporter=spec --test-concurrency=1 "$@" </dev/null 2>&1 | tee "$OUTPUT/$stage.log"
  status=${PIPESTATUS[0]}
  count_node "$stage" "$OUTPUT/$stage.log" "$status"
}

ctest_stage() {
  local preset=$1 status
  shift
  ctest --preset "$preset" -j "$JOBS" --no-tests=error "$@" 2>&1 | tee "$OUTPUT/unit-$preset.log"
  status=${PIPESTATUS[0]}
  count_ctest "unit-$preset" "$OUTPUT/unit-$preset.log" "$status"
}

# of_browser <-l|-L>: the end-to-end tests that start Firefox, or do not, into BROWSER_TESTS; but for the table of pages, which takes as long
# as all of them.
of_browser() {
  mapfile -t BROWSER_TESTS < <(grep "$1" startFirefox tests/e2e/*.test.mjs | grep -v -- '-table\.test\.mjs$')
}

stage_quick() {
  local stages
  local -a pids=()
  for stages in "${QUICK[@]}"; do
    # shellcheck disable=SC2086 # a list of words
    lane $stages &
    pids+=($!)
  done
  await "${pids[@]}"
}
stage_quick_unit()   { ctest_stage dev --exclude-regex '^evidence'; } # a stage of its own
stage_quick_tables() { node_stage extension tests/extension/{judge,reader,rooms,locales,router,outbox}.test.mjs; }
stage_quick_lint()   { stage_lint changed; }

stage_unit() {
  stage_quick_unit
  if build fuzz; then ctest_stage fuzz; else count unit-fuzz 0 1; fi # once more, with the sanitizers
}
stage_protocol()  { node_stage protocol tests/protocol/*.test.mjs; }
stage_cli()       { node_stage cli tests/cli/*.test.mjs; }
stage_evidence()  { node_stage evidence tests/evidence/*.test.mjs; }
stage_extension() { node_stage extension tests/extension/*.test.mjs; }
stage_chromium()  { stage_chromium_table; stage_chromium_others; }
stage_firefox()   { stage_firefox_table; stage_firefox_others; }
stage_chromium_table()  { node_stage chromium-table tests/e2e/chromium-table.test.mjs; }
stage_chromium_others() { of_browser -L; node_stage chromium "${BROWSER_TESTS[@]}"; }
stage_firefox_table()   { node_stage firefox-table tests/e2e/firefox-table.test.mjs; }
stage_firefox_others()  { of_browser -l; node_stage firefox "${BROWSER_TESTS[@]}"; }
stage_keyrings()  { node_stage keyrings tests/keyrings/*.test.mjs; }
stage_faults()    { node_stage faults tests/faults/*.test.mjs; }
stage_packages()  { node_stage packages tests/packages/*.test.mjs; }

# fuzz_one <target>: corpus first, then new inputs; what it finds stays in tests/output.
fuzz_one() {
  local target=$1 name seeds found
  name=$(basename "$target")
  seeds=tests/fuzz/corpus/${name#fuzz_}
  found=$OUTPUT/fuzz/$name
  mkdir -p "$found"
  [ -d "$seeds" ] || { note "$name: no corpus at $seeds"; return 1; }
  "$target" -seed=1 -max_total_time="$FUZZ_SECONDS" -print_coverage=1 -timeout=120 -rss_limit_mb=2048 -print_final_stats=1 \
    -artifact_prefix="$found/" "$found" "$seeds" >"$OUTPUT/$name.log" 2>&1 </dev/null
  local status=$?
  printf '%-24s %s, exit %d\n' "$name" \
    "$(sed -n 's/^stat::number_of_executed_units: *\(.*\)/\1 inputs/p' "$OUTPUT/$name.log")" "$status"
  [ "$status" = 0 ] || tail -30 "$OUTPUT/$name.log"
  return "$status"
}

stage_fuzz() {
  local good=0 bad=0 target pid
  build fuzz || { count fuzz 0 1; return; }
  local -a targets=() pids=()
  for target in build/fuzz/tests/fuzz_* build/fuzz/tests/fuzz/fuzz_* build/fuzz/fuzz_*; do
    [ -f "$target" ] && [ -x "$target" ] && targets+=("$target")
  done
  note "${#targets[@]} targets, $FUZZ_SECONDS s each, $JOBS at a time"
  for target in "${targets[@]}"; do
    fuzz_one "$target" &
    pids+=($!)
    [ ${#pids[@]} -lt "$JOBS" ] && continue
    if wait "${pids[0]}"; then good=$((good + 1)); else bad=$((bad + 1)); fi
    pids=("${pids[@]:1}")
  done
  for pid in "${pids[@]}"; do
    if wait "$pid"; then good=$((good + 1)); else bad=$((bad + 1)); fi
  done
  note 'how much of each room the targets reach:'
  node tests/fuzz/coverage.mjs "$OUTPUT"/fuzz_*.log
  count fuzz "$good" "$bad"
}

# What the benches measure is made where it disturbs none of them; a failure is told when their turn comes. What counts only the
# processor's time and memory, which others do not disturb, is measured here, too, and shown there; if it fails, it is measured again there.
readonly UNDISTURBED=(background worst)
stage_fixtures() {
  local bench half
  build bench || return
  CL_BUILD=$PWD/build/bench node tests/bench/fixtures.mjs "$CL_BENCH_FIXTURES"
  for bench in "${UNDISTURBED[@]}"; do
    half=$CL_BENCH_FIXTURES/$bench.half
    CL_BUILD=$PWD/build/bench node "tests/bench/$bench.bench.mjs" </dev/null >"$half" 2>&1 && mv "$half" "$CL_BENCH_FIXTURES/$bench.bench.mjs.log"
  done
}

# bench_one <file>: as it was measured already, or now.
bench_one() {
  local before=${CL_BENCH_FIXTURES:-}/${1##*/}.log
  if [ -f "$before" ]; then cat "$before"; else CL_BUILD=$PWD/build/bench node "$1" </dev/null; fi
}

stage_bench() {
  local good=0 bad=0 bench
  build bench || { count bench 0 1; return; }
  for bench in tests/bench/*.bench.mjs; do
    [ -e "$bench" ] || continue
    if bench_one "$bench"; then good=$((good + 1)); else bad=$((bad + 1)); fi
  done
  count bench "$good" "$bad"
}

stage_lint() {
  local log=$OUTPUT/lint.log
  bash tests/lint.sh "$@" 2>&1 </dev/null | tee "$log"
  count lint "$(grep -c '^ok ' "$log")" "$(grep -c '^not ok ' "$log")"
}

# ------------------------------------------------------------------------------------------------------------- main

valid_stage() {
  local stage
  for stage in "${STAGES[@]}"; do [ "$stage" = "$1" ] && return 0; done
  return 1
}

# run_stage <stage>: at work before our eyes.
run_stage() {
  say "stage: $1  ($SECONDS s so far)"
  "stage_$1"
}

# lane <stage …>: each printed in whole when it has ended, and by one lane at a time.
lane() {
  local stage
  for stage in "$@"; do
    note "-- $stage begins ($SECONDS s)"
    { time run_stage "$stage" >"$OUTPUT/lane-$stage.log" 2>&1; } 2>"$OUTPUT/lane-$stage.time"
    flock "$OUTPUT/lane.lock" cat "$OUTPUT/lane-$stage.log"
    note "-- $stage has ended ($SECONDS s), $(cat "$OUTPUT/lane-$stage.time")"
  done
}

# next_stage <1|$>: the first or last of those that wait in $OUTPUT/queue, which then waits no longer; false if none does.
next_stage() {
  (
    flock 9
    sed -n "$1p" "$OUTPUT/queue" | grep . || exit 1
    sed -i "$1d" "$OUTPUT/queue"
  ) 9>"$OUTPUT/queue.lock"
}

queue_lane() {
  local stage
  while stage=$(next_stage "$1"); do lane "$stage"; done
}

# With what the others leave.
patient_lane() {
  renice -n 5 -p "$BASHPID" >/dev/null
  queue_lane '$'
}

# With what they all leave.
fuzz_lane() {
  renice -n 10 -p "$BASHPID" >/dev/null
  lane fuzz
}

# A sign of life each minute, for whoever ends what has been silent.
heartbeat() {
  while sleep 60; do note "-- at work ($SECONDS s)"; done
}

# await <process …>: with signs of life meanwhile.
await() {
  local pulse
  heartbeat &
  pulse=$!
  wait "$@"
  kill "$pulse"
  wait "$pulse" 2>/dev/null
}

run_all() {
  local i
  local -a pids=()
  export CL_BENCH_FIXTURES
  CL_BENCH_FIXTURES=$(mktemp -d) || exit 2
  trap 'rm -rf "$CL_BENCH_FIXTURES"' EXIT
  printf '%s\n' "${QUEUE[@]}" >"$OUTPUT/queue"
  patient_lane &
  pids+=($!)
  fuzz_lane &
  pids+=($!)
  for ((i = 0; i < AT_ONCE; i++)); do
    queue_lane 1 &
    pids+=($!)
  done
  await "${pids[@]}"
  run_stage bench # alone: it measures
}

# What failed and why, once more, where the eye is when all has run.
retell_failures() {
  local stage good bad left log
  while read -r stage good bad left; do
    [ "$bad" -gt 0 ] || continue
    log=$OUTPUT/$stage.log
    [ -f "$log" ] || log=$OUTPUT/lane-$stage.log
    [ -f "$log" ] || continue
    say "what failed in $stage ($bad of $((good + bad + left)))"
    if grep -q 'failing tests:' "$log"; then sed '1,/failing tests:/d' "$log"; else grep -B 40 -E '^not ok|FAILED|\*\*\*' "$log"; fi |
      head -"$RETOLD_LINES"
  done <"$COUNTS"
}

# The sum; true if all that was chosen ran, and nothing failed.
sum_up() {
  retell_failures
  say "summary  ($SECONDS s)"
  awk '{ printf "%-14s %5d passed %5d failed %5d skipped\n", $1, $2, $3, $4 }' "$COUNTS"
  # Skipped ones are named in the logs above with their reason: a page that only a real browser can show, in jsdom.
  awk '{ good += $2; bad += $3; left += $4 }
    END { printf "%d passed, %d failed, %d skipped\n", good, bad, left; exit good == 0 || bad > 0 }' "$COUNTS"
}

main() {
  local stage
  for stage in "$@"; do
    valid_stage "$stage" || { note "unknown stage '$stage'; there are: ${STAGES[*]}"; exit 2; }
  done
  mkdir -p "$OUTPUT"
  : >"$COUNTS"
  install_packages || count install 0 1 # what needs them may leave itself out, which must not look like success
  install_modules || { note 'the node modules that the tests need could not be installed'; exit 3; }
  use_python_itself
  if ! build dev; then
    count build 0 1
  elif [ $# = 0 ]; then
    run_all
  else
    for stage in "$@"; do run_stage "$stage"; done
  fi
  sum_up
}

main "$@"
