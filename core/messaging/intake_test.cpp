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

TEST_F(IntakeTest, ReceiptOfAnUnknownMessageIsAcknowledgedAndChangesNothing) {
  const auto accepted =
      intake.commit("whatsapp", {.receipts = {{.state = plugins::ReceiptState::kRead, .external_id = "wamid.x"}}}, "t");
  ASSERT_TRUE(accepted);
  EXPECT_EQ(accepted->receipts, 1);
}

}  // namespace
}  // namespace agente::messaging
