#!/usr/bin/env bash
# clang-tidy over our sources with the compile commands of build/dev; every finding is an error.
#   ./scripts/run-clang-tidy.sh [PATH-REGEX]    e.g. core/store
set -uo pipefail
cd "$(dirname "$0")/.."
[ -f build/dev/compile_commands.json ] || cmake --preset dev >/dev/null
git ls-files 'core/*.cpp' 'plugins/*.cpp' 'sdk/*.cpp' | grep -vE '_test\.cpp|/test/|/tests/|test_plugins|store_scribe|sample' | grep -E "${1:-.}" |
  xargs -P "$(nproc)" -n 4 clang-tidy-14 -p build/dev --quiet 2>/dev/null | grep -E 'warning:|error:' | sort -u
[ "${PIPESTATUS[3]}" -eq 0 ]
