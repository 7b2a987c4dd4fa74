/* A good PMS with one booking in memory; with -DGARBAGE, one whose every answer breaks the rules, as the reference or
 * id it is asked for says. */
#ifndef PLUGIN_ID
#define PLUGIN_ID "ledger"
#endif
#define PLUGIN_KIND AGENTE_KIND_PMS
#include <sched.h>

#include "test_plugin.h"

static int is(agente_str text, const char* word) {
  return text.len == strlen(word) && memcmp(text.ptr, word, text.len) == 0;
}

static agente_booking sample(agente_str reference) {
  const agente_booking booking = {.struct_size = sizeof booking,
                                  .status = AGENTE_STAY_BOOKED,
                                  .booking_id = STR("B-1"),
                                  .reference = reference,
                                  .room_type = STR("double"),
                                  .checkin = 20000,
                                  .checkout = 20003,
                                  .adults = 2,
                                  .rooms = 1,
                                  .guest_name = STR("Ana García"),
                                  .total = {30000, STR("EUR")},
                                  .created_ms = 1,
                                  .updated_ms = 2};
  return booking;
}

static agente_status plugin_create(const agente_host* host, agente_str config, void** self, agente_error* err) {
  (void)host, (void)config, (void)err;
  *self = NULL;
  return AGENTE_OK;
}
static void plugin_destroy(void* self) { (void)self; }

static agente_status rooms(void* self, const agente_call* call, const agente_room_sink* out, agente_error* err) {
  (void)self, (void)call, (void)err;
  const agente_room_type room = {.struct_size = sizeof room, .count = 4, .capacity = 2, .id = STR("double")};
  return out->write(out->ctx, &room);
}

static agente_status availability(void* self, const agente_call* call, const agente_stay_query* query,
                                  const agente_offer_sink* out, agente_error* err) {
  (void)self, (void)call;
  if (query->checkout <= query->checkin) return fail(err, AGENTE_E_INVALID, "an impossible stay");
  agente_offer offer = {.struct_size = sizeof offer,
                        .units_left = 3,
                        .capacity = 2,
                        .room_type = STR("double"),
                        .total = {10000 * (query->checkout - query->checkin), STR("EUR")}};
  if (is(query->room_type, "negative")) offer.total.minor = -1;
  if (is(query->room_type, "huge")) offer.units_left = UINT32_MAX;
  return out->write(out->ctx, &offer);
}

static agente_status answer(agente_str wanted, const agente_booking_sink* out) {
  agente_booking booking = sample(wanted);
  if (is(wanted, "NOTHING")) return AGENTE_OK;
  if (is(wanted, "STATUS")) return 99;
  if (is(wanted, "SHORT")) booking.struct_size = 8;
  if (is(wanted, "NULLTEXT")) booking.guest_name = (agente_str){NULL, 12};
  if (is(wanted, "HUGETEXT")) booking.guest_name.len = (size_t)1 << 60;
  if (is(wanted, "UTF8")) booking.guest_name = STR("\xff\xfe");
  if (is(wanted, "STATE")) booking.status = 17;
  if (is(wanted, "NOID")) booking.booking_id = STR("");
  if (is(wanted, "CURRENCY")) booking.total.currency = STR("euro");
  if (is(wanted, "TWICE")) out->write(out->ctx, &booking);
  if (is(wanted, "NULLRECORD")) return out->write(out->ctx, NULL), AGENTE_OK;
  out->write(out->ctx, &booking); /* its answer ignored, as careless authors do */
  return AGENTE_OK;
}

static agente_status book(void* self, const agente_call* call, const agente_booking_request* request,
                          const agente_booking_sink* out, agente_error* err) {
  (void)self, (void)call;
  if (is(request->reference, "FULL")) return fail(err, AGENTE_E_CONFLICT, "sold out");
  return answer(request->reference, out);
}
static agente_status find(void* self, const agente_call* call, agente_str reference, const agente_booking_sink* out,
                          agente_error* err) {
  (void)self, (void)call, (void)err;
  return answer(reference, out);
}
static agente_status get(void* self, const agente_call* call, agente_str id, const agente_booking_sink* out,
                         agente_error* err) {
  (void)self, (void)call;
  return is(id, "NONE") ? fail(err, AGENTE_E_NOT_FOUND, "no such booking") : answer(id, out);
}
static agente_status change(void* self, const agente_call* call, const agente_booking_change* wanted,
                            const agente_booking_sink* out, agente_error* err) {
  (void)self, (void)call, (void)err;
  return answer(wanted->booking_id, out);
}
static agente_status cancel(void* self, const agente_call* call, agente_str id, agente_str reason,
                            const agente_booking_sink* out, agente_error* err) {
  (void)self, (void)call, (void)reason, (void)err;
  return answer(id, out);
}
static agente_status set_stay_status(void* self, const agente_call* call, agente_str id, int32_t status,
                                     const agente_booking_sink* out, agente_error* err) {
  (void)self, (void)call, (void)status, (void)err;
  return answer(id, out);
}
/* Its next cursor is "overlapped" when another call of it was running: it is [serial]. */
static agente_status changes_since(void* self, const agente_call* call, agente_str cursor, uint32_t limit,
                                   const agente_booking_sink* out, const agente_sink* next, agente_error* err) {
  (void)self, (void)call, (void)cursor, (void)err;
  static int inside;
  const int others = __atomic_fetch_add(&inside, 1, __ATOMIC_SEQ_CST);
  sched_yield();
  for (uint32_t i = 0; i < limit; ++i) {
    const agente_booking booking = sample(STR("R-1"));
    out->write(out->ctx, &booking);
  }
  __atomic_fetch_sub(&inside, 1, __ATOMIC_SEQ_CST);
  return put(next, others == 0 ? "42" : "overlapped");
}
static agente_status health(void* self, const agente_call* call, agente_error* err) {
  (void)self, (void)call;
  return fail(err, AGENTE_E_RETRY, "closed for lunch");
}

static const void* plugin_query(void* self, agente_str id) {
  (void)self;
  static const agente_pms_v1 pms = {rooms,  availability,    book,          find, get, change,
                                    cancel, set_stay_status, changes_since,
#ifdef NO_HEALTH
                                    NULL};
#else
                                    health};
#endif
  return is(id, AGENTE_PMS_V1) ? &pms : NULL;
}
