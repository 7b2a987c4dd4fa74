#include "plugins/attempt.hpp"

#include <fmt/format.h>

#include "plugins/isolation/remote_program.hpp"
#include "plugins/plugin_files.hpp"
#include "plugins/plugin_host.hpp"
#include "plugins/self_check.hpp"
#include "telemetry/log.hpp"

namespace agente::plugins {
namespace {

/// A new generation must not fail where the live one works.
Result<void> compare(Generation& next, Generation& live) {
  const auto troubles = find_troubles(next);
  if (!troubles) return Error{troubles.error().code, "its self-test failed: " + troubles.error().text};
  if (troubles->empty()) return {};
  const auto known = find_troubles(live);
  for (const auto& [stage, cause] : *troubles) {
    if (known && known->contains(stage)) continue;
    return Error{Code::kConflict, fmt::format("its self-test failed at {}: {}", stage, cause)};
  }
  return {};
}

}  // namespace

const char* word(Cause cause) {
  switch (cause) {
    case Cause::kStart:
      return "start";
    case Cause::kReload:
      return "reload";
    case Cause::kConfig:
      return "config";
    case Cause::kFile:
      return "file";
  }
  return "";
}

Result<std::filesystem::path> Workshop::choose_file(const config::InstanceConfig& config, Cause cause) {
  auto file = find_plugin(search, config.plugin);
  if (!file || cause == Cause::kReload) return file;
  const auto good = versions.instead_of(config.plugin, ImageStore::digest_of(*file));
  if (!good) return file;
  log::warn("plugins", "the last good version is used in place of one that killed the host",
            {{"instance", config.id}, {"plugin", config.plugin}, {"file", file->string()}});
  return *good;
}

Result<std::shared_ptr<Program>> Workshop::open_program(const config::InstanceConfig& config, Cause cause) {
  const auto file = choose_file(config, cause);
  if (!file) return file.error();
  if (config.isolation == config::Isolation::kProcess) {
    auto copy = images.copy(*file, kind_of(config.kind));
    if (!copy) return copy.error();
    return std::shared_ptr<Program>(std::make_shared<isolation::RemoteProgram>(std::move(*copy)));
  }
  auto image = images.open(*file, kind_of(config.kind));
  if (!image) return image.error();
  return std::shared_ptr<Program>(std::move(*image));
}

Attempt Workshop::make(const config::InstanceConfig& config, Cause cause, const std::shared_ptr<Generation>& live,
                       Place place, Live<const Identity>& opened) {
  Attempt attempt;
  const auto program = open_program(config, cause);
  if (!program) {
    attempt.error = program.error();
    return attempt;
  }
  attempt.identity = (*program)->identity();
  opened.swap(std::make_shared<const Identity>(attempt.identity));
  const auto& id = attempt.identity.id;
  if (id != config.plugin) {
    attempt.error = {
        Code::kConfig,
        fmt::format("{}.so holds plugin {}: a plugin's file carries its id, so name it {}.so", config.plugin, id, id)};
    return attempt;
  }
  attempt.unchanged = cause == Cause::kFile && live && live->identity().digest == attempt.identity.digest;
  if (attempt.unchanged) return attempt;
  auto made = Generation::create(*program, config, house, std::move(place));
  const auto fit = made && live ? compare(**made, *live) : Result<void>{};
  if (made && fit) attempt.made = std::move(*made);
  if (!made || !fit) attempt.error = made ? fit.error() : made.error();
  return attempt;
}

}  // namespace agente::plugins
