#include "messaging/failed.hpp"

#include <string>

#include <nlohmann/json.hpp>

namespace agente::messaging {

void note_failed(store::sql::Connection& connection, const store::Outbound& message, Time now) {
  using nlohmann::json;
  json body{{"id", std::to_string(message.id)}};
  if (!message.failure_code.empty()) body["code"] = message.failure_code;
  if (!message.failure_reason.empty()) body["why"] = message.failure_reason;
  store::events::append(connection, {.id = connection.next_id(),
                                     .hotel = message.guest.hotel,
                                     .at = now,
                                     .type = "message.failed",
                                     .body = body.dump(-1, ' ', false, json::error_handler_t::replace)});
}

}  // namespace agente::messaging
