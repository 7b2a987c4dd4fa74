#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "concierge/understanding/tokens.hpp"

namespace agente::concierge {

enum class Language : std::uint8_t { es, en, pt };
inline constexpr std::array kLanguages{Language::es, Language::en, Language::pt};

[[nodiscard]] std::string_view name_of(Language language);
[[nodiscard]] std::optional<Language> language_from(std::string_view name);

/// The language of a message by its function words and letters; `before` (the conversation's, else the hotel's) decides
/// ties and messages that tell nothing, such as a name.
[[nodiscard]] Language detect_language(std::string_view text, const Tokens& tokens, Language before);

}  // namespace agente::concierge
