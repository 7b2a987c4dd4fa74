#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "store/records.hpp"
#include "store/sql.hpp"

/// What is stored of one guest beyond the tables' own questions, and how it is made anonymous in place. All take part
/// in the caller's transaction and throw sql::Failure.
namespace agente::store::guests {

/// A line of a reservation's history.
struct StatusChange {
  Time at{};
  std::string old_status;
  std::string new_status;
  std::string pms_booking_id;
  std::string reason;
};
/// Oldest first.
std::vector<StatusChange> history(sql::Connection& connection, std::string_view hotel, Id reservation);
/// Every write to the PMS that the guest accepted. Reads all of the hotel's: for a read, not for a write.
std::vector<Intent> intents(sql::Connection& connection, const GuestKey& guest);

/// What of a guest's is not done yet.
struct UnderWay {
  std::int64_t received = 0;  ///< messages not handled
  std::int64_t unsent = 0;    ///< replies pending, sending or doubtful
  std::int64_t intents = 0;   ///< writes to the PMS whose outcome is open
  [[nodiscard]] bool any() const { return received + unsent + intents > 0; }
};
UnderWay under_way(sql::Connection& connection, const GuestKey& guest);

/// The name that stands for the guest from now on, in every row that stays.
struct Pseudonym {
  GuestKey guest;    ///< who it was
  std::string name;  ///< who it is
};
/// Texts, names, raw bodies and what was noted on the way go; for ids below `keys_from` the provider's id goes too.
void erase_inbound(sql::Connection& connection, const Pseudonym& who, const std::vector<Id>& ids, Id keys_from);
void erase_outbound(sql::Connection& connection, const Pseudonym& who, const std::vector<Id>& ids);
void erase_conversation(sql::Connection& connection, const Pseudonym& who);
/// Only the names go, also in what was mirrored from the PMS, and what was remarked in surveys.
void erase_reservations(sql::Connection& connection, const Pseudonym& who, const std::vector<Reservation>& rows);
/// Writes guest, request and result of `intent`.
void rewrite(sql::Connection& connection, const Intent& intent);
/// Writes the body of `event`.
void rewrite(sql::Connection& connection, const Event& event);

/// Something an operator did that changed what is stored.
struct Action {
  Id id = 0;
  std::string hotel;
  Time at{};
  std::string actor;    ///< name of the token, or the address he came from
  std::string action;   ///< guest.erase, ...
  std::string subject;  ///< what it was done to
  std::string detail;   ///< JSON object
};
void append(sql::Connection& connection, const Action& action);

}  // namespace agente::store::guests
