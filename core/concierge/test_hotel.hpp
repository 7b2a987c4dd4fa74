#pragma once

#include <map>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "concierge/flow.hpp"

/// For the tests of the flow: a hotel with a tiny PMS in memory, and a guest who talks to it.
namespace agente::concierge::testing {

struct Closed {
  std::string room_type;
  Day from, to;  ///< half open
};

/// Answers actions as house-pms would: units per night, price per night, one booking per quote.
class TestPms {
 public:
  TestPms();
  /// The fixture of a line of dialogues.dev.jsonl.
  explicit TestPms(const nlohmann::json& fixture);

  ActionResult carry_out(const Action& action);

  std::map<std::string, plugins::RoomType> types;
  std::map<std::string, std::int64_t> rates;  ///< minor units per night
  std::vector<Closed> closed;
  std::vector<plugins::Booking> bookings;
  std::optional<Time> as_of;                   ///< its offers are of then
  bool down = false;                           ///< availability and look-ups fail
  std::vector<pms::WriteOutcome> next_writes;  ///< answered, in order, instead of writing
  std::vector<Action> asked;                   ///< all that was asked, in order
  int reads = 0;

 private:
  [[nodiscard]] int units_left(const std::string& type, const plugins::StayQuery& query) const;
  [[nodiscard]] std::vector<plugins::Offer> offers(const plugins::StayQuery& query) const;
  plugins::Booking* find(const std::string& booking_id);
  pms::WriteOutcome book(const pms::AcceptedBooking& accepted);
  pms::WriteOutcome change(const pms::AcceptedChange& accepted);
  pms::WriteOutcome cancel(const pms::AcceptedCancel& accepted);
  pms::WriteOutcome write(const Action& action);
};

/// One guest's conversation, run as the dispatcher runs it. Every turn goes through JSON and is begun twice: it must
/// give the same.
class Talk {
 public:
  explicit Talk(TestPms& pms, std::string now = "2026-09-15T12:00:00");

  /// One message; gives what the guest is told ("" for silence).
  std::string say(const std::string& text, const std::string& kind = "text");
  /// The same with a reading made by hand.
  std::string say(const std::string& text, const Understanding& heard, const std::string& kind = "text");

  /// He taps `choice`, or one of the last message by its title.
  std::string tap(const Choice& choice);
  std::string tap(const std::string& title) { return tap(offered(title)); }
  /// The choice of the last message with that title; fails the test if there is none.
  [[nodiscard]] Choice offered(const std::string& title) const;

  [[nodiscard]] nlohmann::json report() const;

  Hotel hotel;
  Message message;  ///< of the last turn; the next one takes its guest, name and time
  Conversation before;
  Conversation talk;
  Step last;
  std::vector<std::string> lines;  ///< the whole conversation, for failure messages

 private:
  TestPms& pms_;
};

}  // namespace agente::concierge::testing
