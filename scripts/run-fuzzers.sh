#!/usr/bin/env bash
# Runs every fuzzer of build/fuzz for SECONDS (default 60), all at once, from its seed corpus. A finding is left in
# build/fuzz/findings and fails the run.
set -uo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
mkdir -p build/fuzz/findings
status=0 pids=()
for fuzzer in build/fuzz/bin/fuzz_*; do
  name=$(basename "$fuzzer")
  corpus=build/fuzz/corpus/$name
  mkdir -p "$corpus"
  "$fuzzer" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=65536 -print_final_stats=1 \
    -artifact_prefix=build/fuzz/findings/"$name"- "$corpus" "tests/fuzz/seeds/$name" >"build/fuzz/$name.log" 2>&1 &
  pids+=($!:$name)
done
for entry in "${pids[@]}"; do
  if wait "${entry%%:*}"; then
    echo "${entry#*:}: $(sed -nE 's/stat::number_of_executed_units: *//p' "build/fuzz/${entry#*:}.log") inputs, no finding"
  else
    status=1
    tail -40 "build/fuzz/${entry#*:}.log"
    echo "${entry#*:}: a finding lies in build/fuzz/findings"
  fi
done
exit $status
