#!/usr/bin/env bash
# clang-tidy over our sources with the compile commands of the dev preset; every finding is an error.
#   ./scripts/run-clang-tidy.sh [--analyzer] [PATH-REGEX]    e.g. core/store; --analyzer: walks all paths, too (slow)
set -uo pipefail
cd "$(dirname "$0")/.."
checks=
if [ "${1:-}" = --analyzer ]; then
  checks='clang-analyzer-core.*,clang-analyzer-cplusplus.*,clang-analyzer-deadcode.*'
  shift
fi
if [[ "${1:-}" == -* ]]; then
  sed -n '2,3s/^# //p' "$0" >&2
  exit 2
fi
[ -f build/dev/compile_commands.json ] || cmake --preset dev >/dev/null
mkdir -p build/tidy
sed 's/-fno-gnu-unique//g' build/dev/compile_commands.json >build/tidy/compile_commands.json # gcc's word, not clang's
findings=$(git ls-files 'core/*.cpp' 'plugins/*.cpp' 'sdk/*.cpp' |
  grep -vE '_test\.cpp|/test/|/tests/|test_|testing|store_scribe|sample|call_name_mistake|sdk/template' | grep -E "${1:-.}" |
  xargs -P "$(nproc)" -n 4 clang-tidy-14 -p build/tidy --quiet ${checks:+--checks=$checks} 2>/dev/null | grep -E 'warning:|error:' | sort -u)
[ -z "$findings" ] && exit 0
printf '%s\n' "$findings"
exit 1
