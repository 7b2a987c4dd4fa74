// Our books beside the PMS': take over everything, or say where they differ.
#include <nlohmann/json.hpp>

#include "web/resources/house.hpp"

namespace agente::web {
namespace {

using messaging::Mirror;
using nlohmann::json;

json text_or_null(const std::string& text) { return text.empty() ? json(nullptr) : json(text); }

json sync_json(const Mirror::Sync& sync) {
  return {{"job_id", sync.id},
          {"state", name_of(sync.state)},
          {"done", sync.done},
          {"total", sync.total},
          {"started_at", format_time(sync.started)},
          {"ended_at", sync.ended ? json(format_time(*sync.ended)) : json(nullptr)},
          {"problem", text_or_null(sync.problem)}};
}

Response start_sync(House& house) { return Response::json(202, sync_json(house.mirror.sync())); }

Response show_sync(House& house, const Request& request) {
  const std::string id(request.param("job"));
  if (const auto sync = house.mirror.sync_with(id)) return Response::json(200, sync_json(*sync));
  return refuse_with(request, Error{Code::kNotFound, "no sync '" + id +
                                                         "' on this host: it has been restarted, or began a later one; "
                                                         "POST /api/v1/admin/sync/availability begins one"});
}

json difference_json(const std::string& hotel, const pms::Difference& difference) {
  return {
      {"kind", difference.kind},
      {"hotel", hotel},
      {"reservation_id", difference.reservation == 0 ? json(nullptr) : json(std::to_string(difference.reservation))},
      {"pms_booking_id", difference.booking_id},
      {"ours", text_or_null(difference.ours)},
      {"theirs", text_or_null(difference.theirs)},
      {"suggestion", difference.suggestion}};
}

Response audit(House& house, const Request& request) {
  const std::string wanted(request.query_value("hotel").value_or(""));
  const auto as_of = house.clock.now();
  int checked = 0;
  json inconsistencies = json::array();
  json unreachable = json::array();
  for (const auto& hotel : wanted.empty() ? house.hotels.all() : std::vector{wanted}) {
    const auto done = house.mirror.audit(hotel, request.id);
    if (!done) return refuse_with(request, {done.error().code, hotel + ": " + done.error().text});
    checked += done->checked;
    for (const auto& difference : done->differences) inconsistencies.push_back(difference_json(hotel, difference));
    for (const auto& [pms, reason] : done->unreachable)
      unreachable.push_back({{"hotel", hotel}, {"pms", pms}, {"reason", reason}});
  }
  return Response::json(200, {{"checked", checked},
                              {"inconsistencies", std::move(inconsistencies)},
                              {"unreachable", std::move(unreachable)},
                              {"as_of", format_time(as_of)}});
}

}  // namespace

void mount_sync(Router& router, House& house) {
  router.add({.method = "POST", .pattern = "/api/v1/admin/sync/availability", .handler = [&house](Request&) {
                return start_sync(house);
              }});
  router.add({.pattern = "/api/v1/admin/sync/availability/{job}",
              .handler = [&house](Request& request) { return show_sync(house, request); }});
  router.add(
      {.pattern = "/api/v1/admin/audit/pms", .handler = [&house](Request& request) { return audit(house, request); }});
}

}  // namespace agente::web
