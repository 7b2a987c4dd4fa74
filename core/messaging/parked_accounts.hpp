#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "store/records.hpp"

namespace agente::messaging {

/// The accounts of channels that refuse everything until a person has repaired something: a token that expired, a
/// payment that is due. Their messages wait, and one of them is tried at each pause: providers do not tell when an
/// account is well again. Thread-safe.
class ParkedAccounts {
 public:
  struct Parked {
    std::string channel;
    std::string account;
    std::string reason;  ///< as the channel has put it
    Time since{};
  };

  ParkedAccounts(const Clock& clock, Millis pause) : clock_(clock), pause_(pause) {}

  /// Until when this message waits for its account at least; nothing: its account is not parked, or may be tried.
  [[nodiscard]] std::optional<Steady> rest_of(const store::Outbound& message);
  /// As rest_of; when nothing is returned for a parked account, this message is the one that tries it.
  [[nodiscard]] std::optional<Steady> take_turn(const store::Outbound& message);
  /// The account of this message has refused it. Returns when the guest's turn may come again.
  Steady park(const store::Outbound& message, const std::string& reason);
  /// The account has taken this message. Returns whose messages waited for that.
  [[nodiscard]] std::vector<store::GuestKey> release(const store::Outbound& message);
  /// Something was changed that may have repaired any account. Returns whose messages may try now.
  [[nodiscard]] std::vector<store::GuestKey> try_now();

  [[nodiscard]] std::vector<Parked> list() const;

 private:
  struct Place {
    std::string reason;
    Time since;
    Steady next_try;
    std::set<store::GuestKey> waiting;
  };
  using Key = std::pair<std::string, std::string>;  // channel, account

  static Key key_of(const store::Outbound& message) { return {message.guest.channel, message.account}; }
  std::optional<Steady> rest_at(const store::Outbound& message, bool takes_turn);

  const Clock& clock_;
  const Millis pause_;
  mutable std::mutex mutex_;
  std::map<Key, Place> places_;
};

}  // namespace agente::messaging
