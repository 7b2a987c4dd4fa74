#!/usr/bin/env bash
# Usage: check_includes.sh ROOT. Prints every include that points up the house, or out of it; exit 1 if there is one.
set -uo pipefail
cd "$1"
declare -A rank=() # of each room, top to bottom
for room in app web insights messaging concierge pms plugins store cache config telemetry base; do rank[$room]=${#rank[@]}; done

status=0
complain() { echo "$1: may not include \"$2\": $3"; status=1; }

while IFS=: read -r file include; do
  room=${file#core/} room=${room%%/*} target=${include%%/*}
  from=${rank[$room]-} to=${rank[$target]-}
  [ -n "$to" ] && [ -n "$from" ] && [ "$to" -lt "$from" ] && complain "$file" "$include" "$room stands below $target"
  [[ $include == ../* ]] && complain "$file" "$include" "includes are rooted at core/"
done < <(grep -rEo '^#include "[^"]+"' core --include='*.hpp' --include='*.cpp' --include='*.h' | sed -E 's/#include "([^"]+)"/\1/')

# A plugin, an example or the SDK knows plugin-api/ and sdk/, never core/. Two exceptions: agente-conformance judges a file
# by the host's own admission and reads plain YAML values by the host's own rule, so that both say the same.
while IFS=: read -r file include; do
  target=${include%%/*}
  [[ $file == sdk/conformance/* && $include =~ ^(plugins/admission/|config/scalar.hpp$) ]] && continue
  [ -n "${rank[$target]-}" ] && [ ! -e "$(dirname "$file")/$include" ] && complain "$file" "$include" "core/ is closed to it"
done < <(grep -rEo '^#include ["<][a-z_]+/[^">]+[">]' plugins sdk examples plugin-api --include='*.hpp' --include='*.cpp' --include='*.h' --include='*.c' |
  sed -E 's/#include ["<]([^">]+)[">]/\1/')
exit $status
