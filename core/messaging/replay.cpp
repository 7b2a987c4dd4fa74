#include "messaging/replay.hpp"

#include <algorithm>
#include <utility>

#include "concierge/flow.hpp"
#include "messaging/guest_record.hpp"
#include "store/repositories.hpp"
#include "telemetry/log.hpp"

namespace agente::messaging {
namespace {

using store::Id;
using store::Inbound;
using store::InboundStatus;
using store::sql::Connection;

/// An edit may be stored before what it edits; five minutes' worth of ids.
constexpr Id kStoredBefore = Id{300'000} * 4096;

Error conflict(std::string why) { return {Code::kConflict, std::move(why)}; }

bool is_unsent(const store::Outbound& reply) {
  return reply.status == store::OutboundStatus::kPending || reply.status == store::OutboundStatus::kSending ||
         reply.status == store::OutboundStatus::kDoubtful;
}

/// The first message that the guest has written after this one, or by which he changed it or took it back; 0: none.
Id written_since(Connection& connection, const Inbound& message) {
  store::messages::Filter later{.channel = message.guest.channel,
                                .direction = "in",
                                .sender = message.guest.sender,
                                .hotel = message.guest.hotel,
                                .after = message.id - kStoredBefore};
  for (;;) {
    const auto page = store::messages::list(connection, later);
    for (const auto& line : page) {
      const bool amends = (line.kind == "revoke" || line.kind == "edit") && line.reply_to == message.external_id;
      if (amends || (line.id > message.id && store::inbound::is_by_guest(line.kind))) return line.id;
    }
    if (static_cast<int>(page.size()) < later.limit) return 0;
    later.after = page.back().id;
  }
}

Result<void> may_be_replayed(Connection& connection, Id id, const std::optional<Inbound>& message) {
  const auto name = "message " + std::to_string(id);
  if (!message) {
    if (!store::outbound::find(connection, id)) return Error{Code::kNotFound, "no " + name + "; see agentctl messages"};
    return conflict(name + " is one that went out; a dead letter is sent again by `agentctl message retry`");
  }
  if (is_pseudonym(message->guest.sender))
    return conflict("the guest of " + name + " was erased, and its text with him");
  if (concierge::is_by_staff(message->kind)) return conflict(name + " was not written by a guest, but by the hotel");
  if (message->status == InboundStatus::kReceived) {
    return conflict(name + " is still under way; follow it with `agentctl messages --status received`");
  }
  if (std::ranges::any_of(store::outbound::list_replies_to(connection, id), is_unsent)) {
    return conflict("the reply to " + name + " is still on its way; wait until it is sent or a dead letter");
  }
  if (const auto later = written_since(connection, *message); later != 0) {
    return conflict("the guest has written since, or changed or deleted, " + name + " (" + std::to_string(later) +
                    "); replay his last message, or answer by `agentctl conversation say`");
  }
  return {};
}

}  // namespace

Replay::Replay(store::Store& store, const Clock& clock, std::function<void(store::Inbound)> again)
    : store_(store), clock_(clock), again_(std::move(again)) {}

Result<void> Replay::operator()(Id id, const std::string& actor) {
  std::optional<Inbound> message;
  Result<void> verdict;
  const auto written = store_.write([&](Connection& connection) {
    message = store::inbound::find(connection, id);
    verdict = may_be_replayed(connection, id, message);
    if (!verdict) return;
    if (!store::inbound::replay(connection, *message)) {
      verdict = conflict("message " + std::to_string(id) + " has just been taken up by somebody else");
      return;
    }
    message = store::inbound::find(connection, id);
    store::guests::append(connection, {.id = connection.next_id(),
                                       .hotel = message->guest.hotel,
                                       .at = clock_.now(),
                                       .actor = actor,
                                       .action = "message.replay",
                                       .subject = std::to_string(id),
                                       .detail = "{}"});
  });
  if (!written) return written;
  if (!verdict) return verdict;
  log::info("messaging", "a message is handled again",
            {{"channel", message->guest.channel}, {"by", actor}, {"id", std::to_string(id)}});
  again_(std::move(*message));
  return {};
}

}  // namespace agente::messaging
