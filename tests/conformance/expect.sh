#!/usr/bin/env bash
# Usage: expect.sh CONFORMANCE FILE.so "FAILING IDS" "WARNING IDS" [OPTION ...]. Exit 0 if exactly those checks fail and
# warn. Ids are separated by spaces or semicolons.
set -uo pipefail
conformance=$1 file=$2 fails=$3 warns=$4
shift 4
report=$("$conformance" "$file" --json "$@")
status=$?

ids() { # of the results named
  jq -r --argjson which "$1" '.results[] | select(.result as $r | $which | index($r)) | .id' <<<"$report" | sort | tr '\n' ' '
}
sorted() { tr ' ;' '\n\n' <<<"$1" | sed '/^$/d' | sort | tr '\n' ' '; }

bad=0
compare() { # what, expected, seen
  [ "$(sorted "$2")" = "$3" ] && return
  echo "$1: expected \"$(sorted "$2")\", seen \"$3\""
  bad=1
}
compare failing "$fails" "$(ids '["fail","crash","timeout"]')"
compare warning "$warns" "$(ids '["warn"]')"
[ -z "$fails" ] && wanted=0 || wanted=1
[ "$status" = "$wanted" ] || { echo "exit status $status, expected $wanted"; bad=1; }
[ "$bad" = 0 ] || jq -r '.results[] | select(.result != "pass") | "\(.result) \(.id): \(.text)\n\(.output // "")"' <<<"$report"
exit $bad
