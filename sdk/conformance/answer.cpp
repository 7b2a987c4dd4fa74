#include "conformance/answer.hpp"

#include <algorithm>
#include <utility>

#include "conformance/trial_services.hpp"

namespace agente::conformance {
namespace {

using agente::detail::view;

Answer& of(void* ctx) { return *static_cast<Answer*>(ctx); }

constexpr std::size_t kMostMisfits = 20;

}  // namespace

agente_status Answer::take() {
  if (refusal_ != AGENTE_OK && writes > 0) ++writes_after_refusal;
  ++writes;
  return refusal_;
}

std::string Answer::taken(agente_str given, const char* what) {
  const auto complain = [&](const char* why) {
    if (misfits.size() < kMostMisfits) misfits.push_back(std::string(what) + why);
  };
  if (given.ptr == nullptr && given.len != 0) {
    complain(" is NULL with a length");
    return {};
  }
  if (!detail::is_utf8(view(given))) complain(" is not UTF-8");
  return agente::detail::copy(given);
}

agente_status Answer::write_text(void* ctx, agente_bytes piece) {
  of(ctx).text.append(view(piece));
  return of(ctx).take();
}

agente_status Answer::write_cursor(void* ctx, agente_bytes piece) {
  of(ctx).cursor.append(view(piece));
  return of(ctx).take();
}

agente_status Answer::write_check(void* ctx, const agente_check* check) {
  auto& self = of(ctx);
  if (check == nullptr || check->struct_size < kSmallest<agente_check>) {
    self.misfits.emplace_back("a line of the self-test has no struct_size");
    return AGENTE_E_INVALID;
  }
  self.checks.push_back({self.taken(check->stage, "a self-test's stage"), check->ok == 1,
                         self.taken(check->cause, "a self-test's cause"),
                         self.taken(check->remedy, "a self-test's remedy")});
  if (check->ok > 1) self.misfits.emplace_back("ok of a self-test is neither 0 nor 1");
  return self.take();
}

agente_status Answer::write_room(void* ctx, const agente_room_type* room) {
  auto& self = of(ctx);
  if (room == nullptr || room->struct_size < kSmallest<agente_room_type>) {
    self.misfits.emplace_back("a room type has no struct_size");
    return AGENTE_E_INVALID;
  }
  if (self.taken(room->id, "a room type's id").empty()) self.misfits.emplace_back("a room type has no id");
  if (room->capacity == 0) self.misfits.emplace_back("a room type has no capacity");
  for (const auto name : {room->name_es, room->name_en, room->name_pt}) self.taken(name, "a room type's name");
  return self.take();
}

void Answer::check_money(const agente_money& money, const char* what) {
  const auto currency = taken(money.currency, "a currency");
  const bool known = currency.size() == 3 && std::ranges::all_of(currency, [](char c) { return c >= 'A' && c <= 'Z'; });
  if (money.minor != 0 && !known) misfits.push_back(std::string(what) + " has currency \"" + currency + "\"");
  if (money.minor < 0) misfits.push_back(std::string(what) + " has a negative total");
}

agente_status Answer::write_offer(void* ctx, const agente_offer* offer) {
  auto& self = of(ctx);
  if (offer == nullptr || offer->struct_size < kSmallest<agente_offer>) {
    self.misfits.emplace_back("an offer has no struct_size");
    return AGENTE_E_INVALID;
  }
  self.offers.push_back({self.taken(offer->room_type, "an offer's room type"), offer->units_left, offer->capacity,
                         offer->total.minor, agente::detail::copy(offer->total.currency)});
  if (self.offers.back().room_type.empty()) self.misfits.emplace_back("an offer names no room type");
  self.check_money(offer->total, "an offer");
  return self.take();
}

void Answer::take_booking(const agente_booking& booking) {
  bookings.push_back({taken(booking.booking_id, "a booking's id"), taken(booking.reference, "a booking's reference"),
                      booking.status, booking.checkin, booking.checkout, booking.total.minor,
                      agente::detail::copy(booking.total.currency)});
  if (bookings.back().id.empty()) misfits.emplace_back("a booking has no id");
  if (booking.status < AGENTE_STAY_BOOKED || booking.status > AGENTE_STAY_CANCELLED)
    misfits.push_back("a booking has status " + std::to_string(booking.status));
  if (booking.checkout <= booking.checkin) misfits.emplace_back("a booking ends before it begins");
  for (const auto part : {booking.room_type, booking.guest_name, booking.phone, booking.email})
    taken(part, "a booking's text");
  check_money(booking.total, "a booking");
}

agente_status Answer::write_booking(void* ctx, const agente_booking* booking) {
  auto& self = of(ctx);
  if (booking == nullptr || booking->struct_size < kSmallest<agente_booking>) {
    self.misfits.emplace_back("a booking has no struct_size");
    return AGENTE_E_INVALID;
  }
  self.take_booking(*booking);
  return self.take();
}

agente_status Answer::write_status(void* ctx, int32_t status) {
  auto& self = of(ctx);
  if (self.http_status != 0) self.misfits.emplace_back("on_http told its status twice");
  self.http_status = status;
  return self.take();
}

agente_status Answer::write_header(void* ctx, agente_str name, agente_str value) {
  auto& self = of(ctx);
  const auto line = self.taken(name, "a header's name") + ": " + self.taken(value, "a header's value");
  if (line.find_first_of("\r\n") != std::string::npos) self.misfits.emplace_back("a header has a line break");
  return self.take();
}

agente_status Answer::write_body(void* ctx, agente_bytes piece) {
  of(ctx).http_body.append(view(piece));
  return of(ctx).take();
}

agente_status Answer::write_about(void* ctx, const agente_media_about* about) {
  auto& self = of(ctx);
  if (about == nullptr || about->struct_size < kSmallest<agente_media_about>) {
    self.misfits.emplace_back("what is known of a file has no struct_size");
    return AGENTE_E_INVALID;
  }
  if (std::exchange(self.knows_file_, true)) self.misfits.emplace_back("fetch told twice what is known of a file");
  self.taken(about->mime_type, "a file's type");
  self.taken(about->file_name, "a file's name");
  self.taken(about->transcript, "a file's transcript");
  const auto digest = self.taken(about->sha256, "a file's sha256");
  if (!digest.empty() && digest.size() != 64) self.misfits.emplace_back("a file's sha256 has not 64 digits");
  return self.take();
}

agente_status Answer::write_piece(void* ctx, agente_bytes piece) {
  auto& self = of(ctx);
  if (!self.knows_file_) self.misfits.emplace_back("fetch wrote a file before it told what is known of it");
  self.file_size += view(piece).size();
  if (self.file_size > kMostOfAFile) self.misfits.emplace_back("fetch wrote more than max_bytes");
  return self.take();
}

}  // namespace agente::conformance
