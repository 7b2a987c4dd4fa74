#!/bin/sh
# Usage: check_tags.sh FOLDER. Compares the list in FOLDER/tags.h with the comments of the other headers: every function
# of every table stands in both, under its interface's id, with the same tag. Prints every difference; exit 1 if any.
set -eu
parser=$(dirname "$0")/../docs/headers.awk
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for header in "$1"/*.h; do
  case $header in */tags.h) ;; *) awk -f "$parser" "$header" ;; esac
done >"$work/declared"

# table, id, function, tag; a callback is written fn(...) [tag] in the comment of the function that takes it.
awk -F '\t' '
  function tag_of(s) { return match(s, /\[(any|serial|quiesced)\]$/) ? toupper(substr(s, RSTART + 1, RLENGTH - 2)) : "NONE" }
  function id_of(table) { return table ~ /_v[0-9]+$/ ? id[toupper(table)] : table }
  $1 == "define" { gsub(/"/, "", $3); id[$2] = $3 }
  $1 == "function" && tag_of($4) != "ANY" { print $2, "-", $2, tag_of($4) }
  $1 == "method" && $2 ~ /_v[0-9]+$|^agente_(plugin|host)$/ {
    print $2, id_of($2), $3, tag_of($5)
    if (match($5, /fn\([^)]*\) \[[a-z]+\]/)) print $2, id_of($2), "fn", tag_of(substr($5, RSTART, RLENGTH))
  }' "$work/declared" | sort >"$work/comments"

sed -n 's/^.*X(\(agente_[a-z0-9_]*\), "\([^"]*\)", \([a-z0-9_]*\), \([A-Z]*\)).*$/\1 \2 \3 \4/p' "$1/tags.h" | sort >"$work/list"

[ -s "$work/list" ] || { echo "$1/tags.h lists nothing"; exit 1; }
if ! diff "$work/list" "$work/comments" >"$work/difference"; then
  sed -n 's/^</in tags.h:      /p; s/^>/in the comments:/p' "$work/difference"
  echo "Each function's comment ends with its tag, and tags.h says the same: X(table, \"id\", function, TAG)."
  exit 1
fi
