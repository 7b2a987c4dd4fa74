#!/bin/sh
# Usage: check_headers_test.sh COMPILER FOLDER. check_headers.sh must refuse what some author could not compile.
set -eu
check=$(dirname "$0")/check_headers.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

must_refuse() { # what is told, line that is put into channel.h
  rm -rf "$work/agente" && cp -r "$2/agente" "$work/agente"
  sed -i "s|^#define AGENTE_CHANNEL_V1.*|&\n$3|" "$work/agente/channel.h"
  if "$check" "$1" "$work" >"$work/out" 2>&1; then echo "not refused: $3"; exit 1; fi
  grep -q "$4" "$work/out" || { echo "not told \"$4\" of: $3"; cat "$work/out"; exit 1; }
}

must_refuse "$1" "$2" 'struct agente_hole { char a; uint32_t b; }; extern char agente_size[sizeof(struct agente_hole)];' 'channel.h is not valid c99'
must_refuse "$1" "$2" 'struct agente_kind { bool b; };' 'channel.h is not valid c11'
must_refuse "$1" "$2" 'struct agente_word { int class; };' 'channel.h is not valid c++11'
