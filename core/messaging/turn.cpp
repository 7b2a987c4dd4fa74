#include "messaging/turn.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/killpoint.hpp"
#include "base/text.hpp"
#include "messaging/choices.hpp"
#include "messaging/held.hpp"
#include "messaging/parts.hpp"
#include "store/repositories.hpp"
#include "telemetry/log.hpp"

namespace agente::messaging {
namespace {

using concierge::Step;
using nlohmann::json;

// A flow asks for two or three things a turn; a dozen means that it goes round in circles.
constexpr int kMostActions = 12;
constexpr Millis kStoreRetry{1000};
constexpr Millis kCrowded{100};  // until there may be a place at the PMS
constexpr Millis kDay{86'400'000};

// As processed: not what no channel brought, which was not counted as received, and not a second time.
bool counts(const store::Inbound& row) {
  const bool from_front_desk = concierge::is_by_staff(row.kind) && row.kind != concierge::kEcho;
  return !from_front_desk && row.replayed != name_of(store::InboundStatus::kProcessed);
}

std::string dump(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

store::Outbound reply_row(const store::Inbound& row, store::Id id, std::string text, std::string language, Time now) {
  return {.id = id,
          .guest = row.guest,
          .account = row.account,
          .in_reply_to = row.id,
          .text = std::move(text),
          .language = std::move(language),
          .created_at = now,
          .trace = row.trace};
}

/// What a message that is handled again was answered with, as far as it reached the guest: he gets none of it twice.
std::set<std::string> told_before(store::sql::Connection& connection, const store::Inbound& row) {
  using enum store::OutboundStatus;
  std::set<std::string> told;
  if (row.replayed.empty()) return told;
  for (auto& reply : store::outbound::list_replies_to(connection, row.id)) {
    if (reply.status == kSent || reply.status == kDelivered || reply.status == kRead)
      told.insert(std::move(reply.text));
  }
  return told;
}

/// Still without their ids.
std::vector<store::Outbound> reply_rows(const store::Inbound& row, const Step& step, Time now) {
  std::vector<store::Outbound> replies;
  for (const auto& text : step.say) {
    for (auto& part : in_parts(text, kLongestReply)) {
      replies.push_back(reply_row(row, 0, std::move(part), step.next.language, now));
    }
  }
  if (replies.empty() || step.choices.each.empty()) return replies;
  replies.back().kind = kChoices;
  replies.back().details = details_of(step.choices);
  return replies;
}

Step first_step(const concierge::Conversation& conversation, const concierge::Message& message,
                const concierge::Hotel& hotel) {
  const auto understanding = concierge::understand(message.text, context_for(conversation, message, hotel));
  return concierge::begin(conversation, message, understanding, hotel);
}

/// It is a yes to what he was shown: it needs no rooms, only a PMS.
bool accepts(const concierge::Conversation& conversation, const concierge::Message& message,
             const concierge::Hotel& hotel) {
  if (!conversation.summary) return false;
  const auto step = first_step(conversation, message, hotel);
  return step.action && !std::holds_alternative<concierge::CheckAvailability>(*step.action) &&
         !std::holds_alternative<concierge::FindBooking>(*step.action);
}

/// What the guest has taken back needs no answer any more, unless it may have changed something at the PMS.
void stop_answers(store::sql::Connection& connection, const store::Inbound& revoke) {
  const auto id = store::inbound::amended_by(connection, revoke);
  const auto taken_back = id ? store::inbound::find(connection, *id) : std::nullopt;
  if (taken_back && taken_back->results.empty())
    store::outbound::drop_replies(connection, *id, "the guest has taken back what it answers");
}

void append_note(store::sql::Connection& connection, const store::GuestKey& guest, const std::string& note, Time now) {
  store::events::append(connection,
                        {.id = connection.next_id(),
                         .hotel = guest.hotel,
                         .at = now,
                         .type = "conversation.handoff",
                         .body = dump(json{{"channel", guest.channel}, {"sender", guest.sender}, {"note", note}})});
}

}  // namespace

Turn::Turn(store::Store& store, const Clock& clock, Hotels& hotels, Meter& meter, RepliesReady replies_ready)
    : store_(store),
      clock_(clock),
      hotels_(hotels),
      switchboard_(store, hotels),
      meter_(meter),
      replies_ready_(std::move(replies_ready)),
      gathering_(clock),
      waiting_(clock),
      stale_(clock),
      company_(clock) {}

std::optional<Steady> Turn::take(const store::Inbound& row) {
  try {
    const auto loaded = load(row);
    if (!loaded && loaded.error().code == Code::kRate) return clock_.steady() + kCrowded;
    if (!loaded)
      return loaded.error().code == Code::kNotFound ? give_up(row, loaded.error().text) : later(row, loaded.error());
    auto outcome = run(row, *loaded);
    if (const auto* wait = std::get_if<Wait>(&outcome)) {
      if (!wait->crowded) ask_for_patience(row, loaded->conversation.language);
      return wait->until;
    }
    auto committed = commit(row, *loaded, std::get<Step>(outcome));
    if (!committed) return later(row, committed.error());
    kill_point("turn.after_commit");
    if (presence_ != nullptr) presence_->has_answered(row.id);
    if (counts(row)) meter_.inbound(row.guest.channel, "processed");
    replies_ready_(std::move(*committed));
    return std::nullopt;
  } catch (const std::exception& defect) {  // one message must not stop its guest, nor the others
    return give_up(row, defect.what());
  }
}

Result<Turn::Loaded> Turn::load(const store::Inbound& row) {
  Loaded loaded;
  std::optional<store::Conversation> stored;
  const auto read = store_.read([&](store::sql::Connection& connection) {
    stored = store::conversations::find(connection, row.guest);
    loaded.message.bookings_made_last_day = static_cast<int>(
        store::reservations::count_confirmed_since(connection, row.guest, store::inbound::written_at(row) - kDay));
    loaded.message.tapped = tapped_in(connection, row);
  });
  if (!read) return read.error();
  if (stored) {
    auto conversation = concierge::from_json(json::parse(stored->document, nullptr, false));
    if (!conversation) return Error{Code::kNotFound, conversation.error().text};
    loaded.conversation = std::move(*conversation);
  }
  loaded.message.id = row.id;
  loaded.message.guest = row.guest;
  loaded.message.sender_name = row.sender_name;
  loaded.message.kind = row.kind;
  loaded.message.text = row.text;
  loaded.message.now = store::inbound::written_at(row);
  loaded.message.is_stale = is_stale(row);
  const auto summary = summary_of(row, loaded.conversation);
  if (!summary) return summary.error();
  loaded.message.is_unasked = *summary != Shown::kOut;
  loaded.message.is_untold = *summary == Shown::kStuck;
  loaded.message.is_dated = store::inbound::is_dated(row);
  loaded.message.answered_before = row.replayed == name_of(store::InboundStatus::kProcessed);
  auto hotel = hotels_.find(row.guest.hotel, row.trace);
  if (!hotel && hotel.error().code == Code::kRetry) {
    // Who has accepted is not to wait for ever because this host was started after the PMS went away.
    auto facts = hotels_.without_rooms(row.guest.hotel);
    if (facts && accepts(loaded.conversation, loaded.message, *facts)) hotel = std::move(facts);
  }
  if (!hotel) return hotel.error();
  loaded.hotel = std::move(*hotel);
  return loaded;
}

std::variant<Step, Turn::Wait> Turn::run(const store::Inbound& row, const Loaded& loaded) {
  const auto& [conversation, message, hotel] = loaded;
  Errand errand{row, Journal(row.results)};
  auto step = first_step(conversation, message, hotel);
  if (presence_ != nullptr && (step.action || !step.say.empty())) presence_->will_answer(row);
  for (int actions = 0; step.action; ++actions) {
    if (actions == kMostActions) throw std::logic_error("the flow asked for more than 12 actions in one turn");
    auto result = carry_out(*step.action, errand);
    if (const auto* wait = std::get_if<Wait>(&result)) {
      if (wait->in_doubt) {
        tell_staff_of_doubt(row, step, concierge::note_in_doubt(step, message, hotel, *wait->in_doubt));
      }
      return *wait;
    }
    step = concierge::resume(step, message, std::get<concierge::ActionResult>(result), hotel);
  }
  return step;
}

std::variant<concierge::ActionResult, Turn::Wait> Turn::carry_out(const concierge::Action& action, Errand& errand) {
  const auto* check = std::get_if<concierge::CheckAvailability>(&action);
  const auto* find = std::get_if<concierge::FindBooking>(&action);
  if (check == nullptr && find == nullptr) return write_to_pms(action, errand);
  if (auto before = errand.journal.replay()) return std::move(*before);
  if (!has_place(errand)) return Wait{.until = clock_.steady() + kCrowded, .crowded = true};
  concierge::ActionResult result = check != nullptr ? concierge::ActionResult(switchboard_.offers(*check, errand.row))
                                                    : concierge::ActionResult(switchboard_.find(*find, errand.row));
  errand.journal.add(result);
  return result;
}

bool Turn::has_place(Errand& errand) {
  if (!errand.place) errand.place = hotels_.place_at_pms(errand.row.guest.hotel);
  return errand.place != nullptr;
}

std::variant<concierge::ActionResult, Turn::Wait> Turn::write_to_pms(const concierge::Action& action, Errand& errand) {
  if (!has_place(errand)) return Wait{.until = clock_.steady() + kCrowded, .crowded = true};
  if (errand.journal.changed() || errand.row.results.empty()) {  // also that the turn has begun
    const auto kept = store_.write([&](store::sql::Connection& connection) {
      store::inbound::keep_results(connection, errand.row, errand.journal.text());
    });
    if (!kept) return Wait{.until = clock_.steady() + kStoreRetry};
    errand.journal.stored();
  }
  auto outcome = switchboard_.write(action, errand.row);
  if (outcome.kind != pms::WriteOutcome::Kind::kNotYet) return concierge::ActionResult(std::move(outcome));
  Wait wait{.until = clock_.steady() + outcome.wait};
  if (outcome.overdue) wait.in_doubt = std::move(outcome.text);
  return wait;
}

Result<std::vector<store::Outbound>> Turn::commit(const store::Inbound& row, const Loaded& loaded, const Step& step) {
  const auto now = clock_.now();
  const auto rows = concierge::reservation_rows(loaded.conversation, step.next, loaded.message, loaded.hotel);
  const auto backend = hotels_.gateway(row.guest.hotel)->backend();
  const store::Conversation conversation{.guest = row.guest,
                                         .account = row.account,
                                         .state = std::string(concierge::name_of(step.next.state)),
                                         .language = step.next.language,
                                         .document = dump(concierge::to_json(step.next)),
                                         .updated_at = now};
  std::vector<store::Outbound> released;
  kill_point("turn.before_commit");
  const auto written = store_.write([&](store::sql::Connection& connection) {
    released.clear();
    // False: another attempt finished it already; nothing of this one may be seen.
    if (!store::inbound::finish(connection, row, store::InboundStatus::kProcessed, now, "")) return;
    store::conversations::put(connection, conversation);
    if (row.kind == "revoke") stop_answers(connection, row);
    released = release_held(connection, row, now);
    for (const auto& reservation : rows) put_reservation(connection, reservation, backend, now);
    const auto told = told_before(connection, row);
    auto replies = reply_rows(row, step, now);
    for (auto& reply : replies) {
      if (told.contains(reply.text)) continue;
      reply.id = connection.next_id();
      store::outbound::insert(connection, reply);
    }
    if (step.staff) append_note(connection, row.guest, *step.staff, now);
  });
  if (!written) return written.error();
  return released;
}

void Turn::put_reservation(store::sql::Connection& connection, store::Reservation row, const std::string& backend,
                           Time now) {
  if (row.pms_backend.empty()) row.pms_backend = backend;
  const auto known = row.id != 0 ? store::reservations::find(connection, row.guest.hotel, row.id)
                                 : store::reservations::find_by_booking_id(connection, row.guest.hotel, row.pms_backend,
                                                                           row.pms_booking_id);
  if (!known && row.id == 0) row.id = connection.next_id();  // made elsewhere, seen here for the first time
  if (known) {
    row.id = known->id;
    row.created_at = known->created_at;
    row.reference = known->reference;
    if (!known->pms_booking_id.empty()) row.pms_backend = known->pms_backend;  // where a booking is, it stays
    // What the front desk did since stands (pms::Follow): a talk knows neither who cancelled nor who checked in.
    if (known->status == row.status) row.reason = known->reason;
    if (known->status == store::ReservationStatus::kCheckedIn && row.status == store::ReservationStatus::kConfirmed) {
      row.status = known->status;
    }
  } else {
    row.created_at = now;
  }
  row.updated_at = now;
  store::reservations::put(connection, row);
  store::events::append(connection,
                        {.id = connection.next_id(),
                         .hotel = row.guest.hotel,
                         .at = now,
                         .type = "reservation.status",
                         .body = dump(json{{"reservation", row.id}, {"status", store::name_of(row.status)}})});
}

void Turn::tell_staff_of_doubt(const store::Inbound& row, const Step& step, const std::string& note) {
  if (!step.next.summary) return;
  const auto now = clock_.now();
  const auto written = store_.write([&](store::sql::Connection& connection) {
    if (!store::intents::note_doubt(connection, row.guest.hotel, step.next.summary->quote)) return;
    append_note(connection, row.guest, note, now);
  });
  if (!written) log::warn("messaging", "staff could not be told of a doubt yet: " + written.error().text);
}

void Turn::ask_for_patience(const store::Inbound& row, const std::string& language) {
  const auto written = store_.write([&](store::sql::Connection& connection) {
    if (!store::outbound::list_replies_to(connection, row.id).empty()) return;
    store::outbound::insert(
        connection, reply_row(row, connection.next_id(), concierge::please_wait(language), language, clock_.now()));
  });
  if (written) replies_ready_({});
}

void Turn::keep_company(const store::Inbound& waiting, const store::Inbound& later) {
  if (gathering_.until(waiting)) return;  // it waits for nothing else yet
  if (later.kind != "text" && later.kind != "button" && later.kind != "interactive") return;
  if (!company_.is_due(later.guest.hotel + "/" + later.guest.channel + "/" + later.guest.sender)) return;
  const auto written = store_.write([&](store::sql::Connection& connection) {
    // Who was not asked for patience waits for something else than an answer to his yes.
    const auto first = store::inbound::waiting_of(connection, waiting.guest);
    const auto begun = first ? first->begun.value_or(waiting.id) : waiting.id;
    if (store::outbound::list_replies_to(connection, begun).empty()) return;
    if (!store::outbound::list_replies_to(connection, later.id).empty()) return;
    const auto talk = store::conversations::find(connection, later.guest);
    const auto language = talk ? talk->language : std::string();
    store::outbound::insert(
        connection, reply_row(later, connection.next_id(), concierge::still_waiting(language), language, clock_.now()));
  });
  if (written) replies_ready_({});
}

std::optional<Steady> Turn::give_up(const store::Inbound& row, const std::string& why) {
  log::error("messaging", "message could not be handled: " + why,
             {{"channel", row.guest.channel}, {"id", std::to_string(row.id)}, {"trace", row.trace}});
  const auto now = clock_.now();
  const auto written = store_.write([&](store::sql::Connection& connection) {
    if (!store::inbound::finish(connection, row, store::InboundStatus::kFailed, now, why)) return;
    store::events::append(connection, {.id = connection.next_id(),
                                       .hotel = row.guest.hotel,
                                       .at = now,
                                       .type = "message.unhandled",
                                       .body = dump(json{{"id", row.id}, {"why", why}})});
  });
  if (!written) return clock_.steady() + kStoreRetry;
  meter_.inbound(row.guest.channel, "failed");
  return std::nullopt;
}

std::optional<Steady> Turn::later(const store::Inbound& row, const Error& error) {
  if (waiting_.is_due(error.text)) {
    log::warn("messaging", "messages wait: " + error.text,
              {{"channel", row.guest.channel}, {"id", std::to_string(row.id)}, {"trace", row.trace}});
  }
  return clock_.steady() + std::max(kStoreRetry, error.retry_after.value_or(kStoreRetry));
}

}  // namespace agente::messaging
