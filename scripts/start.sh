#!/usr/bin/env bash
# The demo in one command: installs what is missing, builds, starts the host and a WhatsApp simulator. Ctrl-C stops all.
set -euo pipefail
cd "$(dirname "$0")/.."

[ "${1:-}" = "--help" ] && { sed -n 2p "$0" | cut -c3-; exit 0; }
./scripts/install-packages.sh

build=build/release
[ -f $build/build.ninja ] || cmake --preset release -DAGENTE_TESTS=OFF -DAGENTE_BENCHMARKS=OFF >/dev/null
cmake --build --preset release --target demo | sed -u '/no work to do/d'

port=8000 sim_port=8090
for used in $port $sim_port; do
  if (exec 3<>/dev/tcp/127.0.0.1/$used) 2>/dev/null; then
    echo "port $used is in use; stop what listens there (another demo?) and start again" >&2
    exit 1
  fi
done

# What was started is stopped, whatever ends this script.
trap 'trap - EXIT; kill $(jobs -p) 2>/dev/null; wait' EXIT
trap 'exit 0' INT TERM
mkdir -p config/data
$build/bin/agente-sim whatsapp --port $sim_port --webhook http://127.0.0.1:$port/webhook/whatsapp \
  --app-secret demo-app-secret --token demo-token >config/data/simulator.log 2>&1 &
$build/bin/agente-host --config config/demo.yaml >config/data/host.out 2>config/data/host.log &
host=$!

for _ in $(seq 100); do
  grep -q '^ready' config/data/host.out && break
  kill -0 $host 2>/dev/null || { cat config/data/host.log >&2; exit 1; }
  sleep 0.05
done
cat <<EOF
ready: http://127.0.0.1:$port/

Three things to try:
  1. A browser at http://127.0.0.1:$port/chat - write "Hola, quiero reservar una doble del 12 al 15 de marzo para 2 personas"
  2. A terminal:  $build/bin/agentctl chat
  3. A guest's phone at http://127.0.0.1:$sim_port/ (the WhatsApp simulator)

The host's log is config/data/host.log. Ctrl-C stops everything.
EOF
wait $host
