#!/usr/bin/env bash
# What Meta expects of a webhook (median <= 250 ms, hardly any over 1 s) at the rate of a busy number: a quarter guests'
# messages, at a steady rate by steady_load, and three statuses (sent, delivered, read) of each reply, by the simulator.
# First RATE webhooks a second for SECONDS, then twice as many, and so on, until the host does not keep up. The host's own
# figure covers messages and statuses, the sender's only messages, from when each was due.
# The number may send 1,000 a second, as Meta allows it at the most; its own limiter and those of the guests are at work.
# Needs a release build with AGENTE_BENCHMARKS, and the ports 8700 and 8790 free (AGENTE_BENCH_PORT, and 90 more).
#   tests/bench/webhook_rate.sh [RATE] [SECONDS] [sqlite:FILE | postgresql://...]
set -euo pipefail
cd "$(dirname "$0")/../.."
rate=${1:-320} seconds=${2:-60} store=${3:-sqlite:bench.db} bin=$PWD/build/release/bin work=$(mktemp -d)
port=${AGENTE_BENCH_PORT:-8700} sim_port=$((port + 90))
trap 'kill $(jobs -p) 2>/dev/null; wait; rm -rf "$work"' EXIT

cat >"$work/agente.yaml" <<YAML
environment: test
server: {operator: "127.0.0.1:$port", max_connections_per_address: 1000}
storage: {url: "$store"}
log: {file: app.log, level: warn}
plugins: {path: ["$PWD/build/release/plugins"], watch: false}
hotels:
  - {id: sol, name: Sol, timezone: Europe/Madrid, currency: EUR, language: es, pms: {plugin: house-pms, config: {rooms: {double: {count: 10, capacity: 2, rate_minor: 10000}}}}}
channels:
  - {id: whatsapp, plugin: whatsapp, accounts: {"106540352242922": sol}, config: {graph_url: "http://127.0.0.1:$sim_port", access_token: t, app_secret: bench, verify_token: v, messages_per_second: 1000}}
YAML
"$bin/agente-sim" whatsapp --port $sim_port --token t --rate 1000000 --no-pair-limit --app-secret bench --webhook "http://127.0.0.1:$port/webhook/whatsapp" >/dev/null 2>&1 &
"$bin/agente-host" --config "$work/agente.yaml" >"$work/out" 2>"$work/err" &
host=$!
until grep -q "^ready" "$work/out"; do kill -0 $host 2>/dev/null || { cat "$work/err" >&2; exit 1; }; sleep 0.1; done

metrics() { curl -s "http://127.0.0.1:$port/metrics"; }
# Webhooks answered so far: all, within 250 ms, within 1 s.
answered() { metrics | awk '/^webhook_ack_seconds_count/ { all = $2 } /^webhook_ack_seconds_bucket\{le="0.25"/ { soon = $2 } /^webhook_ack_seconds_bucket\{le="1"/ { good = $2 } END { printf "%d %d %d", all, soon, good }'; }
waiting() { metrics | awk '/^queue_depth\{queue="(in|out)bound"/ { sum += $2 } END { printf "%d", sum }'; }

first=0 held=0
while :; do
  messages=$((rate * seconds / 4))
  "$bin/webhook_bodies" $((first + messages)) bench | tail -n $messages >"$work/bodies"
  first=$((first + messages))
  read -r all soon good <<<"$(answered)"
  began=$(date +%s%N)
  read -r sent failed median p99 longest late < <("$bin/steady_load" $port $((rate / 4)) "$seconds" <"$work/bodies")
  left=$(waiting)
  took=$((($(date +%s%N) - began) / 1000000))
  read -r all2 soon2 good2 <<<"$(answered)"
  count=$((all2 - all))
  echo "$rate/s: $count webhooks in $took ms ($((count * 1000 / took))/s), $((count - (soon2 - soon))) of them over 250 ms, $((count - (good2 - good))) over 1 s;" \
    "the $sent messages: median $median ms, p99 $p99 ms, longest $longest ms, $late over 1 s, $failed not answered 200; $left still wait"
  # Kept up: fast enough, none refused, no more than a second's worth left to do. The last statuses may still be on their way.
  awk "BEGIN { exit !($median <= 250 && $late == 0 && $failed == 0 && $left <= $rate && $count == $good2 - $good &&
    $count >= 0.9 * $rate * $seconds && $took <= 1050 * $seconds + 2000) }" || break
  held=$rate rate=$((rate * 2))
done
echo "highest rate held: $held/s (the next tried, $rate/s, was not)"
