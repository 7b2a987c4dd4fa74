#include "plan.hpp"

#include <set>

#include <gmock/gmock.h>

namespace agente::chaos {
namespace {

std::vector<std::string> lines(const Plan& plan) {
  std::vector<std::string> all;
  for (const auto& blow : plan.blows) all.push_back(in_words(blow));
  for (const auto& talk : plan.talks)
    all.push_back(talk.guest.number + talk.guest.wish.checkin + talk.guest.wish.checkout);
  return all;
}

TEST(Plan, FollowsFromTheSeedAlone) {
  const Wanted wanted{.seed = 42, .seconds = 60};
  EXPECT_EQ(lines(make_plan(wanted)), lines(make_plan(wanted)));
  auto other = wanted;
  other.seed = 43;
  EXPECT_NE(lines(make_plan(wanted)), lines(make_plan(other)));
}

TEST(Plan, StrikesAsOftenAsItIsTold) {
  const auto plan = make_plan({.seconds = 60, .faults = "kill-host=20,flush-redis=2,restart-postgres=1"});
  std::map<Fault, int> counts;
  for (const auto& blow : plan.blows) ++counts[blow.fault];
  EXPECT_EQ(counts,
            (std::map<Fault, int>{{Fault::kKillHost, 20}, {Fault::kFlushRedis, 2}, {Fault::kRestartPostgres, 1}}));
}

TEST(Plan, OneFaultMoreLeavesTheOthersWhereTheyWere) {
  const auto alone = make_plan({.seed = 7, .faults = "kill-host"});
  const auto more = make_plan({.seed = 7, .faults = "kill-host,cut-door"});
  std::vector<std::string> kills;
  for (const auto& blow : more.blows) {
    if (blow.fault == Fault::kKillHost) kills.push_back(in_words(blow));
  }
  std::vector<std::string> before;
  for (const auto& blow : alone.blows) before.push_back(in_words(blow));
  EXPECT_EQ(kills, before);
}

TEST(Plan, GivesEveryoneOfTwoHundredGuestsANumberAndANameOfHisOwn) {
  std::set<std::string> numbers;
  std::set<std::string> names;
  for (const auto& talk : make_plan({.guests = 200}).talks) {
    numbers.insert(talk.guest.number);
    names.insert(talk.guest.wish.name);
  }
  EXPECT_EQ(numbers.size(), 200U);
  EXPECT_EQ(names.size(), 200U);
}

TEST(Plan, NamesTheFaultsThereAreToWhoAsksForAnother) {
  EXPECT_THROW(static_cast<void>(make_plan({.faults = "earthquake"})), std::invalid_argument);
  EXPECT_THROW(static_cast<void>(make_plan({.servers = false, .faults = "flush-redis"})), std::invalid_argument);
}

}  // namespace
}  // namespace agente::chaos
