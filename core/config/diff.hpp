#pragma once

#include <string>
#include <vector>

#include "config/config.hpp"

namespace agente::config {

/// What a reload has to do.
struct Diff {
  std::vector<std::string> added;    ///< instance ids
  std::vector<std::string> removed;  ///< instance ids
  std::vector<std::string> changed;  ///< instance ids, also when only the secrets' places changed
  bool hotels_changed = false;       ///< hotels can change while running
  bool limits_changed = false;       ///< so can limits, retention and the log level
  /// Keys of the file that only take effect after a restart: "server", "storage", "cache", "plugins", "environment",
  /// "log.file".
  std::vector<std::string> needs_restart;

  [[nodiscard]] bool empty() const {
    return added.empty() && removed.empty() && changed.empty() && !hotels_changed && !limits_changed &&
           needs_restart.empty();
  }
};

[[nodiscard]] Diff compare(const Config& before, const Config& after);

}  // namespace agente::config
