#pragma once

#include <mutex>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "simulators/whatsapp/graph_error.hpp"
#include "simulators/whatsapp/outgoing.hpp"

namespace agente::sim::whatsapp {

/// The message templates of the account, as GET /{waba}/message_templates lists them. At first there is hotel_message
/// with one parameter, in es, en and pt_BR. Thread-safe.
class Templates {
 public:
  Templates() { reset(); }

  /// Takes the place of all there were: {"name", "language", "status", "parameter_format"?, "components"} each. Throws
  /// what the JSON library throws if `list` is no such thing.
  void load(const nlohmann::json& list);
  void reset();
  [[nodiscard]] nlohmann::json all() const;

  /// Whether the template of `form`, the member `template` of a message, carries a code to log in with.
  [[nodiscard]] bool authenticates(const nlohmann::json& form) const;
  /// Puts into `out` what the guest reads and sees of `form`; else why Graph refuses it.
  [[nodiscard]] std::optional<GraphError> fill(const nlohmann::json& form, Outgoing& out) const;

 private:
  [[nodiscard]] nlohmann::json find(const std::string& name, const std::string& language) const;

  mutable std::mutex mutex_;
  nlohmann::json list_;
};

}  // namespace agente::sim::whatsapp
