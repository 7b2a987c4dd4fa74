#!/bin/sh
# Writes the pages of this folder from the headers. reference.sh --check compares instead: exit 1 names what is old.
set -eu
cd "$(dirname "$0")/../.."
docs=plugin-api/docs

page() {
  awk -f $docs/headers.awk "plugin-api/include/agente/$1.h" >"$work/$1.tsv"
  awk -v header="$1.h" -f $docs/reference.awk "$work/$1.tsv" | cat -s
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
old=
for header in plugin-api/include/agente/*.h; do
  name=$(basename "$header" .h)
  page "$name" >"$work/$name.md"
  if [ "${1:-}" != --check ]; then
    cp "$work/$name.md" "$docs/$name.md"
  elif ! diff -u "$docs/$name.md" "$work/$name.md"; then
    old="$old $docs/$name.md"
  fi
done
[ -z "$old" ] || { echo "not what the headers say:$old"; echo "run: ./plugin-api/docs/reference.sh"; exit 1; }
