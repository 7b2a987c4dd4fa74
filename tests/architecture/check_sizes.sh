#!/usr/bin/env bash
# Usage: check_sizes.sh ROOT. No source file of ours is longer than 400 lines.
cd "$1" || exit 1
git ls-files '*.cpp' '*.hpp' '*.h' '*.c' '*.cmake' '*.sh' | xargs wc -l | awk '$2 != "total" && $1 > 400 { print $2 ": " $1 " lines"; bad = 1 } END { exit bad }'
