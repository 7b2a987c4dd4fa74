#!/usr/bin/env bash
# Durable webhook acknowledgements, a reference before and after them in the same run: wrk, 64 connections, unique signed
# bodies. The reference is on sqlite the same server without storage, on postgres single-row inserts by pgbench with 64
# clients on the same PostgreSQL, which this starts (fsync on). Then how long the backlog takes to drain, memory at rest
# and time to ready. Needs a release build with tests and benchmarks, and the ports 8700 and 8790 free
# (AGENTE_BENCH_PORT, and 90 more).
#   tests/bench/intake.sh [sqlite|postgres] [SECONDS]
set -euo pipefail
cd "$(dirname "$0")/../.."
store=${1:-sqlite} seconds=${2:-10} clients=64 bin=$PWD/build/release/bin work=$(mktemp -d)
port=${AGENTE_BENCH_PORT:-8700} sim_port=$((port + 90))
trap 'kill $(jobs -p) 2>/dev/null; wait; rm -rf "$work"' EXIT

"$bin/webhook_bodies" $((seconds * 60000)) bench >"$work/bodies"
sync # else the disk is busy with these when the host wants it
export AGENTE_BODIES=$work/bodies
until_said() { until [ -s "$1" ]; do kill -0 "$2" || exit 1; sleep 0.05; done; } # FILE PROCESS

case $store in
sqlite)
  url=sqlite:bench.db
  "$bin/web_null_server" >"$work/null" 2>&1 < <(sleep 3600) & # it ends with its input
  until_said "$work/null" $!
  reference_is="the same server without storage"
  reference() { wrk -t2 -c$clients -d"${seconds}s" -s tests/bench/intake.lua "http://127.0.0.1:$(cat "$work/null")/webhook/x" | awk '/Requests\/sec/ { print $2 }'; }
  ;;
postgres)
  "$bin/postgres_for_bench" >"$work/postgres" 2>&1 < <(sleep 3600) &
  until_said "$work/postgres" $!
  url=$(cat "$work/postgres")
  # As large as what the host stores of a webhook, and nothing but a key.
  size=$(head -1 "$work/bodies" | cut -f2 | wc -c)
  psql -q "$url" -c 'CREATE TABLE arrivals (id BIGSERIAL PRIMARY KEY, body TEXT NOT NULL)'
  echo "INSERT INTO arrivals (body) VALUES (repeat('x', $size))" >"$work/insert.sql"
  reference_is="single-row inserts by pgbench"
  reference() { pgbench -n -M prepared -c $clients -j 2 -T "$seconds" -f "$work/insert.sql" "$url" 2>/dev/null | awk '/^tps/ { print $3 }'; }
  ;;
*) echo "usage: tests/bench/intake.sh [sqlite|postgres] [SECONDS]" >&2 && exit 2 ;;
esac

cat >"$work/agente.yaml" <<YAML
environment: test
server: {operator: "127.0.0.1:$port", max_connections_per_address: 1000}
storage: {url: "$url"}
log: {file: app.log}
plugins: {path: ["$PWD/build/release/plugins"]}
hotels:
  - {id: sol, name: Sol, timezone: Europe/Madrid, currency: EUR, language: es, pms: {plugin: house-pms, config: {rooms: {double: {count: 10, capacity: 2, rate_minor: 10000}}}}}
channels:
  - {id: whatsapp, plugin: whatsapp, accounts: {"106540352242922": sol}, config: {graph_url: "http://127.0.0.1:$sim_port", access_token: t, app_secret: bench, verify_token: v, messages_per_second: 0}}
YAML
"$bin/agente-sim" whatsapp --port $sim_port --token t --rate 1000000 >/dev/null 2>&1 &
start=$(date +%s%N)
"$bin/agente-host" --config "$work/agente.yaml" >"$work/out" 2>"$work/err" &
host=$!
until grep -q "^ready" "$work/out"; do kill -0 $host 2>/dev/null || { cat "$work/err" >&2; exit 1; }; done
echo "ready after $((($(date +%s%N) - start) / 1000000)) ms; at rest $(awk '/VmRSS/ { print $2 }' /proc/$host/status) KiB RSS"

before=$(reference)
wrk -t2 -c$clients -d"${seconds}s" --latency -s tests/bench/intake.lua "http://127.0.0.1:$port/webhook/whatsapp" >"$work/durable"
drain=$(date +%s)
while :; do
  left=$(curl -s "http://127.0.0.1:$port/metrics" | awk '/^queue_depth\{queue="inbound"/ { print $2 }')
  [ "${left%.*}" = 0 ] && break
  sleep 1
done
drain=$(($(date +%s) - drain))
after=$(reference)

[ -n "$before" ] && [ -n "$after" ] || { echo "the reference did nothing in $seconds s: is the machine busy? take more SECONDS" >&2 && exit 1; }
durable=$(awk '/Requests\/sec/ { print $2 }' "$work/durable")
echo "$reference_is: $before/s before, $after/s after"
echo "durable on $store: $durable/s, p99 $(awk '/^ +99%/ { print $2 }' "$work/durable")"
grep -E 'Non-2xx|Socket' "$work/durable" || true
awk "BEGIN { printf \"ratio to the reference: %.2f\n\", 2 * $durable / ($before + $after) }"
echo "inbox drained $drain s after the load; RSS now $(awk '/VmRSS/ { print $2 }' /proc/$host/status) KiB"
