#!/usr/bin/env bash
# Upgrades of the WhatsApp plugin while signed webhooks arrive at full load (wrk, 64 connections): every webhook is
# answered 200, every message is stored once, no old code stays, memory is flat. Every tenth version is sick and rolled
# back. The same load without upgrades is measured first, for so long that every connection to the store has been opened
# and every statement been used; then the upgrades once more without load. Memory is compared between the first tenth
# of the upgrades and the last, each time once the threads that the load had called to the door have left (10 s): their
# stacks come and go with how busy it is. Exit 1 when something of that does not hold.
# Needs a release build with tests and benchmarks.
#   tests/bench/upgrades.sh [UPGRADES]
set -euo pipefail
cd "$(dirname "$0")/../.."
upgrades=${1:-1000} bin=$PWD/build/release/bin versions=$PWD/build/release/tests/e2e/versions work=$(mktemp -d)
port=8701 sim_port=8791 alone=60
trap 'kill $(jobs -p) 2>/dev/null; wait; rm -rf "$work"' EXIT

mkdir "$work/plugins"
cp build/release/plugins/{whatsapp,house-pms}.so "$work/plugins"
cat >"$work/agente.yaml" <<EOF
environment: test
server: {operator: "127.0.0.1:$port", max_connections_per_address: 1000}
storage: {url: "sqlite:bench.db"}
log: {file: app.log, level: warn}
plugins: {path: [plugins], watch: false}
hotels:
  - {id: sol, name: Sol, timezone: Europe/Madrid, currency: EUR, language: es, pms: {plugin: house-pms, config: {rooms: {double: {count: 10, capacity: 2, rate_minor: 10000}}}}}
channels:
  - {id: whatsapp, plugin: whatsapp, accounts: {"106540352242922": sol}, config: {graph_url: "http://127.0.0.1:$sim_port", access_token: t, app_secret: bench, verify_token: v, messages_per_second: 0}}
EOF
# Enough for 20,000 a second, and the first parts for the load alone: one that came twice would not be stored again.
"$bin/webhook_bodies" 4800000 bench | split -l 1200000 - "$work/bodies."
mv "$work/bodies.aa" "$work/alone.bodies"
mv "$work/bodies.ab" "$work/first.bodies"
cat "$work"/bodies.* >"$work/rest.bodies" && rm "$work"/bodies.*
sync  # else the disk is busy with these when the host wants it
"$bin/agente-sim" whatsapp --port $sim_port --token t --rate 1000000 >/dev/null 2>&1 &
"$bin/agente-host" --config "$work/agente.yaml" >"$work/out" 2>/dev/null &
host=$!
wait_while_it_lives() { kill -0 $host 2>/dev/null || { echo "the host has ended" >&2; exit 1; }; sleep 0.2; }
until grep -q '^ready' "$work/out"; do wait_while_it_lives; done

