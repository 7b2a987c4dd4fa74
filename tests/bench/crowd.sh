#!/usr/bin/env bash
# Signed webhooks by wrk at the public door, alone and while a crowd is there: connections that are idle and such that
# say one byte of a request a second (crowd.cpp). Three turns: alone, crowd, alone. Prints answers/s, p50, p99, what
# became of the crowd, and the host's memory. Needs a release build with AGENTE_BENCHMARKS and `ulimit -n` of 20,000.
#   tests/bench/crowd.sh [IDLE] [DRIP] [SECONDS]
set -euo pipefail
cd "$(dirname "$0")/../.."
idle=${1:-10000} drip=${2:-500} seconds=${3:-10} bin=$PWD/build/release/bin work=$(mktemp -d)
public=8712 operator=8702 sim_port=8792
trap 'kill $(jobs -p) 2>/dev/null; wait; rm -rf "$work"' EXIT
ulimit -n "$(ulimit -Hn)"

cat >"$work/agente.yaml" <<YAML
environment: test
server: {operator: "127.0.0.1:$operator", public: "127.0.0.1:$public"}
storage: {url: "sqlite:bench.db"}
log: {file: app.log, level: warn}
plugins: {path: ["$PWD/build/release/plugins"], watch: false}
hotels:
  - {id: sol, name: Sol, timezone: Europe/Madrid, currency: EUR, language: es, pms: {plugin: house-pms, config: {rooms: {double: {count: 10, capacity: 2, rate_minor: 10000}}}}}
channels:
  - {id: whatsapp, plugin: whatsapp, accounts: {"106540352242922": sol}, config: {graph_url: "http://127.0.0.1:$sim_port", access_token: t, app_secret: bench, verify_token: v, messages_per_second: 0}}
YAML
"$bin/webhook_bodies" $((seconds * 3 * 30000)) bench | split -l $((seconds * 30000)) - "$work/bodies."
sync
"$bin/agente-sim" whatsapp --port $sim_port --token t --rate 1000000 >/dev/null 2>&1 &
"$bin/agente-host" --config "$work/agente.yaml" >"$work/out" 2>/dev/null &
host=$!
until grep -q '^ready' "$work/out"; do kill -0 $host || exit 1; sleep 0.1; done

rss() { awk '/VmRSS/ { print $2 }' /proc/$host/status; }
load() { # NAME PART
  AGENTE_BODIES=$work/bodies.$2 wrk -t2 -c16 -d"${seconds}s" --latency -s tests/bench/intake.lua "http://127.0.0.1:$public/webhook/whatsapp" >"$work/$2"
  echo "$1: $(awk '/Requests\/sec/ { rate = $2 } /^ +50%/ { p50 = $2 } /^ +99%/ { p99 = $2 } /Non-2xx/ { bad = $NF } /Socket errors/ { sub(/^ +/, ""); trouble = ", " $0 }
    END { printf "%s answers/s, p50 %s, p99 %s, not 200: %d%s", rate, p50, p99, bad, trouble }' "$work/$2"); host $(rss) KiB RSS, $(ls /proc/$host/fd | wc -l) descriptors"
}
echo "ulimit -n $(ulimit -n), net.core.somaxconn $(cat /proc/sys/net/core/somaxconn), tcp_max_syn_backlog $(cat /proc/sys/net/ipv4/tcp_max_syn_backlog), tcp_syncookies $(cat /proc/sys/net/ipv4/tcp_syncookies)"
load "alone" aa
mkfifo "$work/input"
"$bin/crowd" $public "$idle" "$drip" <"$work/input" >"$work/crowd" &
crowd=$!
exec 3>"$work/input"
until grep -q here "$work/crowd"; do kill -0 $crowd || exit 1; sleep 0.1; done
load "with $idle idle and $drip dripping" ab
exec 3>&-
wait $crowd
tail -1 "$work/crowd"
load "alone" ac
