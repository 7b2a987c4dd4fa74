#!/bin/sh
# Usage: gate_test.sh ROOT. The gate must pass what is harmless and refuse what is not, on mutated copies of the headers.
set -eu
root=$1
minor=$(sed -n 's/^#define AGENTE_ABI_MINOR \([0-9]*\)u$/\1/p' "$root/plugin-api/include/agente/abi.h")
next=0.$((minor + 1))
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/root"
ln -s "$(cd "$root" && pwd)/plugin-api" "$(cd "$root" && pwd)/tests" "$work/root/"

fresh() { # the headers, lists and goldens as they are
  rm -rf "$work/include" "$work/abi"
  cp -r "$root/plugin-api/include" "$work/include"
  cp -r "$root/tests/abi" "$work/abi"
  cp "$root/CHANGELOG.md" "$work/root/CHANGELOG.md"
}
change() { # file, sed script
  cp "$1" "$work/before"
  sed -i "$2" "$1"
  ! cmp -s "$1" "$work/before" || { echo "the mutation changed nothing: $2"; exit 1; }
}
header() { change "$work/include/agente/$1" "$2"; }
records() { change "$work/abi/records.inc" "$1"; }
next_minor() { # the steps the gate asks for
  header abi.h "s/^#define AGENTE_ABI_MINOR ${minor}u/#define AGENTE_ABI_MINOR $((minor + 1))u/"
  change "$work/root/CHANGELOG.md" "0,/^### ABI\$/s//&\n\n- Plugins built for $next: keep working./"
}
gate() {
  "$root/tests/abi/gate.sh" "$work/root" --headers "$work/include" --golden "$work/abi/golden" --records "$work/abi" "$@" \
    >"$work/out" 2>&1
}
passes() { gate || { echo "$1: refused, but it is harmless:"; cat "$work/out"; exit 1; }; }
refuses() { # what it is, what must be told
  gate && { echo "$1: passed, but it must be refused"; exit 1; }
  grep -qe "$2" "$work/out" || { echo "$1: not told \"$2\":"; cat "$work/out"; exit 1; }
}
member() { header channel.h "s/^} agente_outbound;/  agente_str thread;\n&/"; }

fresh; passes "the headers as they are"
fresh; header channel.h 's/  agente_str key;         /  agente_str token;       /'; passes "a member renamed"

fresh; member; refuses "a member appended" "To add it: raise AGENTE_ABI_MINOR"
next_minor; refuses "a member appended, without a golden" "there is no golden of $next"
gate --write; passes "a member appended with a new minor, its golden and its line"
change "$work/root/CHANGELOG.md" "/Plugins built for $next/d"; refuses "no line" "CHANGELOG.md does not say what $next means"
rm "$work/abi/golden/0.1.abi"; refuses "no old golden" "the golden of 0.1 is gone"

harm() { # what it is, what must be told: refused now and with a new minor
  refuses "$1" "$2"
  next_minor
  gate --write || true
  refuses "$1, with a new minor" "plugins built for 0.1 would break"
}
fresh; header channel.h 's/^  agente_str account;   .* of the hotel/  agente_str thread;\n&/'
harm "a member inserted" "agente_outbound has it before its old end"
fresh; header channel.h 's/^  uint32_t attempt;  /  int32_t attempt;  /'
harm "a member of another type" "agente_outbound: "
fresh; header channel.h 's/uint32_t\* next_ms/uint64_t* next_ms/'
harm "an argument of another type" "frozen: 'struct agente_channel_v1'"
fresh; header channel.h 's/uint32_t\* next_ms/uint64_t* next_ms/'; member
harm "an argument of another type behind an appended member" "frozen: 'struct agente_channel_v1'"
fresh; header channel.h 's/^} agente_channel_v1;/  agente_status (*more)(void* self);\n&/'
harm "a table entry appended" "frozen: 'struct agente_channel_v1'"
fresh; header abi.h 's/^} agente_sink;/  void* more;\n&/'
harm "a sink appended to" "frozen: 'struct agente_sink'"
fresh; header abi.h 's/^} agente_plugin;/  uint64_t more;\n&/'
harm "the descriptor appended to" "frozen: 'struct agente_plugin'"
fresh; header abi.h 's/AGENTE_E_RATE = 5/AGENTE_E_RATE = 6/; s/AGENTE_E_TIMEOUT = 6/AGENTE_E_TIMEOUT = 5/'
harm "constants renumbered" "enum anchored"
fresh; header exporter.h 's/agente_event/agente_thing/g'; records 's/agente_event/agente_thing/'
harm "a record removed" "Removed function"
fresh; header exporter.h 's/agente_event/agente_thing/g'
refuses "a record removed from the headers only" "lack a name of tests/abi/records.inc"

fresh; header channel.h 's/^typedef struct agente_header {/typedef struct agente_new { uint32_t struct_size, b; } agente_new;\n&/'
records 's/^SIZE(agente_header/SIZE(agente_new, 8)\n&/'
refuses "a record added" "To add it: raise AGENTE_ABI_MINOR"
next_minor; gate --write; passes "a record added with a new minor"
