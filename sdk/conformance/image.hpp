#pragma once

#include <filesystem>

#include <agente/abi.h>

namespace agente::conformance {

/// A plugin file opened in this process, from a copy under a name of its own, as the host does it.
class Image {
 public:
  /// Opens `copy`. Throws std::runtime_error with the linker's words when it cannot be opened.
  explicit Image(std::filesystem::path copy);
  Image(const Image&) = delete;
  Image& operator=(const Image&) = delete;
  ~Image() { close(); }

  /// The entry's answer to that major version; NULL too when the symbol is not there.
  [[nodiscard]] const agente_plugin* entry(std::uint32_t major) const;
  void close();

  /// The address belongs to this image.
  [[nodiscard]] bool owns(const void* address) const;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  void* handle_ = nullptr;
};

}  // namespace agente::conformance
