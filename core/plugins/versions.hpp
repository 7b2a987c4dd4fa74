#pragma once

#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"

namespace agente::plugins {

/// Where the copy of a version is kept, so that it can be started again after its file was replaced.
[[nodiscard]] std::filesystem::path kept_copy(const std::filesystem::path& state, const std::string& plugin,
                                              const std::string& digest);

/// Remembers on disk which version of each plugin is known to be good, and which one is on trial.
///
/// A version that goes live and is not the good one is on trial; it becomes the good one when it has lived 60 s. A
/// process that ends without `stopped` while a trial runs died of it, as far as anyone can tell: after three such
/// deaths within 60 s the version is bad, and the good one is started in its place until another file comes. A record
/// that cannot be written only loses this memory. Thread-safe.
class Versions {
 public:
  /// Counts the death of an earlier process.
  Versions(std::filesystem::path state, const Clock& clock);

  /// At start: the copy to open instead of a file with this digest, if that version is bad.
  [[nodiscard]] std::optional<std::filesystem::path> instead_of(const std::string& plugin, const std::string& digest);

  void went_live(const std::string& plugin, const std::string& digest);
  /// Those that have lived long enough become good. Call it now and then.
  void settle();
  /// An attempt failed: lets go of the copies of this plugin that nobody will go back to.
  void forget_failed(const std::string& plugin);
  /// The host ends in order: no trial runs any more, and none begins.
  void stopped();

 private:
  struct Record {
    std::string good;
    std::string trial;
    std::string bad;
    Time since{};
    bool running = false;
    std::vector<Time> deaths;
  };

  [[nodiscard]] std::filesystem::path file_of(const std::string& plugin) const;
  void read_all();
  void bury(const std::string& plugin, Record& record);
  void save(const std::string& plugin, const Record& record) const;
  void forget_copies(const std::string& plugin, const Record& record) const;

  const std::filesystem::path state_;
  const Clock& clock_;
  std::mutex mutex_;
  bool stopped_ = false;
  std::map<std::string, Record> records_;
};

}  // namespace agente::plugins
