#include "plugins/proxy_pms.hpp"

#include <fmt/format.h>

#include "plugins/c_abi.hpp"
#include "plugins/collect.hpp"
#include "plugins/pms_records.hpp"

namespace agente::plugins {
namespace {

using Bookings = Collect<agente_booking_sink, agente_booking, Booking>;

const agente_pms_v1& table(const Frame& frame) { return *static_cast<const agente_pms_v1*>(frame.interface); }

/// A call that answers with exactly one booking. `enter(frame, sink)` makes it.
template <class F>
Result<Booking> one_booking(Route& route, const CallSpec& spec, F&& enter) {
  Bookings bookings(&abi::read_booking, 1);
  const auto done = route.call(spec, [&](const Frame& frame) { return enter(frame, bookings.c()); });
  if (!done && !bookings.is_broken()) return done.error();
  auto taken = bookings.take("booking");
  if (taken && taken->size() == 1) return std::move(taken->front());
  const auto code = spec.writes ? Code::kUnknownOutcome : Code::kInternal;  // it says that it is done
  if (!taken) return Error{code, taken.error().text};
  return Error{code, fmt::format("plugin {} wrote no booking in {}", route.plugin(), spec.name.text)};
}

}  // namespace

Result<std::vector<RoomType>> ProxyPms::rooms(std::string_view trace) {
  Collect<agente_room_sink, agente_room_type, RoomType> found(&abi::read_room, 1000);
  const auto done = route_.call({.name = "rooms", .trace = trace}, [&](const Frame& frame) {
    return table(frame).rooms(frame.self, frame.call, found.c(), frame.err);
  });
  if (!done && !found.is_broken()) return done.error();
  return found.take("room type");
}

Result<std::vector<Offer>> ProxyPms::availability(const StayQuery& query, std::string_view trace) {
  Collect<agente_offer_sink, agente_offer, Offer> offers(&abi::read_offer, 1000);
  const auto record = abi::to_c(query);
  const auto done = route_.call({.name = "availability", .trace = trace}, [&](const Frame& frame) {
    return table(frame).availability(frame.self, frame.call, &record, offers.c(), frame.err);
  });
  if (!done && !offers.is_broken()) return done.error();
  return offers.take("offer");
}

Result<Booking> ProxyPms::book(const BookingRequest& request, std::string_view trace) {
  const auto record = abi::to_c(request);
  return one_booking(route_, {.name = "book", .trace = trace, .writes = true}, [&](const Frame& frame, auto* out) {
    return table(frame).book(frame.self, frame.call, &record, out, frame.err);
  });
}

Result<std::vector<Booking>> ProxyPms::find_by_reference(std::string_view reference, std::string_view trace) {
  Bookings bookings(&abi::read_booking);
  const auto done = route_.call({.name = "find_by_reference", .trace = trace}, [&](const Frame& frame) {
    return table(frame).find_by_reference(frame.self, frame.call, abi::str(reference), bookings.c(), frame.err);
  });
  if (!done && !bookings.is_broken()) return done.error();
  return bookings.take("booking");
}

Result<Booking> ProxyPms::get(std::string_view booking_id, std::string_view trace) {
  return one_booking(route_, {.name = "get", .trace = trace}, [&](const Frame& frame, auto* out) {
    return table(frame).get(frame.self, frame.call, abi::str(booking_id), out, frame.err);
  });
}

Result<Booking> ProxyPms::change(const BookingChange& change, std::string_view trace) {
  const auto record = abi::to_c(change);
  return one_booking(route_, {.name = "change", .trace = trace, .writes = true}, [&](const Frame& frame, auto* out) {
    return table(frame).change(frame.self, frame.call, &record, out, frame.err);
  });
}

Result<Booking> ProxyPms::cancel(std::string_view booking_id, std::string_view reason, std::string_view trace) {
  return one_booking(route_, {.name = "cancel", .trace = trace, .writes = true}, [&](const Frame& frame, auto* out) {
    return table(frame).cancel(frame.self, frame.call, abi::str(booking_id), abi::str(reason), out, frame.err);
  });
}

Result<Booking> ProxyPms::set_stay_status(std::string_view booking_id, StayStatus status, std::string_view trace) {
  const CallSpec spec{.name = "set_stay_status", .trace = trace, .writes = true};
  return one_booking(route_, spec, [&](const Frame& frame, auto* out) {
    return table(frame).set_stay_status(frame.self, frame.call, abi::str(booking_id), static_cast<std::int32_t>(status),
                                        out, frame.err);
  });
}

Result<Changes> ProxyPms::changes_since(std::string_view cursor, int limit, std::string_view trace) {
  Bookings bookings(&abi::read_booking);
  abi::TextSink next(abi::kTextLimit);
  const auto most = static_cast<std::uint32_t>(limit > 0 ? limit : 0);
  const CallSpec spec{.name = "changes_since", .trace = trace};
  const auto done = route_.call(spec, [&](const Frame& frame) {
    return table(frame).changes_since(frame.self, frame.call, abi::str(cursor), most, bookings.c(), next.c(),
                                      frame.err);
  });
  if (!done && !bookings.is_broken() && !next.is_broken()) return done.error();
  auto changed = bookings.take("booking");
  if (!changed) return changed.error();
  auto cursor_now = next.take("cursor");
  if (!cursor_now) return cursor_now.error();
  return Changes{std::move(*changed), std::move(*cursor_now)};
}

Result<void> ProxyPms::health(std::string_view trace) {
  return route_.call({.name = "health", .trace = trace},
                     [&](const Frame& frame) { return table(frame).health(frame.self, frame.call, frame.err); });
}

}  // namespace agente::plugins
