#pragma once

#include <memory>
#include <string>

#include "simulators/whatsapp/options.hpp"
#include "simulators/whatsapp/world.hpp"

namespace agente::sim::whatsapp {

/// The WhatsApp Business Cloud API of one account, and its guests, on a loopback port.
///
/// Serves from construction to destruction; the destructor cuts what is under way. Throws std::runtime_error when the
/// port is taken, std::invalid_argument when an option makes no sense.
class Simulator {
 public:
  explicit Simulator(Options options, Story story = {}, Now now = std::chrono::system_clock::now);
  ~Simulator();

  /// "http://127.0.0.1:PORT/"
  [[nodiscard]] std::string url() const;
  /// Where `/__sim/...` is; the same unless the options give it a port of its own.
  [[nodiscard]] std::string control_url() const;
  /// Arms a fault before the first request. Returns why not, if it cannot.
  [[nodiscard]] std::optional<std::string> arm(FaultRule rule);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace agente::sim::whatsapp
