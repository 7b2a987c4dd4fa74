/// Property management systems: the hotel's books. See <agente/pms.h> for what the host promises.
///
/// All of these are needed. Each may come again with the same arguments and must then have no second effect. When you
/// cannot tell whether a write happened throw UNKNOWN_OUTCOME (host::http does it for you): the host looks it up.
///
///     std::vector<agente::room_type> rooms(agente::call call);
///     std::vector<agente::offer> availability(const agente::stay_query& query, agente::call call);
///         One offer per room type, or the one asked for, sold-out ones too. INVALID: impossible stay; NOT_FOUND:
///         unknown room type.
///     agente::booking book(const agente::booking_request& request, agente::call call);
///         The same reference again returns the first booking, never a second one. CONFLICT: sold out, or the price is
///         no longer expected_total; say which.
///     std::vector<agente::booking> find_by_reference(std::string_view reference, agente::call call);
///         Every booking with it, cancelled ones too, oldest first; none is an empty answer, not an error.
///     agente::booking get(std::string_view booking_id, agente::call call);
///         Without regard to case. NOT_FOUND.
///     agente::booking change(const agente::booking_change& change, agente::call call);
///         Returns the booking as it is now. CONFLICT: sold out, cancelled, or another price.
///     agente::booking cancel(std::string_view booking_id, std::string_view reason, agente::call call);
///         One already cancelled is fine. CONFLICT once the guest is in house.
///     agente::booking set_stay_status(std::string_view booking_id, agente::stay_status status, agente::call call);
///         in_house or left. CONFLICT when the order is impossible.
///     agente::changes changes_since(std::string_view cursor, std::uint32_t limit, agente::call call);
///         Created or changed since `cursor` (empty: all), oldest first, at most `limit`; one at a time. Nothing may be
///         missed; something may come twice.
///     void health(agente::call call);
///         Throws when the PMS cannot take a booking now, and says why.
#pragma once

#include <concepts>
#include <string_view>
#include <vector>

#include <agente/pms.h>
#include <agente/sdk/bookings.hpp>
#include <agente/sdk/plugin.hpp>

