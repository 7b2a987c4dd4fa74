#!/bin/sh
# The gate of the ABI. Usage: gate.sh ROOT [--headers FOLDER] [--golden FOLDER] [--records FOLDER] [--write]
#
# Builds the anchor library from the headers and compares it with the golden of every minor of this major version.
#   the same version          must be the same
#   an older minor            records may have grown at their end, records and tables may have been added
# ROOT/CHANGELOG.md must say in an ABI section what each version means. --write makes the golden of this version.
# Exit 0: passed. 1: refused, with a text that says what to do. 2: it could not be judged.
set -u
root=$1
shift
headers=$root/plugin-api/include golden=$root/tests/abi/golden records=$root/tests/abi write=
while [ $# -gt 0 ]; do
  case $1 in
    --headers) headers=$2; shift ;;
    --golden) golden=$2; shift ;;
    --records) records=$2; shift ;;
    --write) write=yes ;;
    *) echo "gate.sh: unknown word $1"; exit 2 ;;
  esac
  shift
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0
refuse() { echo "ABI: $1"; status=1; }
number() { sed -n "s/^#define AGENTE_ABI_$1 \([0-9]*\)u\$/\1/p" "$headers/agente/abi.h"; }

major=$(number MAJOR) minor=$(number MINOR)
[ -n "$major" ] && [ -n "$minor" ] || { echo "abi.h: no AGENTE_ABI_MAJOR and AGENTE_ABI_MINOR"; exit 2; }

# The same text on every machine and in every folder: no paths, no places in files, no indentation.
${CC:-gcc} -std=c11 -g -Og -shared -fPIC -ffile-prefix-map="$records"=. -I"$headers" "$records/anchor.c" \
  -o "$work/anchor.so" 2>"$work/errors" ||
  {
    cat "$work/errors"
    refuse "the headers do not compile, or lack a name of tests/abi/records.inc. What plugins were built with stays."
    exit 1
  }
abidw --no-show-locs --no-comp-dir-path --no-corpus-path --no-elf-needed --no-architecture --no-parameter-names \
  --no-write-default-sizes --type-id-style hash "$work/anchor.so" | sed 's/^ *//' >"$work/now.abi"
[ -s "$work/now.abi" ] || { echo "abidw wrote nothing; is abigail-tools installed?"; exit 2; }

if [ -n "$write" ]; then
  cp "$work/now.abi" "$golden/$major.$minor.abi"
  echo "wrote $golden/$major.$minor.abi"
fi

growable=$(for header in "$headers"/agente/*.h; do
  awk -f "$root/plugin-api/docs/headers.awk" "$header"
done | awk -F '\t' '$1 == "struct" { s = $3 ~ /^Frozen/ ? "" : $2 } $1 == "field" && $2 == s && $3 == "struct_size" { print s }')

bump="raise AGENTE_ABI_MINOR in plugin-api/include/agente/abi.h, run ./tests/abi/gate.sh . --write, add the new file, and
say in the ABI section of CHANGELOG.md what it means: \"- Plugins built for $major.$((minor + 1)): ...\""
[ -e "$golden/$major.$minor.abi" ] ||
  refuse "there is no golden of $major.$minor. Run ./tests/abi/gate.sh . --write and add the new file."
m=$((major == 0)) # the first version is 0.1
while [ "$m" -lt "$minor" ]; do
  [ -e "$golden/$major.$m.abi" ] || refuse "the golden of $major.$m is gone; it stays as long as the major version."
  m=$((m + 1))
done

for file in "$golden/$major".*.abi; do
  [ -e "$file" ] || continue
  older=$(basename "$file" .abi)
  awk -v wanted="- Plugins built for $older:" '/^##/ { abi = /^### ABI/ } abi && index($0, wanted) == 1 { found = 1 }
    END { exit !found }' "$root/CHANGELOG.md" ||
    refuse "CHANGELOG.md does not say what $older means. Add to an ABI section: \"- Plugins built for $older: ...\""
  abidiff --no-show-locs --leaf-changes-only "$file" "$work/now.abi" >"$work/report"
  case $? in 0) continue ;; 4 | 8 | 12) ;; *) cat "$work/report"; echo "abidiff failed"; exit 2 ;; esac
  if ! awk -v growable="$growable" -f "$root/tests/abi/judge.awk" "$work/report" >"$work/refused"; then
    cat "$work/refused"
    refuse "plugins built for $older would break. Undo it: a table is frozen, so a new ability is a new interface id; a
record grows at its end only; a constant keeps its value. If it must break, raise AGENTE_ABI_MAJOR in abi.h, so that
old plugins are refused instead of misread."
  elif [ "${older#*.}" -ge "$minor" ]; then
    cat "$work/report"
    refuse "$major.$minor is not what its golden says. To add it: $bump"
  fi
done
exit $status
