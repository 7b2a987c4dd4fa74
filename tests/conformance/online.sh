#!/usr/bin/env bash
# Usage: online.sh CONFORMANCE SIM PLUGIN.so. The qloapps plugin against a whole shop: exit 0 when every check passes, none
# is skipped, and in the shop's book no room is sold twice and no booking is left.
set -uo pipefail
conformance=$1 sim=$2 plugin=$3
folder=$(mktemp -d)
coproc shop { exec "$sim" qloapps --port 0 --booking-time 20; }
trap 'kill "$shop_PID"; rm -rf "$folder"' EXIT
die() { echo "$*"; exit 1; }

read -r -t 60 _ url <&"${shop[0]}" || die "the simulator does not start"
cat >"$folder/shop.yaml" <<EOF
base_url: ${url%/}
api_key: DEMOKEYDEMOKEYDEMOKEYDEMOKEYDEMO
hotel_id: 1
room_types: {double: 1, suite: 4}
EOF
"$conformance" "$plugin" --online --config "$folder/shop.yaml" | tee "$folder/out"
[ "${PIPESTATUS[0]}" = 0 ] || die "a check fails"
tail -1 "$folder/out" | grep -qE '^[1-9][0-9]* passed, 0 failed, 0 warnings, 0 skipped$' || die "not every check passes"
curl -s "${url}__sim/book" >"$folder/book"
jq -e '.double_booked == []' "$folder/book" >/dev/null || die "a room is sold twice: $(jq -c .double_booked "$folder/book")"
jq -e '.bookings | length > 20 and all(.[]; .live == false)' "$folder/book" >/dev/null ||
  die "a booking is left, or none was made: $(jq -c '[.bookings[] | select(.live)]' "$folder/book")"
