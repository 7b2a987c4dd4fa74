#include "config/secret.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "base/text.hpp"

namespace agente::config {
namespace {

constexpr std::string_view kFile = "file:";
constexpr std::size_t kMaxFile = 64U << 10U;

bool is_name(std::string_view name) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !name.empty() && letter(name.front()) &&
         std::ranges::all_of(name, [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

/// `inside` is what stands between the braces: a name, or a name and `:-` and what to take when it is unset or empty.
Result<std::string> variable(std::string_view inside, const Environment& environment) {
  const auto split = inside.find(":-");
  const std::string name(inside.substr(0, split));
  if (!is_name(name)) {
    return Error{Code::kConfig, "has a `${` without the name of a variable; write ${NAME}, or $${ for a plain ${"};
  }
  const auto value = environment(name);
  if (split != std::string_view::npos && (!value || value->empty())) return std::string(inside.substr(split + 2));
  if (!value) {
    return Error{Code::kConfig, "needs the environment variable " + name + ", which is not set; set it, or write ${" +
                                    name + ":-default}"};
  }
  return *value;
}

Result<std::string> expand_variables(const std::string& text, const Environment& environment) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    if (text.compare(at, 3, "$${") == 0) {
      out += "${";
      at += 3;
    } else if (text.compare(at, 2, "${") == 0) {
      const auto end = text.find('}', at);
      if (end == std::string::npos) return Error{Code::kConfig, "has a `${` that is never closed; write ${NAME}"};
      auto value = variable(std::string_view(text).substr(at + 2, end - at - 2), environment);
      if (!value) return value.error();
      out += *value;
      at = end + 1;
    } else {
      out += text[at++];
    }
  }
  return out;
}

Result<std::string> read_file(const std::filesystem::path& path) {
  std::error_code error;
  const auto size = std::filesystem::is_regular_file(path, error) ? std::filesystem::file_size(path, error) : 0;
  std::ifstream stream(path, std::ios::binary);
  if (error || !std::filesystem::is_regular_file(path, error) || !stream) {
    return Error{Code::kConfig,
                 "names the file " + path.string() + ", which cannot be read; create it or correct the path"};
  }
  if (size > kMaxFile) return Error{Code::kConfig, "names the file " + path.string() + ", which is larger than 64 KiB"};
  std::string text(static_cast<std::size_t>(size), '\0');
  stream.read(text.data(), static_cast<std::streamsize>(size));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
  if (clean_utf8(text) != text) {
    return Error{Code::kConfig, "names the file " + path.string() + ", which is no UTF-8 text"};
  }
  return text;
}

}  // namespace

std::optional<std::string> process_environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): the host never sets variables
  if (value == nullptr) return std::nullopt;
  return std::string(value);
}

Result<std::string> expand(const std::string& text, const std::filesystem::path& folder,
                           const Environment& environment) {
  auto out = expand_variables(text, environment);
  if (out && clean_utf8(*out) != *out) return Error{Code::kConfig, "takes in a variable that is no UTF-8 text"};
  if (!out || !text.starts_with(kFile)) return out;
  const auto path = out->substr(kFile.size());
  if (path.empty()) return Error{Code::kConfig, "says `file:` without a path; write file: and the path of a file"};
  return read_file((folder / path).lexically_normal());
}

Result<std::string> SecretSource::read() const {
  auto secret = expand(written_, folder_, environment_);
  if (secret && secret->empty()) return Error{Code::kConfig, "is an empty secret; set it where it comes from"};
  return secret;
}

bool needs_expansion(const std::string& text) {
  return text.starts_with(kFile) || text.find("${") != std::string::npos;
}

}  // namespace agente::config
