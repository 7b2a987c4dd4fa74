#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "store/guests.hpp"
#include "store/repositories.hpp"
#include "store/store.hpp"

/// What the house knows of one guest, to be shown to him or forgotten on his demand. What the PMS holds is the PMS'.
namespace agente::messaging {

struct GuestRecord {
  store::GuestKey guest;
  std::optional<store::Conversation> conversation;
  std::vector<store::messages::Line> messages;  ///< both directions, oldest first; the raw bodies are in their rows
  std::vector<store::Reservation> reservations;
  std::vector<store::Intent> intents;
  std::vector<store::Event> events;              ///< those that speak of the guest, his messages or his reservations
  std::vector<store::kv::Entry> channel_values;  ///< what the channel's plugin keeps under a key that names the guest,
                                                 ///< or that says only who he is

  [[nodiscard]] bool empty() const;
};

/// Reads all events of the hotel and all values of the channel's plugin: for a read, not for a write.
[[nodiscard]] GuestRecord collect_record(store::sql::Connection& connection, const store::GuestKey& guest);

/// For so long the provider's id of a message outlives its erasure, so that the same message does not come back as new.
/// Providers repeat for 7 days.
constexpr std::chrono::days kKeysOutlive{10};

struct Erasure {
  std::string pseudonym;  ///< stands for the guest from now on, in every row that stays
  std::size_t messages = 0;
  std::size_t reservations = 0;
};

/// Makes what is stored of the guest anonymous, in one transaction, and writes down that `actor` had it done.
/// Reservations keep money, dates, states and the PMS' ids. kNotFound: nothing is stored; kConflict: something of the
/// guest's is under way (what and until when, in the text); otherwise what the store says. Thread-safe.
[[nodiscard]] Result<Erasure> erase_guest(store::Store& store, const Clock& clock, const store::GuestKey& guest,
                                          const std::string& actor);

/// The name stands for a guest who was erased.
[[nodiscard]] bool is_pseudonym(std::string_view sender);

/// `text` has `name` in it, and not merely within a longer word or number.
[[nodiscard]] bool names(std::string_view text, std::string_view name);

}  // namespace agente::messaging
