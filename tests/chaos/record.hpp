#pragma once

#include <set>
#include <string>
#include <vector>

/// What happened in one run, as the outside saw it: the provider, the guests and the PMS. Nothing of it comes from the
/// host's store, but for `reported`: what the host says by itself about its own sends.
namespace agente::chaos {

/// What a guest wants, and has said that he wants.
struct Wish {
  std::string name;
  std::string room_type;
  std::string checkin;  ///< 2026-03-12
  std::string checkout;
  int adults = 0;
};

/// What a message of a guest asks for, and so how its reply is known.
enum class Ask { kRoom, kInMyName, kConfirm };

/// A message of a guest as the provider delivered it.
struct Written {
  std::string id;
  std::string text;
  Ask ask = Ask::kRoom;
  bool acknowledged = false;  ///< the webhook was answered with 200
};

/// A message that the provider accepted from the hotel. One message is sent under one key.
struct Sent {
  std::string to;
  std::string key;
  std::string text;
};

/// A booking in the PMS' own books.
struct Booked {
  std::string id;
  std::string phone;
  Wish stay;
  bool cancelled = false;
};

struct Guest {
  std::string number;
  Wish wish;
  std::vector<Written> written{};  ///< in the order in which he wrote
};

struct Record {
  std::vector<Guest> guests{};
  std::vector<Sent> sent{};            ///< in the order in which the provider accepted them
  std::vector<Booked> books{};         ///< in the order in which they were made
  std::set<std::string> reported{};    ///< keys of messages that the host shows as possibly duplicated
  std::vector<std::string> crashes{};  ///< programs that ended as nobody had made them end
};

}  // namespace agente::chaos
