#!/usr/bin/env bash
# Durable webhook acknowledgements against the same server without storage, in one run: wrk, 64 connections, unique signed
# bodies. Then how long the backlog takes to drain, memory at rest and time to ready. Needs a release build with
# AGENTE_BENCHMARKS and the demo's ports free.
#   tests/bench/intake.sh [SECONDS]
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-5} bin=$PWD/build/release/bin work=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null; wait; rm -rf "$work"' EXIT

cat >"$work/agente.yaml" <<EOF
environment: test
server: {operator: "127.0.0.1:8700", max_connections_per_address: 1000}
storage: {url: "sqlite:bench.db"}
log: {file: app.log}
plugins: {path: ["$PWD/build/release/plugins"]}
hotels:
  - {id: sol, name: Sol, timezone: Europe/Madrid, currency: EUR, language: es, pms: {plugin: house-pms, config: {rooms: {double: {count: 10, capacity: 2, rate_minor: 10000}}}}}
channels:
  - {id: whatsapp, plugin: whatsapp, accounts: {"106540352242922": sol}, config: {graph_url: "http://127.0.0.1:8790", access_token: t, app_secret: bench, verify_token: v}}
EOF
"$bin/webhook_bodies" $((seconds * 60000)) bench >"$work/bodies"
export AGENTE_BODIES=$work/bodies

"$bin/agente-sim" whatsapp --port 8790 --token t --rate 1000000 >/dev/null 2>&1 &
start=$(date +%s%N)
"$bin/agente-host" --config "$work/agente.yaml" >"$work/out" 2>/dev/null &
host=$!
until grep -q '^ready' "$work/out"; do :; done
echo "ready after $((($(date +%s%N) - start) / 1000000)) ms; at rest $(awk '/VmRSS/ { print $2 }' /proc/$host/status) KiB RSS"

"$bin/web_null_server" >"$work/null" 2>&1 < <(sleep 3600) &  # it ends with its input
until [ -s "$work/null" ]; do :; done
null_port=$(grep -oE '[0-9]+' "$work/null" | tail -1)

echo "-- without storage"
wrk -t2 -c64 -d"${seconds}s" --latency -s tests/bench/intake.lua "http://127.0.0.1:$null_port/webhook/x" | grep -E '99%|Requests/sec|Non-2xx' || true
echo "-- durable"
wrk -t2 -c64 -d"${seconds}s" --latency -s tests/bench/intake.lua "http://127.0.0.1:8700/webhook/whatsapp" | grep -E '99%|Requests/sec|Non-2xx' || true
drain=$(date +%s)
while :; do
  left=$(curl -s http://127.0.0.1:8700/metrics | awk '/^queue_depth\{queue="inbound"/ { print $2 }')
  [ "${left%.*}" = 0 ] && break
  sleep 1
done
echo "inbox drained $(($(date +%s) - drain)) s after the load; RSS now $(awk '/VmRSS/ { print $2 }' /proc/$host/status) KiB"
