// A whole dialogue turn in process: understand, flow, PMS that answers at once, one transaction; on SQLite and on a
// PostgreSQL of its own. The messages have arrived before: what is timed is their turns alone. 16 threads are as many
// as a hotel lets to its PMS at once.
//   build/release/bin/turn_bench
#include <deque>

#include <benchmark/benchmark.h>

#include "bench/house.hpp"
#include "store/repositories.hpp"

namespace {

using namespace agente;

constexpr int kDialogues = 2'000;  // in each run, dealt out to its threads

struct TurnHouse : bench::House {
  messaging::Turn turn{*store, clock, hotels, meter, [](const auto&) {}};
  std::deque<std::vector<store::Inbound>> dialogues;
  std::atomic<std::size_t> begun = 0;
  using House::House;

  /// Three messages from the first words to the booking, for each of new guests.
  void arrive() {
    dialogues.clear();
    begun = 0;
    const auto stored = store->write([&](store::sql::Connection& connection) {
      for (int guest = 0; guest < kDialogues; ++guest) arrive(connection, "guest-" + random_hex(8));
    });
    if (!stored) throw std::runtime_error(stored.error().text);
  }

 private:
  void arrive(store::sql::Connection& connection, const std::string& guest) {
    auto& dialogue = dialogues.emplace_back();
    for (const auto* text :
         {"Hola, quiero reservar una doble del 12 al 15 de marzo para 2 personas", "Ana Bello", "sí"}) {
      dialogue.push_back({.id = connection.next_id(),
                          .guest = {"sol", "webchat", guest},
                          .external_id = random_hex(8),
                          .received_at = clock.now(),
                          .kind = "text",
                          .text = text});
      store::inbound::insert(connection, dialogue.back());
    }
  }
};

TurnHouse& on_sqlite() {
  static const bench::Folder folder;
  static TurnHouse instance(folder.url("turns.db"));
  return instance;
}

TurnHouse& on_postgres() {
  static TurnHouse instance(bench::postgres().new_database());
  return instance;
}

/// Items are turns.
template <TurnHouse& (*house)()>
void turns(benchmark::State& state) {
  for (auto _ : state) {
    for (auto& message : house().dialogues.at(house().begun++)) {
      if (house().turn.handle(message)) state.SkipWithError("a turn did not end");
    }
  }
  state.SetItemsProcessed(state.iterations() * 3);
}

template <TurnHouse& (*house)()>
void arrive(const benchmark::State&) {
  house().arrive();
}

template <TurnHouse& (*house)()>
void with_threads(const char* name, std::initializer_list<int> counts) {
  for (const int threads : counts) {
    benchmark::RegisterBenchmark(name, turns<house>)
        ->Setup(arrive<house>)
        ->Threads(threads)
        ->Iterations(kDialogues / threads)
        ->UseRealTime();
  }
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  with_threads<on_sqlite>("turns/sqlite", {1, 8, 16});
  with_threads<on_postgres>("turns/postgres", {1, 8, 16});
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
