#pragma once

#include <filesystem>
#include <string>

#include <sys/stat.h>

#include "descriptor.hpp"
#include "vault.hpp"

namespace house {

/// The ledger as one JSON file. A save writes a second file, syncs it and renames it over the first, under a lock file,
/// so that whoever is killed at any moment leaves either the old ledger or the new one, whole.
class FileVault final : public Vault {
 public:
  /// Makes the folder if need be. `hotel` is written into the file: two hotels never share one.
  FileVault(std::filesystem::path file, std::string hotel);

  [[nodiscard]] bool changed() override;
  [[nodiscard]] Ledger load() override;
  void save(const Ledger& ledger, const Record& latest) override;
  void probe() override;

 private:
  /// Tells one content of the file from the next: every save makes a new file.
  struct Stamp {
    dev_t device = 0;
    ino_t inode = 0;
    off_t size = 0;
    std::int64_t modified_ns = 0;
    bool operator==(const Stamp&) const = default;
  };
  [[nodiscard]] static Stamp stamp_of(const struct stat& info);
  [[nodiscard]] Stamp present_stamp() const;
  void see(Descriptor file, const struct stat& info);

  std::filesystem::path file_;
  std::string hotel_;
  Stamp seen_;
  Descriptor seen_file_;  ///< kept open, so that its inode number is not given to another file
};

}  // namespace house
