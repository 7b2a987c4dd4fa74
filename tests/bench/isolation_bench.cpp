// What `isolation: process` costs: the same plugin and calls in this process and in one of its own.
//   build/release/bin/isolation_bench
#include <csignal>
#include <cstdio>
#include <fstream>
#include <map>
#include <string>
#include <thread>

#include <benchmark/benchmark.h>
#include <sys/socket.h>
#include <unistd.h>

#include "plugins/generation.hpp"
#include "plugins/isolation/remote_program.hpp"
#include "plugins/proxy_channel.hpp"
#include "plugins/scheduler.hpp"
#include "plugins/test_house.hpp"

namespace {

using namespace agente;
using namespace agente::plugins;

using Clock = std::chrono::steady_clock;

/// One live instance of a test plugin.
struct Instance {
  TestHouse house;
  std::shared_ptr<House> lent =
      std::make_shared<House>(house.services(), config::Stage::kTest, std::vector<config::HotelConfig>{});
  ImageStore images{house.state.path()};
  config::InstanceConfig config;
  std::shared_ptr<Generation> generation;
  Route route{"bell", "porter"};
  ProxyChannel channel{route};

  Instance(bool isolated, const std::string& plugin) : config(channel_config(plugin)) {
    const auto file = std::filesystem::path(TEST_PLUGINS) / (plugin + ".so");
    std::shared_ptr<Program> program;
    if (isolated) {
      program = copy_of(file);
    } else {
      program = *images.open(file, Kind::kChannel);
    }
    generation = *Generation::create(program, config, lent, Place{});
    route.live().swap(generation);
    generation->go_live();
  }

  std::shared_ptr<Program> copy_of(const std::filesystem::path& file) {
    return std::make_shared<isolation::RemoteProgram>(
        *images.copy(file, Kind::kChannel),
        isolation::Launch{.patience = {.first_pause = Millis{1}, .settled = Millis{0}}});
  }
  Result<std::string> say(const std::string& recipient, const std::string& text = "") {
    return channel.send({.key = "k1", .recipient = recipient, .text = text}, "00000000000000aa");
  }
};

template <bool kIsolated>
void send_text(benchmark::State& state) {
  static Instance instance(kIsolated, "porter");
  const std::string text(512, 'x');
  for (auto step : state) {
    if (!instance.say("guest", text)) state.SkipWithError("the send failed");
  }
}

/// A webhook with one message: a call, and two services within it (accept, and a staged cursor).
void on_http(benchmark::State& state, bool isolated) {
  Instance instance(isolated, "porter");
  for (auto step : state) {
    Staged staged;
    const auto answer = instance.channel.on_http({.method = "POST", .body = "200 100 34600 hola"}, staged, "");
    if (!answer || staged.messages.size() != 1) state.SkipWithError("the webhook failed");
  }
}

/// Proportional resident size of a process, MiB.
double proportional_size(const std::string& pid) {
  std::ifstream in("/proc/" + pid + "/smaps_rollup");
  for (std::string word; in >> word;) {
    if (word != "Pss:") continue;
    double kib = 0;
    in >> kib;
    return kib / 1024;
  }
  return 0;
}

/// From the order to the live object, without admission and copy of the file.
void start(benchmark::State& state) {
  Instance instance(true, "villain");
  const auto file = std::filesystem::path(TEST_PLUGINS) / "villain.so";
  for (auto step : state) {
    const auto program = instance.copy_of(file);
    const auto began = Clock::now();
    const auto made = Generation::create(program, instance.config, instance.lent, Place{});
    state.SetIterationTime(std::chrono::duration<double>(Clock::now() - began).count());
    if (!made) state.SkipWithError("it did not start");
  }
  state.counters["proportional_MiB"] = proportional_size(*instance.say("guest"));
}

/// From SIGKILL to the answer of the call that was under way.
void see_a_death(benchmark::State& state) {
  Instance instance(true, "villain");
  for (auto step : state) {
    auto alive = instance.say("guest");
    while (!alive) alive = instance.say("guest");
    const auto pid = std::stoi(*alive);
    Clock::time_point killed;
    std::jthread killer([&] {
      while (instance.generation->in_flight() == 0) std::this_thread::yield();
      std::this_thread::sleep_for(Millis{2});  // until it is in the plugin
      killed = Clock::now();
      ::kill(pid, SIGKILL);
    });
    if (instance.say("hang")) state.SkipWithError("it was not killed");
    const auto seen = Clock::now();
    killer.join();
    state.SetIterationTime(std::chrono::duration<double>(seen - killed).count());
  }
}

/// 512 bytes there and back between two threads over a socket of this kind, and nothing else.
void socket_round_trip(benchmark::State& state, int kind) {
  int ends[2];
  if (::socketpair(AF_UNIX, kind, 0, ends) != 0) return state.SkipWithError("no socket");
  std::jthread echo([other = ends[1]] {
    char got[512];
    for (ssize_t size = 0; (size = ::recv(other, got, sizeof got, 0)) > 0;) {
      if (::send(other, got, static_cast<std::size_t>(size), 0) < 0) return;
    }
  });
  char piece[512] = {};
  for (auto step : state) {
    const bool sent = ::send(ends[0], piece, sizeof piece, 0) == sizeof piece;
    if (!sent || ::recv(ends[0], piece, sizeof piece, 0) <= 0) state.SkipWithError("the socket failed");
  }
  ::shutdown(ends[0], SHUT_RDWR);
  echo.join();
  ::close(ends[0]);
  ::close(ends[1]);
}

/// The largest message one SEQPACKET takes, with the buffers a socket has by default.
std::size_t largest_packet() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) != 0) return 0;
  const std::string much(std::size_t{16} << 20U, 'x');
  std::size_t fits = 0;
  for (std::size_t step = much.size() / 2; step > 0; step /= 2) {
    if (::send(ends[0], much.data(), fits + step, MSG_DONTWAIT) < 0) continue;
    fits += step;
    std::string back(fits, 'x');
    if (::recv(ends[1], back.data(), back.size(), 0) < 0) break;
  }
  ::close(ends[0]);
  ::close(ends[1]);
  return fits;
}

