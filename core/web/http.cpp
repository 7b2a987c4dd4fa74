#include "web/http.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace agente::web {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char small = lower(c);
  return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

bool same_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view Headers::get(std::string_view name) const {
  for (const auto& [key, value] : lines_) {
    if (same_ignoring_case(key, name)) return value;
  }
  return {};
}

bool Headers::has(std::string_view name) const {
  return std::ranges::any_of(lines_, [&](const auto& line) { return same_ignoring_case(line.first, name); });
}

void Headers::set(std::string_view name, std::string value) {
  std::erase_if(lines_, [&](const auto& line) { return same_ignoring_case(line.first, name); });
  lines_.emplace_back(name, std::move(value));
}

std::optional<std::string_view> Request::query_value(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) return value;
  }
  return std::nullopt;
}

std::string_view Request::param(std::string_view name) const {
  for (const auto& [key, value] : params) {
    if (key == name) return value;
  }
  return {};
}

Response Response::json(int status, const nlohmann::json& document) {
  // Guests' and providers' text may be broken UTF-8; an answer with a replacement sign beats an exception.
  return text(status, document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace), "application/json");
}

Response Response::text(int status, std::string body, std::string type) {
  Response response{.status = status, .body = std::move(body)};
  response.headers.add("Content-Type", std::move(type));
  return response;
}

Response Response::error(const Request& request, int status, std::string_view code, std::string_view message) {
  return json(status, {{"error", {{"code", code}, {"message", message}, {"request_id", request.id}}}});
}

Response refuse(const Request& request, const Refusal& refusal) {
  return Response::error(request, refusal.status, refusal.code, refusal.message);
}

bool is_json(const Request& request) {
  auto type = request.headers.get("Content-Type");
  type = trim(type.substr(0, type.find(';')));
  return same_ignoring_case(type, "application/json") ||
         (type.size() > 5 && same_ignoring_case(type.substr(type.size() - 5), "+json"));
}

std::optional<std::string> percent_decode(std::string_view text, bool form) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      out += form && text[at] == '+' ? ' ' : text[at];
      continue;
    }
    if (at + 2 >= text.size()) return std::nullopt;
    const int high = hex_digit(text[at + 1]);
    const int low = hex_digit(text[at + 2]);
    if (high < 0 || low < 0 || high + low == 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    at += 2;
  }
  return out;
}

std::string_view cookie(const Request& request, std::string_view name) {
  for (const auto& [key, value] : request.headers.lines()) {
    if (!same_ignoring_case(key, "Cookie")) continue;
    std::string_view rest = value;
    while (!rest.empty()) {
      const auto end = rest.find(';');
      const auto pair = trim(rest.substr(0, end));
      if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=') {
        return pair.substr(name.size() + 1);
      }
      rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    }
  }
  return {};
}

}  // namespace agente::web
