#include "concierge/test_hotel.hpp"

#include <algorithm>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace agente::concierge::testing {
namespace {

using nlohmann::json;
using Outcome = pms::WriteOutcome;

constexpr const char* kZone = "America/Argentina/Buenos_Aires";

Day day(const json& text) { return parse_day(text.get<std::string>()).value(); }

bool overlaps(Day from, Day to, Day other_from, Day other_to) { return from < other_to && other_from < to; }

Outcome conflict(const std::string& text) {
  Outcome outcome;
  outcome.kind = Outcome::Kind::kConflict;
  outcome.text = text;
  return outcome;
}

Outcome done(const plugins::Booking& booking) {
  Outcome outcome;
  outcome.kind = Outcome::Kind::kDone;
  outcome.booking = booking;
  return outcome;
}

}  // namespace

TestPms::TestPms()
    : TestPms(json::parse(R"({
  "inventory": {"single": 4, "double": 5, "twin": 2, "triple": 2, "quadruple": 1, "family": 1, "suite": 1},
  "capacity": {"single": 1, "double": 3, "twin": 2, "triple": 3, "quadruple": 4, "family": 5, "suite": 2}})")) {}

TestPms::TestPms(const json& fixture) {
  for (const auto& item : fixture.at("inventory").items()) {
    auto& type = types[item.key()];
    type.id = item.key();
    type.count = item.value().get<int>();
    type.capacity = fixture.at("capacity").at(item.key()).get<int>();
    rates[type.id] = 5000 + 2500 * type.capacity;
  }
  for (const auto& each : fixture.value("sold_out", json::array())) {
    closed.push_back({each.at("room_type").get<std::string>(), day(each.at("from")), day(each.at("to"))});
  }
  for (const auto& each : fixture.value("existing", json::array())) {
    auto& booking = bookings.emplace_back();
    booking.booking_id = each.at("ref").get<std::string>();
    booking.guest_name = each.value("name", "");
    booking.phone = each.value("phone", "");
    booking.room_type = each.at("room_type").get<std::string>();
    booking.checkin = day(each.at("checkin"));
    booking.checkout = day(each.at("checkout"));
    booking.adults = each.at("adults").get<int>();
    booking.children = each.value("children", 0);
    booking.total = {nights_between(booking.checkin, booking.checkout) * rates[booking.room_type], "EUR"};
  }
}

int TestPms::units_left(const std::string& type, const plugins::StayQuery& query) const {
  for (const auto& each : closed) {
    if (each.room_type == type && overlaps(query.checkin, query.checkout, each.from, each.to)) return 0;
  }
  int left = types.at(type).count;
  for (const auto& booking : bookings) {
    const bool live = booking.status != plugins::StayStatus::kCancelled && booking.booking_id != query.except_booking;
    if (live && booking.room_type == type &&
        overlaps(query.checkin, query.checkout, booking.checkin, booking.checkout)) {
      left -= booking.rooms;
    }
  }
  return std::max(left, 0);
}

std::vector<plugins::Offer> TestPms::offers(const plugins::StayQuery& query) const {
  std::vector<plugins::Offer> offers;
  for (const auto& [id, type] : types) {
    if (!query.room_type.empty() && query.room_type != id) continue;
    const auto total = nights_between(query.checkin, query.checkout) * rates.at(id) * query.rooms;
    offers.push_back({id, units_left(id, query), type.capacity, {total, "EUR"}, "", as_of});
  }
  return offers;
}

plugins::Booking* TestPms::find(const std::string& booking_id) {
  const auto found = std::find_if(bookings.begin(), bookings.end(),
                                  [&](const auto& booking) { return booking.booking_id == booking_id; });
  return found == bookings.end() ? nullptr : &*found;
}

Outcome TestPms::book(const pms::AcceptedBooking& accepted) {
  const auto& request = accepted.request;
  const auto offer = offers(
      {request.checkin, request.checkout, request.adults, request.children, request.rooms, request.room_type, ""});
  if (offer.empty() || offer.front().units_left < request.rooms) return conflict("sold out");
  if (!(offer.front().total == request.expected_total)) return conflict("the price is another");
  plugins::Booking booking;
  booking.booking_id = "HP-" + std::to_string(1001 + bookings.size());
  booking.reference = accepted.quote;
  booking.room_type = request.room_type;
  booking.checkin = request.checkin;
  booking.checkout = request.checkout;
  booking.adults = request.adults;
  booking.children = request.children;
  booking.rooms = request.rooms;
  booking.guest_name = request.guest_name;
  booking.phone = request.phone;
  booking.total = request.expected_total;
  bookings.push_back(booking);
  return done(booking);
}

