#!/usr/bin/env bash
# Usage: cases.sh CONFORMANCE GALLERY CASE. One case of how agente-conformance behaves as a program; exit 0 if it does.
set -uo pipefail
conformance=$1 gallery=$2 case=$3
good=$gallery/good-channel.so
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

die() { echo "$*"; exit 1; }
# Runs it; output in $out, errors in $err, exit status in $status.
run() {
  "$conformance" "$@" >"$folder/out" 2>"$folder/err"
  status=$? out=$(cat "$folder/out") err=$(cat "$folder/err")
}
must_exit() { [ "$status" = "$1" ] || die "exit status $status instead of $1: $out $err"; }
must_say() { [[ "$out$err" == *"$1"* ]] || die "does not say \"$1\": $out $err"; }

no_plugin() { # file, what is said
  run "$1"
  must_exit 1
  must_say "$2"
  run "$1" --json
  must_exit 1
  jq -e '.conforms == false' <<<"$out" >/dev/null || die "no JSON for $1: $out"
}

case $case in
  "a text is no plugin") echo hello >"$folder/a.so"; no_plugin "$folder/a.so" "not an ELF" ;;
  "an empty file is no plugin") : >"$folder/a.so"; no_plugin "$folder/a.so" "not an ELF" ;;
  "a cut plugin is no plugin")
    size=$(stat -c %s "$good")
    for part in 1 3 5 7 9; do
      head -c $((size * part / 10)) "$good" >"$folder/a.so"
      run "$folder/a.so"
      must_exit 1
      must_say "no plugin"
    done ;;
  "a folder is no plugin") no_plugin "$folder" "cannot be read as a file" ;;
  "a program is no plugin") no_plugin /bin/ls "file" ;;
  "an absent file is no plugin") no_plugin "$folder/absent.so" "does not exist" ;;
  "no file is a mistake") run; must_exit 2; must_say "--list" ;;
  "an unknown option is a mistake") run --nonsense "$good"; must_exit 2 ;;
  "help tells the exit status") run --help; must_exit 0; must_say "Exit status"; must_say "--fuzz" ;;

  "a crash is a result")
    run "$gallery/dies-at-load.so" --json --only load/opens
    must_exit 1
    jq -e '.results[0] | .result == "crash" and (.text | test("signal|exit code"))' <<<"$out" >/dev/null || die "$out" ;;
  "a hang is a result")
    run "$gallery/hangs.so" --json --only kind/ordinary-calls-return --timeout 0.3
    must_exit 1
    jq -e '.results[0] | .result == "timeout" and .milliseconds < 5000' <<<"$out" >/dev/null || die "$out" ;;
  "an exit is a result")
    run "$gallery/exits.so" --json --only kind/ordinary-calls-return
    must_exit 1
    jq -e '.results[0] | .result == "crash" and (.text | contains("exit code 0"))' <<<"$out" >/dev/null || die "$out" ;;
  "an unusable schema is told and nothing crashes")
    run "$gallery/schema-wrong-word.so" --only config
    must_exit 1
    must_say "draft 7" ;;

  "only picks checks and groups")
    run "$good" --json --only 'memory/*' --only entry
    must_exit 0
    ids=$(jq -r '.results[].id' <<<"$out")
    grep -q '^memory/' <<<"$ids" && grep -q '^entry/' <<<"$ids" || die "not both groups: $ids"
    grep -vqE '^(memory|entry)/' <<<"$ids" && die "others too: $ids"
    run "$good" --only nothing-like-it
    must_exit 2 ;;
  "list tells every check")
    run --list --json
    must_exit 0
    jq -e 'length > 60 and all(.[]; (.about | length) > 40)' <<<"$out" >/dev/null || die "a check without a paragraph"
    jq -e '(map(.id) | unique | length) == length' <<<"$out" >/dev/null || die "an id twice"
    jq -e 'map(.id) as $ids | all(.[]; .needs == null or (.needs as $n | $ids | index($n)))' <<<"$out" >/dev/null ||
      die "a check needs one that is not there"
    listed=$(jq -r '.[].id' <<<"$out" | sort)
    run "$good" --json
    [ "$listed" = "$(jq -r '.results[].id' <<<"$out" | sort)" ] || die "what is listed is not what is run" ;;
  "each check has a plugin that fails it")
    run --list --json
    for id in $(jq -r '.[].id' <<<"$out"); do
      grep -qE "(FAILS|WARNS).* ?$id( |\)|$)" "$(dirname "$0")/gallery/CMakeLists.txt" || die "none for $id"
    done ;;
  "the README has every check")
    readme=$(dirname "$0")/../../sdk/conformance/README.md
    run --list --json
    jq -r '"| check | what it does |\n| --- | --- |", (.[] | "| `\(.id)` | \(.about | gsub("\\|"; "\\|")) |")' <<<"$out" >"$folder/wanted"
    sed '1,/^<!-- checks:/d; /^<!-- \/checks -->/,$d' "$readme" >"$folder/seen"
    diff "$folder/seen" "$folder/wanted" || die "put what is wanted (>) between the marks of sdk/conformance/README.md" ;;
  "the digest is that of the file")
    run "$good" --json --only entry
    [ "$(jq -r .sha256 <<<"$out")" = "$(sha256sum "$good" | cut -d' ' -f1)" ] || die "another digest" ;;
  "the certificate says what was tried")
    run "$good" --json --only entry --seed 77
    abi=$(awk '/define AGENTE_ABI_M(AJOR|INOR)/ { version = version dot $3 + 0; dot = "." } END { print version }' \
      "$(dirname "$0")/../../plugin-api/include/agente/abi.h")
    jq -e --arg abi "$abi" '.plugin.id == "good-channel" and .plugin.version == "1.0.0" and .plugin.kind == "channel" and
      .plugin.abi == $abi and .plugin.class == "hot" and .host_abi == $abi and .seed == 77 and .conforms and
      (.date | test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T")) and .summary.failed == 0' <<<"$out" >/dev/null || die "$out" ;;
  "junit is well formed")
    run "$gallery/exits.so" --junit
    must_exit 1
    xmllint --noout "$folder/out" || die "no XML"
    [ "$(xmllint --xpath 'count(//testcase)' "$folder/out")" = "$(xmllint --xpath 'string(/testsuite/@tests)' "$folder/out")" ] ||
      die "the number of tests is wrong"
    [ "$(xmllint --xpath 'count(//failure)' "$folder/out")" = 1 ] || die "not one failure"
    run "$folder/absent.so" --junit
    must_exit 1
    xmllint --noout "$folder/out" || die "no XML for a file that is no plugin"
    [ "$(xmllint --xpath 'count(//failure)' "$folder/out")" = 1 ] || die "not one failure of a file that is no plugin" ;;
  "the text ends with a summary")
    run "$good"
    must_exit 0
    [[ $(tail -1 <<<"$out") =~ ^[0-9]+\ passed,\ 0\ failed,\ 0\ warnings,\ [0-9]+\ skipped$ ]] || die "$(tail -1 <<<"$out")" ;;

  "a seed replays a run")
    for attempt in 1 2; do
      run "$gallery/crashes-on-config.so" --json --only config/random-configs --seed 5
      jq -r '.results[] | .result + .text' <<<"$out" >"$folder/run$attempt"
    done
    cmp "$folder/run1" "$folder/run2" || die "two runs with one seed differ"
    grep -q "seed 5" "$folder/run1" || die "the seed is not told: $(cat "$folder/run1")" ;;
  "fuzzing finds what the checks find and replays it")
    run "$gallery/needs-recipient.so" --json --fuzz 40 --seed 1000
    must_exit 1
    seed=$(jq -r '.results[0].id' <<<"$out" | sed 's|fuzz/seed-||')
    run "$gallery/needs-recipient.so" --json --fuzz 1 --seed "$seed"
    must_exit 1
    [ "$(jq -r '.results[0].id' <<<"$out")" = "fuzz/seed-$seed" ] || die "seed $seed does not replay: $out" ;;
  "fuzzing a good plugin finds nothing")
    for kind in channel pms exporter; do
      run "$gallery/good-$kind.so" --fuzz 40 --seed 1
      must_exit 0
    done
    run "$good" --fuzz 1s
    must_exit 0
    run "$good" --fuzz soon
    must_exit 2 ;;

  "fuzzing tells a plugin that throws")
    run "$gallery/throws.so" --fuzz 40 --seed 1
    must_exit 1
    must_say "exception" ;;
  "fuzzing nothing is no success")
    for plugin in picky-create null-entry no-table; do
      run "$gallery/$plugin.so" --json --fuzz 5 --seed 1
      must_exit 1
      jq -e '.results | length == 1' <<<"$out" >/dev/null || die "$plugin: not told once: $out"
    done ;;
  "a refused file is never opened")
    for group in entry load config lifecycle memory errors threads hot kind; do
      run "$gallery/dies-at-load-unopened.so" --only $group
      must_exit 0
    done ;;

  "a config may be YAML or JSON, bare or under config")
    printf 'url: https://provider.example\ntoken: "12345"\n' >"$folder/bare.yaml"
    printf 'config:\n  url: https://provider.example\n  token: "12345"\n' >"$folder/under.yaml"
    echo '{"config": {"url": "https://provider.example", "token": "12345"}}' >"$folder/a.json"
    for config in bare.yaml under.yaml a.json; do
      run "$good" --config "$folder/$config" --only lifecycle --only config
      must_exit 0
      must_say "$folder/$config"
    done ;;
  "a config that does not fit is a mistake")
    printf 'url: 7\n' >"$folder/a.yaml"
    run "$good" --config "$folder/a.yaml"
    must_exit 2
    must_say "does not fit"
    run "$good" --config "$folder/absent.yaml"
    must_exit 2
    must_say "cannot be read"
    printf 'a: [\n' >"$folder/b.yaml"
    run "$good" --config "$folder/b.yaml"
    must_exit 2 ;;
  "without examples it is tried with nothing and says so")
    run "$gallery/no-examples.so" --only lifecycle/create-destroy
    must_exit 0
    must_say "no examples" ;;
  "nothing is left behind")
    TMPDIR=$folder run "$gallery/exits.so"
    must_exit 1
    find "$folder" -name 'agente-conformance-*' | grep -q . && die "a folder is left"
    true ;;
  *) die "no such case" ;;
esac
