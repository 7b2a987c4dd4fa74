// Redis at its worst: killed, stopped, emptied, full, or not a Redis at all. Nobody waits, nobody fails.
#include <atomic>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <sstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.hpp"
#include "cache/cache.hpp"
#include "cache/eventually.hpp"
#include "cache/nonsense_server.hpp"
#include "servers/redis_server.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

namespace agente::cache {
namespace {

using std::chrono::steady_clock;
using testing::eventually;

constexpr Millis kMinute{60'000};
/// For what the machine itself may add to the 50 ms of a call: sanitizers, other tests on the same processors.
constexpr Millis kSlack{450};

struct Stay {
  Metrics metrics;
  std::unique_ptr<Cache> cache;
  Stay(const std::string& url, const Clock& clock, Bounds bounds = {.longest_pause = Millis{200}})
      : cache(std::move(*open(url, clock, metrics, bounds))) {}
  [[nodiscard]] bool shows(const std::string& line) { return metrics.text().find(line + "\n") != std::string::npos; }
  /// By putting and getting, so that it is sure.
  [[nodiscard]] bool works() {
    return eventually([&] {
      cache->put("works", "1", kMinute);
      return cache->get("works") == "1";
    });
  }
};

struct RedisTest : ::testing::Test {
  SystemClock clock;
  servers::RedisServer server;
};

template <class Call>
Millis time_of(const Call& call) {
  const auto began = steady_clock::now();
  call();
  return std::chrono::ceil<Millis>(steady_clock::now() - began);
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

int count_of(const std::string& words, const std::string& text) {
  int count = 0;
  for (auto at = text.find(words); at != std::string::npos; at = text.find(words, at + 1)) ++count;
  return count;
}

bool takes(Stay& stay, std::string_view bucket, unsigned at_once) {
  return stay.cache->take(bucket, at_once, kMinute) == Millis{0};
}

/// Every kind of call, once; how long the slowest took.
Millis call_everything(Cache& cache) {
  return std::max({time_of([&] { cache.put("k", "v", kMinute); }), time_of([&] { cache.get("k"); }),
                   time_of([&] { cache.erase("k"); }),
                   time_of([&] { static_cast<void>(cache.take("b", 1'000'000, kMinute)); }),
                   time_of([&] { cache.wake("inbound"); })});
}

TEST_F(RedisTest, TwoHostsShareValuesLimitsAndWakeUps) {
  Stay one(server.url(2), clock);
  Stay two(server.url(2), clock);
  ASSERT_TRUE(one.works() && two.works());
  one.cache->put("k", "v", kMinute);
  EXPECT_EQ(two.cache->get("k"), "v");
  int taken = 0;
  for (int i = 0; i < 6; ++i) taken += takes(i % 2 == 0 ? one : two, "ana", 4) ? 1 : 0;
  EXPECT_EQ(taken, 4);

  std::atomic<int> own{0};
  std::atomic<int> others{0};
  auto here = one.cache->on_wake("inbound", [&] { ++own; });
  auto there = two.cache->on_wake("inbound", [&] { ++others; });
  one.cache->wake("inbound");
  EXPECT_TRUE(eventually([&] { return others > 0; }));
  std::atomic<bool> last{false};
  auto end = one.cache->on_wake("last", [&] { last = true; });
  two.cache->wake("last");  // Redis keeps their order: by then the first would have come back to its sender
  EXPECT_TRUE(eventually([&] { return last.load(); }));
  EXPECT_EQ(own, 1);
  EXPECT_EQ(others, 1);
}

TEST_F(RedisTest, AnotherDatabaseIsAnotherHouse) {
  Stay one(server.url(1), clock);
  Stay two(server.url(2), clock);
  ASSERT_TRUE(one.works() && two.works());
  one.cache->put("k", "v", kMinute);
  EXPECT_EQ(two.cache->get("k"), std::nullopt);
  EXPECT_EQ(server.ask({"DBSIZE"}), "0");
}

TEST_F(RedisTest, EveryKeyHasThePrefixAndAnEnd) {
  Stay stay(server.url(), clock);
  ASSERT_TRUE(stay.works());
  stay.cache->put("k", "v", kMinute);
  EXPECT_TRUE(takes(stay, "ana", 4));
  const auto left = [&](const std::string& key) { return std::stol(server.ask({"PTTL", key})); };
  EXPECT_GT(left("agente:value:k"), 0);
  EXPECT_GT(left("agente:limit:ana"), 0);
}

TEST_F(RedisTest, ALimitOfNonsenseIsMended) {
  Stay stay(server.url(), clock);
  ASSERT_TRUE(stay.works());
  for (const auto* nonsense : {"999", "-7", "full", ""}) {
    server.ask({"SET", "agente:limit:ana", nonsense});
    EXPECT_TRUE(takes(stay, "ana", 1)) << nonsense;
    EXPECT_FALSE(takes(stay, "ana", 1)) << nonsense;
  }
  server.ask({"SET", "agente:limit:ana", "9007199254740991"});  // of a clock that was centuries ahead
  EXPECT_EQ(stay.cache->take("ana", 1, kMinute), kMinute);
  EXPECT_EQ(stay.cache->take("ana", 4, Millis{40}), Millis{10});
}

TEST_F(RedisTest, HostsWhoseClocksDifferShareALimit) {
  ManualClock morning(Time{Millis{1'789'473'600'000}});
  ManualClock evening(Time{Millis{1'789'516'800'000}});
  Stay one(server.url(), morning);
  Stay two(server.url(), evening);
  ASSERT_TRUE(one.works() && two.works());
  EXPECT_TRUE(takes(one, "ana", 2));
  EXPECT_TRUE(takes(two, "ana", 2));
  const auto wait = one.cache->take("ana", 2, kMinute);
  EXPECT_GT(wait, Millis{20'000});
  EXPECT_LE(wait, Millis{30'000}) << "one comes back in half a minute";
}

TEST(RedisSignIn, TheRightPasswordOpensAndAWrongOneOnlyMisses) {
  SystemClock clock;
  servers::RedisServer server("s3cret");
  Stay right(server.url(), clock);
  EXPECT_TRUE(right.works());
  const auto at = "127.0.0.1:" + std::to_string(server.port());
  for (const auto& url : {"redis://:wrong@" + at, "redis://" + at, "redis://ana:s3cret@" + at}) {
    Stay wrong(url, clock);
    EXPECT_LE(call_everything(*wrong.cache), Millis{50} + kSlack);
    EXPECT_FALSE(wrong.cache->up());
    EXPECT_TRUE(wrong.shows("cache_up 0"));
  }
}

TEST_F(RedisTest, FlushedInTheMiddleItLosesNothingButHits) {
  Stay stay(server.url(), clock);
  ASSERT_TRUE(stay.works());
  stay.cache->put("k", "v", kMinute);
  server.flush();
  EXPECT_EQ(stay.cache->get("k"), std::nullopt);
  EXPECT_TRUE(stay.cache->up());
  stay.cache->put("k", "v", kMinute);
  EXPECT_EQ(stay.cache->get("k"), "v");
  EXPECT_TRUE(stay.shows("cache_up 1"));
}

TEST_F(RedisTest, StoppedItCostsOneTimeoutAndThenNothing) {
  Stay stay(server.url(), clock);
  ASSERT_TRUE(stay.works());
  server.pause();
  EXPECT_LE(time_of([&] { EXPECT_EQ(stay.cache->get("k"), std::nullopt); }), Millis{50} + kSlack);
  EXPECT_FALSE(stay.cache->up());
  EXPECT_TRUE(stay.shows("cache_up 0"));
  const auto thousand = time_of([&] {
    for (int i = 0; i < 1000; ++i) stay.cache->get("k");
  });
  EXPECT_LT(thousand, Millis{5000});  // with a timeout each it would be 50 s
  server.resume();
  EXPECT_TRUE(stay.works());
  EXPECT_TRUE(stay.shows("cache_up 1"));
}

TEST_F(RedisTest, StoppedWithoutAnybodyAskingItIsNoticedByItsSilence) {
  Stay stay(server.url(), clock, {.longest_pause = Millis{200}, .heartbeat = Millis{20}});
  ASSERT_TRUE(stay.works());
  server.pause();
  EXPECT_TRUE(eventually([&] { return !stay.cache->up(); }));
  server.resume();
  EXPECT_TRUE(eventually([&] { return stay.cache->up(); }));
}

TEST_F(RedisTest, WithoutRedisEachHostHoldsTheLimitAlone) {
  Stay one(server.url(), clock);
  Stay two(server.url(), clock);
  ASSERT_TRUE(one.works() && two.works());
  EXPECT_TRUE(takes(one, "ana", 2));
  server.kill();
  for (auto* stay : {&one, &two}) EXPECT_TRUE(eventually([&] { return !stay->cache->up(); }));
  EXPECT_TRUE(takes(one, "ana", 2));  // the one that Redis saw counts
  EXPECT_FALSE(takes(one, "ana", 2));
  EXPECT_TRUE(takes(two, "ana", 2));
  EXPECT_TRUE(takes(two, "ana", 2));
  EXPECT_FALSE(takes(two, "ana", 2));
}

TEST_F(RedisTest, KilledAndStartedAgainUnderLoadNoCallFailsOrHangsAndItComesBack) {
  Stay stay(server.url(), clock);
  ASSERT_TRUE(stay.works());
  std::atomic<Millis::rep> slowest{0};
  std::atomic<int> calls{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 6; ++i) {
      threads.emplace_back([&](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
          const auto took = call_everything(*stay.cache).count();
          for (auto seen = slowest.load(); took > seen && !slowest.compare_exchange_weak(seen, took);) {
          }
          ++calls;
        }
      });
    }
    for (int i = 0; i < 3; ++i) {
      const auto before = calls.load();
      EXPECT_TRUE(eventually([&] { return calls > before + 50; }));
      server.kill();
      EXPECT_TRUE(eventually([&] { return stay.shows("cache_up 0"); }));
      const auto without = calls.load();
      EXPECT_TRUE(eventually([&] { return calls > without + 50; }));
      server.start();
      EXPECT_TRUE(eventually([&] { return stay.shows("cache_up 1"); }));
    }
  }
  EXPECT_LE(slowest, (Millis{50} + kSlack).count());
  EXPECT_TRUE(stay.works());
  EXPECT_FALSE(stay.shows("cache_requests_total{outcome=\"error\"} 0"));
}

TEST_F(RedisTest, WakeUpsArriveAgainAfterItWasAway) {
  Stay one(server.url(), clock);
  Stay two(server.url(), clock);
  ASSERT_TRUE(one.works() && two.works());
  server.kill();
  one.cache->wake("inbound");  // lost to the other, and nobody minds
  server.start();
  std::atomic<bool> woken{false};
  auto listening = two.cache->on_wake("inbound", [&] { woken = true; });
  EXPECT_TRUE(eventually([&] {
    one.cache->wake("inbound");
    return woken.load();
  }));
}

TEST_F(RedisTest, OneConnectionClosedByTheServerIsMended) {
  Stay stay(server.url(), clock);
  ASSERT_TRUE(stay.works());
  server.ask({"CLIENT", "KILL", "TYPE", "normal"});
  EXPECT_TRUE(stay.works());
  server.ask({"CLIENT", "KILL", "TYPE", "pubsub"});
  EXPECT_TRUE(stay.works());
}

TEST_F(RedisTest, FullOrReadOnlyItIsAwayUntilItTakesValuesAgain) {
  Stay stay(server.url(), clock);
  ASSERT_TRUE(stay.works());
  server.ask({"CONFIG", "SET", "maxmemory", "1"});
  stay.cache->put("k", "v", kMinute);
  EXPECT_FALSE(stay.cache->up());
  EXPECT_LE(call_everything(*stay.cache), Millis{50} + kSlack);
  server.ask({"CONFIG", "SET", "maxmemory", "0"});
  EXPECT_TRUE(stay.works());
}

TEST_F(RedisTest, ItIsThereAtTheStartOrComesLater) {
  server.kill();
  Stay stay(server.url(), clock);
  EXPECT_LE(call_everything(*stay.cache), Millis{50} + kSlack);
  EXPECT_FALSE(stay.cache->up());
  server.start();
  EXPECT_TRUE(stay.works());
}

TEST(RedisLog, OneLineSaysThatItWentAndWhatToDoAndOneThatItIsBackWithoutThePassword) {
  const auto folder = std::filesystem::temp_directory_path() / ("agente-cache-" + random_hex(8));
  ASSERT_TRUE(log::open(folder / "app.log", log::Level::kInfo));
  {
    SystemClock clock;
    servers::RedisServer server("s3cret");
    Stay stay(server.url(), clock);
    ASSERT_TRUE(stay.works());
    server.kill();
    for (int i = 0; i < 20; ++i) call_everything(*stay.cache);
    EXPECT_TRUE(eventually([&] { return !stay.cache->up(); }));
    server.start();
    ASSERT_TRUE(stay.works());
    Stay wrong("redis://:geheim@127.0.0.1:" + std::to_string(server.port()), clock);
    EXPECT_TRUE(eventually([&] {
      log::write(log::Level::kInfo, "test", "flush");
      return read_file(folder / "app.log").find("Correct user and password") != std::string::npos;
    }));
  }
  log::close();
  const auto text = read_file(folder / "app.log");
  std::filesystem::remove_all(folder);
  EXPECT_EQ(count_of("Start it, or correct cache.url", text), 1) << text;
  EXPECT_EQ(count_of("Redis is back", text), 1) << text;
  EXPECT_EQ(count_of("Correct user and password in cache.url", text), 1) << text;
  EXPECT_EQ(count_of("s3cret", text) + count_of("geheim", text), 0) << text;
}

TEST_F(RedisTest, EndingTheCacheTakesNoTimeWhetherRedisAnswersOrNot) {
  auto stay = std::make_unique<Stay>(server.url(), clock);
  ASSERT_TRUE(stay->works());
  server.pause();
  EXPECT_EQ(stay->cache->get("k"), std::nullopt);
  EXPECT_LE(time_of([&] { stay.reset(); }), Millis{600} + kSlack);
  server.kill();
  stay = std::make_unique<Stay>(server.url(), clock, Bounds{.pause = kMinute});
  EXPECT_LE(time_of([&] { stay.reset(); }), kSlack);
}

struct Answer {
  const char* name;
  std::string text;
};
void PrintTo(const Answer& answer, std::ostream* out) { *out << answer.name; }

/// Answers that are no answers, to everything that is asked.
class Nonsense : public ::testing::TestWithParam<Answer> {};

TEST_P(Nonsense, IsAwayAndHarmless) {
  SystemClock clock;
  NonsenseServer server(GetParam().text);
  Stay stay("redis://127.0.0.1:" + std::to_string(server.port()) + "/0", clock);
  EXPECT_TRUE(eventually([&] { return server.visits() >= 3; }));  // it keeps trying
  EXPECT_LE(call_everything(*stay.cache), Millis{50} + kSlack);
  EXPECT_EQ(stay.cache->get("k"), std::nullopt);
  EXPECT_TRUE(takes(stay, "ana", 1));
  EXPECT_FALSE(takes(stay, "ana", 1));
}

std::string nested() {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "*1\r\n";
  return text;
}

INSTANTIATE_TEST_SUITE_P(Answers, Nonsense,
                         ::testing::Values(Answer{"Silence", ""}, Answer{"Http", "HTTP/1.1 400 Bad Request\r\n\r\n"},
                                           Answer{"HugeArray", "*2147483647\r\n"},
                                           Answer{"HugeText", "$2147483647\r\n"}, Answer{"NegativeArray", "*-7\r\n"},
                                           Answer{"NoNumber", ":\r\n"}, Answer{"Nul", std::string("\0\0\0\0", 4)},
                                           Answer{"Refusal", "-ERR no\r\n"}, Answer{"HalfALine", "+OK"},
                                           Answer{"Nested", nested()}, Answer{"Flood", std::string(4'000'000, 'x')},
                                           Answer{"LongText", "$4000000\r\n" + std::string(4'000'000, 'x')}),
                         [](const auto& answer) { return answer.param.name; });

TEST(NonsenseServer, AServerThatSaysYesToEverythingOnlyMisses) {
  SystemClock clock;
  NonsenseServer server("+OK\r\n");
  Stay stay("redis://127.0.0.1:" + std::to_string(server.port()) + "/0", clock);
  ASSERT_TRUE(eventually([&] { return stay.cache->up(); }));
  EXPECT_EQ(stay.cache->get("k"), std::nullopt);
  EXPECT_TRUE(takes(stay, "ana", 1));
  EXPECT_FALSE(takes(stay, "ana", 1));
}

TEST(NonsenseServer, AnAnswerThatDripsIsNotWaitedForBeyondItsTime) {
  SystemClock clock;
  NonsenseServer server("+OK\r\n", Millis{10});  // 50 ms an answer: within the time to connect, beyond that of a call
  Stay stay("redis://127.0.0.1:" + std::to_string(server.port()) + "/0", clock,
            {.connect = Millis{5000}, .command = Millis{20}, .pause = Millis{5000}});
  ASSERT_TRUE(eventually([&] { return stay.cache->up(); }));
  EXPECT_LE(time_of([&] { EXPECT_EQ(stay.cache->get("k"), std::nullopt); }), Millis{20} + kSlack);
  EXPECT_FALSE(stay.cache->up());
}

}  // namespace
}  // namespace agente::cache