Outcome TestPms::change(const pms::AcceptedChange& accepted) {
  const auto& wanted = accepted.change;
  auto* booking = find(wanted.booking_id);
  if (!booking) return conflict("no such booking");
  const auto offer = offers({wanted.checkin, wanted.checkout, wanted.adults, wanted.children, wanted.rooms,
                             wanted.room_type, wanted.booking_id});
  if (offer.empty() || offer.front().units_left < wanted.rooms) return conflict("sold out");
  booking->room_type = wanted.room_type;
  booking->checkin = wanted.checkin;
  booking->checkout = wanted.checkout;
  booking->adults = wanted.adults;
  booking->children = wanted.children;
  booking->rooms = wanted.rooms;
  booking->total = wanted.expected_total;
  return done(*booking);
}

Outcome TestPms::cancel(const pms::AcceptedCancel& accepted) {
  auto* booking = find(accepted.booking_id);
  if (!booking) return conflict("no such booking");
  booking->status = plugins::StayStatus::kCancelled;
  return done(*booking);
}

Outcome TestPms::write(const Action& action) {
  if (!next_writes.empty()) {
    const auto outcome = next_writes.front();
    next_writes.erase(next_writes.begin());
    return outcome;
  }
  if (const auto* wanted = std::get_if<Book>(&action)) return book(wanted->booking);
  if (const auto* wanted = std::get_if<Change>(&action)) return change(wanted->change);
  return cancel(std::get<Cancel>(action).cancel);
}

ActionResult TestPms::carry_out(const Action& action) {
  asked.push_back(action);
  const Error away{Code::kRetry, "the PMS is down"};
  if (const auto* check = std::get_if<CheckAvailability>(&action)) {
    using Answer = Result<std::vector<plugins::Offer>>;
    return down ? Answer(away) : Answer(offers(check->query));
  }
  if (const auto* wanted = std::get_if<FindBooking>(&action)) {
    using Answer = Result<plugins::Booking>;
    if (down) return Answer(away);
    const auto* booking = find(wanted->booking_id);
    return booking ? Answer(*booking) : Answer(Error{Code::kNotFound, "no booking " + wanted->booking_id});
  }
  return write(action);
}

Talk::Talk(TestPms& pms, std::string now) : pms_(pms) {
  hotel.id = "sol";
  hotel.name = "Hotel Sol";
  hotel.timezone = kZone;
  hotel.currency = "EUR";
  for (const auto& [id, type] : pms.types) hotel.room_types.push_back(type);
  message.id = 100;
  message.guest = {"sol", "whatsapp", "5491155550142"};
  message.sender_name = "Lau";
  message.now = parse_local(now, kZone).value();
}

std::string Talk::say(const std::string& text, const std::string& kind) {
  message.text = text;
  return say(text, understand(text, context_for(talk, message, hotel)), kind);
}

std::string Talk::say(const std::string& text, const Understanding& heard, const std::string& kind) {
  ++message.id;
  message.text = text;
  message.kind = kind;
  message.now += std::chrono::minutes(1);
  before = talk;
  last = begin(talk, message, heard, hotel);
  const auto again = begin(talk, message, heard, hotel);
  EXPECT_TRUE(last.next == again.next);
  EXPECT_EQ(last.say, again.say);
  for (int actions = 0; last.action; ++actions) {
    if (actions > 5) ADD_FAILURE() << "the turn does not end";
    if (actions > 5) break;
    const auto result = pms_.carry_out(*last.action);
    const auto twice = resume(last, message, result, hotel);
    last = resume(last, message, result, hotel);
    EXPECT_TRUE(last.next == twice.next);
    EXPECT_EQ(last.say, twice.say);
  }
  const auto read = from_json(json::parse(to_json(last.next).dump()));
  EXPECT_TRUE(read && *read == last.next) << (read ? "not the same" : read.error().text);
  talk = last.next;
  const auto said = last.say.empty() ? std::string() : last.say.front();
  lines.push_back("> " + text + "   [" + std::string(name_of(heard.intent)) + " " + std::to_string(heard.confidence) +
                  "]\n" + said + "\n");
  return said;
}

std::string Talk::tap(const Choice& choice) {
  message.tapped = choice.id;
  auto told = say(choice.title, "interactive");
  message.tapped.reset();
  return told;
}

Choice Talk::offered(const std::string& title) const {
  for (const auto& choice : last.choices.each) {
    if (choice.title == title) return choice;
  }
  ADD_FAILURE() << "'" << title << "' was not offered below:\n" << lines.back();
  return {};
}

json Talk::report() const { return summary_json(talk, message.now); }

}  // namespace agente::concierge::testing
