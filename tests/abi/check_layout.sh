#!/bin/sh
# Usage: check_layout.sh COMPILER FOLDER RECORDS.C. Compiles the static assertions as C11 and as C++20.
set -u
status=0
for language in c11 c++20; do
  "$1" -x "${language%%[0-9]*}" -std=$language -Wall -Wextra -Wpadded -Werror -fsyntax-only -I"$2" "$3" ||
    { echo "not the layout of records.inc as $language for $1"; status=1; }
done
exit $status
