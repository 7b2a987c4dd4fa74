#!/usr/bin/env bash
# Usage: check_docs.sh ROOT. Prints every mistake of the *.md files below ROOT; exit 1 if there is one.
#   every text        relative links lead to something; ```sh blocks parse
#   root and rooms    files, programs, presets, subcommands and options named in code exist in the tree
set -uo pipefail
cd "$1" || exit 1
status=0
complain() { echo "$1: $2"; status=1; }

texts() { find . \( -path ./build -o -name .git \) -prune -o -name '*.md' -print | sed 's|^\./||' | sort; }

# ---- links ----

links_of() { # what stands in ](...) outside code
  awk '/^ *```/ { code = !code; next } !code { gsub(/`[^`]*`/, ""); print }' "$1" |
    grep -oE '\]\([^) ]+' | cut -c3-
}

check_links() {
  local file=$1 link
  while read -r link; do
    [[ $link =~ ^(https?:|mailto:|#) ]] && continue
    [ -e "$(dirname "$file")/${link%%#*}" ] || complain "$file" "the link $link leads nowhere"
  done < <(links_of "$file")
}

# ---- shell blocks ----

shell_of() { awk '/^ *```sh$/ { code = 1; next } /^ *```/ { code = 0; next } code' "$1"; }

check_shell() {
  local fault
  fault=$(shell_of "$1" | bash -n 2>&1) || complain "$1" "a shell block does not parse: $fault"
}

# ---- names in code ----

# One piece of code a line: `spans` of the text, and the lines of shell blocks with continued lines joined.
code_of() {
  awk '/^ *```/ { code = !code; next } !code' "$1" | grep -oE '`[^`]+`' | tr -d '`'
  shell_of "$1" | sed -e ':a' -e '/\\$/{N;s/\\\n//;ba' -e '}' -e 's/ # .*//'
}

targets=$(grep -rhoE 'add_executable\([a-z-]+' core sdk plugins --include=CMakeLists.txt | cut -d'(' -f2)
presets=$(grep -oE '"name": "[a-z]+"' CMakePresets.json | cut -d'"' -f4)
subcommands=$(sed -nE 's/.*add_command\(([*a-z]+), common, chosen, "([a-z-]+)".*/\1 \2/p' core/app/agentctl/*.cpp |
  sed -E 's/^app //; s/^\*//') # "plugin list", "messages", ...

listed() { grep -qxF -- "$1" <<<"$2"; }
pick() { grep -oE -- "$1" <<<"$code" | sort -u; } # from the code of the text at hand

check_paths() {
  local path folders='scripts|config|core|plugin-api|plugins|deploy|sdk|examples|tests|cmake'
  while read -r path; do
    [[ $path == config/data* || $path == *'*'* || -e $path ]] || complain "$file" "$path does not exist"
  done < <(pick "(^|[ \"(]|[ (]\./|^\./)($folders)/[A-Za-z0-9_./*-]*[A-Za-z0-9_*/]" | sed -E 's/^[ "(]*(\.\/)?//')
}

check_programs() {
  local path
  while read -r path; do
    listed "$(cut -d/ -f2 <<<"$path")" "$presets" || complain "$file" "$path: no such preset"
    listed "${path##*/}" "$targets" || complain "$file" "$path: nothing builds ${path##*/}"
  done < <(pick 'build/[a-z]+/bin/[a-z-]+')
}

check_presets() {
  local preset
  while read -r preset; do
    listed "$preset" "$presets" || complain "$file" "no preset $preset"
  done < <(pick '(cmake|ctest|--build) --preset [a-z]+' | sed 's/.* //')
}

check_subcommands() {
  local words
  while read -r words; do
    listed "${words%% *}" "$subcommands" || listed "$(cut -d' ' -f1,2 <<<"$words")" "$subcommands" ||
      listed "$(cut -d' ' -f2,3 <<<"$words")" "$subcommands" || # a family of a family
      complain "$file" "agentctl $words: no such subcommand"
  done < <(pick '(^|[ /])agentctl( [a-z][a-z-]*)+' | sed -E 's/.*agentctl //')
}

check_options() { # program, folder of its sources
  local option
  while read -r option; do
    [[ $option == --help || $option == --version ]] && continue
    grep -rqF -e "\"$option\"" "$2" --include='*.cpp' || complain "$file" "$1 has no option $option"
  done < <(pick "$1 .*" | grep -oE ' --[a-z-]+' | tr -d ' ' | sort -u)
}

for file in $(texts); do
  check_links "$file"
  check_shell "$file"
done
for file in *.md core/README.md config/README.md deploy/README.md plugin-api/README.md; do
  [ -e "$file" ] || { complain "$file" "is missing"; continue; }
  code=$(code_of "$file")
  check_paths
  check_programs
  check_presets
  check_subcommands
  check_options agentctl core/app
  check_options agente-host core/app
  check_options agente-sim sdk/simulators
done
for demo in chat webhook; do
  awk -v from="<!-- demo:$demo -->" '$0 == from { on = 1 } on && /^```sh$/ { code = 1 } /^<!-- \/demo -->$/ { if (on && code) good = 1; on = 0 }
    END { exit !good }' README.md || complain README.md "the lines to paste between <!-- demo:$demo --> and <!-- /demo --> are missing"
done
exit $status
