// PMS backends that keep bad books.
#include <cstdio>

#include "gallery.hpp"

namespace {

struct Flawed : gallery::Pms {
#if defined(BOOKS_TWICE)
  int made = 0;
  agente_status book(const agente_call*, const agente_booking_request* request, const agente_booking_sink* out,
                     agente_error* err) {
    if (request->checkout <= request->checkin) return gallery::fail(err, AGENTE_E_INVALID, "a stay has a night");
    char id[16];
    std::snprintf(id, sizeof id, "B-%d", ++made + 100);
    auto b = booking();
    b.status = AGENTE_STAY_BOOKED;
    b.booking_id = gallery::str(id);
    return out->write(out->ctx, &b);
  }
#elif defined(SELLS_NOTHING)
  agente_status availability(const agente_call* call, const agente_stay_query* query, const agente_offer_sink* out,
                             agente_error* err) {
    auto longer = *query;
    longer.checkout = longer.checkin + 1;
    return Pms::availability(call, &longer, out, err);
  }
#elif defined(CANCELS_ANYTHING)
  agente_status cancel(const agente_call* call, agente_str id, agente_str reason, const agente_booking_sink* out,
                       agente_error* err) {
    const auto done = Pms::cancel(call, id, reason, out, err);
    return done == AGENTE_E_NOT_FOUND ? AGENTE_OK : done;
  }
#elif defined(CANCELS_ONCE)
  agente_status cancel(const agente_call* call, agente_str id, agente_str reason, const agente_booking_sink* out,
                       agente_error* err) {
    if (status == AGENTE_STAY_CANCELLED) return gallery::fail(err, AGENTE_E_CONFLICT, "it is cancelled already");
    return Pms::cancel(call, id, reason, out, err);
  }
#elif defined(ENDLESS_CHANGES)
  agente_status changes_since(const agente_call*, agente_str, std::uint32_t, const agente_booking_sink* out,
                              const agente_sink* next, agente_error*) {
    auto b = booking();
    b.status = AGENTE_STAY_BOOKED;
    if (const auto written = out->write(out->ctx, &b); written != AGENTE_OK) return written;
    return next->write(next->ctx, gallery::bytes("1"));
  }
#elif defined(BAD_CURRENCY)
  agente_status create(agente_str, agente_error*) {
    currency = gallery::str("euro");
    return AGENTE_OK;
  }
#endif
};

}  // namespace

GALLERY_PLUGIN(Flawed);
