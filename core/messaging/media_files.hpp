#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "store/records.hpp"

namespace agente::messaging {

/// The folder with the files of guests' messages. A file lies under the numbers of its message and of the attempt that
/// fetched it, whatever the guest called it, so that no attempt can spoil what another one has kept. Thread-safe;
/// several hosts on one store share one folder.
class MediaFiles {
 public:
  /// Made, for its owner alone, when the first file comes.
  explicit MediaFiles(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// Whole and on the disk when it returns, or not there. Its path below the folder.
  Result<std::string> save(store::Id message, int attempt, std::string_view bytes) const;
  /// kNotFound: it is not there. Bounded by what `save` was given.
  [[nodiscard]] Result<std::string> read(const std::string& path) const;
  /// No matter whether it is there.
  void remove(const std::string& path) const;
  /// Whether the folder of the file at `path` is there: else it may lie on a disk that is away, and not be gone.
  [[nodiscard]] bool is_at_hand(const std::string& path) const;
  /// Removes what all attempts for the message left, but the file at `path`; "": all. False: something still is there.
  bool keep_only(store::Id message, const std::string& path) const;

 private:
  [[nodiscard]] Result<void> make_folder(const std::filesystem::path& drawer) const;
  const std::filesystem::path folder_;
};

}  // namespace agente::messaging
