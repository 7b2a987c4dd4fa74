#!/usr/bin/env bash
# The check must be able to fail: a store that includes web, and a plugin that includes core.
set -uo pipefail
check=$1/check_includes.sh
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
mkdir -p "$root"/{core/store,core/web,plugins/p,sdk,examples,plugin-api}
echo '#include "base/result.hpp"' >"$root/core/store/good.hpp"
"$check" "$root" || { echo "a good tree was refused"; exit 1; }
echo '#include "web/server.hpp"' >"$root/core/store/bad.hpp"
"$check" "$root" >/dev/null && { echo "store including web was not found"; exit 1; }
rm "$root/core/store/bad.hpp"
echo '#include "store/store.hpp"' >"$root/plugins/p/bad.cpp"
"$check" "$root" >/dev/null && { echo "a plugin including core was not found"; exit 1; }
rm "$root/plugins/p/bad.cpp"
mkdir -p "$root/sdk/conformance"
echo '#include "plugins/admission/admission.hpp"' >"$root/sdk/conformance/good.cpp"
"$check" "$root" || { echo "the conformance kit may not include the host's admission"; exit 1; }
echo '#include "plugins/plugin_host.hpp"' >"$root/sdk/conformance/bad.cpp"
"$check" "$root" >/dev/null && { echo "the conformance kit including more of core was not found"; exit 1; }
exit 0
