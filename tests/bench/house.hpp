#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>

#include "base/text.hpp"
#include "messaging/turn.hpp"
#include "servers/postgres_server.hpp"
#include "store/store.hpp"

/// What the benchmarks of the way of a message share: a hotel whose PMS answers at once, over a real store.
namespace agente::bench {

/// Every room free, every booking taken, at once.
class InstantPms final : public plugins::PmsBackend {
 public:
  const std::string& id() const override { return id_; }
  std::string plugin() const override { return id_; }
  Result<std::vector<plugins::RoomType>> rooms(std::string_view) override {
    return std::vector<plugins::RoomType>{{.id = "double", .count = 1'000'000, .capacity = 2}};
  }
  Result<std::vector<plugins::Offer>> availability(const plugins::StayQuery& query, std::string_view) override {
    const auto nights = nights_between(query.checkin, query.checkout);
    return std::vector<plugins::Offer>{{"double", 1'000'000, 2, {10'000 * nights, "EUR"}}};
  }
  Result<plugins::Booking> book(const plugins::BookingRequest& r, std::string_view) override {
    return plugins::Booking{.booking_id = "H-" + std::to_string(++booked_),
                            .reference = r.reference,
                            .room_type = r.room_type,
                            .checkin = r.checkin,
                            .checkout = r.checkout,
                            .adults = r.adults,
                            .guest_name = r.guest_name,
                            .total = r.expected_total};
  }
  Result<std::vector<plugins::Booking>> find_by_reference(std::string_view, std::string_view) override {
    return std::vector<plugins::Booking>{};
  }
  Result<plugins::Booking> get(std::string_view, std::string_view) override { return none(); }
  Result<plugins::Booking> change(const plugins::BookingChange&, std::string_view) override { return none(); }
  Result<plugins::Booking> cancel(std::string_view, std::string_view, std::string_view) override { return none(); }
  Result<plugins::Booking> set_stay_status(std::string_view, plugins::StayStatus, std::string_view) override {
    return none();
  }
  Result<plugins::Changes> changes_since(std::string_view, int, std::string_view) override {
    return plugins::Changes{};
  }
  Result<void> health(std::string_view) override { return {}; }

 private:
  static Error none() { return {Code::kNotFound, "not in this benchmark"}; }
  std::string id_ = "instant";
  std::atomic<int> booked_ = 0;
};

/// A folder on a disk: AGENTE_BENCH_DIR or the one for temporary files.
class Folder {
 public:
  Folder() {
    const char* base = std::getenv("AGENTE_BENCH_DIR");
    path_ = (base == nullptr ? std::filesystem::temp_directory_path() : std::filesystem::path(base)) /
            ("agente-bench-" + random_hex(6));
    std::filesystem::create_directories(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] std::string url(const std::string& name) const { return "sqlite:" + (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

/// Durable as it comes: fsync is on.
inline servers::PostgresServer& postgres() {
  static servers::PostgresServer server({"shared_buffers=256MB", "max_wal_size=4GB"});
  return server;
}

/// The rooms between a stored message and the replies in the outbox.
struct House {
  SystemClock clock;
  Metrics metrics;
  messaging::Meter meter{metrics, [](std::string_view) { return std::string(); }};
  std::unique_ptr<store::Store> store;
  InstantPms pms;
  pms::Gateway gateway;
  messaging::Hotels hotels{clock};

  explicit House(const std::string& url)
      : store(std::move(*store::open(url, clock))),
        gateway("sol", pms, *store, clock, {}, {.call = [](auto, auto, auto) {}}) {
    hotels.add(
        {.id = "sol", .name = "Sol", .timezone = "Europe/Madrid", .currency = "EUR", .bookings_per_guest_per_day = 5},
        gateway);
  }
};

}  // namespace agente::bench
