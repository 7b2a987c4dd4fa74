// Who is meant by a request, and who makes it.
#include "store/repositories.hpp"
#include "web/resources/house.hpp"

namespace agente::web {

Result<store::GuestKey> guest_named_by(House& house, const Request& request) {
  store::GuestKey guest{.hotel = std::string(request.query_value("hotel").value_or("")),
                        .channel = std::string(request.param("channel")),
                        .sender = std::string(request.param("sender"))};
  if (!guest.hotel.empty()) return guest;
  const auto config = house.config.pin();
  std::vector<std::string> hotels;
  const auto read = house.store.read([&](store::sql::Connection& connection) {
    hotels.clear();
    for (const auto& hotel : config->hotels) {
      const store::GuestKey here{hotel.id, guest.channel, guest.sender};
      const store::messages::Filter one{
          .channel = here.channel, .sender = here.sender, .hotel = here.hotel, .limit = 1};
      if (store::conversations::find(connection, here) || !store::messages::list(connection, one).empty() ||
          !store::reservations::list_of_guest(connection, here).empty()) {
        hotels.push_back(hotel.id);
      }
    }
  });
  if (!read) return read.error();
  if (hotels.empty()) {
    return Error{Code::kNotFound, "nothing is stored of '" + guest.sender + "' on " + guest.channel};
  }
  if (hotels.size() > 1) {
    std::string names;
    for (const auto& hotel : hotels) names += (names.empty() ? "" : ", ") + hotel;
    return Error{Code::kInvalid, "this guest is known to several hotels (" + names + "); name one with `hotel`"};
  }
  guest.hotel = hotels.front();
  return guest;
}

std::string actor_of(const House& house, const Request& request) {
  const std::string bearer(request.headers.get("Authorization"));
  const auto config = house.config.pin();
  for (const auto& token : config->server.tokens) {
    const auto secret = token.secret.read();
    if (secret && bearer.ends_with(" " + *secret)) return token.name;
  }
  return request.remote;
}

}  // namespace agente::web
