#include "plugins/isolation/results.hpp"

namespace agente::plugins::isolation {
namespace {

/// A call whose results are bookings.
agente_status bookings(void* self, const Passed& passed, const agente_booking_sink* out, const Session::Fill& fill) {
  return remote(self).pass(passed, fill, [&](const Field& field) { return to_records<agente_booking>(out, field); });
}

agente_status rooms(void* self, const agente_call* call, const agente_room_sink* out, agente_error* err) {
  return remote(self).pass(
      {Operation::kRooms, call, err}, [](FrameWriter&) {},
      [&](const Field& field) { return to_records<agente_room_type>(out, field); });
}

agente_status availability(void* self, const agente_call* call, const agente_stay_query* query,
                           const agente_offer_sink* out, agente_error* err) {
  return remote(self).pass(
      {Operation::kAvailability, call, err}, [&](FrameWriter& frame) { put_record(frame, tag::kRecord, *query); },
      [&](const Field& field) { return to_records<agente_offer>(out, field); });
}

agente_status book(void* self, const agente_call* call, const agente_booking_request* request,
                   const agente_booking_sink* out, agente_error* err) {
  return bookings(self, {Operation::kBook, call, err}, out,
                  [&](FrameWriter& frame) { put_record(frame, tag::kRecord, *request); });
}

agente_status find_by_reference(void* self, const agente_call* call, agente_str reference,
                                const agente_booking_sink* out, agente_error* err) {
  return bookings(self, {Operation::kFindByReference, call, err}, out,
                  [&](FrameWriter& frame) { frame.text(tag::kText, reference); });
}

agente_status get(void* self, const agente_call* call, agente_str booking_id, const agente_booking_sink* out,
                  agente_error* err) {
  return bookings(self, {Operation::kGet, call, err}, out,
                  [&](FrameWriter& frame) { frame.text(tag::kText, booking_id); });
}

agente_status change(void* self, const agente_call* call, const agente_booking_change* wanted,
                     const agente_booking_sink* out, agente_error* err) {
  return bookings(self, {Operation::kChange, call, err}, out,
                  [&](FrameWriter& frame) { put_record(frame, tag::kRecord, *wanted); });
}

agente_status cancel(void* self, const agente_call* call, agente_str booking_id, agente_str reason,
                     const agente_booking_sink* out, agente_error* err) {
  return bookings(self, {Operation::kCancel, call, err}, out, [&](FrameWriter& frame) {
    frame.text(tag::kText, booking_id);
    frame.text(tag::kText2, reason);
  });
}

agente_status set_stay_status(void* self, const agente_call* call, agente_str booking_id, std::int32_t status,
                              const agente_booking_sink* out, agente_error* err) {
  return bookings(self, {Operation::kSetStayStatus, call, err}, out, [&](FrameWriter& frame) {
    frame.text(tag::kText, booking_id);
    frame.number(tag::kNumber, status);
  });
}

agente_status changes_since(void* self, const agente_call* call, agente_str cursor, std::uint32_t limit,
                            const agente_booking_sink* out, const agente_sink* next_cursor, agente_error* err) {
  const auto fill = [&](FrameWriter& frame) {
    frame.text(tag::kText, cursor);
    frame.number(tag::kNumber, limit);
  };
  const auto take = [&](const Field& field) {
    const bool is_piece = field.tag == tag::kPiece || is_broken(field, tag::kPiece);
    return is_piece ? to_sink(next_cursor, field) : to_records<agente_booking>(out, field);
  };
  return remote(self).pass({Operation::kChangesSince, call, err}, fill, take);
}

agente_status health(void* self, const agente_call* call, agente_error* err) {
  return remote(self).pass(
      {Operation::kHealth, call, err}, [](FrameWriter&) {}, [](const Field&) { return Taken(AGENTE_OK); });
}

}  // namespace

const agente_pms_v1 kPmsTable{&rooms,           &availability,  &book,  &find_by_reference, &get, &change, &cancel,
                              &set_stay_status, &changes_since, &health};

}  // namespace agente::plugins::isolation
