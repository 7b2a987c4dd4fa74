#include "talk.hpp"

#include <charconv>
#include <cstdio>

#include <nlohmann/json.hpp>

namespace webchat {
namespace {

using nlohmann::json;

constexpr std::uint32_t kSchema = 1;
constexpr std::size_t kKept = 200;
constexpr std::size_t kLongestPrefix = 220;

/// Names come from the host (a cookie's 32 hex digits) or from an operator, who may call himself anything.
std::string escaped(std::string_view name) {
  std::string out;
  for (const char c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    char hex[4];
    std::snprintf(hex, sizeof hex, "%%%02x", static_cast<unsigned>(static_cast<unsigned char>(c)));
    out += plain ? std::string(1, c) : hex;
  }
  return out;
}

std::string value_of(const Line& line) {
  const json value{{"from", line.from}, {"text", line.text}, {"at_ms", line.at_ms}, {"name", line.name}};
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

Line line_of(const agente::kv_entry& entry, std::size_t prefix_size) {
  const auto value = json::parse(entry.value);
  Line line{.from = value.at("from").get<std::string>(),
            .text = value.at("text").get<std::string>(),
            .at_ms = value.at("at_ms").get<std::int64_t>(),
            .name = value.at("name").get<std::string>()};
  const auto digits = std::string_view{entry.key}.substr(prefix_size);
  std::from_chars(digits.data(), digits.data() + digits.size(), line.n);
  return line;
}

}  // namespace

Talk::Talk(agente::host host, std::string_view visitor) : host_(host), prefix_("m/" + escaped(visitor) + "/") {
  if (visitor.empty() || prefix_.size() > kLongestPrefix)
    throw agente::error(AGENTE_E_INVALID, "a webchat guest's name has 1 to 200 letters");
}

/// Twenty digits, so that the order of the keys' bytes is that of the numbers.
std::string Talk::key(std::uint64_t n) const {
  char digits[24];
  std::snprintf(digits, sizeof digits, "%020llu", static_cast<unsigned long long>(n));
  return prefix_ + digits;
}

std::vector<Line> Talk::after(std::uint64_t n) const {
  std::vector<Line> lines;
  for (auto page = host_.kv_list(prefix_, key(n)); !page.empty(); page = host_.kv_list(prefix_, page.back().key))
    for (const auto& entry : page)
      if (entry.schema == kSchema) lines.push_back(line_of(entry, prefix_.size()));
  return lines;
}

bool Talk::append(const Line& line) const {
  try {
    host_.kv_put(key(line.n), value_of(line), kSchema, agente::kv_absent);
    return true;
  } catch (const agente::error& e) {
    if (e.code() == AGENTE_E_CONFLICT) return false;
    throw;
  }
}

void Talk::stage(agente::call call, const Line& line) const {
  host_.kv_stage(call, key(line.n), value_of(line), kSchema);
}

void Talk::prune(const std::vector<Line>& lines) const {
  for (std::size_t i = 0; i + kKept < lines.size(); ++i) host_.kv_erase(key(lines[i].n));
}

}  // namespace webchat
