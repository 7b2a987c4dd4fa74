#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "concierge/flow.hpp"
#include "messaging/choices.hpp"
#include "messaging/gathering.hpp"
#include "messaging/hotels.hpp"
#include "messaging/journal.hpp"
#include "messaging/meter.hpp"
#include "messaging/once_a_minute.hpp"
#include "messaging/presence.hpp"
#include "messaging/switchboard.hpp"
#include "store/store.hpp"

namespace agente::messaging {

/// One guest's message from the store to the replies in the outbox: understand, let the flow decide, carry out what it
/// asks for, and commit all of it together. Handling the same message again after a crash ends the same way: its time
/// is stored, its answers are journalled, and its writes are named by the accepted summary. Thread-safe for messages of
/// different guests; the caller keeps one guest's messages in order.
class Turn {
 public:
  /// There are new replies in the outbox; these older ones of the guest's, which were held, wait again.
  using RepliesReady = std::function<void(std::vector<store::Outbound> released)>;

  Turn(store::Store& store, const Clock& clock, Hotels& hotels, Meter& meter, RepliesReady replies_ready);

  /// Who shows guests that they were read; nobody, until told. Before the first message.
  void shows(Presence& presence) { presence_ = &presence; }

  /// How long a guest's message waits for those that he wrote before it; not at all, until told. Any thread.
  void gathers_for(Millis moment) { gathering_.wait_for(moment); }

  /// How old a message may be that the bot still answers; however old, until told or when zero. Any thread.
  void answers_within(Millis age) { answers_within_.store(age, std::memory_order_relaxed); }

  /// nullopt: done for good. A moment: try again then (PMS in doubt, store down).
  std::optional<Steady> handle(store::Inbound& message);
  /// The guest has written `later` while the PMS keeps his `waiting` message in suspense: he is told so, each message
  /// once and he once a minute. It is handled in its turn all the same.
  void keep_company(const store::Inbound& waiting, const store::Inbound& later);

 private:
  /// Of a message among those of its guest that wait.
  struct Place {
    bool is_done = false;                     ///< it has been handled
    bool is_behind = false;                   ///< another one, which arrived before it, was committed later
    std::optional<store::Inbound> before{};   ///< this one was written before it, and is to be handled first
    std::optional<store::Inbound> amended{};  ///< an edit or a revoke of the one that is handled now
  };
  [[nodiscard]] Place place_of(store::sql::Connection& connection, const store::Inbound& row) const;
  std::optional<Steady> take(const store::Inbound& row);
  std::optional<Steady> take_amended(store::Inbound row, const store::Inbound& by);
  /// He has waited for an answer for so long that a person is to give it; and nothing that he accepted is under way.
  [[nodiscard]] bool is_stale(const store::Inbound& row);
  /// How far the open summary had come when the guest wrote this; kOut if there is none that he could answer.
  [[nodiscard]] Result<Shown> summary_of(const store::Inbound& row, const concierge::Conversation& conversation);
  struct Loaded {
    concierge::Conversation conversation;
    concierge::Message message;
    concierge::Hotel hotel;
  };
  /// The turn cannot go on yet.
  struct Wait {
    Steady until;
    bool crowded = false;                   ///< there is no place at the PMS yet: nothing was asked of it
    std::optional<std::string> in_doubt{};  ///< it has been waiting for too long; what the PMS said last
  };
  /// What a turn takes along to the PMS.
  struct Errand {
    const store::Inbound& row;
    Journal journal;
    std::unique_ptr<Bulkhead::Place> place{};  ///< from the first question on
  };
  Result<Loaded> load(const store::Inbound& row);
  /// The finished turn, or when to go on with it.
  std::variant<concierge::Step, Wait> run(const store::Inbound& row, const Loaded& loaded);
  std::variant<concierge::ActionResult, Wait> carry_out(const concierge::Action& action, Errand& errand);
  std::variant<concierge::ActionResult, Wait> write_to_pms(const concierge::Action& action, Errand& errand);
  [[nodiscard]] bool has_place(Errand& errand);
  /// What was held for the guest, and has been released with it.
  Result<std::vector<store::Outbound>> commit(const store::Inbound& row, const Loaded& loaded,
                                              const concierge::Step& step);
  /// `backend`: where a booking is that does not say so.
  void put_reservation(store::sql::Connection& connection, store::Reservation row, const std::string& backend,
                       Time now);
  /// Once for each accepted summary.
  void tell_staff_of_doubt(const store::Inbound& row, const concierge::Step& step, const std::string& note);
  void ask_for_patience(const store::Inbound& row, const std::string& language);
  std::optional<Steady> give_up(const store::Inbound& row, const std::string& why);
  std::optional<Steady> later(const store::Inbound& row, const Error& error);

  store::Store& store_;
  const Clock& clock_;
  Hotels& hotels_;
  Switchboard switchboard_;
  Meter& meter_;
  RepliesReady replies_ready_;
  Presence* presence_ = nullptr;
  Gathering gathering_;
  std::atomic<Millis> answers_within_{};
  OnceAMinute waiting_;
  OnceAMinute stale_;
  OnceAMinute company_;
};

}  // namespace agente::messaging
