#include "config/load.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace agente::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// "LINE:COL what" of every problem.
std::vector<std::string> lines(const LoadResult& result) {
  std::vector<std::string> all;
  for (const auto& problem : result.problems) {
    all.push_back(std::to_string(problem.at.line) + ":" + std::to_string(problem.at.column) + " " + problem.text);
  }
  return all;
}

constexpr const char* kTenMistakes = R"(environment: prod
server:
  operator: 0.0.0.0:8000
  request_deadline_ms: abc
storage: {url: "mysql://user:geheim@db/x"}
limits: {bookings_per_guest_per_day: 0}
hotels:
  - id: sol
    name: Hotel Sol
    timezone: Europe/Madird
    currency: eur
    langauge: es
    pms: {plugin: house-pms}
channels:
  - id: whatsapp
    plugin: whatsapp
    accounts: {"1": mar}
  - id: whatsapp
    plugin: webchat
)";

TEST(Load, ReportsTenMistakesAtOnceEachAtItsPlace) {
  const auto result = load_text(kTenMistakes, "hotel.yaml");

  EXPECT_FALSE(result.config.has_value());
  EXPECT_THAT(
      lines(result),
      ElementsAre("1:14 environment must be production, staging, test or demo, is \"prod\"; did you mean production?",
                  "3:13 server.operator can be reached from other machines, so it needs server.tokens or "
                  "server.trusted_networks; write one of them, or 127.0.0.1:8000",
                  "4:24 server.request_deadline_ms must be a whole number, is \"abc\"; write e.g. 10000",
                  "5:16 storage.url must start with sqlite: or postgresql://; write e.g. sqlite:data/agente.db",
                  "6:38 limits.bookings_per_guest_per_day must be at least 1, is 0",
                  "10:15 hotels[0].timezone is \"Europe/Madird\", which is no time zone known here; write an IANA name "
                  "such as Europe/Madrid",
                  "11:15 hotels[0].currency must be 3 capital letters such as EUR, is \"eur\"",
                  "12:5 hotels[0].langauge is unknown; did you mean `language`?",
                  "17:21 channels[0].accounts.1 names the hotel \"mar\", which is not in this file; write sol",
                  "18:9 channels[1].id is \"whatsapp\" as in line 15; write another id, each may be used once"));
  EXPECT_EQ(format(result.problems[0]).find("hotel.yaml:1:14: environment must be"), 0U);
}

}  // namespace
}  // namespace agente::config
