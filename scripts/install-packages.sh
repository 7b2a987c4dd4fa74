#!/usr/bin/env bash
# Installs the Debian 12 packages of scripts/packages.txt that are missing; says which. `--all` adds those for tests.
# The one list for start.sh, test-all.sh, CI and the container image.
set -euo pipefail
cd "$(dirname "$0")/.."

wanted=$(awk -v all="${1:-}" '/^# test/ { if (all != "--all") exit } /^[^#]/ { print }' scripts/packages.txt)
missing=$(comm -23 <(sort <<<"$wanted") <(dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' 2>/dev/null | awk '/^ii/ { print $2 }' | sort -u))
[ -n "$missing" ] || exit 0

sudo=
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "not root and no sudo: install these packages first:" $missing >&2; exit 1; }
  sudo=sudo
fi
echo "installing Debian packages:" $missing
$sudo apt-get update -qq
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends $missing >/dev/null
