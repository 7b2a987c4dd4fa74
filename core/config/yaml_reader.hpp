#pragma once

#include <string_view>

#include "config/document.hpp"

namespace agente::config {

/// Fills `document` from `text`, which is valid UTF-8 without control characters. Part of parse_document.
void read_yaml(std::string_view text, Document& document);

}  // namespace agente::config
