#include <gtest/gtest.h>

#include "simulators/whatsapp/testing.hpp"

namespace agente::sim::whatsapp::testing {
namespace {

const std::map<std::string, std::string> kToken{{"Authorization", "Bearer demo-token"}, {"User-Agent", "test"}};

Options with_control_port(Options options = {}) {
  options.ports.control = 0;
  return options;
}

TEST(ControlPort, HasTheControlAndThePageAndNothingElse) {
  const Bench bench(with_control_port());
  const auto url = bench.simulator.control_url();
  ASSERT_NE(url, bench.simulator.url());
  EXPECT_NE(http("GET", url).body.find("<html"), std::string::npos);
  EXPECT_EQ(http("GET", url + "__sim/log").status, 200);
  EXPECT_EQ(http("GET", url + "v25.0/" + kNumber, {}, kToken).status, 404);
  EXPECT_EQ(http("GET", url + "__sim/log", {}, {{"Host", "evil.example"}}).status, 403);
}

TEST(ControlPort, LeavesToGraphOnlyWhatMetaHas) {
  const Bench bench(with_control_port());
  ASSERT_EQ(bench.send("Hola").status, 200);
  for (const auto* path : {"__sim/log", "__sim/report", "__sim/nothing"}) {
    const auto answer = bench.get(path);
    EXPECT_EQ(answer.status, 400) << path;
    EXPECT_EQ(answer.error_member()["code"], 2500) << path;
  }
  const auto reset = http("POST", bench.simulator.url() + "__sim/reset", "{}", kToken);
  EXPECT_EQ(reset.error_member()["code"], 2500);
  EXPECT_EQ(bench.log()["requests"][0]["text"], "Hola") << "nothing was forgotten";
  EXPECT_EQ(http("GET", bench.simulator.url() + "__sim/log").error_member()["code"], 190) << "the token comes first";
  EXPECT_EQ(http("GET", bench.simulator.url()).body.find("<html"), std::string::npos) << "nor is the page there";
}

TEST(ControlPort, IsReachedByNoFaultAndNoDelay) {
  auto options = with_control_port();
  options.latency = std::chrono::hours(1);
  const Bench bench(options);
  for (const auto* on : {"", "read", "media", "account"})
    bench.arm({{"name", "timeout_before"}, {"rate", 1}, {"on", on}});
  bench.arm({{"name", "token_expired"}, {"rate", 1}});
  EXPECT_EQ(bench.control("clock", {{"ahead_s", 1}}).status, 200);
  EXPECT_EQ(http("GET", bench.simulator.control_url()).status, 200);
}

TEST(ControlPort, GivesFilesOfGuestsAnAddressAtGraph) {
  Webhook hook;
  const Bench bench(with_control_port(hook.options()));
  bench.control("guest", {{"from", kGuest}, {"media", {{"mime_type", "text/plain"}, {"text", "IBAN"}}}});
  const auto message = json::parse(hook.wait_for(1)[0].body)["entry"][0]["changes"][0]["value"]["messages"][0];
  const auto address = message["document"]["url"].get<std::string>();

  EXPECT_TRUE(address.starts_with(bench.simulator.url())) << address;
  EXPECT_EQ(http("GET", address, {}, kToken).body, "IBAN");
}

TEST(ControlPort, ThatIsTakenIsRefused) {
  const Bench bench(with_control_port());
  Options same;
  same.ports.control = static_cast<std::uint16_t>(std::stoi(bench.simulator.control_url().substr(17)));
  EXPECT_THROW(Simulator{same}, std::runtime_error);
}

}  // namespace
}  // namespace agente::sim::whatsapp::testing
