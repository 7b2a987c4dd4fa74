#!/bin/sh
# Usage: check_tags_test.sh FOLDER. check_tags.sh must find each of these mistakes in a copy of the headers.
set -eu
check=$(dirname "$0")/check_tags.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

must_find() { # what is told, file, sed script
  rm -rf "$work/copy" && cp -r "$2" "$work/copy"
  sed -i "$4" "$work/copy/$3"
  cmp -s "$work/copy/$3" "$2/$3" && { echo "the mutation of $3 changed nothing: $4"; exit 1; }
  if "$check" "$work/copy" >"$work/out"; then echo "not found: $4 in $3"; exit 1; fi
  grep -q -- "$1" "$work/out" || { echo "not told \"$1\" of $4 in $3:"; cat "$work/out"; exit 1; }
}

"$check" "$1"
must_find "in tags.h: .*poll ANY" "$1" tags.h 's/poll, SERIAL/poll, ANY/'
must_find "in the comments: .*poll ANY" "$1" channel.h 's/Optional. \[serial\]/Optional. [any]/'
must_find "in the comments: .*health ANY" "$1" tags.h '/health, ANY/d'
must_find "in the comments: .*stop NONE" "$1" host.h 's/NOT_FOUND for an unknown id. \[any\]/NOT_FOUND for an unknown id./'
must_find "in the comments: .*destroy ANY" "$1" abi.h 's/Cannot fail. \[quiesced\]/Cannot fail. [any]/'
must_find "agente.timer/1 fn" "$1" host.h 's/fn(ctx, call, err) \[serial\]/fn(ctx, call, err) [any]/'
must_find "in tags.h: .*agente.kv/2" "$1" tags.h 's/"agente.kv\/1", stage/"agente.kv\/2", stage/'
must_find "agente_plugin_entry" "$1" abi.h 's/again and again. \[any\]/again and again./'
must_find "in tags.h: .*forgotten" "$1" tags.h 's/\(.*\)create, SERIAL)\(.*\)/&\n\1forgotten, ANY)\2/'
