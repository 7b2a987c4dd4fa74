// Providers repeat webhooks, put several into one body and let statuses overtake each other: the talk is the same.
#include <random>
#include <regex>

#include <gmock/gmock.h>

#include "messaging/delivery.hpp"
#include "messaging/dispatch.hpp"
#include "messaging/intake.hpp"
#include "messaging/receipts.hpp"
#include "messaging/test_support.hpp"
#include "messaging/turn.hpp"
#include "pms/scripted_pms.hpp"

namespace agente::messaging {
namespace {

using plugins::InboundMessage;
using plugins::Receipt;
using plugins::ReceiptState;
using testing::eventually;

const std::vector<std::string> kSaid{"Hola, quiero reservar una doble del 12 al 15 de marzo para 2 personas",
                                     "Ana Bello", "sí", "¿Tienen piscina?", "gracias"};

/// What came of a talk, without what differs between two guests who said the same.
struct Outcome {
  std::string state;
  std::vector<std::string> heard;  ///< text and status
  std::vector<std::string> told;
  std::vector<std::string> booked;

  bool operator==(const Outcome&) const = default;
};

void PrintTo(const Outcome& outcome, std::ostream* out) {
  *out << outcome.state << ::testing::PrintToString(outcome.heard) << ::testing::PrintToString(outcome.told)
       << ::testing::PrintToString(outcome.booked);
}

struct AnyOrder : ::testing::Test {
  ManualClock clock{parse_time("2026-09-15T12:00:00Z").value()};
  testing::TemporaryStore store{clock};
  Metrics metrics;
  Meter meter{metrics, [](std::string_view id) { return std::string(id); }};
  pms::testing::ScriptedPms pms;
  pms::Gateway gateway{"sol", pms, *store, clock, {}, {.call = [](auto, auto, auto) {}}};
  Hotels hotels{clock};
  testing::ScriptedChannel channel;
  Delivery delivery{*store, clock, meter, [this](const std::string&) { return &channel; }, {.workers = 2}};
  Turn turn{*store, clock, hotels, meter, [this](const auto&) { delivery.wake(); }};
  Dispatch dispatch{*store, clock, turn};
  Intake intake{*store,
                clock,
                meter,
                {.message_came = [this] { dispatch.wake(); },
                 .receipt_changed = [this](const store::Outbound& m) { delivery.receipt_changed(m); }}};

  AnyOrder() {
    pms.units_left = 1'000;
    hotels.add({.id = "sol", .name = "Hotel Sol", .timezone = "Europe/Madrid", .currency = "EUR"}, gateway);
    dispatch.start(2);
    delivery.start();
  }
  ~AnyOrder() override {
    dispatch.stop();
    delivery.stop();
  }

  void arrive(const plugins::Staged& webhook) { ASSERT_TRUE(intake.commit("whatsapp", webhook, "trace")); }
  /// Everything that has arrived is handled, and every reply sent.
  [[nodiscard]] bool all_done() {
    return eventually([&] {
      std::int64_t left = 1;
      const auto read = store->read([&](store::sql::Connection& c) {
        left = store::inbound::count_received(c) + store::outbound::count_unsent(c);
      });
      return read && left == 0;
    });
  }
  std::vector<store::messages::Line> lines_of(const std::string& guest, const std::string& direction) {
    std::vector<store::messages::Line> lines;
    EXPECT_TRUE(store->read([&](store::sql::Connection& c) {
      lines = store::messages::list(c, {.direction = direction, .sender = guest});
    }));
    return lines;
  }
  Outcome outcome_of(const std::string& guest) {
    static const std::regex booking_id("H-[0-9]+");
    Outcome outcome;
    for (const auto& line : lines_of(guest, "in")) outcome.heard.push_back(line.text + " " + line.status);
    for (const auto& line : lines_of(guest, "out")) {
      outcome.told.push_back(std::regex_replace(line.text, booking_id, "H-1") + " " + line.status);
    }
    const store::GuestKey key{"sol", "whatsapp", guest};
    EXPECT_TRUE(store->read([&](store::sql::Connection& c) {
      if (const auto talk = store::conversations::find(c, key)) outcome.state = talk->state + " " + talk->language;
      for (const auto& row : store::reservations::list_of_guest(c, key)) {
        outcome.booked.emplace_back(store::name_of(row.status));
      }
    }));
    return outcome;
  }
};

/// One guest's talk as the provider might bring it. Each message is new once, in the order in which it was written.
class Provider {
 public:
  Provider(AnyOrder& house, std::string guest, unsigned seed)
      : house_(house), guest_(std::move(guest)), random_(seed) {}