namespace agente::detail {

template <class P>
struct pms_glue {
  static agente_status rooms(void* self, const agente_call* c, const agente_room_sink* out,
                             agente_error* err) noexcept {
    return enter<P>(named_call(AGENTE_PMS_V1, "rooms"), self, c, err,
                    [&](P& p, call here) -> agente_status { return write_all(p.rooms(here), out); });
  }
  static agente_status availability(void* self, const agente_call* c, const agente_stay_query* query,
                                    const agente_offer_sink* out, agente_error* err) noexcept {
    return enter<P>(named_call(AGENTE_PMS_V1, "availability"), self, c, err, [&](P& p, call here) -> agente_status {
      return write_all(p.availability(from_abi(query), here), out);
    });
  }
  static agente_status book(void* self, const agente_call* c, const agente_booking_request* request,
                            const agente_booking_sink* out, agente_error* err) noexcept {
    return enter<P>(named_call(AGENTE_PMS_V1, "book"), self, c, err,
                    [&](P& p, call here) -> agente_status { return write_one(p.book(from_abi(request), here), out); });
  }
  static agente_status find_by_reference(void* self, const agente_call* c, agente_str reference,
                                         const agente_booking_sink* out, agente_error* err) noexcept {
    return enter<P>(
        named_call(AGENTE_PMS_V1, "find_by_reference"), self, c, err,
        [&](P& p, call here) -> agente_status { return write_all(p.find_by_reference(view(reference), here), out); });
  }
  static agente_status get(void* self, const agente_call* c, agente_str booking_id, const agente_booking_sink* out,
                           agente_error* err) noexcept {
    return enter<P>(named_call(AGENTE_PMS_V1, "get"), self, c, err,
                    [&](P& p, call here) -> agente_status { return write_one(p.get(view(booking_id), here), out); });
  }
  static agente_status change(void* self, const agente_call* c, const agente_booking_change* wish,
                              const agente_booking_sink* out, agente_error* err) noexcept {
    return enter<P>(named_call(AGENTE_PMS_V1, "change"), self, c, err,
                    [&](P& p, call here) -> agente_status { return write_one(p.change(from_abi(wish), here), out); });
  }
  static agente_status cancel(void* self, const agente_call* c, agente_str booking_id, agente_str reason,
                              const agente_booking_sink* out, agente_error* err) noexcept {
    return enter<P>(named_call(AGENTE_PMS_V1, "cancel"), self, c, err, [&](P& p, call here) -> agente_status {
      return write_one(p.cancel(view(booking_id), view(reason), here), out);
    });
  }
  static agente_status set_stay_status(void* self, const agente_call* c, agente_str booking_id, std::int32_t status,
                                       const agente_booking_sink* out, agente_error* err) noexcept {
    return enter<P>(named_call(AGENTE_PMS_V1, "set_stay_status"), self, c, err, [&](P& p, call here) -> agente_status {
      return write_one(p.set_stay_status(view(booking_id), static_cast<stay_status>(status), here), out);
    });
  }
  static agente_status changes_since(void* self, const agente_call* c, agente_str cursor, std::uint32_t limit,
                                     const agente_booking_sink* out, const agente_sink* next_cursor,
                                     agente_error* err) noexcept {
    return enter<P>(named_call(AGENTE_PMS_V1, "changes_since"), self, c, err, [&](P& p, call here) -> agente_status {
      const changes answer = p.changes_since(view(cursor), limit, here);
      const auto status = write_all(answer.bookings, out);
      return status == AGENTE_OK ? write(next_cursor, answer.next_cursor) : status;
    });
  }
  static agente_status health(void* self, const agente_call* c, agente_error* err) noexcept {
    return enter<P>(named_call(AGENTE_PMS_V1, "health"), self, c, err, [&](P& p, call here) -> agente_status {
      p.health(here);
      return AGENTE_OK;
    });
  }
};

/// A job of the PMS is there: `p.name(arguments..., call)` gives something that converts to `Answer`.
#define AGENTE_PMS_HAS(Answer, expression)                                                                     \
  requires(P & p, call c, const stay_query& query, const booking_request& request, const booking_change& wish, \
           std::string_view text, stay_status status, std::uint32_t limit) {                                   \
    { expression } -> std::convertible_to<Answer>;                                                             \
  }
template <class P>
concept lists_rooms = AGENTE_PMS_HAS(std::vector<room_type>, p.rooms(c));
template <class P>
concept quotes = AGENTE_PMS_HAS(std::vector<offer>, p.availability(query, c));
template <class P>
concept books = AGENTE_PMS_HAS(booking, p.book(request, c));
template <class P>
concept finds_by_reference = AGENTE_PMS_HAS(std::vector<booking>, p.find_by_reference(text, c));
template <class P>
concept gets_bookings = AGENTE_PMS_HAS(booking, p.get(text, c));
template <class P>
concept changes_bookings = AGENTE_PMS_HAS(booking, p.change(wish, c));
template <class P>
concept cancels = AGENTE_PMS_HAS(booking, p.cancel(text, text, c));
template <class P>
concept sets_stay_status = AGENTE_PMS_HAS(booking, p.set_stay_status(text, status, c));
template <class P>
concept lists_changes = AGENTE_PMS_HAS(changes, p.changes_since(text, limit, c));
template <class P>
concept tells_health = requires(P& p, call c) {
  p.health(c);
};
#undef AGENTE_PMS_HAS

template <class P>
constexpr agente_pms_v1 pms_table() {
  using glue = pms_glue<P>;
  agente_pms_v1 table{};
  if constexpr (lists_rooms<P>) table.rooms = &glue::rooms;
  if constexpr (quotes<P>) table.availability = &glue::availability;
  if constexpr (books<P>) table.book = &glue::book;
  if constexpr (finds_by_reference<P>) table.find_by_reference = &glue::find_by_reference;
  if constexpr (gets_bookings<P>) table.get = &glue::get;
  if constexpr (changes_bookings<P>) table.change = &glue::change;
  if constexpr (cancels<P>) table.cancel = &glue::cancel;
  if constexpr (sets_stay_status<P>) table.set_stay_status = &glue::set_stay_status;
  if constexpr (lists_changes<P>) table.changes_since = &glue::changes_since;
  if constexpr (tells_health<P>) table.health = &glue::health;
  return table;
}

struct pms_kind {
  static constexpr std::uint32_t number = AGENTE_KIND_PMS;
  static constexpr std::string_view interface = AGENTE_PMS_V1;
  template <class P>
  static constexpr agente_pms_v1 table = pms_table<P>();

  template <class P>
  static constexpr bool is() {
    static_assert(lists_rooms<P>, "agente: a PMS needs: std::vector<agente::room_type> rooms(agente::call call)");
    static_assert(quotes<P>,
                  "agente: a PMS needs: std::vector<agente::offer> availability(const agente::stay_query& query, "
                  "agente::call call)");
    static_assert(
        books<P>,
        "agente: a PMS needs: agente::booking book(const agente::booking_request& request, agente::call call)");
    static_assert(finds_by_reference<P>,
                  "agente: a PMS needs: std::vector<agente::booking> find_by_reference(std::string_view reference, "
                  "agente::call call)");
    static_assert(gets_bookings<P>,
                  "agente: a PMS needs: agente::booking get(std::string_view booking_id, agente::call call)");
    static_assert(
        changes_bookings<P>,
        "agente: a PMS needs: agente::booking change(const agente::booking_change& change, agente::call call)");
    static_assert(cancels<P>,
                  "agente: a PMS needs: agente::booking cancel(std::string_view booking_id, std::string_view reason, "
                  "agente::call call)");
    static_assert(sets_stay_status<P>,
                  "agente: a PMS needs: agente::booking set_stay_status(std::string_view booking_id, "
                  "agente::stay_status status, agente::call call)");
    static_assert(lists_changes<P>,
                  "agente: a PMS needs: agente::changes changes_since(std::string_view cursor, std::uint32_t limit, "
                  "agente::call call)");
    static_assert(tells_health<P>,
                  "agente: a PMS needs: void health(agente::call call), which throws when it is not well");
    return is_plugin<P>();
  }
};

}  // namespace agente::detail

/// Put it once, at global scope, at the end of the plugin's source: AGENTE_PMS_PLUGIN(Ledger);
#define AGENTE_PMS_PLUGIN(Class) AGENTE_PLUGIN_OF_KIND(Class, ::agente::detail::pms_kind)
