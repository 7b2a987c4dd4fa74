// What an upgrade costs, and how long a call is held up by one: two threads call a plugin without a pause while its
// versions follow each other, each from other bytes, so really opened and closed.
#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <fstream>
#include <thread>
#include <vector>

#include <benchmark/benchmark.h>

#include "plugins/test_house.hpp"

namespace agente::plugins {
namespace {

namespace fs = std::filesystem;
using Steady = std::chrono::steady_clock;
constexpr int kCallers = 2;

struct Bench {
  TestHouse house;
  fs::path folder = house.state.path() / "plugins";
  std::unique_ptr<PluginHost> host;
  int mark = 0;

  Bench() {
    fs::create_directory(folder);
    install();
    auto options = house.options();
    options.search = {folder};
    host = std::make_unique<PluginHost>(options, house.services());
    if (!host->start(channel_config("porter"))) std::abort();
  }
  void install() {
    const auto next = folder / "next";
    fs::copy_file(fs::path(TEST_PLUGINS) / "porter.so", next, fs::copy_options::overwrite_existing);
    std::ofstream(next, std::ios::binary | std::ios::app) << "mark " << ++mark;
    fs::rename(next, folder / "porter.so");
  }
  /// How many swaps took at most so many seconds: a bucket of the host's own histogram.
  double swaps_within(const std::string& seconds) {
    const auto text = house.metrics.text();
    const auto line = "plugin_swap_seconds_bucket{plugin=\"porter\",le=\"" + seconds + "\"} ";
    const auto at = text.find(line);
    return at == std::string::npos ? 0 : std::stod(text.substr(at + line.size()));
  }
  void upgrade() {
    install();
    if (!host->reload("bell")) std::abort();
  }
};

/// Callers that note their longest call since they were last asked.
class Traffic {
 public:
  explicit Traffic(Channel& to) {
    for (auto& longest : longest_) {
      threads_.emplace_back([&to, &longest, this](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
          const auto start = Steady::now();
          if (!to.send({.key = "k1", .recipient = "guest", .text = "hola"}, "")) ++refused_;
          const auto took = std::chrono::nanoseconds(Steady::now() - start).count();
          if (took > longest) longest = took;
          ++calls_;
        }
      });
    }
  }
  std::int64_t take_longest() {
    std::int64_t most = 0;
    for (auto& longest : longest_) most = std::max(most, longest.exchange(0));
    return most;
  }
  [[nodiscard]] std::int64_t calls() const { return calls_; }
  [[nodiscard]] std::int64_t refused() const { return refused_; }

 private:
  std::array<std::atomic<std::int64_t>, kCallers> longest_{};
  std::atomic<std::int64_t> calls_{0};
  std::atomic<std::int64_t> refused_{0};
  std::vector<std::jthread> threads_;
};

double percentile(std::vector<std::int64_t>& values, double of) {
  std::ranges::sort(values);
  return static_cast<double>(values[static_cast<std::size_t>(of * static_cast<double>(values.size() - 1))]) / 1e6;
}

void report(benchmark::State& state, const Traffic& traffic, std::vector<std::int64_t>& longest) {
  state.counters["longest_call_ms_p50"] = percentile(longest, 0.5);
  state.counters["longest_call_ms_p99"] = percentile(longest, 0.99);
  state.counters["calls"] = static_cast<double>(traffic.calls());
  state.counters["refused"] = static_cast<double>(traffic.refused());
}

void whole_upgrade(benchmark::State& state) {
  Bench bench;
  for (auto _ : state) bench.upgrade();
}

/// Both in one: what a caller feels in the time of an upgrade, and in as long a time without one.
void upgrade_under_traffic(benchmark::State& state) {
  Bench bench;
  Traffic traffic(*bench.host->channel("bell"));
  std::vector<std::int64_t> longest;
  const bool upgrades = state.range(0) == 1;
  for (auto _ : state) {
    const auto end = Steady::now() + std::chrono::milliseconds(5);
    traffic.take_longest();
    if (upgrades) bench.upgrade();
    while (Steady::now() < end) std::this_thread::yield();
    longest.push_back(traffic.take_longest());
  }
  report(state, traffic, longest);
  const auto row = bench.host->list().at(0);
  state.counters["images"] = row.resident_images;
  for (const auto* ms : {"0.001", "0.0025", "0.005"})
    state.counters[std::string("swaps_within_") + ms + "_s"] = bench.swaps_within(ms);
}

BENCHMARK(whole_upgrade)->Unit(benchmark::kMillisecond);
BENCHMARK(upgrade_under_traffic)->Name("traffic_alone")->Arg(0)->Iterations(1000)->Unit(benchmark::kMillisecond);
BENCHMARK(upgrade_under_traffic)
    ->Name("traffic_with_upgrades")
    ->Arg(1)
    ->Iterations(1000)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace agente::plugins

BENCHMARK_MAIN();
