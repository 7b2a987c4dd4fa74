#include "config/document.hpp"

#include <algorithm>
#include <optional>

#include "base/text.hpp"
#include "config/yaml_reader.hpp"

namespace agente::config {
namespace {

/// yaml-cpp keeps every open bracket in memory until it is closed, so a file of brackets would cost gigabytes.
constexpr int kMaxOpenBrackets = 1000;

Mark mark_at(std::string_view text, std::size_t offset) {
  const auto before = text.substr(0, offset);
  const auto newline = before.rfind('\n');
  const auto line = newline == std::string_view::npos ? before : before.substr(newline + 1);
  return {static_cast<int>(std::ranges::count(before, '\n')) + 1, static_cast<int>(count_code_points(line)) + 1};
}

struct BadByte {
  std::size_t offset;
  std::string text;
};

std::optional<BadByte> find_bad_encoding(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) {
    return BadByte{text.find('\0'), "there is a NUL byte, so this is no text file; save it as UTF-8 text"};
  }
  const auto clean = clean_utf8(text);
  if (clean == text) return std::nullopt;
  const auto differs = std::mismatch(text.begin(), text.end(), clean.begin(), clean.end()).first;
  return BadByte{static_cast<std::size_t>(differs - text.begin()), "this byte is not UTF-8; save the file as UTF-8"};
}

std::optional<BadByte> find_bad_character(std::string_view text) {
  int open = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    const bool line_end = c == '\n' || (c == '\r' && at + 1 < text.size() && text[at + 1] == '\n');
    if ((c >= 0 && c < ' ' && c != '\t' && !line_end) || c == '\x7F') {
      return BadByte{at, "there is a control character here; delete it"};
    }
    if (c == '[' || c == '{') ++open;
    if ((c == ']' || c == '}') && open > 0) --open;
    if (open > kMaxOpenBrackets) return BadByte{at, "too many brackets are open here; close them"};
  }
  return std::nullopt;
}

std::optional<BadByte> find_bad_byte(std::string_view text) {
  if (text.size() > Document::kMaxBytes) return BadByte{0, "the file is larger than 4 MiB; split or shorten it"};
  if (auto bad = find_bad_encoding(text)) return bad;
  return find_bad_character(text);
}

const MarkTree* walk(const MarkTree& root, const Path& path, bool& refused) {
  const MarkTree* at = &root;
  refused = at->refused;
  for (const auto& step : path) {
    const auto next = at->members.find(step);
    if (next == at->members.end()) return at;
    at = &next->second;
    refused = refused || at->refused;
  }
  return at;
}

}  // namespace

Mark Document::where(const Path& path) const {
  bool refused_on_the_way = false;
  return walk(marks, path, refused_on_the_way)->value;
}

Mark Document::where_key(const Path& path) const {
  bool refused_on_the_way = false;
  return walk(marks, path, refused_on_the_way)->key;
}

bool Document::refused(const Path& path) const {
  bool refused_on_the_way = false;
  walk(marks, path, refused_on_the_way);
  return refused_on_the_way;
}

void Document::refuse(const Path& path) {
  MarkTree* at = &marks;
  for (const auto& step : path) {
    const auto next = at->members.find(step);
    if (next == at->members.end()) return;
    at = &next->second;
  }
  at->refused = true;
}

const nlohmann::json* Document::find(const Path& path) const {
  const nlohmann::json* at = &value;
  for (const auto& step : path) {
    if (at->is_object()) {
      const auto next = at->find(step);
      if (next == at->end()) return nullptr;
      at = &*next;
    } else if (at->is_array() && std::ranges::all_of(step, [](char c) { return c >= '0' && c <= '9'; }) &&
               step.size() < 9 && !step.empty() && std::stoul(step) < at->size()) {
      at = &(*at)[std::stoul(step)];
    } else {
      return nullptr;
    }
  }
  return at;
}

Document parse_document(std::string_view text, std::string name) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // a byte order mark some editors leave
  Document document;
  document.name = std::move(name);
  if (const auto bad = find_bad_byte(text)) {
    document.problems.push_back({document.name, mark_at(text, bad->offset), bad->text});
    return document;
  }
  read_yaml(text, document);
  return document;
}

}  // namespace agente::config
