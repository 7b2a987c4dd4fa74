#include "pms/occupancy.hpp"

#include <algorithm>
#include <numeric>

#include "base/calendar.hpp"
#include "pms/known.hpp"
#include "store/pms_bookings.hpp"

namespace agente::pms {
namespace {

using store::pms_bookings::Taken;
using store::sql::Connection;

/// What the store knows of a house.
struct Books {
  std::vector<Taken> taken;
  std::optional<known::Rooms> rooms;
  std::optional<Time> as_of;  ///< until when all its PMS are known
  std::string unread;         ///< a PMS that was never read to its end
};

std::vector<std::string> books_of(const House& house) {
  std::vector<std::string> books{house.backend};
  books.insert(books.end(), house.former.begin(), house.former.end());
  return books;
}

void read_ages(Connection& connection, const House& house, Books& books) {
  for (const auto& backend : books_of(house)) {
    const auto up_to = known::up_to(connection, house.hotel, backend);
    if (!up_to) books.unread = backend;
    if (up_to && (!books.as_of || *up_to < *books.as_of)) books.as_of = up_to;
  }
  if (!books.unread.empty()) books.as_of.reset();
}

Books read_books(Connection& connection, const House& house, Day day, bool is_past) {
  Books books{.taken = store::pms_bookings::taken(connection, house.hotel, day, is_past),
              .rooms = known::rooms(connection, house.hotel, house.backend)};
  read_ages(connection, house, books);
  return books;
}

int occupied(const Books& books, const House& house) {
  const auto counted = books_of(house);
  int rooms = 0;
  for (const auto& each : books.taken) {
    const bool is_ours = std::ranges::find(counted, each.backend) != counted.end();
    if (is_ours && books.rooms->contains(each.room_type)) rooms += each.rooms;
  }
  return rooms;
}

std::string why_no_rate(const Occupancy& found, const Books& books) {
  if (!books.unread.empty()) {
    return "the PMS " + books.unread + " has not been read to its end yet; see agentctl self-test pms";
  }
  if (!found.rooms) return "the PMS has not told its rooms yet; see agentctl self-test pms";
  if (*found.rooms == 0) return "the PMS tells of no rooms";
  if (*found.occupied > *found.rooms) {
    return std::to_string(*found.occupied) + " rooms are taken and the house has " + std::to_string(*found.rooms) +
           ": it is overbooked, or a booking stands in a former PMS too";
  }
  return "";
}

void count(Occupancy& found, const Books& books, const House& house) {
  found.as_of = books.as_of;
  if (books.rooms) {
    found.rooms = std::accumulate(books.rooms->begin(), books.rooms->end(), 0,
                                  [](int sum, const auto& type) { return sum + type.second; });
    if (books.unread.empty()) found.occupied = occupied(books, house);
  }
  found.reason = why_no_rate(found, books);
  if (found.reason.empty()) found.rate = 100.0 * *found.occupied / *found.rooms;
}

}  // namespace

House house_of(const config::Config& config, const config::HotelConfig& hotel) {
  House house{.hotel = hotel.id, .backend = {}, .former = {}, .timezone = hotel.timezone};
  for (const auto& instance : config.instances) {
    if (instance.kind != config::PluginKind::kPms || instance.hotel != hotel.id) continue;
    if (instance.former) {
      house.former.push_back(instance.plugin);
    } else {
      house.backend = instance.plugin;
    }
  }
  return house;
}

Result<Occupancy> occupancy(store::Store& store, const Clock& clock, const House& house, std::optional<Day> day) {
  const auto today = day_in_zone(clock.now(), house.timezone);
  Occupancy found{.day = day.value_or(today)};
  if (house.backend.empty()) {
    found.reason = "the hotel has no PMS";
    return found;
  }
  for (const auto& backend : books_of(house)) found.source += (found.source.empty() ? "" : ", ") + backend;
  Books books;
  const auto read =
      store.read([&](Connection& connection) { books = read_books(connection, house, found.day, found.day < today); });
  if (!read) return read.error();
  count(found, books, house);
  return found;
}

}  // namespace agente::pms
