#!/usr/bin/env bash
# Usage: check_docs_test.sh ROOT. The check must be able to fail: each mistake, put into a copy of the tree, is named.
set -uo pipefail
check=$1/tests/docs/check_docs.sh
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
tar -C "$1" -c --exclude=./build --exclude=.git --exclude=./config/data . | tar -x -C "$tree"

sed -i 's/<!-- demo:chat -->//' "$tree/README.md"
cat >>"$tree/README.md" <<'END'
See [there](core/nowhere.md). Run `./scripts/nothing.sh`, `build/release/bin/agente-ghost`, `build/slow/bin/agentctl`,
`cmake --preset quick`, `agentctl message burn 1`, `agente-sim whatsapp --quiet`.
```sh
agentctl messages \
  --loud
if true; then
```
END
said=$("$check" "$tree") && { echo "the check passed"; exit 1; }

status=0
while read -r mistake; do
  grep -qF -- "$mistake" <<<"$said" || { echo "not found: $mistake"; status=1; }
done <<'END'
the link core/nowhere.md leads nowhere
a shell block does not parse
scripts/nothing.sh does not exist
nothing builds agente-ghost
build/slow/bin/agentctl: no such preset
no preset quick
agentctl message burn: no such subcommand
agentctl has no option --loud
agente-sim has no option --quiet
the lines to paste between <!-- demo:chat -->
END
exit $status
