#!/bin/sh
# Usage: check_headers.sh COMPILER FOLDER. Compiles each header in FOLDER/agente alone, as the oldest C and the newest C++
# an author may use, with every warning. Names what failed; exit 1 if anything did.
set -u
status=0
for header in "$2"/agente/*.h; do
  name=$(basename "$header")
  for language in c99 c11 c17 c++11 c++14 c++17 c++20; do
    case $language in c++*) kind=c++ ;; *) kind=c ;; esac
    printf '#include <agente/%s>\nint agente_unused;\n' "$name" |
      "$1" -x $kind -std=$language -Wall -Wextra -Wpedantic -Wpadded -Werror -fsyntax-only -I"$2" - ||
      { echo "agente/$name is not valid $language for $1"; status=1; }
  done
done
exit $status
