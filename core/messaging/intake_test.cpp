#include "messaging/intake.hpp"

#include <atomic>
#include <thread>

#include <gmock/gmock.h>

#include "messaging/test_support.hpp"

namespace agente::messaging {
namespace {

struct IntakeTest : ::testing::Test {
  ManualClock clock{parse_time("2026-09-15T12:00:00Z").value()};
  testing::TemporaryStore store{clock};
  Metrics metrics;
  Meter meter{metrics, [](std::string_view id) { return std::string(id); }};
  std::atomic<int> told = 0;
  Intake intake{*store, clock, meter, {.message_came = [this] { ++told; }, .receipt_changed = [](const auto&) {}}};

  static plugins::InboundMessage message(const std::string& id, const std::string& sender = "guest") {
    return {.hotel = "sol", .account = "1", .external_id = id, .sender = sender, .kind = "text", .text = "hola"};
  }
  std::vector<store::Inbound> received() {
    std::vector<store::Inbound> rows;
    EXPECT_TRUE(store->read(
        [&](store::sql::Connection& c) { rows = store::inbound::list_received(c, store::kAllParts, 0, 10'000); }));
    return rows;
  }
};

TEST_F(IntakeTest, SameMessageTwiceIsStoredOnceAndAcknowledgedTwice) {
  EXPECT_EQ(intake.commit("whatsapp", {.messages = {message("a")}}, "t")->fresh, 1);
  const auto again = intake.commit("whatsapp", {.messages = {message("a")}}, "t");
  EXPECT_EQ(again->fresh, 0);
  EXPECT_EQ(again->duplicates, 1);
  EXPECT_EQ(received().size(), 1U);
  EXPECT_EQ(told, 1);
}

TEST_F(IntakeTest, AllMessagesOfABodyAreStoredInTheirOrder) {
  plugins::Staged staged;
  for (const auto* id : {"c", "a", "b", "a"}) staged.messages.push_back(message(id));
  const auto accepted = intake.commit("whatsapp", staged, "t");
  EXPECT_EQ(accepted->fresh, 3);
  const auto rows = received();
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].external_id, "c");
  EXPECT_EQ(rows[2].external_id, "b");
}

TEST_F(IntakeTest, PollCursorIsCommittedWithItsMessages) {
  ASSERT_TRUE(intake.commit("gmail", {.messages = {message("a")}, .kv = {{"cursor", "77", 1}}}, "t"));
  std::optional<store::kv::Entry> entry;
  ASSERT_TRUE(store->read([&](store::sql::Connection& c) { entry = store::kv::get(c, "gmail", "cursor"); }));
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->value, "77");
}

TEST_F(IntakeTest, ManyConnectionsAtOnceLoseAndDoubleNothing) {
  constexpr int kThreads = 16;
  constexpr int kEach = 50;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < kEach; ++i) {
          // Every message comes from two connections at once.
          const auto id = std::to_string(t / 2) + "-" + std::to_string(i);
          EXPECT_TRUE(intake.commit("whatsapp", {.messages = {message(id, std::to_string(t / 2))}}, "t"));
        }
      });
    }
  }
  EXPECT_EQ(received().size(), static_cast<std::size_t>(kThreads / 2 * kEach));
}

/// A store that refuses every transaction with a message called `bad`.
class Picky final : public store::Store {
 public:
  explicit Picky(store::Store& real) : real_(real) {}
  Result<void> write(const Work& work) override {
    return real_.write([&](store::sql::Connection& c) {
      work(c);
      c.query("SELECT 1 FROM inbound_messages WHERE external_id = 'bad'", {},
              [](const store::sql::Row&) { throw store::sql::Failure("bad data", false); });
    });
  }
  Result<void> read(const Work& work) override { return real_.read(work); }
  Result<void> health() override { return real_.health(); }
  [[nodiscard]] bool is_remote() const override { return true; }  // so that messages come together

 private:
  store::Store& real_;
};

