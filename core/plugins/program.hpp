#pragma once

#include <cstdint>
#include <string>

#include <agente/abi.h>

#include "plugins/admission/admission.hpp"

namespace agente::plugins {

/// Who a plugin's code is, by its note and its bytes.
struct Identity {
  std::string id{};
  std::string version{};
  std::uint32_t kind = 0;  ///< AGENTE_KIND_*
  std::string digest{};    ///< SHA-256 of the file, hex
  Verdict verdict{};
};

/// How the code fares; only a process of its own can be anything but well.
struct Condition {
  bool running = true;   ///< false: it died, and is started again after a pause
  int crashes = 0;       ///< since the generation was created
  std::string reason{};  ///< of the last crash; empty when there was none
};

/// The code of one version of a plugin as a generation uses it: opened in this process (Image), or in a process of its
/// own (isolation/remote_program.hpp). Create, query, destroy and the tables that query gives keep what plugin-api
/// promises. Thread-safe, as far as the plugin has to be.
class Program {
 public:
  explicit Program(Identity identity) : identity_(std::move(identity)) {}
  virtual ~Program() = default;
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  [[nodiscard]] const Identity& identity() const { return identity_; }

  virtual agente_status create(const agente_host* host, agente_str config_json, void** self, agente_error* err) = 0;
  virtual void destroy(void* self) = 0;
  virtual const void* query(void* self, agente_str interface_id) = 0;

  [[nodiscard]] virtual Condition condition(void* /*self*/) const { return {}; }

 private:
  const Identity identity_;
};

}  // namespace agente::plugins
