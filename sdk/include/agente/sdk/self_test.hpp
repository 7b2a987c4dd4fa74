/// The self-test that channels and exporters share. For the SDK itself.
#pragma once

#include <concepts>
#include <vector>

#include <agente/sdk/plugin.hpp>

namespace agente::detail {

template <class P>
concept tests_itself = requires(P& p, call c) {
  { p.self_test(c) } -> std::convertible_to<std::vector<check>>;
};
template <class P>
concept well_formed_self_test = tests_itself<P> || !requires {
  &P::self_test;
};

/// The checks of the plugin's own self-test, or one line: it is loaded, and no more is known.
template <class P>
std::vector<check> checks_of(P& plugin, call c) {
  if constexpr (tests_itself<P>)
    return plugin.self_test(c);
  else
    return {check{.stage = "loaded", .ok = true}};
}

template <class P>
agente_status self_test(void* self, const agente_call* c, const agente_check_sink* out, agente_error* err) noexcept {
  constexpr auto job = named_call("agente.channel/1", "self_test");  // an exporter's has the same name and tag
  return enter<P>(job, self, c, err,
                  [&](P& plugin, call here) -> agente_status { return write_checks(checks_of(plugin, here), out); });
}

}  // namespace agente::detail
