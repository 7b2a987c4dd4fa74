/// Proof that a webhook comes from Meta.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace agente::whatsapp {

/// Which of `secrets` made the header X-Hub-Signature-256 ("sha256=" and 64 hex digits in any case) for these bytes.
/// Takes the same time wherever a digit differs. An empty secret matches nothing.
[[nodiscard]] std::optional<std::size_t> signing_secret(std::string_view header, std::string_view body,
                                                        const std::vector<std::string>& secrets);

/// Compares two secrets in a time that tells neither their lengths nor where they differ. Two empty ones are not equal.
[[nodiscard]] bool same_token(std::string_view given, std::string_view expected);

}  // namespace agente::whatsapp
