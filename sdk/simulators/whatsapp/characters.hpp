#pragma once

#include <algorithm>
#include <string_view>

namespace agente::sim::whatsapp {

/// Meta's limits are in characters; taken as code points.
inline std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace agente::sim::whatsapp