  void bring_everything() {
    for (std::size_t i = 0; i < kSaid.size(); ++i) {
      waiting_.messages.push_back(message(i));
      repeat_something(i);
      if (chance()) deliver();
    }
    deliver();
    ASSERT_TRUE(house_.all_done());
    note_receipts();
    for (std::size_t i = 0; i < receipts_.size(); ++i) waiting_.receipts.push_back(receipts_[i]);
    std::shuffle(waiting_.receipts.begin(), waiting_.receipts.end(), random_);
    deliver();
  }

 private:
  bool chance() { return random_() % 2 == 0; }

  [[nodiscard]] InboundMessage message(std::size_t i) const {
    return {.hotel = "sol",
            .account = "1",
            .external_id = guest_ + "." + std::to_string(i),
            .sender = guest_,
            .kind = "text",
            .text = kSaid[i],
            .provider_time = house_.clock.now() + Millis{static_cast<Millis::rep>(i)}};
  }
  /// Anything that came before comes once more, or for the first time if it is a status.
  void repeat_something(std::size_t known) {
    while (chance()) waiting_.messages.push_back(message(random_() % (known + 1)));
    note_receipts();
    while (!receipts_.empty() && chance()) waiting_.receipts.push_back(receipts_[random_() % receipts_.size()]);
  }
  /// Of the replies that have been sent so far. The first is said to have failed, and reaches the guest all the same.
  void note_receipts() {
    receipts_.clear();
    for (const auto& line : house_.lines_of(guest_, "out")) {
      if (line.status == "pending" || line.status == "sending") continue;
      if (receipts_.empty()) receipts_.push_back(receipt(line.id, ReceiptState::kFailed));
      for (const auto state : {ReceiptState::kSent, ReceiptState::kDelivered, ReceiptState::kRead})
        receipts_.push_back(receipt(line.id, state));
    }
  }
  static Receipt receipt(store::Id reply, ReceiptState state) {
    const auto key = key_of(reply);
    return {.state = state,
            .account = "1",
            .key = key,
            .external_id = "wamid." + key,
            .code = state == ReceiptState::kFailed ? "131026" : "",
            .reason = state == ReceiptState::kFailed ? "Message undeliverable" : ""};
  }
  /// All that waits, in one body or in many.
  void deliver() {
    plugins::Staged body;
    const auto cut = [&] {
      if (body.empty() || chance()) return;
      house_.arrive(body);
      body = {};
    };
    for (auto& each : waiting_.messages) {
      body.messages.push_back(std::move(each));
      cut();
    }
    for (auto& each : waiting_.receipts) {
      body.receipts.push_back(std::move(each));
      cut();
    }
    if (!body.empty()) house_.arrive(body);
    waiting_ = {};
    if (chance()) {
      ASSERT_TRUE(house_.all_done());
    }
  }

  AnyOrder& house_;
  const std::string guest_;
  std::mt19937 random_;
  plugins::Staged waiting_;
  std::vector<Receipt> receipts_;
};

TEST_F(AnyOrder, OverlappingRepeatedAndBatchedWebhooksGiveTheSameTalk) {
  for (std::size_t i = 0; i < kSaid.size(); ++i) {
    arrive({.messages = {{.hotel = "sol",
                          .account = "1",
                          .external_id = std::to_string(i),
                          .sender = "34600111000",
                          .kind = "text",
                          .text = kSaid[i],
                          .provider_time = clock.now()}}});
    ASSERT_TRUE(all_done());
  }
  auto plain = outcome_of("34600111000");
  for (auto& told : plain.told) told.replace(told.rfind(' '), std::string::npos, " read");
  ASSERT_EQ(plain.state, "confirmed es");
  ASSERT_EQ(plain.booked.size(), 1U);

  for (unsigned seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const auto guest = std::to_string(34600111000 + seed);
    Provider(*this, guest, seed).bring_everything();
    ASSERT_EQ(outcome_of(guest), plain);
  }
  EXPECT_EQ(pms.book_calls, 31);
}

}  // namespace
}  // namespace agente::messaging
