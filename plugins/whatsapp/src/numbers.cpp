#include "numbers.hpp"

namespace agente::whatsapp {
namespace {

std::string with(std::string_view number, std::size_t at, char digit) {
  std::string longer{number};
  longer.insert(at, 1, digit);
  return longer;
}

std::string without(std::string_view number, std::size_t at, std::size_t count = 1) {
  std::string shorter{number};
  shorter.erase(at, count);
  return shorter;
}

/// 54, area and number of 10 digits together; a mobile's wa_id has a 9 between.
std::string other_argentine(std::string_view number) {
  if (number.size() == 13 && number[2] == '9') return without(number, 2);
  return number.size() == 12 ? with(number, 2, '9') : std::string{};
}

/// 52 and 10 digits, of which none begins with 1; until 2019 a mobile had a 1 between.
std::string other_mexican(std::string_view number) {
  if (number.size() == 13 && number[2] == '1') return without(number, 2);
  return number.size() == 12 && number[2] != '1' ? with(number, 2, '1') : std::string{};
}

/// 55, an area of 2 digits, 8 digits, and before those of a mobile a 9; landlines begin with 2 to 5.
std::string other_brazilian(std::string_view number) {
  constexpr std::size_t kLocal = 4;
  if (number.size() == 13 && number[kLocal] == '9') return without(number, kLocal);
  return number.size() == 12 && number[kLocal] >= '6' ? with(number, kLocal, '9') : std::string{};
}

/// "541115…" and 8 digits, as it is dialled at home; area codes have 2 digits (Buenos Aires) to 4.
std::string without_local_15(std::string_view number) {
  if (number.size() != 14) return {};
  for (std::size_t area = number.substr(2, 2) == "11" ? 2 : 3; area <= 4; ++area)
    if (number.substr(2 + area, 2) == "15") return without(number, 2 + area, 2);
  return {};
}

}  // namespace

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_user_id(std::string_view text) {
  const auto upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  return text.size() > 3 && upper(text[0]) && upper(text[1]) && text[2] == '.';
}

std::string other_form(std::string_view number) {
  if (!is_number(number)) return {};
  if (number.starts_with("54")) return other_argentine(number);
  if (number.starts_with("52")) return other_mexican(number);
  return number.starts_with("55") ? other_brazilian(number) : std::string{};
}

std::string matching_form(std::string_view number) {
  if (is_number(number) && number.starts_with("54")) {
    auto dialled = without_local_15(number);
    if (!dialled.empty()) return dialled;
  }
  auto other = other_form(number);
  return !other.empty() && other.size() < number.size() ? other : std::string{number};
}

}  // namespace agente::whatsapp
