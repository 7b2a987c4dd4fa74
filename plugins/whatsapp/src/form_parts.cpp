#include "form_parts.hpp"

namespace agente::whatsapp {
namespace {

bool is_degrees(const Json& value) {
  const auto first = value.raw().empty() ? ' ' : value.raw().front();
  return first == '-' || (first >= '0' && first <= '9');
}

}  // namespace

std::string member(std::string_view name, const std::string& text) {
  return text.empty() ? std::string{} : ",\"" + std::string{name} + "\":" + json_string(text);
}

std::optional<std::string> place_of(const Json& details) {
  const auto latitude = details["latitude"];
  const auto longitude = details["longitude"];
  if (!is_degrees(latitude) || !is_degrees(longitude)) return std::nullopt;
  return R"({"latitude":)" + std::string{latitude.raw()} + R"(,"longitude":)" + std::string{longitude.raw()} +
         member("name", details["name"].text()) + member("address", details["address"].text()) + "}";
}

std::string for_a_gap(std::string_view text) {
  std::string clean;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\n' || c == '\r' || c == '\t';
    if (!blank) {
      clean += c;
    } else if (!clean.empty() && clean.back() != ' ') {
      clean += ' ';
    }
  }
  while (clean.ends_with(' ')) clean.pop_back();
  return clean;
}

}  // namespace agente::whatsapp
