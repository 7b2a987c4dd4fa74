#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "store/migrate.hpp"
#include "store/repositories.hpp"
#include "store/sqlite_connection.hpp"
#include "store/store.hpp"

/// Durable inbound rows (1 KiB of raw body each): every write returns when its row is on the disk.
namespace agente::store {
namespace {

/// On a disk, not in memory: AGENTE_BENCH_DIR or the present folder.
class Folder {
 public:
  Folder() {
    const char* base = std::getenv("AGENTE_BENCH_DIR");
    std::string name = std::string(base != nullptr ? base : ".") + "/store-bench-XXXXXX";
    path_ = ::mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] std::string file() const { return path_ + "/agente.db"; }

 private:
  std::string path_;
};

Inbound message(Id id, std::int64_t sender) {
  Inbound m;
  m.id = id;
  m.guest = {"sol", "whatsapp", "549351" + std::to_string(sender)};
  m.account = "106540352242922";
  m.external_id = "wamid.HBgNNTQ5MzUxMTIzNDU2NxUCABIYFjNFQjBENUY2" + std::to_string(id);
  m.provider_time = m.received_at = Time{Millis{id / 4096}};
  m.kind = "text";
  m.text = "Hola, quiero reservar una doble del 12 al 15 de marzo para 2 personas";
  m.raw.assign(1024, 'r');
  return m;
}

std::unique_ptr<Folder> folder;
std::unique_ptr<Store> store;
const SystemClock wall_clock;

void open_store(const benchmark::State&) {
  folder = std::make_unique<Folder>();
  store = *open("sqlite:" + folder->file(), wall_clock);
}
void close_store(const benchmark::State&) {
  store.reset();
  folder.reset();
}

void write_through_store(benchmark::State& state) {
  std::vector<double> waits;  // milliseconds
  for (auto _ : state) {
    const auto begin = std::chrono::steady_clock::now();
    const auto sender = state.thread_index() * 100 + state.iterations() % 100;
    const auto done = store->write([&](sql::Connection& c) { inbound::insert(c, message(c.next_id(), sender)); });
    if (!done) state.SkipWithError(done.error().text.c_str());
    waits.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
  }
  std::sort(waits.begin(), waits.end());
  state.SetItemsProcessed(state.iterations());
  state.counters["p99_ms"] = {waits.empty() ? 0 : waits[waits.size() * 99 / 100], benchmark::Counter::kAvgThreads};
  state.counters["worst_ms"] = {waits.empty() ? 0 : waits.back(), benchmark::Counter::kAvgThreads};
}
BENCHMARK(write_through_store)->Setup(open_store)->Teardown(close_store)->UseRealTime()->Threads(1)->Threads(16);
BENCHMARK(write_through_store)->Setup(open_store)->Teardown(close_store)->UseRealTime()->Threads(64)->MinTime(5);

/// The limit: one thread, `range` rows in each durable transaction, nobody to wake, checkpoints as SQLite does them.
void write_raw_batches(benchmark::State& state) {
  const Folder own;
  SqliteConnection connection(own.file(), SqliteConnection::Mode::kWriter);
  connection.run("PRAGMA wal_autocheckpoint = 2048");
  migrate(connection, migrations(), "BLOB", wall_clock.now());
  Id id = wall_clock.now().time_since_epoch().count() * 4096;
  for (auto _ : state) {
    sql::Transaction transaction(connection);
    for (std::int64_t i = 0; i < state.range(0); ++i, id += 100) inbound::insert(connection, message(id, i));
    transaction.commit();
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(write_raw_batches)->Arg(1)->Arg(16)->Arg(64)->Arg(512)->UseRealTime();

}  // namespace
}  // namespace agente::store

BENCHMARK_MAIN();
