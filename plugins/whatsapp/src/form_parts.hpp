/// Pieces that several of Graph's forms have.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "json_text.hpp"

namespace agente::whatsapp {

/// `,"name":"…"` unless `text` is empty.
[[nodiscard]] std::string member(std::string_view name, const std::string& text);

/// `{"latitude":…,"longitude":…,"name":"…","address":"…"}` of an object with the first two as numbers; else nothing.
[[nodiscard]] std::optional<std::string> place_of(const Json& details);

/// A text as Meta takes it for a template's gap: without line breaks, tabs and long runs of spaces.
[[nodiscard]] std::string for_a_gap(std::string_view text);

}  // namespace agente::whatsapp
