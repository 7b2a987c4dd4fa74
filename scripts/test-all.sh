#!/usr/bin/env bash
# Installs what is missing and runs every test. The last line is `N passed, N failed`.
#   AGENTE_STAGES="dev tsan" ./scripts/test-all.sh   only some stages: format dev tsan release tidy fuzz
set -uo pipefail
cd "$(dirname "$0")/.."
export ASAN_OPTIONS=detect_leaks=1:abort_on_error=1 UBSAN_OPTIONS=print_stacktrace=1 TSAN_OPTIONS=halt_on_error=1:suppressions=$PWD/tests/tsan.supp
# Compiled once, used again from any folder (a fresh clone too).
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1 CCACHE_MAXSIZE=5G

passed=0 failed=0
note() { printf '\n== %s (%s)\n' "$1" "$(date +%T)"; }
ok() { passed=$((passed + 1)); }
bad() { failed=$((failed + 1)); echo "FAILED: $1"; }
check() { local name=$1; shift; if "$@"; then ok; else bad "$name"; fi; }

build() { # preset [targets...]
  local preset=$1; shift
  cmake --preset "$preset" >build-$preset.log 2>&1 || { cat build-$preset.log; rm -f build-$preset.log; return 1; }
  rm -f build-$preset.log
  cmake --build --preset "$preset" ${*:+--target "$@"} | awk '/FAILED|error:|warning:/ || NR % 50 == 0'
  return "${PIPESTATUS[0]}"
}

tests() { # preset, ctest arguments: adds what passed and failed
  local preset=$1; shift
  local log; log=$(mktemp)
  ctest --preset "$preset" -j "$(nproc)" "$@" >"$log" 2>&1
  local total; total=$(sed -nE 's/.* tests passed, .* out of ([0-9]+)/\1/p' "$log")
  local lost; lost=$(sed -nE 's/.* tests passed, ([0-9]+) tests? failed out of .*/\1/p' "$log")
  if [ -z "$total" ] || [ "$total" -eq 0 ]; then
    cat "$log"; bad "$preset: no test ran"
  else
    passed=$((passed + total - lost)) failed=$((failed + lost))
    [ "$lost" -eq 0 ] || grep -vE '^ *[0-9]+/[0-9]+ Test .* (Passed|\*\*\*Skipped) |^ +Start +[0-9]+: ' "$log"
    echo "$preset: $((total - lost)) passed, $lost failed"
  fi
  rm -f "$log"
}

stage_format() {
  check "clang-format" bash -c "git ls-files '*.cpp' '*.hpp' '*.h' '*.c' | grep -v ^sdk/template/ | xargs clang-format-14 --dry-run -Werror"
}
# What is slow under sanitizers runs as it is shipped: the broken plugins, the talks over PostgreSQL and Redis, chaos.
# A runner's memory has no limit under them, so that is tested here only.
stage_dev() { build dev && tests dev -LE "gallery|servers" || bad "dev: build"; }
stage_tsan() { build tsan concurrency && tests tsan -L concurrency || bad "tsan: build"; }
stage_release() {
  build release demo e2e_test chaos benchmarks gallery agente-conformance plugins_isolated_test &&
    tests release -L "gallery|servers|chaos" && tests release -R APluginThatLeaksWithoutEndHitsItsLimit ||
    bad "release: build"
}
stage_fuzz() { build fuzz fuzzers && check "fuzzers, 60 s each" ./scripts/run-fuzzers.sh 60 || bad "fuzz: build"; }
stage_tidy() { check "clang-tidy" ./scripts/run-clang-tidy.sh; }

./scripts/install-packages.sh --all || exit 1
for stage in ${AGENTE_STAGES:-format dev tsan release fuzz tidy}; do
  note "$stage"
  "stage_$stage"
done
printf '\n%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
