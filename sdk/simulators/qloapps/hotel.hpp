#pragma once

#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace agente::sim::qloapps {

/// One row of a resource with its fields in the order QloApps writes them. A field that is an object is a text in
/// several languages, `{"1":"General Rooms","2":"Habitación General"}`; `associations` comes last, if there are any.
using Record = nlohmann::ordered_json;

struct Room {
  int id = 0;
  int room_type = 0;
  std::string number;
};

struct RoomType {
  int id = 0;
  double price = 0;  ///< net, a night
  int adults = 0;    ///< base occupancy
  int children = 0;
  int max_adults = 0;
  int max_children = 0;
  int max_guests = 0;
  std::vector<Room> rooms{};
};

struct Service {
  int id = 0;
  double price = 0;  ///< net, a night or a stay
  bool per_night = false;
  bool in_quoted_price = false;  ///< hotel_ari adds it to the room unasked; bookings does not
};

/// QloApps' demo hotel: what never changes while bookings come and go. Read-only, so thread-safe.
class Hotel {
 public:
  /// Reads demo_hotel.json, of which the program carries a copy.
  Hotel();

  [[nodiscard]] const std::vector<RoomType>& room_types() const { return room_types_; }
  /// Null if there is none.
  [[nodiscard]] const RoomType* room_type(int id) const;
  [[nodiscard]] const Service* service(int id) const;
  [[nodiscard]] const Room& room(int id) const;  ///< throws std::out_of_range
  [[nodiscard]] bool has_room(int id) const { return rooms_.contains(id); }
  /// In `language`, or in the shop's own if it is not known there.
  [[nodiscard]] std::string room_type_name(int id, int language) const;
  [[nodiscard]] std::string service_name(int id) const;

  /// The records of a resource that never changes; empty for any other.
  [[nodiscard]] std::vector<Record> records(const std::string& resource) const;
  [[nodiscard]] const Record& property() const { return facts_.at("tables").at("hotels").at(0); }
  /// Every resource QloApps has, and those a key can be given.
  [[nodiscard]] std::vector<std::string> resources() const { return facts_.at("resources"); }
  [[nodiscard]] std::vector<std::string> permitted() const { return facts_.at("permitted"); }
  /// Of a field in XML: `{"link":"hotels","not_filterable":true}`, either or none.
  [[nodiscard]] Record attributes(const std::string& resource, const std::string& field) const;
  /// The answer to `?schema=synopsis`, empty if it is not known.
  [[nodiscard]] std::string synopsis(const std::string& resource) const;

 private:
  Record facts_;
  std::vector<RoomType> room_types_;
  std::map<int, Room> rooms_;
  std::map<int, Service> services_;
};

extern const char* const kDemoHotel;         ///< demo_hotel.json
extern const char* const kDatabaseDownPage;  ///< database_down.html

}  // namespace agente::sim::qloapps
