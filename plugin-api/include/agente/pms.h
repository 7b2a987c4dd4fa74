/* Property management systems: the hotel's books. Interface "agente.pms/1".
 *
 * Room types are the hotel's own words (single, double, twin, triple, quadruple, family, suite); a plugin maps them to
 * its vendor's ids. Every write carries a reference or key of ours, so that a doubtful outcome can be looked up: an
 * honest UNKNOWN_OUTCOME is always better than a guess. */
#ifndef AGENTE_PMS_H
#define AGENTE_PMS_H

#include <agente/host.h>

#ifdef __cplusplus
extern "C" {
#endif

#define AGENTE_PMS_V1 "agente.pms/1"

/* A kind of unit the hotel lets. */
typedef struct agente_room_type {
  uint32_t struct_size;
  uint32_t count;    /* units of this type */
  uint32_t capacity; /* heads in one unit, children included */
  uint32_t reserved;
  agente_str id;      /* e.g. double */
  agente_str name_es; /* for guests; empty: the host's own word */
  agente_str name_en;
  agente_str name_pt;
} agente_room_type;

/* Takes room types. */
typedef struct agente_room_sink {
  void* ctx;
  agente_status (*write)(void* ctx, const agente_room_type* room);
} agente_room_sink;

/* What a guest would like. */
typedef struct agente_stay_query {
  uint32_t struct_size;
  agente_day checkin;
  agente_day checkout;
  uint32_t adults;
  uint32_t children;
  uint32_t rooms;            /* 1 or more units of one type */
  agente_str room_type;      /* empty: all */
  agente_str except_booking; /* a booking id whose own units count as free (for a change); may be empty */
} agente_stay_query;

/* What the hotel offers for a query: the units left, and the price a guest would pay for all of it, tax included. */
typedef struct agente_offer {
  uint32_t struct_size;
  uint32_t units_left; /* 0: sold out; capacity and price may still be told */
  uint32_t capacity;
  uint32_t reserved;
  agente_str room_type;
  agente_money total; /* whole stay, all rooms asked for, tax included */
} agente_offer;

/* Takes offers. */
typedef struct agente_offer_sink {
  void* ctx;
  agente_status (*write)(void* ctx, const agente_offer* offer);
} agente_offer_sink;

/* Where a stay stands. */
enum { AGENTE_STAY_BOOKED = 1, AGENTE_STAY_IN_HOUSE = 2, AGENTE_STAY_LEFT = 3, AGENTE_STAY_CANCELLED = 4 };

/* A booking as the PMS has it. */
typedef struct agente_booking {
  uint32_t struct_size;
  int32_t status;        /* AGENTE_STAY_* */
  agente_str booking_id; /* the PMS' own; what the guest is told */
  agente_str reference;  /* ours; empty for bookings made elsewhere */
  agente_str room_type;
  agente_day checkin;
  agente_day checkout;
  uint32_t adults;
  uint32_t children;
  uint32_t rooms;
  uint32_t reserved;
  agente_str guest_name;
  agente_str phone; /* empty unknown: then nobody is refused for not being the owner */
  agente_str email;
  agente_money total; /* as an offer's; a new booking at another one than expected_total is cancelled */
  int64_t created_ms;
  int64_t updated_ms;
} agente_booking;

/* Takes bookings. */
typedef struct agente_booking_sink {
  void* ctx;
  agente_status (*write)(void* ctx, const agente_booking* booking);
} agente_booking_sink;

/* What the guest accepted, to be booked. */
typedef struct agente_booking_request {
  uint32_t struct_size;
  uint32_t adults;
  uint32_t children;
  uint32_t rooms;
  agente_str reference; /* ours, unique per accepted summary, [A-Z0-9-]{1,32} */
  agente_str room_type;
  agente_day checkin;
  agente_day checkout;
  agente_str guest_name; /* as the guest wrote it */
  agente_str phone;
  agente_str email;
  agente_str language;
  agente_money expected_total; /* what the guest accepted */
} agente_booking_request;

/* What a booking is to become. */
typedef struct agente_booking_change {
  uint32_t struct_size;
  uint32_t adults;
  uint32_t children;
  uint32_t rooms;
  agente_str booking_id;
  agente_str key; /* ours, unique per accepted change; the same at every attempt */
  agente_str room_type;
  agente_day checkin;
  agente_day checkout;
  agente_money expected_total;
} agente_booking_change;

/* Frozen. Every entry is needed. All calls may be repeated with the same arguments and then have no second effect.
 * RETRY, RATE and TIMEOUT from any of them: it did not happen, and comes again. */
typedef struct agente_pms_v1 {
  /* The hotel's room types. [any] */
  agente_status (*rooms)(void* self, const agente_call* call, const agente_room_sink* out, agente_error* err);

  /* One offer per room type (or the one asked for), sold-out ones included. INVALID for an impossible stay; NOT_FOUND
   * for an unknown room type. [any] */
  agente_status (*availability)(void* self, const agente_call* call, const agente_stay_query* query,
                                const agente_offer_sink* out, agente_error* err);

  /* Books and writes the booking. A second call with the same reference returns the first booking, never a second one.
   * CONFLICT: sold out, or the price is no longer expected_total (text says which). UNKNOWN_OUTCOME: may have
   * happened; the host will ask find_by_reference. [any] */
  agente_status (*book)(void* self, const agente_call* call, const agente_booking_request* request,
                        const agente_booking_sink* out, agente_error* err);

  /* Writes every booking with this reference, cancelled ones too, oldest first; none is AGENTE_OK without a write.
   * [any] */
  agente_status (*find_by_reference)(void* self, const agente_call* call, agente_str reference,
                                     const agente_booking_sink* out, agente_error* err);

  /* The booking with this id of the PMS, without regard to case. NOT_FOUND. [any] */
  agente_status (*get)(void* self, const agente_call* call, agente_str booking_id, const agente_booking_sink* out,
                       agente_error* err);

  /* Changes dates, type or party and writes the booking as it is now. CONFLICT: sold out, cancelled, or another price.
   * [any] */
  agente_status (*change)(void* self, const agente_call* call, const agente_booking_change* change,
                          const agente_booking_sink* out, agente_error* err);

  /* Cancels and writes the booking; one already cancelled is AGENTE_OK. CONFLICT once the guest is in house. [any] */
  agente_status (*cancel)(void* self, const agente_call* call, agente_str booking_id, agente_str reason,
                          const agente_booking_sink* out, agente_error* err);

  /* Sets AGENTE_STAY_IN_HOUSE or AGENTE_STAY_LEFT. CONFLICT when the order is impossible. [any] */
  agente_status (*set_stay_status)(void* self, const agente_call* call, agente_str booking_id, int32_t status,
                                   const agente_booking_sink* out, agente_error* err);

  /* Bookings created or changed since `cursor` (empty: all), oldest first, at most `limit`; then the next cursor, which
   * is `cursor` itself once nothing is left. Nothing may be missed; something may come twice. [serial] */
  agente_status (*changes_since)(void* self, const agente_call* call, agente_str cursor, uint32_t limit,
                                 const agente_booking_sink* out, const agente_sink* next_cursor, agente_error* err);

  /* AGENTE_OK when the PMS can take a booking now; otherwise why not. [any] */
  agente_status (*health)(void* self, const agente_call* call, agente_error* err);
} agente_pms_v1;

#ifdef __cplusplus
}
#endif
#endif
