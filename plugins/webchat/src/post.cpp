#include "post.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "errors.hpp"

namespace webchat {
namespace {

using nlohmann::json;

constexpr std::size_t kMostBytes = 32 * 1024;  // 2000 code points, each written as two \uXXXX, and what is around them
constexpr std::size_t kMostText = 2000;

bool is_json(std::string_view type) {
  type = type.substr(0, type.find(';'));
  while (!type.empty() && (type.back() == ' ' || type.back() == '\t')) type.remove_suffix(1);
  return agente::same_header_name(type, "application/json");
}

bool is_id(std::string_view id) {
  return id.size() >= 8 && id.size() <= 64 && std::all_of(id.begin(), id.end(), [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

/// Of valid UTF-8.
std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

std::string text_at(const json& given, const char* key) {
  const auto found = given.find(key);
  if (found == given.end() || !found->is_string())
    throw Refusal{422, "invalid", std::string{"`"} + key + "` must be a text"};
  return found->get<std::string>();
}

}  // namespace

Post read_post(const agente::http_in& request) {
  if (!is_json(request.header("content-type")))
    throw Refusal{415, "unsupported_media_type", "send JSON with Content-Type: application/json"};
  if (request.body.size() > kMostBytes) throw Refusal{413, "too_large", "a message has at most 2000 characters"};
  const auto given = json::parse(request.body, nullptr, false);
  if (given.is_discarded()) throw Refusal{400, "bad_json", "the body is no JSON, or no UTF-8"};
  if (!given.is_object()) throw Refusal{422, "invalid", R"(send {"id": "...", "text": "..."})"};
  Post post{text_at(given, "id"), text_at(given, "text")};
  if (!is_id(post.id)) throw Refusal{422, "invalid_id", "`id` must be 8 to 64 of A-Z, a-z, 0-9 and -"};
  if (is_blank(post.text) || code_points(post.text) > kMostText)
    throw Refusal{422, "invalid_text", "`text` must have 1 to 2000 characters"};
  return post;
}

}  // namespace webchat
