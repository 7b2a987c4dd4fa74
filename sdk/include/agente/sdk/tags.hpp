/// The thread tag of every function of the ABI, for programs that make or check calls: a host, a runner, a test.
///
///     static_assert(agente::thread_tag("agente.pms/1", "changes_since") == agente::tag::serial);
///     for (const agente::tagged_call& call : agente::plugin_calls) ...      // what the host calls in a plugin
///     if (const auto* call = agente::find_call(interface, function)) ...    // names that come from outside
///
/// The tags, as <agente/abi.h> has them, for the calls of one instance:
///     any       from any host thread, several at once
///     serial    as any, but never while another serial call of the instance runs, whichever function it is
///     quiesced  while no other call of the instance runs, and none will follow
///
/// The list itself is <agente/tags.h>; a test compares it with the comments of the headers. A function is named by its
/// interface id and its member: ("agente.channel/1", "poll"). The descriptor and the host struct have no id and go by
/// their names: ("agente_plugin", "destroy"), ("agente_host", "query"). A timer's callback is ("agente.timer/1", "fn").
#pragma once

#include <array>
#include <string_view>

#include <agente/tags.h>

namespace agente {

enum class tag { any = AGENTE_TAG_ANY, serial = AGENTE_TAG_SERIAL, quiesced = AGENTE_TAG_QUIESCED };

/// "any", "serial" or "quiesced".
constexpr std::string_view tag_name(tag of) noexcept {
  return of == tag::any ? "any" : of == tag::serial ? "serial" : "quiesced";
}

struct tagged_call {
  std::string_view interface;  ///< "agente.channel/1"
  const char* function;        ///< "poll"
  agente::tag tag;
};

#define AGENTE_TAGGED_CALL(table, id, name, of) tagged_call{id, #name, static_cast<tag>(AGENTE_TAG_##of)},
/// What the host calls in a plugin: the descriptor, the tables of the kinds and a timer's callback.
inline constexpr auto plugin_calls =
    std::to_array<tagged_call>({AGENTE_PLUGIN_CALLS(AGENTE_TAGGED_CALL) AGENTE_CALLBACKS(AGENTE_TAGGED_CALL)});
/// What a plugin calls in the host: every function of every service.
inline constexpr auto service_calls = std::to_array<tagged_call>({AGENTE_SERVICE_CALLS(AGENTE_TAGGED_CALL)});
#undef AGENTE_TAGGED_CALL

constexpr bool is_named(const tagged_call& call, std::string_view interface, std::string_view function) noexcept {
  return call.interface == interface && call.function == function;
}

/// The call of this name; null when there is none. Lives for ever.
constexpr const tagged_call* find_call(std::string_view interface, std::string_view function) noexcept {
  for (const auto& call : plugin_calls)
    if (is_named(call, interface, function)) return &call;
  for (const auto& call : service_calls)
    if (is_named(call, interface, function)) return &call;
  return nullptr;
}

/// A call that is named in the source: a name that is not in the list does not compile.
consteval tagged_call named_call(std::string_view interface, std::string_view function) {
  for (const auto& call : plugin_calls)
    if (is_named(call, interface, function)) return call;
  for (const auto& call : service_calls)
    if (is_named(call, interface, function)) return call;
  throw "agente: <agente/tags.h> has no such function";
}

/// Its tag.
consteval tag thread_tag(std::string_view interface, std::string_view function) {
  return named_call(interface, function).tag;
}

}  // namespace agente
