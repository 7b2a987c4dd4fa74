#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "conformance/config_schema.hpp"
#include "plugins/admission/admission.hpp"

namespace agente::conformance {

/// The file on trial, read and judged without running any of it.
struct Subject {
  std::filesystem::path file;
  std::vector<std::byte> bytes;
  std::string digest;  ///< SHA-256 in hex
  plugins::ElfFacts facts;
  std::vector<plugins::Objection> objections;
  plugins::LoadClass load_class = plugins::LoadClass::kHot;

  std::optional<nlohmann::json> schema;  ///< nothing when its text is no JSON
  std::string schema_trouble;            ///< why the schema cannot be used; empty when it can
  nlohmann::json config;                 ///< what instances are made with, secrets included
  std::string config_origin;             ///< "the first of the schema's examples"
  GivenConfig given;                     ///< the same as an instance gets it
  bool online = false;                   ///< requests go to the provider that the config names

  [[nodiscard]] std::uint32_t kind() const { return facts.note ? facts.note->kind : 0; }
  /// What stands against it by that name of `plugins::admission_checks`.
  [[nodiscard]] const plugins::Objection* objection(std::string_view check) const;
};

/// Reads `file`, and the config from `config_file` unless that is empty. kNotFound or kInvalid with a sentence when
/// the file is no plugin, kConfig when the config cannot be used.
[[nodiscard]] Result<Subject> read_subject(const std::filesystem::path& file, const std::filesystem::path& config_file);

}  // namespace agente::conformance
