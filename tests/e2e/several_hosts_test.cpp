// Three hosts on one PostgreSQL and one Redis. Guests write to any of them, hosts are killed, Redis is emptied and
// PostgreSQL started again: every guest ends with one right booking and every message in order.
#include <atomic>
#include <csignal>
#include <thread>

#include <gmock/gmock.h>

#include "base/calendar.hpp"
#include "one_of_many.hpp"

namespace agente::e2e {
namespace {

constexpr int kHosts = 3;
constexpr const char* kRequest = "Hola, quiero reservar una doble del 12 al 15 de marzo para 2 personas";
// Bookings in the host's kv: the PMS of all hosts.
constexpr const char* kRooms =
    "{rooms: {double: {count: 1000, capacity: 2, rate_minor: 10000}, suite: {count: 1, capacity: 2, rate_minor: "
    "22000}}}";

struct SeveralHosts : ::testing::Test {
  Stage stage{{.servers = true, .pms_deadline_ms = 1000, .pms_config = kRooms}};
  std::vector<std::unique_ptr<OneOfMany>> hosts;

  SeveralHosts() {
    stage.start_simulator();
    for (int i = 0; i < kHosts; ++i) hosts.push_back(std::make_unique<OneOfMany>(stage, i));
    for (auto& host : hosts) host->start();
  }

