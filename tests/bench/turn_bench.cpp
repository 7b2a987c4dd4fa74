// A whole dialogue turn in process: understand, flow, PMS that answers at once, one transaction on SQLite.
//   build/release/bin/turn_bench
#include <atomic>
#include <filesystem>
#include <thread>

#include <benchmark/benchmark.h>

#include "base/text.hpp"
#include "messaging/turn.hpp"
#include "store/repositories.hpp"

namespace {

using namespace agente;

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

struct House {
  std::filesystem::path folder = std::filesystem::temp_directory_path() / ("agente-bench-" + random_hex(6));
  SystemClock clock;
  Metrics metrics;
  messaging::Meter meter{metrics, [](std::string_view) { return std::string(); }};
  std::unique_ptr<store::Store> store = std::move(*store::open("sqlite:" + (folder / "b.db").string(), clock));
  InstantPms pms;
  pms::Gateway gateway{"sol", pms, *store, clock, {}, {.call = [](auto, auto, auto) {}}};
  messaging::Hotels hotels{clock};
  messaging::Turn turn{*store, clock, hotels, meter, [] {}};

  House() {
    hotels.add(
        {.id = "sol", .name = "Sol", .timezone = "Europe/Madrid", .currency = "EUR", .bookings_per_guest_per_day = 5},
        gateway);
  }
  ~House() {
    store.reset();
    std::filesystem::remove_all(folder);
  }

  store::Inbound arrive(const std::string& guest, const std::string& text) {
    store::Inbound message{.guest = {"sol", "webchat", guest},
                           .external_id = random_hex(8),
                           .received_at = clock.now(),
                           .kind = "text",
                           .text = text};
    const auto stored = store->write([&](store::sql::Connection& c) {
      message.id = c.next_id();
      store::inbound::insert(c, message);
    });
    if (!stored) std::abort();
    return message;
  }
};

House& house() {
  static House instance;
  return instance;
}

/// Three turns from the first words to the booking; items are turns, the arrival's own commit is not timed.
void dialogue(benchmark::State& state) {
  static std::atomic<int> guests = 0;
  for (auto _ : state) {
    const auto guest = "guest-" + std::to_string(++guests);
    for (const auto* text :
         {"Hola, quiero reservar una doble del 12 al 15 de marzo para 2 personas", "Ana Bello", "sí"}) {
      state.PauseTiming();
      auto message = house().arrive(guest, text);
      state.ResumeTiming();
      if (house().turn.handle(message)) state.SkipWithError("a turn did not end");
    }
  }
  state.SetItemsProcessed(state.iterations() * 3);
}
BENCHMARK(dialogue)->Threads(1)->Threads(8)->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
