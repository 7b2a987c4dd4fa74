#include "store/both_stores.hpp"
#include "store/repositories.hpp"

namespace agente::store {

namespace {

using sql::Connection;

class Intents : public BothStores {};

Time at(std::int64_t ms) { return Time{Millis{ms}}; }

INSTANTIATE_TEST_SUITE_P(Stores, Intents, on_both(), ::testing::PrintToStringParamName());

}  // namespace

TEST_P(Intents, AnAcceptedSummaryHasOneIntentUntilItIsDone) {
  Intent intent;
  intent.hotel = "sol";
  intent.quote = "q1";
  intent.kind = "book";
  intent.guest = {"sol", "whatsapp", "549"};
  write([&](Connection& c) {
    EXPECT_TRUE(intents::insert(c, intent));
    EXPECT_FALSE(intents::insert(c, intent));
  });
  EXPECT_EQ(ask([](Connection& c) { return intents::list_unfinished(c, 9); }).size(), 1U);

  intent.state = IntentState::kDone;
  intent.settles_at = at(4);
  intent.result = "{}";
  write([&](Connection& c) { intents::update(c, intent); });
  EXPECT_TRUE(ask([](Connection& c) { return intents::list_unfinished(c, 9); }).empty());
  const auto found = ask([](Connection& c) { return intents::find(c, "sol", "q1"); });
  EXPECT_EQ(found->state, IntentState::kDone);
  EXPECT_EQ(found->settles_at, at(4));
  EXPECT_EQ(found->hotel, "sol");
}

TEST_P(Intents, AnIntentThatIsFinishedStaysAsItEnded) {
  Intent intent{.hotel = "sol", .quote = "q1", .kind = "book", .reference = "AH1", .guest = {"sol", "whatsapp", "549"}};
  intent.attempts = 1;
  intent.backend = "qloapps";
  const auto refused = [](Connection& c) { return intents::refused_bookings(c, "sol", "qloapps"); };
  write([&](Connection& c) { intents::insert(c, intent); });
  EXPECT_TRUE(ask(refused).empty());
  write([](Connection& c) {
    EXPECT_TRUE(intents::note_doubt(c, "sol", "q1"));
    EXPECT_FALSE(intents::note_doubt(c, "sol", "q1"));
  });

  auto ended = intent;
  ended.state = IntentState::kRefused;
  ended.result = R"({"kind":4})";
  write([&](Connection& c) {
    EXPECT_TRUE(intents::update(c, ended));
    EXPECT_FALSE(intents::update(c, intent)) << "of a host that slept";
    EXPECT_FALSE(intents::note_doubt(c, "sol", "q1"));
  });
  const auto found = ask([](Connection& c) { return intents::find(c, "sol", "q1"); });
  EXPECT_EQ(found->state, IntentState::kRefused);
  EXPECT_EQ(found->result, ended.result);
  EXPECT_EQ(ask(refused), std::set<std::string>{"AH1"});
}

}  // namespace agente::store
