#pragma once

#include <string_view>

#include <agente/sdk/tags.hpp>

namespace agente::plugins {

/// The function of a plugin that a call enters, with its thread tag from <agente/tags.h>. Made by the compiler: a name
/// that the list does not have does not compile, so no call can be made without its tag.
struct CallName {
  const char* text;  ///< the label of metrics and what errors say
  bool serial;       ///< [serial]: never two at once for one instance

  consteval CallName(const char* function) : CallName(function, function) {}  // NOLINT: {.name = "send"} reads well
  consteval CallName(const char* function, const char* label) : text(label), serial(is_serial(function)) {}

 private:
  static consteval bool is_serial(std::string_view function) {
    bool found = false;
    bool serial = false;
    for (const auto& call : plugin_calls) {
      if (call.function != function) continue;
      if (call.tag == tag::quiesced) throw "destroy is no call: see Generation::retire";
      if (found && serial != (call.tag == tag::serial)) throw "two interfaces tag this function differently";
      found = true;
      serial = call.tag == tag::serial;
    }
    if (!found) throw "<agente/tags.h> has no such function";
    return serial;
  }
};

}  // namespace agente::plugins
