// What a message costs in a store that is small, and in one that is large: intake, turn, delivery and its receipts, by
// the rooms of the host as they are, on a store with 10,000 messages and on one with a million (ten with --large), in
// turns. Filled by SQL: 90 days of messages that are done, ten for each guest. Prints wall and CPU time per message
// and the ratio to the small store.
//   build/release/bin/growth_bench sqlite|postgres [--large|--small]    --small: only to see that it works
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <string_view>
#include <thread>

#include <nlohmann/json.hpp>
#include <sys/resource.h>
#include <unistd.h>

#include "bench/growth_fill.hpp"
#include "bench/house.hpp"
#include "messaging/delivery.hpp"
#include "messaging/dispatch.hpp"
#include "messaging/intake.hpp"

namespace {

using namespace agente;
using Seconds = std::chrono::duration<double>;

constexpr int kMessages = 2'000;  // in one turn of one store
constexpr int kTurns = 5;         // the first is not counted: what is touched first is read from the disk
constexpr int kSenders = 32;      // webhooks under way at once
constexpr const char* kChannel = "whatsapp";

/// Takes every message and tells how many.
class Provider final : public plugins::Channel {
 public:
  [[nodiscard]] const std::string& id() const override { return id_; }
  Result<std::string> send(const plugins::OutboundMessage& message, std::string_view) override {
    return "wamid." + message.key;
  }
  Result<plugins::HttpOut> on_http(const plugins::HttpIn&, plugins::Staged&, std::string_view) override {
    return Error{Code::kUnsupported, "not in this benchmark"};
  }
  Result<std::string> lookup(std::string_view, std::string_view) override {
    return Error{Code::kUnsupported, "not in this benchmark"};
  }
  Result<std::vector<plugins::Check>> self_test() override { return std::vector<plugins::Check>{}; }

 private:
  std::string id_ = kChannel;
};

/// The way of a message in the host: intake, dispatch with turns, delivery.
class Way : bench::House {
 public:
  Way(const std::string& url, std::int64_t stored) : House(url), stored_(stored) {
    bench::fill(*store, stored, clock.now());
    // As the host does: rows may be committed in another order than their ids, and are found by looking again.
    membership_ = store->join("growth_bench", {.hold =
                                                   [this](store::Parts parts) {
                                                     dispatch_.hold(parts);
                                                     delivery_.hold(parts);
                                                   },
                                               .rests = [](store::Parts) { return true; },
                                               .look =
                                                   [this] {
                                                     dispatch_.sweep();
                                                     delivery_.sweep();
                                                   }});
    delivery_.start();
    dispatch_.start(4);
  }
  ~Way() {
    membership_->leave();
    membership_.reset();
    dispatch_.stop();
    delivery_.stop();
  }
  Way(const Way&) = delete;
  Way& operator=(const Way&) = delete;

  /// `kMessages` guests write; returns when each has its answer and the provider's receipts are stored.
  void messages() {
    const auto begin = store_time();
    at_once([this](int number) { write(number); });
    settle();
    const auto sent = sent_since(begin);
    at_once([&](int number) {
      const auto index = static_cast<std::size_t>(number);
      if (index < sent.size()) receive(sent[index]);
    });
  }

 private:
  void at_once(const std::function<void(int)>& each) {
    std::atomic<int> next = 0;
    std::vector<std::jthread> senders;
    for (int i = 0; i < kSenders; ++i) {
      senders.emplace_back([&] {
        for (int number = next++; number < kMessages; number = next++) each(number);
      });
    }
  }

  /// A guest who wrote before, anyone of them.
  void write(int number) {
    const auto guest = static_cast<std::int64_t>(number + written_) * 7919 % bench::guests_of(stored_);
    const auto id = "in." + std::to_string(written_) + "." + std::to_string(number);
    if (number == kMessages - 1) written_ += kMessages;
    commit({.messages = {{.hotel = "sol",
                          .account = "1065",
                          .external_id = id,
                          .sender = bench::sender_of(guest),
                          .sender_name = "Ana",
                          .kind = "text",
                          .text = "Hola, quiero reservar una doble del 12 al 15 de marzo para 2 personas",
                          .raw = std::string(500, 'r'),
                          .provider_time = clock.now()}}});
  }

  /// By the provider's id, as for a channel that cannot carry a key of ours.
  void receive(const std::string& external_id) {
    for (const auto state : {plugins::ReceiptState::kDelivered, plugins::ReceiptState::kRead}) {
      commit({.receipts = {{.state = state, .account = "1065", .external_id = external_id}}});
    }
  }

  void commit(const plugins::Staged& staged) {
    if (const auto done = intake_.commit(kChannel, staged, "t"); !done) throw std::runtime_error(done.error().text);
  }

