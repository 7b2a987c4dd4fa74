#pragma once

#include <filesystem>
#include <string>

#include "base/result.hpp"

namespace agente::plugins {

/// The file `plugins.lock`: which plugin files may be loaded, by their SHA-256. It is what `sha256sum *.so` prints, a
/// line per file: 64 hex digits, two spaces, the file's name. Lines that begin with # are remarks. Read anew at each
/// look, so a changed list needs no restart. Thread-safe.
class DigestList {
 public:
  explicit DigestList(std::filesystem::path file) : file_(std::move(file)) {}

  /// kConfig, with the line to add, when the plugin is not listed, or was listed with another digest; also when the
  /// list cannot be read: then nothing is allowed.
  [[nodiscard]] Result<void> allows(const std::string& plugin, const std::string& digest) const;

 private:
  std::filesystem::path file_;
};

}  // namespace agente::plugins
