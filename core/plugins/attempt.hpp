#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "plugins/generation.hpp"
#include "plugins/library.hpp"
#include "plugins/live.hpp"
#include "plugins/versions.hpp"

namespace agente::plugins {

/// What makes an instance change: the host's start, `plugin reload`, another config, another file.
enum class Cause { kStart, kReload, kConfig, kFile };

/// "start", "reload", "config", "file".
[[nodiscard]] const char* word(Cause cause);

/// A new generation on its way, or why there is none.
struct Attempt {
  std::shared_ptr<void> held{};  ///< told when the attempt is over: let go after all the rest
  std::shared_ptr<Generation> made{};
  Error error{};
  Identity identity{};     ///< empty: its file was refused
  bool overran = false;    ///< it did not get ready in time
  bool unchanged = false;  ///< the live one runs these very bytes
};

/// Makes generations: finds the file, has it admitted and opened, creates the object, lets it test itself. Thread-safe.
struct Workshop {
  const std::vector<std::filesystem::path>& search;
  const std::shared_ptr<House>& house;
  ImageStore& images;
  Versions& versions;

  /// Runs the plugin's code, and may hang with it. `live`: what it would replace; null: nothing. `opened` is told whose
  /// code it is as soon as that is known.
  Attempt make(const config::InstanceConfig& config, Cause cause, const std::shared_ptr<Generation>& live, Place place,
               Live<const Identity>& opened);

 private:
  Result<std::filesystem::path> choose_file(const config::InstanceConfig& config, Cause cause);
  Result<std::shared_ptr<Program>> open_program(const config::InstanceConfig& config, Cause cause);
};

}  // namespace agente::plugins
