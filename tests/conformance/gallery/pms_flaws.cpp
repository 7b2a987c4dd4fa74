// PMS backends that keep bad books: house-pms, but for one thing.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <ctime>
#include <map>
#include <mutex>
#include <string>

#include <nlohmann/json.hpp>

#include "house_pms.hpp"

namespace {

using agente::booking;
using agente::booking_request;
using agente::call;
using agente::error;
using house::HousePms;

struct Flawed : HousePms {
  static constexpr std::string_view id = PLUGIN_ID;
#if defined(BOOKS_TWICE)
  using HousePms::HousePms;
  std::atomic<unsigned> calls = 0;
  booking book(booking_request request, call here) {
    const auto own = std::string(request.reference) + (calls++ % 2 == 0 ? "-A" : "-B");
    request.reference = own;
    return HousePms::book(request, here);
  }
#elif defined(CANCELS_ONCE)
  using HousePms::HousePms;
  booking cancel(std::string_view booking_id, std::string_view reason, call here) {
    if (get(booking_id, here).status == agente::stay_status::cancelled)
      throw error(AGENTE_E_CONFLICT, "it is cancelled already");
    return HousePms::cancel(booking_id, reason, here);
  }
#elif defined(SELLS_LAST_ONE_AGAIN)
  /// Has more rooms to book than it offers, as when it looks and then books without looking again.
  static constexpr std::uint32_t kMore = 20;
  static std::string with_more(std::string_view config_json) {
    auto config = nlohmann::json::parse(config_json);
    for (auto& type : config.at("rooms")) type["count"] = type.at("count").get<std::uint32_t>() + kMore;
    return config.dump();
  }
  Flawed(agente::host host, std::string_view config_json) : HousePms(host, with_more(config_json)) {}
  std::vector<agente::offer> availability(const agente::stay_query& query, call here) {
    auto offers = HousePms::availability(query, here);
    for (auto& offer : offers) offer.units_left -= std::min(offer.units_left, kMore);
    return offers;
  }
#elif defined(BOOKS_ANEW)
  /// Takes an attempt whose answer was lost for one that never was.
  using HousePms::HousePms;
  std::mutex mutex;
  std::map<std::string, int, std::less<>> attempts;
  booking book(booking_request request, call here) {
    const std::lock_guard lock(mutex);
    const std::string asked(request.reference);
    const auto own = attempts.contains(asked) ? asked + "-" + std::to_string(attempts[asked]) : asked;
    request.reference = own;
    try {
      return HousePms::book(request, here);
    } catch (const error& e) {
      if (e.code() != AGENTE_E_UNKNOWN_OUTCOME) throw;
      ++attempts[asked];
      throw error(AGENTE_E_RETRY, "not booked");
    }
  }
#elif defined(TELLS_NO_TOTAL)
  using HousePms::HousePms;
  booking book(const booking_request& request, call here) {
    auto made = HousePms::book(request, here);
    made.total = {};
    return made;
  }
#elif defined(SELLS_NOTHING)
  using HousePms::HousePms;
  std::vector<agente::offer> availability(agente::stay_query query, call here) {
    query.checkout = std::max(query.checkout, query.checkin + std::chrono::days{1});
    return HousePms::availability(query, here);
  }
#elif defined(NO_LEAP_DAY)
  using HousePms::HousePms;
  booking book(const booking_request& request, call here) {
    auto made = HousePms::book(request, here);
    const std::chrono::year_month_day last{made.checkout};
    if (last.month() == std::chrono::February && last.day() == std::chrono::day{29})
      made.checkout += std::chrono::days{1};
    return made;
  }
#elif defined(LOCAL_TIME)
  using HousePms::HousePms;
  static agente::day local(agente::day day) {
    constexpr std::time_t kDay = 86'400;
    const std::time_t moment = std::time_t{agente::to_abi(day)} * kDay;
    std::tm parts{};
    localtime_r(&moment, &parts);
    return agente::day{std::chrono::days { timegm(&parts) / 86'400 }};
  }
  std::vector<booking> find_by_reference(std::string_view reference, call here) {
    auto found = HousePms::find_by_reference(reference, here);
    for (auto& each : found) {
      each.checkin = local(each.checkin);
      each.checkout = local(each.checkout);
    }
    return found;
  }
#elif defined(CANCELS_ANYTHING)
  using HousePms::HousePms;
  booking cancel(std::string_view booking_id, std::string_view reason, call here) try {
    return HousePms::cancel(booking_id, reason, here);
  } catch (const error& e) {
    if (e.code() != AGENTE_E_NOT_FOUND) throw;
    return {
        .booking_id = "NONE", .status = agente::stay_status::cancelled, .room_type = "double", .checkout = agente::day {
          std::chrono::days {
            1
          }
        }};
  }
#elif defined(ENDLESS_CHANGES)
  using HousePms::HousePms;
  agente::changes changes_since(std::string_view /*cursor*/, std::uint32_t /*limit*/, call /*here*/) {
    return {.bookings = {{
              .booking_id = "B-77",
              .room_type = "double",
              .checkout =
                  agente::day {
                    std::chrono::days {
                      1
                    }
                  }
            }},
            .next_cursor = "1"};
  }
#elif defined(SKIPS_A_BOOKING)
  /// Reads one more to know whether there is another page, and leaves the cursor behind it.
  using HousePms::HousePms;
  agente::changes changes_since(std::string_view cursor, std::uint32_t limit, call here) {
    auto told = HousePms::changes_since(cursor, limit + 1, here);
    if (told.bookings.size() > limit) told.bookings.resize(limit);
    return told;
  }
#elif defined(BAD_CURRENCY)
  using HousePms::HousePms;
  std::vector<agente::offer> availability(const agente::stay_query& query, call here) {
    auto offers = HousePms::availability(query, here);
    for (auto& offer : offers) offer.total.currency = "euro";
    return offers;
  }
#else
  using HousePms::HousePms;
#endif
};

}  // namespace

AGENTE_PMS_PLUGIN(Flawed);