  /// As Meta does: again, to whoever the load balancer finds, until one says 200.
  void insist(const std::string& guest, const std::string& text, const std::string& id) {
    static std::atomic<std::size_t> turn = 0;
    EXPECT_TRUE(eventually([&] { return hosts[turn++ % hosts.size()]->hears(guest, text, id) == 200; }, 90));
  }
  void talk(const std::string& guest) {
    insist(guest, kRequest, "wamid." + guest + ".1");
    insist(guest, "Ana Bello", "wamid." + guest + ".2");
    insist(guest, "sí", "wamid." + guest + ".3");
  }
  /// Every part by one host, and some by each.
  [[nodiscard]] bool all_parts_are_held() const {
    return eventually(
        [&] {
          int sum = 0;
          bool each = true;
          for (const auto& host : hosts) {
            const int parts = host->parts();
            sum += parts;
            each = each && parts > 0;
          }
          return each && sum == 32;
        },
        30);
  }
  void expect_one_booking(const std::string& guest) {
    ASSERT_TRUE(eventually([&] { return hosts[0]->conversation(guest).value("state", "") == "confirmed"; }, 60))
        << hosts[0]->conversation(guest).dump(1);
    const auto conversation = hosts[0]->conversation(guest);
    EXPECT_EQ(conversation["reservations_created"], 1);
    std::vector<std::string> said;
    for (const auto& turn : conversation["turns"]) {
      if (turn["from"] == "guest") said.push_back(turn["text"]);
    }
    EXPECT_EQ(said, (std::vector<std::string>{kRequest, "Ana Bello", "sí"})) << "in the order of writing";
  }
  /// Bookings that the PMS has ever made: its own counter.
  [[nodiscard]] std::string bookings() const {
    const auto url = stage.store_url();
    return postgres().ask(
        "SELECT convert_from(entry_value, 'UTF8')::json ->> 'last_number' FROM plugin_kv WHERE entry_key = 'head'",
        url.substr(url.rfind('/') + 1));
  }
};

std::string number_of(int guest) { return "34600" + std::to_string(200'000 + guest); }

TEST_F(SeveralHosts, ShareTheWorkAndTakeOverWhatADeadOneHeldWithinFifteenSeconds) {
  ASSERT_TRUE(all_parts_are_held());
  hosts[2]->kill();
  const auto killed = std::chrono::steady_clock::now();
  EXPECT_TRUE(eventually([&] { return hosts[0]->parts() + hosts[1]->parts() == 32; }, 30));
  EXPECT_LE(std::chrono::steady_clock::now() - killed, std::chrono::seconds{15});
  hosts.pop_back();
  for (int guest = 0; guest < 10; ++guest) talk(number_of(guest));
  for (int guest = 0; guest < 10; ++guest) expect_one_booking(number_of(guest));
}

TEST_F(SeveralHosts, ARollingRestartLosesAndDoublesNothing) {
  constexpr int kGuests = 20;
  ASSERT_TRUE(all_parts_are_held());
  {
    std::vector<std::jthread> guests;
    for (int i = 0; i < kGuests; ++i) guests.emplace_back([this, i] { talk(number_of(i)); });
    for (auto& host : hosts) {
      EXPECT_EQ(host->stop(), 0);
      host->start();
    }
  }
  for (int i = 0; i < kGuests; ++i) {
    expect_one_booking(number_of(i));
    const auto turns = hosts[0]->conversation(number_of(i))["turns"];
    EXPECT_TRUE(eventually([&] { return stage.texts_to(number_of(i)).size() + 3 == turns.size(); }))
        << "each reply once: " << ::testing::PrintToString(stage.texts_to(number_of(i)));
  }
  EXPECT_EQ(bookings(), std::to_string(kGuests) + "\n");
}

TEST_F(SeveralHosts, AHostThatSleptThroughItsLeaseDoublesNothing) {
  constexpr int kGuests = 12;
  ASSERT_TRUE(all_parts_are_held());
  {
    std::vector<std::jthread> guests;
    for (int i = 0; i < kGuests; ++i) guests.emplace_back([this, i] { talk(number_of(i)); });
    hosts[1]->signal(SIGSTOP);
    EXPECT_TRUE(eventually([&] { return hosts[0]->parts() + hosts[2]->parts() == 32; }, 30));
    hosts[1]->signal(SIGCONT);
  }
  for (int i = 0; i < kGuests; ++i) expect_one_booking(number_of(i));
  EXPECT_EQ(bookings(), std::to_string(kGuests) + "\n");
}

TEST_F(SeveralHosts, EveryGuestEndsWithOneBookingWhateverIsKilledEmptiedOrStartedAgain) {
  constexpr int kGuests = 60;
  {
    std::atomic<int> talking = kGuests;
    std::vector<std::jthread> guests;
    for (int i = 0; i < kGuests; ++i) {
      guests.emplace_back([this, i, &talking] {
        talk(number_of(i));
        --talking;
      });
    }
    for (int round = 0; round < 4; ++round) {
      auto& host = *hosts[static_cast<std::size_t>(round % kHosts)];
      host.kill();
      if (round == 1 || round == 3) redis().flush();
      if (round == 2) {
        postgres().stop();
        postgres().start();
      }
      host.start();
      eventually([&] { return talking == 0; }, 2);
    }
  }
  for (int i = 0; i < kGuests; ++i) expect_one_booking(number_of(i));
  EXPECT_EQ(bookings(), std::to_string(kGuests) + "\n");
}

// Meta lets 45 messages to one guest go at once, and then one each six seconds: a host that takes over a guest has to
// know how many the dead one sent.
TEST(PairLimitOfSeveralHosts, WhoTakesOverAGuestSendsHimNoMoreThanMetaTakes) {
  constexpr std::size_t kAtOnce = 40;
  constexpr std::size_t kSlowRedis = 2;  // while it is, each host counts alone
  const std::string guest = number_of(1);
  Stage stage{{.servers = true, .pms_deadline_ms = 1000}};
  stage.start_simulator();
  OneOfMany first(stage, 0);
  first.start();
  ASSERT_EQ(first.hears(guest, "Hola", "wamid.1"), 200);
  ASSERT_TRUE(eventually([&] { return stage.texts_to(guest).size() == 1; }));
  for (std::size_t i = 1; i < kAtOnce; ++i) ASSERT_EQ(first.says(guest, std::to_string(i)), 202);
  ASSERT_TRUE(eventually([&] { return stage.texts_to(guest).size() == kAtOnce; }));

  OneOfMany second(stage, 1);
  second.start();
  first.kill();
  for (std::size_t i = 0; i < 12; ++i) ASSERT_EQ(second.says(guest, "b" + std::to_string(i)), 202);
  ASSERT_TRUE(eventually([&] { return stage.texts_to(guest).size() >= kAtOnce + 5; }, 60));

  std::vector<Time> asked;
  const auto log = stage.simulator("GET", "/__sim/log").json();
  for (const auto& request : log["requests"]) {
    if (request.value("to", "") != guest) continue;
    EXPECT_TRUE(request.value("accepted", false)) << request.dump();
    asked.push_back(parse_time(request["at"].get<std::string>()).value());
  }
  for (std::size_t i = kAtOnce; i < asked.size(); ++i) {
    const auto made_up = static_cast<std::size_t>((asked[i] - asked[0]) / std::chrono::milliseconds{5'500});
    EXPECT_LE(i + 1, kAtOnce + made_up + kSlowRedis) << i;
  }
}

// Meta takes so many messages a second from a number: hosts that have much to send keep below it together, and none of
// them waits for the other to be done.
TEST(ThroughputOfSeveralHosts, IsSharedSoThatMetaNeverHasToSayNo) {
  constexpr std::size_t kGuests = 120;
  // Two hosts that count alone send 40 a second. While Redis is slow, they do, for a moment.
  Stage stage{{.servers = true, .pms_deadline_ms = 1000, .simulator_arguments = {"--rate", "30"}}};
  auto config = stage.config_text();
  const std::string before = "access_token:";
  config.insert(config.find(before), "messages_per_second: 20, ");
  stage.write_config_text(config);
  stage.start_simulator();
  std::vector<std::unique_ptr<OneOfMany>> hosts;
  for (int i = 0; i < 2; ++i) hosts.push_back(std::make_unique<OneOfMany>(stage, i));
  for (auto& host : hosts) host->start();
  ASSERT_TRUE(eventually([&] { return hosts[0]->parts() == 16 && hosts[1]->parts() == 16; }));
  for (std::size_t i = 0; i < kGuests; ++i) {
    const auto guest = number_of(static_cast<int>(i));
    ASSERT_EQ(hosts[i % 2]->hears(guest, "Hola", "wamid." + guest), 200);
  }
  ASSERT_TRUE(eventually([&] { return stage.texts().size() == kGuests; }, 60));
  const auto log = stage.simulator("GET", "/__sim/log").json();
  EXPECT_THAT(log.dump(), ::testing::Not(::testing::HasSubstr("130429"))) << "Meta never had to say no";
  for (const auto& host : hosts) {
    const auto metrics = http("GET", host->url() + "/metrics").body;
    const std::string sent = R"(whatsapp_messages_total{direction="out",status="sent"} )";
    const auto at = metrics.find(sent);
    ASSERT_NE(at, std::string::npos);
    EXPECT_GT(std::stoul(metrics.substr(at + sent.size())), kGuests / 4) << "each host had its share";
  }
}

}  // namespace
}  // namespace agente::e2e
