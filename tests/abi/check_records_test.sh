#!/bin/sh
# Usage: check_records_test.sh ROOT COMPILER. The two checks of records.inc must find each of these mistakes in a copy.
set -eu
root=$1 compiler=$2 here=$1/tests/abi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$here/records.c" "$work/"

changed() { sed "$1" "$here/records.inc" >"$work/records.inc"; ! cmp -s "$work/records.inc" "$here/records.inc"; }
is_listed() { "$here/check_records.sh" "$root" "$work/records.inc" >"$work/out" 2>&1; }
is_laid_out() {
  "$here/check_layout.sh" "$compiler" "$root/plugin-api/include" "$work/records.c" >"$work/out" 2>&1
}
wrong_list() { # what is told, sed script
  changed "$2" && ! is_listed && grep -q "$1" "$work/out" || { echo "not found: $2"; cat "$work/out"; exit 1; }
}
wrong_layout() {
  changed "$2" && ! is_laid_out && grep -q "$1" "$work/out" || { echo "not found: $2"; cat "$work/out"; exit 1; }
}

! changed 's/x/x/' && is_listed && is_laid_out || { cat "$work/out"; exit 1; }
wrong_list "in the headers only: *SIZE(agente_batch" '/^SIZE(agente_batch,/d'
wrong_list "in the headers only: *AT(agente_outbound, language" '/^AT(agente_outbound, language,/d'
wrong_list "in the headers only: *VALUE(AGENTE_STAY_LEFT" '/^VALUE(AGENTE_STAY_LEFT,/d'
wrong_list "in records.inc only: *SIZE(agente_ghost" 's/^SIZE(agente_batch.*/&\nSIZE(agente_ghost, 8)/'
wrong_layout "agente_batch has another size" 's/^SIZE(agente_batch, .*/SIZE(agente_batch, 48)/'
wrong_layout "agente_outbound.language is somewhere else" 's/^AT(agente_outbound, language, [0-9]*/AT(agente_outbound, language, 96/'
wrong_layout "agente_pms_v1.book is somewhere else" 's/^AT(agente_pms_v1, book, 16/AT(agente_pms_v1, book, 8/'
wrong_layout "AGENTE_E_RATE has another value" 's/^VALUE(AGENTE_E_RATE, 5/VALUE(AGENTE_E_RATE, 6/'

# A function that is in the list of thread tags only.
cp -r "$root/plugin-api/include" "$work/include" && cp "$here/records.inc" "$work/records.inc"
sed -i 's/create, SERIAL)/forgotten, SERIAL)/' "$work/include/agente/tags.h"
if "$here/check_layout.sh" "$compiler" "$work/include" "$work/records.c" >"$work/out" 2>&1; then
  echo "not found: a function that is in tags.h only"
  exit 1
fi
grep -q forgotten "$work/out" || { cat "$work/out"; exit 1; }
