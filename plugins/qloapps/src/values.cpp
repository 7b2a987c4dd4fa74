#include "values.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace qloapps {
namespace {

using nlohmann::json;
using namespace std::chrono;

// As the host counts them: ISO 4217's exceptions from two decimals, of the currencies in use.
constexpr std::array<std::string_view, 15> kNoDecimals = {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW",
                                                          "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF"};
constexpr std::array<std::string_view, 7> kThreeDecimals = {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"};
constexpr double kLargestMinor = 9e15;  // beyond this a double no longer counts single cents

int decimals_of(std::string_view currency) {
  const auto is_in = [&](const auto& list) { return std::find(list.begin(), list.end(), currency) != list.end(); };
  return is_in(kNoDecimals) ? 0 : is_in(kThreeDecimals) ? 3 : 2;
}

/// Exactly `digits` decimal digits at `at`.
std::optional<int> digits_at(std::string_view text, std::size_t at, std::size_t digits) {
  if (text.size() < at + digits) return std::nullopt;
  const auto part = text.substr(at, digits);
  int value = 0;
  if (!std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; })) return std::nullopt;
  std::from_chars(part.data(), part.data() + part.size(), value);
  return value;
}

}  // namespace

std::optional<agente::day> parse_day(std::string_view text) {
  const auto year = digits_at(text, 0, 4);
  const auto month = digits_at(text, 5, 2);
  const auto day = digits_at(text, 8, 2);
  if (!year || !month || !day || text[4] != '-' || text[7] != '-') return std::nullopt;
  const year_month_day date{std::chrono::year{*year}, std::chrono::month(static_cast<unsigned>(*month)),
                            std::chrono::day(static_cast<unsigned>(*day))};
  if (*year == 0 || !date.ok()) return std::nullopt;
  return agente::day{date};
}

std::string to_text(agente::day day) {
  const year_month_day date{day};
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return text.data();
}

agente::time_point parse_moment(std::string_view text) {
  const auto day = parse_day(text);
  const auto hour = digits_at(text, 11, 2);
  const auto minute = digits_at(text, 14, 2);
  const auto second = digits_at(text, 17, 2);
  if (!day || !hour || !minute || !second) return {};
  return agente::time_point{day->time_since_epoch() + hours{*hour} + minutes{*minute} + seconds{*second}};
}

std::string to_text(agente::time_point moment) {
  const auto whole = floor<days>(moment);
  const hh_mm_ss time{floor<seconds>(moment - whole)};
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), " %02d:%02d:%02d", static_cast<int>(time.hours().count()),
                static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()));
  return to_text(agente::day{whole.time_since_epoch()}) + text.data();
}

double number_at(const json& object, const char* key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  if (found == object.end()) return 0;
  if (found->is_number()) return found->get<double>();
  if (!found->is_string()) return 0;
  const auto& text = found->get_ref<const std::string&>();
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return std::isfinite(value) ? value : 0;
}

std::int64_t id_at(const json& object, const char* key) {
  const auto value = number_at(object, key);
  return value >= 0 && value < kLargestMinor ? static_cast<std::int64_t>(value) : 0;
}

std::string text_at(const json& object, const char* key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  if (found == object.end() || found->is_null()) return {};
  return found->is_string() ? found->get<std::string>() : found->dump();
}

std::string words_at(const json& object, const char* key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  if (found == object.end() || !found->is_array()) return text_at(object, key);
  std::string words;
  for (const auto& each : *found) words += (words.empty() ? "" : " / ") + text_at(each, "value");
  return words;
}

agente::money to_money(double amount, const std::string& currency) {
  const auto minor = amount * std::pow(10.0, decimals_of(currency));
  if (!(minor > -kLargestMinor && minor < kLargestMinor))
    throw agente::error(AGENTE_E_INTERNAL, "QloApps names an amount that is no price");
  return {std::llround(minor), currency};
}

double to_amount(const agente::money& money) {
  return static_cast<double>(money.minor) / std::pow(10.0, decimals_of(money.currency));
}

std::string to_text(const agente::money& money) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f ", decimals_of(money.currency), to_amount(money));
  return text.data() + money.currency;
}

std::string url_encoded(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_' || c == '~';
  };
  std::string encoded;
  for (const char c : text) {
    if (is_plain(c)) {
      encoded += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded += {'%', kHex[byte >> 4U], kHex[byte & 15U]};
  }
  return encoded;
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string encoded;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const auto part = bytes.substr(at, 3);
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i)
      bits = bits << 8U | (i < part.size() ? static_cast<unsigned char>(part[i]) : 0U);
    for (std::size_t i = 0; i < 4; ++i) encoded += i <= part.size() ? kLetters[bits >> (18U - 6U * i) & 63U] : '=';
  }
  return encoded;
}

}  // namespace qloapps
