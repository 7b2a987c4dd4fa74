/// Days, moments, amounts and ids as QloApps writes them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <agente/sdk.hpp>
#include <nlohmann/json.hpp>

namespace qloapps {

/// "2027-11-10", also with a time behind it; only days that exist ("0000-00-00" is none).
[[nodiscard]] std::optional<agente::day> parse_day(std::string_view text);
[[nodiscard]] std::string to_text(agente::day day);

/// "2026-11-22 14:48:25", which carries no zone: as if it were UTC. 0 when unset or malformed.
[[nodiscard]] agente::time_point parse_moment(std::string_view text);
[[nodiscard]] std::string to_text(agente::time_point moment);

/// The value of a member as a number, which QloApps writes as a number or as a text; 0 when absent.
[[nodiscard]] double number_at(const nlohmann::json& object, const char* key);
[[nodiscard]] std::int64_t id_at(const nlohmann::json& object, const char* key);
/// The value of a member as text, whatever it is; empty when absent or null.
[[nodiscard]] std::string text_at(const nlohmann::json& object, const char* key);
/// The same of a text for people, which is a list of texts when the shop has several languages.
[[nodiscard]] std::string words_at(const nlohmann::json& object, const char* key);

/// Minor units of a currency, rounded to the nearest.
[[nodiscard]] agente::money to_money(double amount, const std::string& currency);
[[nodiscard]] double to_amount(const agente::money& money);
/// "2460.00 EUR".
[[nodiscard]] std::string to_text(const agente::money& money);

/// Percent-encodes all but letters, digits and -._~ for a query.
[[nodiscard]] std::string url_encoded(std::string_view text);
[[nodiscard]] std::string base64(std::string_view bytes);

}  // namespace qloapps
