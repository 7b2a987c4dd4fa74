#!/bin/sh
# Usage: check_museum.sh ROOT. The museum has a binary, its source and its README for every golden; exit 1 tells what is
# missing.
set -u
status=0
for golden in "$1"/tests/abi/golden/*.abi; do
  minor=$(basename "$golden" .abi)
  for file in bellboy.so bellboy.c README.md; do
    [ -s "$1/tests/abi/museum/$minor/$file" ] || { echo "tests/abi/museum/$minor/$file is missing: see tests/abi/README.md"; status=1; }
  done
done
exit $status
