#pragma once

#include <string>
#include <string_view>

namespace agente::messaging {

/// A guest's name for his file as it may be shown and offered for saving: its last part without folders, control and
/// direction characters, leading dots and what shells and file systems take for something else, at most 120 characters
/// of which the extension is kept. Empty if nothing is left. Never a path: files lie under names of our own.
[[nodiscard]] std::string clean_file_name(std::string_view name);

}  // namespace agente::messaging