  store::Id store_time() {
    store::Id id = 0;
    (void)store->write([&](store::sql::Connection& connection) { id = connection.next_id(); });
    return id;
  }

  void settle() {
    for (std::int64_t left = 1; left != 0;) {
      std::this_thread::sleep_for(Millis{5});
      (void)store->read([&](store::sql::Connection& connection) {
        left = store::inbound::count_received(connection) + store::outbound::count_unsent(connection);
      });
    }
  }

  std::vector<std::string> sent_since(store::Id begin) {
    store::messages::Filter filter;
    filter.direction = "out";
    filter.after = begin;
    filter.limit = 2 * kMessages;
    std::vector<std::string> ids;
    (void)store->read([&](store::sql::Connection& connection) {
      for (const auto& line : store::messages::list(connection, filter)) ids.push_back(line.external_id);
    });
    return ids;
  }

  std::unique_ptr<store::Membership> membership_;
  const std::int64_t stored_;
  std::atomic<int> written_ = 0;
  Provider provider_;
  messaging::Delivery delivery_{*store, clock, meter, [this](const std::string&) { return &provider_; }, {}};
  messaging::Turn turn_{*store, clock, hotels, meter, [this](const auto&) { delivery_.wake(); }};
  messaging::Dispatch dispatch_{*store, clock, turn_};
  messaging::Intake intake_{*store,
                            clock,
                            meter,
                            {.message_came = [this] { dispatch_.wake(); },
                             .receipt_changed = [this](const store::Outbound& m) { delivery_.receipt_changed(m); }}};
};

/// CPU time of this process, and of the server's where there is one.
Seconds cpu_time(bool with_server) {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return Seconds{static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec)};
  };
  auto sum = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  if (!with_server) return sum;
  std::istringstream processes(bench::postgres().ask("SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()"));
  for (long process = 0; processes >> process;) {
    std::ifstream file("/proc/" + std::to_string(process) + "/stat");
    const std::string stat((std::istreambuf_iterator<char>(file)), {});
    std::istringstream fields(stat.substr(std::min(stat.size(), stat.rfind(')') + 1)));
    std::string field;
    for (int i = 3; i < 14; ++i) fields >> field;  // proc(5): utime is the 14th, stime the 15th
    double user = 0, system = 0;
    fields >> user >> system;
    sum += Seconds{(user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK))};
  }
  return sum;
}

struct Cost {
  std::vector<double> wall, cpu;  ///< microseconds per message, by turn
};

void measure(Way& way, Cost& cost, bool with_server) {
  const auto cpu = cpu_time(with_server);
  const auto begin = std::chrono::steady_clock::now();
  way.messages();
  cost.wall.push_back(1e6 * Seconds(std::chrono::steady_clock::now() - begin).count() / kMessages);
  cost.cpu.push_back(1e6 * (cpu_time(with_server) - cpu).count() / kMessages);
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view kind = argc > 1 ? argv[1] : "";
  const std::string_view extent = argc > 2 ? argv[2] : "";
  if (kind != "sqlite" && kind != "postgres") {
    return std::fprintf(stderr, "usage: growth_bench sqlite|postgres [--large|--small]\n"), 2;
  }
  const bool server = kind == "postgres";
  std::vector<std::int64_t> sizes{10'000, 1'000'000};
  if (extent == "--large") sizes.push_back(10'000'000);
  if (extent == "--small") sizes = {1'000, 10'000};

  const bench::Folder folder;
  std::vector<std::unique_ptr<Way>> ways;
  for (const auto size : sizes) {
    const auto url = server ? bench::postgres().new_database() : folder.url(std::to_string(size) + ".db");
    std::fprintf(stderr, "filling a store with %ld messages\n", static_cast<long>(size));
    ways.push_back(std::make_unique<Way>(url, size));
    if (server) bench::postgres().ask("VACUUM (ANALYZE)", url.substr(url.rfind('/') + 1));
  }
  if (server) bench::postgres().ask("CHECKPOINT");

  std::vector<Cost> costs(sizes.size());
  for (int turn = 0; turn < kTurns; ++turn) {
    std::fprintf(stderr, "turn %d of %d\n", turn + 1, kTurns);
    for (std::size_t i = 0; i < ways.size(); ++i) measure(*ways[i], costs[i], server);
    if (turn == 0) costs.assign(sizes.size(), {});
  }
  std::printf("%s: intake, turn, delivery and two receipts of a message, median of %d turns\n", argv[1], kTurns - 1);
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const auto wall = median(costs[i].wall), cpu = median(costs[i].cpu);
    std::printf("%10ld stored: %6.0f us wall (%.2f x), %6.0f us CPU (%.2f x)\n", static_cast<long>(sizes[i]), wall,
                wall / median(costs[0].wall), cpu, cpu / median(costs[0].cpu));
  }
  return 0;
}
