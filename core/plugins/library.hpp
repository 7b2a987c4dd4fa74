#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <agente/abi.h>

#include "base/result.hpp"
#include "plugins/admission/admission.hpp"
#include "plugins/digest_list.hpp"
#include "plugins/program.hpp"

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

/// A private copy of a plugin file that was found fit to be opened. It stays in place until it is removed.
struct PrivateCopy {
  std::filesystem::path path;
  ElfFacts facts;
  Identity identity;
};

/// One plugin file, opened in this process from a private copy, whatever happens to the original. Shared by the
/// instances that were started from the same bytes; closed with the last of them, unless pinned.
class Image final : public Program {
 public:
  ~Image() override;

  [[nodiscard]] const std::filesystem::path& copy() const { return copy_; }  ///< under which it is mapped

  agente_status create(const agente_host* host, agente_str config_json, void** self, agente_error* err) override {
    return plugin_->create(host, config_json, self, err);
  }
  void destroy(void* self) override { plugin_->destroy(self); }
  const void* query(void* self, agente_str interface_id) override { return plugin_->query(self, interface_id); }

 private:
  friend class ImageStore;
  Image(PrivateCopy copy, std::shared_ptr<Residents> residents);

  Result<void> open();

  struct Library;
  std::unique_ptr<Library> library_;
  const agente_plugin* plugin_ = nullptr;
  const std::filesystem::path copy_;
  const ElfFacts facts_;
  const std::shared_ptr<Residents> residents_;  // shared_ptr: an image may outlive the store
};

/// Makes images of plugin files. Thread-safe.
class ImageStore {
 public:
  /// Private copies go to `state`/generations; what an earlier run left there is removed, unless another host uses the
  /// same folder now.
  /// What is opened here is kept too, see kept_copy. `lock`: only what it lists is admitted.
  explicit ImageStore(const std::filesystem::path& state, const std::optional<std::filesystem::path>& lock = {});
  ~ImageStore();
  ImageStore(const ImageStore&) = delete;
  ImageStore& operator=(const ImageStore&) = delete;

  /// kConfig when the plugin is refused, with the sentence of admission.hpp; kNotFound, kInternal.
  Result<std::shared_ptr<Image>> open(const std::filesystem::path& file, Kind kind);

  /// Admits a file and copies it, without opening it; errors as open. Who asked removes the copy.
  Result<PrivateCopy> copy(const std::filesystem::path& file, Kind kind);
  /// SHA-256 of a file as it is now; empty when it cannot be read.
  [[nodiscard]] static std::string digest_of(const std::filesystem::path& file);

  /// Images of this plugin mapped into the process: those in use, and those that stayed.
  [[nodiscard]] int resident(const std::string& plugin) const { return residents_->count(plugin); }

 private:
  struct Admitted {
    std::vector<std::byte> bytes;
    ElfFacts facts;
    Identity identity;
  };
  [[nodiscard]] Result<Admitted> admit(const std::filesystem::path& file, Kind kind) const;
  Result<PrivateCopy> make_copy(Admitted admitted);
  Result<std::shared_ptr<Image>> load(Admitted admitted);
  [[nodiscard]] std::shared_ptr<Image> find_open(const std::string& digest) const;
  void keep(const PrivateCopy& copy) const;
  void keep_known(Admitted admitted);

  mutable std::mutex mutex_;
  const std::filesystem::path state_;
  const std::filesystem::path folder_;
  const std::optional<DigestList> allowed_;
  int lock_ = -1;  // held while this host uses the folder
  std::atomic<std::uint64_t> next_{1};
  std::map<std::string, std::weak_ptr<Image>> by_digest_;
  std::shared_ptr<Residents> residents_ = std::make_shared<Residents>();
};

}  // namespace agente::plugins
