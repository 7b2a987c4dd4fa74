#!/bin/sh
# Usage: check_records.sh ROOT [RECORDS.INC]. Every struct, member and constant of the headers stands in records.inc, in
# the same order, and nothing else does. Prints what differs; exit 1 if anything does.
set -eu
root=$1
list=${2:-$root/tests/abi/records.inc}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for header in "$root"/plugin-api/include/agente/*.h; do
  case $header in */tags.h) ;; *) awk -f "$root/plugin-api/docs/headers.awk" "$header" ;; esac
done | awk -F '\t' '
  $1 == "struct" { print "SIZE(" $2 }
  $1 == "field" || $1 == "method" { sub(/\[.*/, "", $3); print "AT(" $2 ", " $3 }
  $1 == "constant" { print "VALUE(" $2 }
  $1 == "typedef" { print "SIZE(" substr($2, match($2, /[a-z_]+$/)) }' >"$work/headers"
sed -n 's/^\(SIZE([a-z_0-9]*\),.*/\1/p; s/^\(AT([a-z_0-9]*, [a-z_0-9]*\),.*/\1/p; s/^\(VALUE([A-Z_0-9]*\),.*/\1/p' "$list" \
  >"$work/list"

if ! diff "$work/headers" "$work/list" >"$work/difference"; then
  sed -n 's/^</in the headers only:     /p; s/^>/in records.inc only:     /p' "$work/difference"
  echo "Add to tests/abi/records.inc what is missing, with its size, offset or value."
  exit 1
fi
