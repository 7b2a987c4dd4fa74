#include "plugins/digest_list.hpp"

#include <cctype>
#include <fstream>
#include <vector>

#include <fmt/format.h>

namespace agente::plugins {
namespace {

struct Line {
  std::string digest;
  std::string name;
};

std::vector<Line> read_lines(std::istream& in) {
  constexpr std::size_t kDigits = 64;
  std::vector<Line> lines;
  for (std::string text; std::getline(in, text);) {
    if (text.size() <= kDigits + 2 || text.front() == '#' || text[kDigits] != ' ') continue;
    auto name = text.substr(kDigits + 2);  // sha256sum writes "  " or " *" between
    name.resize(name.find_last_not_of(" \r\t") + 1);
    std::string digest = text.substr(0, kDigits);
    for (auto& digit : digest) digit = static_cast<char>(std::tolower(static_cast<unsigned char>(digit)));
    lines.push_back({std::move(digest), std::filesystem::path(name).filename().string()});
  }
  return lines;
}

}  // namespace

Result<void> DigestList::allows(const std::string& plugin, const std::string& digest) const {
  std::ifstream in(file_);
  if (!in) {
    return Error{
        Code::kConfig,
        fmt::format("plugins.lock {} cannot be read, so no plugin may be loaded: make it with `agentctl plugin "
                    "lock > {}`, or take plugins.lock out of the config",
                    file_.string(), file_.string())};
  }
  const auto name = plugin + ".so";
  std::string listed;
  for (const auto& line : read_lines(in)) {
    if (line.name != name) continue;
    if (line.digest == digest) return {};
    listed = line.digest;
  }
  const auto remedy = fmt::format("if you trust it, put the line `{}  {}` into {}", digest, name, file_.string());
  if (listed.empty()) return Error{Code::kConfig, fmt::format("{} is not listed in plugins.lock: {}", name, remedy)};
  return Error{Code::kConfig,
               fmt::format("{} is not the file that plugins.lock lists (SHA-256 {}): {}", name, listed, remedy)};
}

}  // namespace agente::plugins
