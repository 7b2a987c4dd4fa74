/// Changes to a booked room. QloApps takes only the whole document as it gave it, with what changes changed.
#pragma once

#include <string>
#include <string_view>

#include "desk.hpp"

namespace qloapps {

/// `xml` with another content of the element `name`. Throws RETRY when there is no such element.
[[nodiscard]] std::string with_content(std::string xml, std::string_view name, std::string_view content);

/// Who sleeps in the room.
void write_party(const Desk& desk, const Row& row, const Party& party, agente::call call);

enum class Step : std::uint8_t { check_in, check_out };
void write_step(const Desk& desk, const Row& row, Step step, agente::call call);

}  // namespace qloapps
