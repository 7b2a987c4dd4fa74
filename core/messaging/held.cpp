#include "messaging/held.hpp"

#include <string>

#include "concierge/flow.hpp"

namespace agente::messaging {
namespace {

constexpr std::string_view kAnswerWaiting = R"({"name":"answer_waiting"})";

}  // namespace

void note_held(store::sql::Connection& connection, const store::Outbound& message, Time now) {
  store::events::append(connection, {.id = connection.next_id(),
                                     .hotel = message.guest.hotel,
                                     .at = now,
                                     .type = "message.held",
                                     .body = R"({"id":")" + std::to_string(message.id) + R"("})"});
  if (message.kind == kTemplate) return;  // one template is not helped by another
  if (store::outbound::count_held(connection, message.guest, message.account) > 1) return;
  store::outbound::insert(connection, {.id = connection.next_id(),
                                       .guest = message.guest,
                                       .account = message.account,
                                       .kind = std::string(kTemplate),
                                       .text = concierge::answer_waiting(message.language),
                                       .details = std::string(kAnswerWaiting),
                                       .language = message.language,
                                       .created_at = now,
                                       .trace = message.trace});
}

bool is_request_to_write(const store::Outbound& message) {
  return message.kind == kTemplate && message.details == kAnswerWaiting;
}

std::vector<store::Outbound> release_held(store::sql::Connection& connection, const store::Inbound& row, Time now) {
  if (!store::inbound::is_by_guest(row.kind)) return {};
  // The request to write, if it was held, too: nobody needs it any more, and delivery forgets it.
  return store::outbound::release_held(connection, row.guest, row.account, now, kAnswerWaiting);
}

}  // namespace agente::messaging
