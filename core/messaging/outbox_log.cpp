#include "messaging/outbox_log.hpp"

#include <string>

#include "base/text.hpp"
#include "messaging/held.hpp"
#include "telemetry/log.hpp"

namespace agente::messaging {

void log_failed(const store::Outbound& message) {
  log::write(log::Level::kWarn, "messaging", message.guest.channel + " message failed",
             {{"error", message.failure_code.empty() ? "refused" : message.failure_code},
              {"reason", message.failure_reason},
              {"to", mask(message.guest.sender)},
              {"id", std::to_string(message.id)},
              {"trace", message.trace}},
             log::About::kFailedMessage);
}

void log_held(const store::Outbound& message) {
  const auto* until =
      message.kind == kTemplate ? "somebody sends it again: agentctl message retry" : "the guest writes";
  log::write(log::Level::kWarn, "messaging", message.guest.channel + " message is held until " + until,
             {{"reason", message.failure_reason},
              {"to", mask(message.guest.sender)},
              {"id", std::to_string(message.id)},
              {"trace", message.trace}});
}

void log_returned(const store::Outbound& message) {
  log::write(log::Level::kWarn, "messaging", message.guest.channel + " message did not arrive and goes once more",
             {{"reason", message.failure_reason},
              {"returned", std::to_string(message.returned)},
              {"to", mask(message.guest.sender)},
              {"id", std::to_string(message.id)},
              {"trace", message.trace}});
}

}  // namespace agente::messaging