rss() { awk '/VmRSS/ { print $2 }' /proc/$host/status; }
anonymous() { awk '/RssAnon/ { print $2 }' /proc/$host/status; }
# Once the door is quiet: what is under way at a moment comes and goes, a leak stays.
settled() {
  until [ "$(grep -cx web /proc/$host/task/*/comm | grep -c ':1')" -le 3 ]; do wait_while_it_lives; done
  for _ in $(seq 20); do anonymous; sleep 0.1; done | sort -n | head -1
}
load() { AGENTE_BODIES=$work/$2.bodies wrk -t2 -c64 -d"$1" --latency -s tests/bench/intake.lua "http://127.0.0.1:$port/webhook/whatsapp" >"$work/$2" & }
# wrk reads its bodies first, for one thread after the other; once it listens for SIGINT all of them are under way.
under_way() { [ $((0x$(awk '/SigCgt/ { print $2 }' "/proc/$1/status") & 2)) -ne 0 ]; }
show() { grep -E 'Latency  |99%|Requests/sec|Non-2xx|Socket' "$work/$1" || true; }
refused() { curl -s http://127.0.0.1:$port/metrics | grep -E '^plugin_calls_total.*on_http.*"(rate|retry|timeout|internal)"' || true; }
instance() { curl -s http://127.0.0.1:$port/api/v1/admin/plugins | jq ".plugins[] | select(.instance == \"whatsapp\") | .$1"; }

echo "-- the load alone, $alone s"
load ${alone}s alone
wait $!
show alone
refused

echo "-- the same load with $upgrades upgrades"
upgrade() { # the number of upgrades; counts in rolled_back
  for i in $(seq "$1"); do
    version=next mark=$((mark + 1))
    [ $((i % 10)) -eq 0 ] && version=sick
    cp "$versions/whatsapp-$version.so" "$work/next.tmp" && echo "mark $mark" >>"$work/next.tmp"
    mv "$work/next.tmp" "$work/plugins/whatsapp.so"
    "$bin/agentctl" --url http://127.0.0.1:$port plugin reload whatsapp >/dev/null 2>&1 || rolled_back=$((rolled_back + 1))
  done
}
upgrade_under_load() { # the number of upgrades, the bodies
  local start wrk
  load 1h "$2"
  wrk=$!
  until under_way $wrk; do wait_while_it_lives; done
  start=$(date +%s%N)
  upgrade "$1"
  took=$((($(date +%s%N) - start) / 1000000))
  kill -INT $wrk
  wait $wrk || true
  show "$2"
  echo "$1 upgrades in $took ms, $((took / $1)) ms each with agentctl's own start"
}
failed=0 mark=0 rolled_back=0
holds() { awk "BEGIN { exit !($2) }" || { echo "NOT AS PROMISED: $1 ($2)"; failed=1; }; }
grown() { # before, after
  echo "anonymous memory after the first tenth $1 KiB, after all $2 KiB"
  holds "memory grows by less than 1 MiB" "$2 - $1 < 1024"
}
upgrade_under_load $((upgrades / 10)) first
early=$(settled)
upgrade_under_load $((upgrades - upgrades / 10)) rest
grown "$early" "$(settled)"
refused
echo "rolled back: $rolled_back"
expected_back=$((upgrades / 10))
holds "every tenth is rolled back, and no other" "$rolled_back == $expected_back"
swaps=$(curl -s http://127.0.0.1:$port/metrics | awk '/^plugin_swap_seconds_bucket.*whatsapp/ && /"0.005"/ { quick = $2 } /^plugin_swap_seconds_count.*whatsapp/ { all = $2 } END { print quick + 0, all + 0 }')
holds "the gate is closed for less than 5 ms at p99" "${swaps% *} >= 0.99 * ${swaps#* } && ${swaps#* } > 0"
curl -s http://127.0.0.1:$port/metrics | awk '/^plugin_swap_seconds_(bucket|count).*whatsapp/ && /0.0001"|0.001"|0.005"|count/'
for _ in $(seq 100); do [ "$(instance resident_images)" = 1 ] && break; wait_while_it_lives; done
echo "generation $(instance generation), images $(instance resident_images), stuck $(instance stuck)"
received=$(sqlite3 "$work/bench.db" 'select count(*) from inbound_messages')
acknowledged=$(awk '/requests in/ { sum += $1 } /Non-2xx/ { sum -= $NF } END { print sum }' "$work/alone" "$work/first" "$work/rest")
echo "acknowledged $acknowledged, stored $received (at most 192 more: under way when wrk stopped); RSS now $(rss) KiB"

holds "what was acknowledged is stored, once" "$acknowledged <= $received && $received <= $acknowledged + 192"
holds "no old code stays" "$(instance resident_images) == 1"
holds "nothing is stuck" "$(instance stuck) == 0"

echo "-- $upgrades upgrades without load"
upgrade $((upgrades / 10))
early=$(settled)
upgrade $((upgrades - upgrades / 10))
grown "$early" "$(settled)"
for _ in $(seq 100); do [ "$(instance resident_images)" = 1 ] && break; wait_while_it_lives; done
holds "no old code stays" "$(instance resident_images) == 1"
holds "nothing is stuck" "$(instance stuck) == 0"
echo "images $(instance resident_images), kept on disk: $(du -sh "$work/data/plugins" | cut -f1)"
exit $failed
