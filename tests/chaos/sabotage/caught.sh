#!/bin/sh
# Usage: caught.sh FINDINGS CHAOS [ARGUMENTS]: succeeds if chaos exits with 1 and has found one of FINDINGS (a regex).
findings=$1
shift
out=$("$@")
code=$?
printf '%s\n' "$out"
[ "$code" -eq 1 ] || { echo "chaos exited with $code, not 1: the sabotage was not noticed"; exit 1; }
printf '%s\n' "$out" | grep -qE "^FOUND ($findings)" || { echo "something else than ($findings) was found"; exit 1; }
