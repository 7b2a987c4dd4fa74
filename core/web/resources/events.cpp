// GET /api/v1/admin/events: what the hotel's people are to know of: a guest who waits for them, a message that failed.
#include <algorithm>

#include <nlohmann/json.hpp>

#include "store/repositories.hpp"
#include "web/resources/house.hpp"

namespace agente::web {
namespace {

using nlohmann::json;

json event_json(const store::Event& event) {
  return {{"id", std::to_string(event.id)},
          {"at", format_time(event.at)},
          {"hotel", event.hotel},
          {"type", event.type},
          {"about", json::parse(event.body, nullptr, false)}};
}

constexpr store::Id kLastId = store::Id{1} << 53;
constexpr Millis kLongestTransaction{20'000};

/// The first id that an event of then can have.
store::Id first_id_of(Time time) { return time.time_since_epoch().count() * 4096; }

Result<Time> read_since(const Request& request) {
  const auto since = request.query_value("since");
  if (!since) return Time{};
  const auto time = parse_time(*since);
  if (!time) return Error{Code::kInvalid, "since: write 2026-09-15T12:00:00Z, is '" + std::string(*since) + "'"};
  return *time;
}

/// Ids follow the store's clock, times this machine's: a day between them is looked at, too.
store::Id first_since(Time since) {
  return std::clamp(first_id_of(since - std::chrono::hours{24}), store::Id{0}, kLastId);
}

/// Oldest first: of the hotel `hotel`, of the type `type`, since `since`, and after `cursor`. With `settled=1` without
/// those of the last 20 seconds, among which another host may still put some: whoever follows by cursor misses none.
Response list(House& house, const Request& request) {
  const auto config = house.config.pin();
  const auto hotel = hotel_asked_for(*config, request);
  if (!hotel) return refuse_with(request, hotel.error());
  const auto limit = whole_number(request, "limit", 1000, 1, 1000);
  const auto after = whole_number(request, "cursor", 0, 0, std::int64_t{1} << 53);
  const auto since = read_since(request);
  if (!limit) return refuse_with(request, limit.error());
  if (!after) return refuse_with(request, after.error());
  if (!since) return refuse_with(request, since.error());
  const auto type = std::string(request.query_value("type").value_or(""));
  const bool settled = request.query_value("settled") == "1";
  const auto after_id = std::max(*after, first_since(*since));
  const auto now = house.store.shared_time().value_or(house.clock.now());
  const auto until = settled ? first_id_of(now - kLongestTransaction) : kLastId;
  std::vector<store::Event> found;
  store::Id last = 0;
  const auto read = house.store.read([&](store::sql::Connection& connection) {
    last = std::min(store::events::last_id(connection, (*hotel)->id), until);
    found = store::events::list(connection, (*hotel)->id, after_id, static_cast<int>(*limit), {type, *since});
  });
  if (!read) return refuse_with(request, read.error());
  const bool more = static_cast<int>(found.size()) == *limit;
  std::erase_if(found, [&](const auto& event) { return event.id > until; });
  json events = json::array();
  for (const auto& event : found) events.push_back(event_json(event));
  // Of a type that is rare, all that has been looked at need not be looked at again.
  const auto cursor = more && !found.empty() ? found.back().id : std::max(after_id, last);
  return Response::json(200, {{"events", std::move(events)}, {"cursor", std::to_string(cursor)}});
}

}  // namespace

void mount_events(Router& router, House& house) {
  router.add(
      {.pattern = "/api/v1/admin/events", .handler = [&house](Request& request) { return list(house, request); }});
}

}  // namespace agente::web
