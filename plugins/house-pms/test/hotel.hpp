#pragma once

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include <agente/fake_host.hpp>
#include <gmock/gmock.h>
#include <unistd.h>

#include "calendar.hpp"
#include "house_pms.hpp"

/// What the tests share: a small hotel, and short words for what guests do there.
namespace house::testing {

using Pms = agente::testing::instance<HousePms>;
using agente::stay_status;

inline agente::day day(std::string_view text) { return parse_day(text).value(); }

/// 4 doubles for 2 at 100.00, 1 suite for 2 at 220.00 that is closed in the nights of 8 to 11 October, and Rui's
/// booking.
inline std::string config(const std::string& file = {}) {
  const std::string where = file.empty() ? "" : R"("file": ")" + file + R"(", )";
  return "{" + where + R"("rooms": {
      "double": {"count": 4, "capacity": 2, "rate_minor": 10000, "name": {"es": "doble", "en": "double", "pt": "duplo"}},
      "suite": {"count": 1, "capacity": 2, "rate_minor": 22000}},
    "sold_out": [{"room_type": "suite", "from": "2026-10-08", "to": "2026-10-12"}],
    "existing": [{"ref": "R-300", "name": "Rui Costa", "phone": "351910000000", "room_type": "double",
                  "checkin": "2026-10-01", "checkout": "2026-10-03", "adults": 1, "children": 0}]})";
}

struct Wish {
  std::string type = "double";
  std::string from = "2026-11-05";
  std::string to = "2026-11-07";
  std::uint32_t adults = 2;
  std::uint32_t children = 0;
  std::uint32_t rooms = 1;
  std::optional<std::int64_t> price_minor{};  ///< what the right one is if left out
};

inline agente::money price(const Wish& wish) {
  const auto rate = wish.type == "suite" ? 22000 : 10000;
  const auto right = std::int64_t{rate} * agente::nights(day(wish.from), day(wish.to)) * wish.rooms;
  return {wish.price_minor.value_or(right), "EUR"};
}

inline agente::booking book(Pms& pms, std::string_view reference, const Wish& wish = {}) {
  return pms.book({.reference = reference,
                   .room_type = wish.type,
                   .checkin = day(wish.from),
                   .checkout = day(wish.to),
                   .adults = wish.adults,
                   .children = wish.children,
                   .rooms = wish.rooms,
                   .guest_name = "Ana Bello",
                   .phone = "34600111222",
                   .expected_total = price(wish)});
}

inline agente::booking change(Pms& pms, std::string_view id, std::string_view key, const Wish& wish) {
  return pms.change({.booking_id = id,
                     .key = key,
                     .room_type = wish.type,
                     .checkin = day(wish.from),
                     .checkout = day(wish.to),
                     .adults = wish.adults,
                     .children = wish.children,
                     .rooms = wish.rooms,
                     .expected_total = price(wish)});
}

inline std::uint32_t left(Pms& pms, const Wish& wish = {}, std::string_view except = {}) {
  const auto offers = pms.availability({.checkin = day(wish.from),
                                        .checkout = day(wish.to),
                                        .rooms = wish.rooms,
                                        .room_type = wish.type,
                                        .except_booking = except});
  return offers.at(0).units_left;
}

/// The code with which it fails; AGENTE_OK when it does not. `text`, if given, receives what it says.
template <class Work>
agente_status code_of(Work&& work, std::string* text = nullptr) {
  try {
    work();
    return AGENTE_OK;
  } catch (const agente::error& e) {
    if (text) *text = e.what();
    return e.code();
  }
}

/// A folder that goes with the test.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "house-pms-XXXXXX").string();
    if (!::mkdtemp(name.data())) throw std::runtime_error("mkdtemp");
    path_ = name;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] std::string file(const std::string& name = "bookings.json") const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace house::testing
