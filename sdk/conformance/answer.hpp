#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <agente/channel.h>
#include <agente/exporter.h>
#include <agente/pms.h>

namespace agente::conformance {

/// What fetch is asked for at most, in bytes.
inline constexpr std::uint32_t kMostOfAFile = 1U << 20U;

/// Takes whatever one call of a plugin writes, and what is wrong with it.
class Answer {
 public:
  struct Check {
    std::string stage;
    bool ok;
    std::string cause;
    std::string remedy;
  };
  struct Booking {
    std::string id;
    std::string reference;
    std::int32_t status = 0;
    agente_day checkin = 0;
    agente_day checkout = 0;
    std::int64_t minor = 0;
    std::string currency{};
  };
  struct Offer {
    std::string room_type;
    std::uint32_t units_left;
    std::uint32_t capacity;
    std::int64_t minor;
    std::string currency;
  };

  /// Every sink answers `refusal`.
  explicit Answer(agente_status refusal = AGENTE_OK) : refusal_(refusal) {}
  Answer(const Answer&) = delete;
  Answer& operator=(const Answer&) = delete;

  [[nodiscard]] const agente_sink* text_sink() const { return &text_; }
  [[nodiscard]] const agente_sink* cursor_sink() const { return &cursor_; }
  [[nodiscard]] const agente_check_sink* check_sink() const { return &checks_; }
  [[nodiscard]] const agente_room_sink* room_sink() const { return &rooms_; }
  [[nodiscard]] const agente_offer_sink* offer_sink() const { return &offers_; }
  [[nodiscard]] const agente_booking_sink* booking_sink() const { return &bookings_; }
  [[nodiscard]] const agente_http_out* http_out() const { return &http_; }
  [[nodiscard]] const agente_media_sink* media_sink() const { return &media_; }

  std::string text;
  std::string cursor;
  std::vector<Check> checks;
  std::vector<Offer> offers;
  std::vector<Booking> bookings;
  std::uint32_t next_ms = 0;
  int http_status = 0;  ///< 0: never told
  std::string http_body;
  std::uint64_t file_size = 0;
  std::vector<std::string> misfits;  ///< what is wrong with the records written
  int writes = 0;                    ///< to any sink, the first refused one included
  int writes_after_refusal = 0;

 private:
  /// Counts a write; the answer to it.
  agente_status take();
  std::string taken(agente_str given, const char* what);
  void check_money(const agente_money& money, const char* what);
  void take_booking(const agente_booking& booking);

  static agente_status write_text(void* ctx, agente_bytes piece);
  static agente_status write_cursor(void* ctx, agente_bytes piece);
  static agente_status write_check(void* ctx, const agente_check* check);
  static agente_status write_room(void* ctx, const agente_room_type* room);
  static agente_status write_offer(void* ctx, const agente_offer* offer);
  static agente_status write_booking(void* ctx, const agente_booking* booking);
  static agente_status write_status(void* ctx, int32_t status);
  static agente_status write_header(void* ctx, agente_str name, agente_str value);
  static agente_status write_body(void* ctx, agente_bytes piece);
  static agente_status write_about(void* ctx, const agente_media_about* about);
  static agente_status write_piece(void* ctx, agente_bytes piece);

  const agente_status refusal_;
  agente_sink text_{this, &write_text};
  agente_sink cursor_{this, &write_cursor};
  agente_check_sink checks_{this, &write_check};
  agente_room_sink rooms_{this, &write_room};
  agente_offer_sink offers_{this, &write_offer};
  agente_booking_sink bookings_{this, &write_booking};
  agente_http_out http_{this, &write_status, &write_header, &write_body};
  agente_media_sink media_{this, &write_about, &write_piece};
  bool knows_file_ = false;
};

}  // namespace agente::conformance
