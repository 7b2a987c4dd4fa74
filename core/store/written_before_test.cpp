#include "store/both_stores.hpp"
#include "store/repositories.hpp"

namespace agente::store {

namespace {

using sql::Connection;

constexpr Id kDay = Id{86'400'000} * 4096;

struct WrittenBefore : BothStores {
  const Time noon = message_from("ana", 1).received_at;

  /// Written and arrived so many milliseconds after noon.
  Inbound come(Id id, int written, int arrived = 0, const std::string& kind = "text") {
    auto message = message_from("ana", id);
    message.provider_time = noon + Millis{written};
    message.received_at = noon + Millis{arrived};
    message.kind = kind;
    write([&](Connection& c) { inbound::insert(c, message); });
    return message;
  }
  std::optional<Id> before(const Inbound& message, int arrived_before = 1'001) {
    return ask([&](Connection& c) { return inbound::written_before(c, message, noon + Millis{arrived_before}); });
  }
};

INSTANTIATE_TEST_SUITE_P(Stores, WrittenBefore, on_both(), ::testing::PrintToStringParamName());

}  // namespace

TEST_P(WrittenBefore, TheFirstThatWasWrittenOfThoseThatArrivedInTime) {
  const auto message = come(kDay - 2, 0);
  EXPECT_FALSE(before(message)) << "it is alone";
  come(kDay - 1, -1'000);
  come(kDay, -3'000, 1'000);  // the next day by its id
  come(kDay + 1, -3'000, 1'000);
  come(kDay + 2, -5'000, 1'001);
  EXPECT_EQ(before(message), kDay);
  EXPECT_EQ(before(message, 1'002), kDay + 2);
  EXPECT_EQ(before(message, 1'000), kDay - 1);
  EXPECT_FALSE(before(message, 0));
}

TEST_P(WrittenBefore, NotWhatIsDoneOrBySomebodyElseOrOfTheSameMoment) {
  const auto message = come(1, 0);
  auto done = come(2, -1'000);
  write([&](Connection& c) { inbound::finish(c, done, InboundStatus::kProcessed, noon, ""); });
  come(3, -1'000, 0, "staff_said");
  come(4, -1'000, 0, "history");
  come(5, 0);
  auto other = message_from("bea", 6);
  other.provider_time = noon - Millis{1'000};
  write([&](Connection& c) { inbound::insert(c, other); });
  EXPECT_FALSE(before(message));
  come(7, -1'000, 0, "echo");
  EXPECT_EQ(before(message), 7);
}

TEST_P(WrittenBefore, ATimeThatCannotBeBelievedIsThatOfItsArrival) {
  const auto message = come(1, 0);
  come(2, -700'000'000, 500);
  EXPECT_FALSE(before(message));
  const auto unknown = come(3, -700'000'000, 500);
  EXPECT_FALSE(inbound::is_dated(unknown));
  EXPECT_EQ(inbound::written_at(unknown), unknown.received_at);
  EXPECT_TRUE(inbound::is_dated(message));
}

}  // namespace agente::store
