#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <agente/abi.h>

#include "base/result.hpp"
#include "plugins/admission.hpp"

namespace agente::plugins {

/// How many images of each plugin are mapped into the process. Thread-safe.
class Residents {
 public:
  void add(const std::string& plugin, int by);
  [[nodiscard]] int count(const std::string& plugin) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, int> mapped_;
};

/// One plugin file, opened from a private copy, whatever happens to the original. Shared by the instances that were
/// started from the same bytes; closed with the last of them, unless pinned.
class Image {
 public:
  ~Image();
  Image(const Image&) = delete;
  Image& operator=(const Image&) = delete;

  [[nodiscard]] const agente_plugin& plugin() const { return *plugin_; }
  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] const std::string& version() const { return version_; }
  [[nodiscard]] const std::string& digest() const { return digest_; }  ///< SHA-256, hex
  [[nodiscard]] const std::filesystem::path& copy() const { return copy_; }
  [[nodiscard]] const Verdict& verdict() const { return verdict_; }

 private:
  friend class ImageStore;
  Image() = default;

  Result<void> open();
  Result<void> check_descriptor(const ElfFacts& facts) const;

  struct Library;
  std::unique_ptr<Library> library_;
  const agente_plugin* plugin_ = nullptr;
  std::string id_, version_, digest_;
  std::filesystem::path copy_;
  Verdict verdict_;
  std::shared_ptr<Residents> residents_;  // shared_ptr: an image may outlive the store
};

/// A shared library is mapped into this process under exactly this path.
[[nodiscard]] bool is_mapped(const std::filesystem::path& path);

/// Makes images of plugin files. Thread-safe.
class ImageStore {
 public:
  /// Private copies go to `state`/generations; what an earlier run left there is removed, unless another host uses the
  /// same folder now.
  explicit ImageStore(const std::filesystem::path& state);
  ~ImageStore();
  ImageStore(const ImageStore&) = delete;
  ImageStore& operator=(const ImageStore&) = delete;

  /// kConfig when the plugin is refused, with the sentence of admission.hpp; kNotFound, kInternal.
  Result<std::shared_ptr<Image>> open(const std::filesystem::path& file, Kind kind);

  /// Images of this plugin mapped into the process: those in use, and those that stayed.
  [[nodiscard]] int resident(const std::string& plugin) const { return residents_->count(plugin); }

 private:
  Result<std::filesystem::path> make_copy(const std::vector<std::byte>& bytes, const std::string& id,
                                          const std::string& digest);
  Result<std::shared_ptr<Image>> load(const std::vector<std::byte>& bytes, const ElfFacts& facts, Verdict verdict,
                                      const std::string& digest);

  mutable std::mutex mutex_;
  std::filesystem::path folder_;
  int lock_ = -1;  // held while this host uses the folder
  std::uint64_t next_ = 1;
  std::map<std::string, std::weak_ptr<Image>> by_digest_;
  std::shared_ptr<Residents> residents_ = std::make_shared<Residents>();
};

}  // namespace agente::plugins