TEST_F(IntakeTest, ABadMessageFailsAloneAmongThoseThatCameWithIt) {
  Picky picky(*store);
  Intake door(picky, clock, meter, {.message_came = [] {}, .receipt_changed = [](const auto&) {}});
  constexpr int kThreads = 16;
  constexpr int kEach = 20;
  std::atomic<int> failed = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < kEach; ++i) {
          const auto id = t == 0 ? std::string("bad") : std::to_string(t) + "-" + std::to_string(i);
          if (!door.commit("whatsapp", {.messages = {message(id)}}, "t")) ++failed;
        }
      });
    }
  }
  EXPECT_EQ(failed, kEach);
  EXPECT_EQ(received().size(), static_cast<std::size_t>((kThreads - 1) * kEach));
}

/// A store that keeps every write waiting until it is let go.
class Slow final : public store::Store {
 public:
  explicit Slow(store::Store& real) : real_(real) {}
  Result<void> write(const Work& work) override { return real_.write(work); }
  void write_later(Work work, Done done) override { waiting.emplace_back(std::move(work), std::move(done)); }
  Result<void> read(const Work& work) override { return real_.read(work); }
  Result<void> health() override { return real_.health(); }
  void let_go() {
    for (auto& [work, done] : std::exchange(waiting, {})) done(real_.write(work));
  }

  std::vector<std::pair<Work, Done>> waiting;

 private:
  store::Store& real_;
};

TEST_F(IntakeTest, WhoDoesNotWaitIsToldWhenItIsDurable) {
  Slow slow(*store);
  Intake door(slow, clock, meter, {.message_came = [this] { ++told; }, .receipt_changed = [](const auto&) {}});
  std::optional<Intake::Outcome> outcome;
  door.commit_later("whatsapp", {.messages = {message("a")}}, "t",
                    [&](Intake::Outcome of) { outcome = std::move(of); });
  EXPECT_FALSE(outcome);
  EXPECT_TRUE(received().empty());
  slow.let_go();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(received().size(), 1U);
  EXPECT_EQ(told, 0) << "not on the thread that commits";
  EXPECT_EQ((*outcome)()->fresh, 1);
  EXPECT_EQ(told, 1);
}

TEST_F(IntakeTest, MoreThanFitsIsToldToComeAgainAndTheRestIsKept) {
  Slow slow(*store);
  Intake door(slow, clock, meter, {.message_came = [] {}, .receipt_changed = [](const auto&) {}});
  int refused = 0;
  int kept = 0;
  for (int i = 0; i < 40; ++i) {
    auto large = message(std::to_string(i));
    large.raw.assign(std::size_t{3} << 20U, 'x');
    door.commit_later("whatsapp", {.messages = {std::move(large)}}, "t", [&](const Intake::Outcome& outcome) {
      const auto accepted = outcome();
      kept += accepted ? accepted->fresh : 0;
      refused += !accepted && accepted.error().code == Code::kRetry ? 1 : 0;
    });
  }
  EXPECT_GT(refused, 0);
  EXPECT_EQ(kept, 0);
  slow.let_go();
  EXPECT_EQ(kept + refused, 40);
  EXPECT_EQ(received().size(), static_cast<std::size_t>(kept));
  EXPECT_TRUE(door.commit("whatsapp", {}, "t")) << "nothing to keep is no burden";
}

TEST_F(IntakeTest, ManyAtOnceAreACrowdForAMoment) {
  Slow slow(*store);
  Intake door(slow, clock, meter, {.message_came = [] {}, .receipt_changed = [](const auto&) {}});
  const auto come = [&](int from, int to) {
    for (int i = from; i < to; ++i) {
      door.commit_later("whatsapp", {.messages = {message(std::to_string(i))}}, "t", [](const auto&) {});
    }
  };
  come(0, 10);
  EXPECT_FALSE(door.is_crowded());
  come(10, 20);
  EXPECT_TRUE(door.is_crowded());
  slow.let_go();
  clock.advance(Millis{200});
  come(20, 30);
  EXPECT_FALSE(door.is_crowded());
  slow.let_go();
}

TEST_F(IntakeTest, ReceiptOfAnUnknownMessageIsAcknowledgedAndChangesNothing) {
  const auto accepted =
      intake.commit("whatsapp", {.receipts = {{.state = plugins::ReceiptState::kRead, .external_id = "wamid.x"}}}, "t");
  ASSERT_TRUE(accepted);
  EXPECT_EQ(accepted->receipts, 1);
}

}  // namespace
}  // namespace agente::messaging