/// Keeps the times, so that the two kinds of one run can be compared.
class Comparison : public benchmark::ConsoleReporter {
 public:
  Comparison() : ConsoleReporter(OO_None) {}
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const auto& run : runs) seconds_[run.benchmark_name()] = run.real_accumulated_time / double(run.iterations);
    ConsoleReporter::ReportRuns(runs);
  }
  void print(const std::string& what) const {
    const auto in_process = seconds_.find(what + "/in_process/real_time");
    const auto isolated = seconds_.find(what + "/isolated/real_time");
    if (in_process == seconds_.end() || isolated == seconds_.end()) return;
    std::printf("%s: in process %.2f us, isolated %.1f us, 1 : %.0f\n", what.c_str(), in_process->second * 1e6,
                isolated->second * 1e6, isolated->second / in_process->second);
  }

 private:
  std::map<std::string, double> seconds_;
};

}  // namespace

int main(int count, char** arguments) {
  using benchmark::RegisterBenchmark;
  benchmark::Initialize(&count, arguments);
  RegisterBenchmark("send/in_process", send_text<false>)->UseRealTime();
  RegisterBenchmark("send/isolated", send_text<true>)->UseRealTime();
  RegisterBenchmark("send/isolated", send_text<true>)->UseRealTime()->Threads(8);
  RegisterBenchmark("webhook/in_process", on_http, false)->UseRealTime();
  RegisterBenchmark("webhook/isolated", on_http, true)->UseRealTime();
  RegisterBenchmark("start", start)->UseManualTime()->Iterations(200)->Unit(benchmark::kMicrosecond);
  RegisterBenchmark("see_a_death", see_a_death)->UseManualTime()->Iterations(100)->Unit(benchmark::kMicrosecond);
  RegisterBenchmark("socket/stream", socket_round_trip, SOCK_STREAM)->UseRealTime();
  RegisterBenchmark("socket/seqpacket", socket_round_trip, SOCK_SEQPACKET)->UseRealTime();
  Comparison comparison;
  benchmark::RunSpecifiedBenchmarks(&comparison);
  comparison.print("send");
  comparison.print("webhook");
  std::printf("the largest packet of SOCK_SEQPACKET: %zu bytes\n", largest_packet());
}
