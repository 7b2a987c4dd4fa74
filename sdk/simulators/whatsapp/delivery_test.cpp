#include <atomic>
#include <map>
#include <set>
#include <thread>

#include <gtest/gtest.h>

#include "simulators/whatsapp/mixer.hpp"
#include "simulators/whatsapp/testing.hpp"

namespace agente::sim::whatsapp::testing {
namespace {

json report_of(const Bench& bench) { return http("GET", bench.simulator.control_url() + "__sim/report").parsed(); }

/// The report once `member` says `value`.
json report_when(const Bench& bench, const std::string& member, const json& value) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  auto report = report_of(bench);
  while (report[member] != value && std::chrono::steady_clock::now() < until) {
    std::this_thread::yield();
    report = report_of(bench);
  }
  EXPECT_EQ(report[member], value) << report.dump(2);
  return report;
}

/// The ids of all messages in `post`, in whatever shape they are batched.
std::vector<std::string> ids_in(const Request& post) {
  std::vector<std::string> ids;
  const auto body = json::parse(post.body);
  for (const auto& entry : body["entry"])
    for (const auto& change : entry["changes"])
      for (const auto& message : change["value"].value("messages", json::array())) ids.push_back(message["id"]);
  return ids;
}

std::vector<std::string> write(const Bench& bench, int count) {
  std::vector<std::string> ids;
  for (int i = 0; i < count; ++i) {
    const auto answer = bench.control("guest", {{"from", std::to_string(34600000000 + i)}, {"text", "Hola"}}).parsed();
    EXPECT_EQ(answer["queued"], true);
    ids.push_back(answer["id"]);
  }
  return ids;
}

TEST(Report, TellsOfEachEventHowOftenItWasPostedAndWhatWasAnswered) {
  Webhook hook;
  const Bench bench(hook.options());
  hook.refuse(2, 503);
  const auto id = bench.control("guest", {{"from", kGuest}, {"text", "Hola"}}).parsed()["id"];
  const auto report = report_when(bench, "delivered", 1);

  EXPECT_EQ(report["events"], 1);
  EXPECT_EQ(report["deliveries"], 3);
  EXPECT_EQ(report["waiting"], 0);
  EXPECT_EQ(report["lost"], 0);
  const auto event = report["by_event"][0];
  EXPECT_EQ(event["id"], id);
  EXPECT_EQ(event["answers"], json({503, 503, 200}));
  EXPECT_EQ(event["latency_ms"].size(), 3U);
  EXPECT_GE(report["latency_ms"]["p99"], report["latency_ms"]["median"]);
  EXPECT_GE(report["latency_ms"]["max"], report["latency_ms"]["p99"]);
}

TEST(Report, CountsStatusesByTheirState) {
  Webhook hook;
  const Bench bench(hook.options());
  bench.send("Hola");
  const auto report = report_when(bench, "delivered", 3);
  std::set<std::string> states;
  for (const auto& event : report["by_event"]) states.insert(event["state"]);
  EXPECT_EQ(states, (std::set<std::string>{"sent", "delivered", "read"}));
}

TEST(Report, CountsAsLostWhatHadNo200WithinSevenDaysOfTheSimulatorsClock) {
  Webhook hook;
  auto options = hook.options();
  options.retry_gap = std::chrono::hours(1);
  const Bench bench(options);
  hook.refuse(1'000, 500);
  bench.control("guest", {{"from", kGuest}, {"text", "Hola"}});
  hook.wait_for(2);  // the second comes at once, the third in an hour
  EXPECT_EQ(report_when(bench, "deliveries", 2)["waiting"], 1);

  bench.control("clock", {{"ahead_s", 7 * 24 * 3600 + 60}});

  const auto report = report_when(bench, "lost", 1);
  EXPECT_EQ(report["deliveries"], 3);
  EXPECT_EQ(report["waiting"], 0);
  EXPECT_EQ(report["by_event"][0]["lost"], true);
}

/// Sets the clock ahead while the second attempt is under way, and remembers nothing else.
struct SlowWebhook {
  Reply take() {
    if (++attempts != 2) return {.status = 500};
    const auto answer = http("POST", control + "clock", json{{"ahead_s", 7 * 24 * 3600 + 60}}.dump());
    return {.status = answer.status == 200 ? 500 : 200};
  }
  std::atomic<int> attempts{0};
  std::string control;
  HttpServer server{0, [this](const Request&) { return take(); }};
};

TEST(Report, AClockSetAheadDuringAnAttemptMakesTheNextOneDue) {
  SlowWebhook hook;
  auto options = Webhook().options();
  options.webhook = "http://127.0.0.1:" + std::to_string(hook.server.port()) + "/";
  options.retry_gap = std::chrono::hours(1);
  const Bench bench(options);
  hook.control = bench.simulator.control_url() + "__sim/";
  bench.control("guest", {{"from", kGuest}, {"text", "Hola"}});

  const auto report = report_when(bench, "lost", 1);
  EXPECT_EQ(report["deliveries"], 3) << "one more after the seven days, as always";
}

TEST(Report, KnowsNothingOfWhatWasUnderWayAtAReset) {
  std::string control;
  std::atomic<int> attempts{0};
  HttpServer hook(0, [&](const Request&) -> Reply {
    ++attempts;
    http("POST", control + "reset", "{}");
    return {.status = 500};
  });
  auto options = Webhook().options();
  options.webhook = "http://127.0.0.1:" + std::to_string(hook.port()) + "/";
  const Bench bench(options);
  control = bench.simulator.control_url() + "__sim/";
  for (const bool retry : {true, false})
    EXPECT_EQ(bench.control("guest", {{"from", kGuest}, {"text", "Hola"}, {"retry", retry}}).parsed()["status"], 500);

  const auto report = report_when(bench, "events", 0);
  EXPECT_EQ(report["deliveries"], 0);
  EXPECT_TRUE(bench.log()["webhooks"].empty());
  EXPECT_EQ(attempts, 2) << "what was forgotten is not tried again";
}

TEST(Report, HasARowForEachEventThatHasNoId) {
  Webhook hook;
  const Bench bench(hook.options());
  hook.refuse(1, 500);
  const auto raw = [&] { return bench.control("guest", {{"raw", {{"object", "x"}}}}).parsed()["id"]; };
  const auto first = raw();
  const auto second = raw();
  const auto news = bench.control("guest", {{"kind", "account_update"}}).parsed()["id"];

  const auto report = report_when(bench, "delivered", 3);
  EXPECT_EQ(report["events"], 3);
  EXPECT_EQ(report["deliveries"], 4);
  std::map<json, json> deliveries;
  for (const auto& event : report["by_event"]) deliveries[event["id"]] = event["deliveries"];
  EXPECT_EQ(deliveries, (std::map<json, json>{{first, 2}, {second, 1}, {news, 1}}));
}

TEST(Mix, LosesNothingItGatheredWhenTheLineIsFull) {
  Webhook hook;
  auto options = hook.options();
  options.longest_line = 3;
  options.status_delay = std::chrono::minutes(30);
  options.mix = {.reorder = true, .gather = std::chrono::hours(1)};
  const Bench bench(options);
  const auto id = write(bench, 1).at(0);
  for (int i = 0; i < 4; ++i) ASSERT_EQ(bench.send("Hola").status, 200);

  EXPECT_EQ(report_of(bench)["lost"], 6) << "the statuses of two messages are given up, and told so";
  bench.control("clock", {{"ahead_s", 2 * 3600}});
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  bool came = false;
  while (!came && std::chrono::steady_clock::now() < until) {
    const auto report = report_of(bench);
    for (const auto& event : report["by_event"]) came |= event["id"] == id && event["delivered"] == true;
  }
  EXPECT_TRUE(came);
}

TEST(Report, CountsAsLostWhatShallNotBeTriedAgainAndForgetsOnReset) {
  Webhook hook;
  const Bench bench(hook.options());
  hook.refuse(1, 500);
  bench.control("guest", {{"from", kGuest}, {"text", "Hola"}, {"retry", false}});
  EXPECT_EQ(report_of(bench)["lost"], 1);
  bench.control("reset", json::object());
  EXPECT_EQ(report_of(bench)["events"], 0);
}

TEST(Mix, PutsEventsTogetherInOneSignedWebhook) {
  Webhook hook;
  auto options = hook.options();
  options.mix.batch = 1000;
  options.mix.gather = std::chrono::milliseconds(300);
  const Bench bench(options);
  const auto ids = write(bench, 20);
  report_when(bench, "delivered", 20);

  const auto posts = hook.wait_for(1);
  EXPECT_LT(posts.size(), 20U);
  std::multiset<std::string> came;
  for (const auto& post : posts) {
    EXPECT_EQ(post.header("x-hub-signature-256"), "sha256=" + openssl_hmac(kSecret, post.body));
    for (const auto& id : ids_in(post)) came.insert(id);
  }
  EXPECT_EQ(came, std::multiset<std::string>(ids.begin(), ids.end())) << "each once, none lost";
  const auto log = bench.log();
  std::size_t told = 0;
  for (const auto& webhook : log["webhooks"]) told += 1 + webhook.value("also", json::array()).size();
  EXPECT_EQ(told, 20U);
}

TEST(Mix, PostsTwiceWhatItIsAskedTo) {
  Webhook hook;
  const Bench bench(hook.options());
  ASSERT_EQ(bench.control("mix", {{"duplicates", 1}, {"gather_ms", 0}}).status, 200);
  const auto ids = write(bench, 5);
  std::multiset<std::string> came;
  for (const auto& post : hook.wait_for(10)) came.merge(std::multiset<std::string>{ids_in(post).at(0)});
  for (const auto& id : ids) EXPECT_EQ(came.count(id), 2U);
}

TEST(Mix, GoesForStatusesToo) {
  Webhook hook;
  const Bench bench(hook.options());
  bench.control("mix", {{"duplicates", 1}, {"gather_ms", 0}});
  bench.send("Hola");
  EXPECT_EQ(hook.wait_for_statuses(6).size(), 6U);
}

TEST(Mix, IsOverOnReset) {
  Webhook hook;
  const Bench bench(hook.options());
  bench.control("mix", {{"reorder", true}});
  bench.control("reset", json::object());
  EXPECT_EQ(bench.control("guest", {{"from", kGuest}, {"text", "Hola"}}).parsed()["status"], 200);
}

TEST(Mix, RefusesWhatIsNone) {
  const Bench bench;
  for (const auto& bad : {json{{"batch", 0}}, json{{"batch", 1001}}, json{{"duplicates", 1.5}}, json{{"reorder", 7}}})
    EXPECT_EQ(bench.control("mix", bad).status, 400) << bad;
}

/// A hundred parcels, mixed by a mixer of this seed.
std::vector<Parcel> mixed(std::uint64_t seed) {
  Mixer mixer(seed);
  mixer.set({.batch = 10, .duplicates = 0.2, .reorder = true});
  for (int i = 0; i < 100; ++i) {
    const auto id = std::to_string(i);
    const GuestMessage message{
        .from = kGuest, .user_id = "", .name = "", .id = id, .timestamp = "", .text = "", .content = {{"type", "x"}}};
    mixer.add({{{.event = "message", .id = id}}, to_wire(messages_event({"1", "2", "3"}, {message}))});
  }
  return mixer.take();
}

TEST(Mixer, DrawsTheSameFromTheSameSeedAndTakesAllShapes) {
  const auto one = mixed(7);
  const auto same = mixed(7);
  const auto other = mixed(8);
  const auto bodies = [](const std::vector<Parcel>& parcels) {
    std::vector<std::string> all;
    for (const auto& parcel : parcels) all.push_back(parcel.body);
    return all;
  };
  EXPECT_EQ(bodies(one), bodies(same));
  EXPECT_NE(bodies(one), bodies(other));
  std::array<std::size_t, 3> most{};
  std::set<std::string> ids;
  for (const auto& parcel : one) {
    EXPECT_LE(parcel.about.size(), 10U);
    const auto body = json::parse(parcel.body);
    const auto& last = body["entry"].back()["changes"].back();
    const std::array<std::size_t, 3> sizes{body["entry"].size(), body["entry"].back()["changes"].size(),
                                           last["value"]["messages"].size()};
    for (std::size_t i = 0; i < 3; ++i) most.at(i) = std::max(most.at(i), sizes.at(i));
    EXPECT_EQ(last["value"]["contacts"].size(), 1U) << "a guest is introduced once";
    for (const auto& subject : parcel.about) ids.insert(subject.id);
  }
  EXPECT_EQ(ids.size(), 100U);
  for (const auto size : most) EXPECT_GT(size, 1U) << "entries, changes or messages never came together";
}

TEST(Mixer, LeavesAloneWhatIsNotMadeAsMetasAre) {
  Mixer mixer(1);
  mixer.set({.batch = 1000});
  for (const auto* body : {"{}", "[1]", R"({"entry":null})", R"({"entry":[7]})", "\xff"})
    mixer.add({{{.event = "raw"}}, body});
  std::vector<std::string> bodies;
  for (const auto& parcel : mixer.take()) bodies.push_back(parcel.body);
  EXPECT_EQ(bodies, (std::vector<std::string>{"{}", "[1]", R"({"entry":null})", R"({"entry":[7]})", "\xff"}));
}

TEST(Mixer, OddValuesStandBesideTheOthers) {
  const auto body = [](const std::string& value) {
    return R"({"entry":[{"id":"1","changes":[{"field":"messages","value":)" + value + "}]}]}";
  };
  const std::vector<std::string> odd{body("null"),
                                     body("7"),
                                     body("[]"),
                                     body(R"({"metadata":null,"messages":null})"),
                                     body(R"({"metadata":null,"messages":[1]})"),
                                     R"({"entry":[{"id":"1","changes":[7]}]})",
                                     R"({"entry":[{"id":"1","changes":null}]})",
                                     R"({"entry":[7,{"id":"1","changes":[{}]}]})"};
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    Mixer mixer(seed);
    mixer.set({.batch = 1000, .reorder = true});
    for (const auto& each : odd) mixer.add({{{.event = "raw"}}, each});
    std::size_t told = 0;
    for (const auto& parcel : mixer.take()) told += parcel.about.size();
    EXPECT_EQ(told, odd.size());
  }
}

}  // namespace
}  // namespace agente::sim::whatsapp::testing
