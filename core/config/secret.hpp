#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "base/result.hpp"

namespace agente::config {

/// The value of an environment variable, or nothing if it is unset. Must be callable from any thread.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

/// Looks into the environment of this process.
[[nodiscard]] std::optional<std::string> process_environment(const std::string& name);

/// Text of a config as it was written: `${X}` and `${X:-default}` stand for environment variables, `$${` for `${`, and
/// a text that starts with `file:` for the contents of that file without its last line end. A relative path starts at
/// `folder`.
[[nodiscard]] Result<std::string> expand(const std::string& text, const std::filesystem::path& folder,
                                         const Environment& environment);
/// `expand` would return something else than `text` itself.
[[nodiscard]] bool needs_expansion(const std::string& text);

/// Where a secret is found. It is read anew at each use, so that a rotated file or variable needs no reload; and it
/// cannot be printed. Thread-safe; copies are independent.
class SecretSource {
 public:
  SecretSource(std::string written, std::filesystem::path folder, Environment environment)
      : written_(std::move(written)), folder_(std::move(folder)), environment_(std::move(environment)) {}

  /// The secret as it is now, never empty: an empty key would let anyone in. An error names the variable or file, never
  /// a value.
  [[nodiscard]] Result<std::string> read() const;

  /// Written alike: a changed file behind it makes no difference.
  friend bool operator==(const SecretSource& a, const SecretSource& b) {
    return a.written_ == b.written_ && a.folder_ == b.folder_;
  }

 private:
  std::string written_;
  std::filesystem::path folder_;
  Environment environment_;
};

}  // namespace agente::config
