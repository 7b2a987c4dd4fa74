#include "store/store.hpp"

#include <gmock/gmock.h>

#include "store/both_stores.hpp"
#include "store/migrations.hpp"

namespace agente::store {

namespace {

using sql::Connection;
using ::testing::AllOf;
using ::testing::HasSubstr;

/// What Store promises, whatever is behind it.
class StoreOnBoth : public BothStores {};

INSTANTIATE_TEST_SUITE_P(Stores, StoreOnBoth, on_both(), ::testing::PrintToStringParamName());

}  // namespace

TEST_P(StoreOnBoth, IdsGrowThoughTheHostStartsAgainAndStayNearTheClock) {
  const Id one = next_id(*store_);
  EXPECT_NEAR(static_cast<double>(one / 4096), 1'789'000'000'000.0, 2000.0);
  clock_.set(clock_.now() - std::chrono::hours{1});
  const Id two = next_id(*store_);
  EXPECT_GT(two, one);
  write([&](Connection& c) { events::append(c, {two, "sol", clock_.now(), "x", "{}"}); });
  reopen();
  EXPECT_GT(next_id(*store_), two);
}

TEST_P(StoreOnBoth, ANewerSchemaIsRefusedWithBothNumbers) {
  write([](Connection& c) { c.execute("INSERT INTO schema_versions VALUES (4711, 'future', 0)", {}); });
  store_.reset();
  const auto refused = open(url_, clock_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kConfig);
  EXPECT_THAT(refused.error().text,
              AllOf(HasSubstr("4711"), HasSubstr("only up to " + std::to_string(migrations().size()))));
}

TEST_P(StoreOnBoth, AReadingClosureCannotWriteAndTheNextOneGoesOn) {
  const auto done = store_->read([](Connection& c) { c.execute("DELETE FROM events", {}); });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::kInternal);
  EXPECT_THAT(done.error().text, HasSubstr("a reading transaction tried to write"));
  EXPECT_EQ(ask(inbound::count_received), 0);
}

TEST_P(StoreOnBoth, AReaderSeesWhatIsCommittedAndDoesNotWaitForTheWriter) {
  write([&](Connection& c) {
    inbound::insert(c, message_from("549", 1));
    EXPECT_EQ(ask(inbound::count_received), 0);  // while the writer is in its transaction
  });
  EXPECT_EQ(ask(inbound::count_received), 1);
}

TEST_P(StoreOnBoth, TheSameQuestionMayBeAskedWithinItsAnswer) {
  int pairs = 0;
  ask([&](Connection& c) {
    constexpr std::string_view kTwo = "SELECT 1 UNION ALL SELECT 2";
    c.query(kTwo, {}, [&](const sql::Row&) { c.query(kTwo, {}, [&](const sql::Row&) { ++pairs; }); });
    return 0;
  });
  EXPECT_EQ(pairs, 4);
}

TEST_P(StoreOnBoth, AStatementWithTooFewParametersIsADefect) {
  const auto done = store_->write([](Connection& c) { c.execute("DELETE FROM events WHERE id = ?1", {}); });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::kInternal);
  EXPECT_TRUE(store_->health());
}

}  // namespace agente::store
