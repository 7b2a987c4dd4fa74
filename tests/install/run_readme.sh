#!/usr/bin/env bash
# Usage: run_readme.sh README BUILD WORK. Types the blocks marked <!-- run:NAME --> in order, in one shell, in an empty
# folder whose HOME is empty too, against what BUILD installs; then looks at what each said. Only the host's port and the
# name of the build folder are this test's.
set -uo pipefail
readme=$1 build=$2 work=$3
fail() { echo "FAILED: $*"; cat "$work/said" "$work"/empty/front-desk/host.log 2>/dev/null; exit 1; }

free_port() { # below the range that the system hands out
  local port
  while port=$((20000 + RANDOM % 12000)); (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
  echo "$port"
}

names() { sed -n 's/^<!-- run:\([a-z]*\) -->$/\1/p' "$readme"; }
block() { awk -v from="<!-- run:$1 -->" '$0 == from { on = 1; next } on && /^```$/ { exit } on && !/^```sh$/' "$readme"; }
said() { awk -v from="== $1" '/^== / { on = $0 == from; next } on' "$work/said"; }

rm -rf "$work" && mkdir -p "$work/home" "$work/empty"
port=$(free_port)
{
  echo "set -euo pipefail; trap 'kill \$(jobs -p) 2>/dev/null || true' EXIT"
  # Commands go by the port of this test: agentctl takes it before the subcommand.
  echo "agentctl() { command agentctl --url http://127.0.0.1:$port \"\$@\"; }"
  for name in $(names); do
    echo "echo '== $name'"
    block "$name"
  done
} | sed -e "s|127\.0\.0\.1:8000|127.0.0.1:$port|g" -e "s|build/release|$build|g" >"$work/script"

(cd "$work/empty" && env -u AGENTE_TOKEN HOME="$work/home" timeout -k 5 270 bash "$work/script") >"$work/said" 2>&1 ||
  fail "the script ended with $?"

expect() { said "$1" | grep -qE -- "$2" || fail "block $1 should say: $2"; }
expect new 'class FrontDesk'
expect build '100% tests passed'
expect inspect '^class +hot$'
expect conformance ', 0 failed,'
expect live '^desk +front-desk +channel +0\.1\.0 +1 +live '
expect live '^sol/pms +house-pms .* live '
expect guest '"sender":"ana"'
expect reload '^desk +front-desk +channel +0\.2\.0 +[2-9] +live '
