#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "store/records.hpp"
#include "store/sql.hpp"

/// What the host that follows a PMS notes in the store, for all hosts to read: until when its bookings are known, and
/// which rooms it has. All take part in the caller's transaction and throw sql::Failure.
namespace agente::pms::known {

using Rooms = std::map<std::string, int>;  ///< how many of each room type

/// Whose entries of the kv these are. Plugins' own have two slashes at most.
[[nodiscard]] std::string owner(std::string_view hotel, std::string_view backend);

/// All that happened in the PMS before this moment is in the mirror. None: it has never been read to its end.
std::optional<Time> up_to(store::sql::Connection& connection, std::string_view hotel, std::string_view backend);
/// Never moves it back: of two hosts the slower one knows less.
void put_up_to(store::sql::Connection& connection, std::string_view hotel, std::string_view backend, Time time);

/// None: the PMS has not told them yet.
std::optional<Rooms> rooms(store::sql::Connection& connection, std::string_view hotel, std::string_view backend);
void put_rooms(store::sql::Connection& connection, std::string_view hotel, std::string_view backend,
               const Rooms& rooms);

}  // namespace agente::pms::known
