#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "plugins/generation.hpp"
#include "plugins/library.hpp"
#include "plugins/versions.hpp"

namespace agente::plugins {

/// What makes an instance change: the host's start, `plugin reload`, another config, another file.
enum class Cause { kStart, kReload, kConfig, kFile };

/// "start", "reload", "config", "file".
[[nodiscard]] const char* word(Cause cause);

/// A new generation on its way, or why there is none.
struct Attempt {
  std::shared_ptr<Generation> made{};
  Error error{};
  Identity identity{};     ///< empty: its file was refused
  bool unchanged = false;  ///< the live one runs these very bytes
};

/// Makes generations: finds the file, has it admitted and opened, creates the object, lets it test itself. Thread-safe.
struct Workshop {
  const std::vector<std::filesystem::path>& search;
  const std::shared_ptr<House>& house;
  ImageStore& images;
  Versions& versions;

  /// Runs the plugin's code, and may hang with it. `live`: what it would replace; null: nothing.
  Attempt make(const config::InstanceConfig& config, Cause cause, const std::shared_ptr<Generation>& live, Place place);

 private:
  Result<std::filesystem::path> choose_file(const config::InstanceConfig& config, Cause cause);
  Result<std::shared_ptr<Program>> open_program(const config::InstanceConfig& config, Cause cause);
};

}  // namespace agente::plugins
