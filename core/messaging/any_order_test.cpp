// Providers repeat webhooks, put several into one body and let any of them overtake each other: the talk is the same.
#include <algorithm>
#include <numeric>
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

struct Word {
  std::string text;
  std::string kind = "text";
};
const std::vector<Word> kSaid{{"Hola, quiero reservar del 12 al 15 de marzo"},
                              {"una doble"},
                              {"para 3 personas"},
                              {"perdón, para 2 personas"},
                              {"a nombre de Ana Bello"},
                              {"👍", "reaction"},
                              {"sí"},
                              {"¿Tienen piscina?"},
                              {"¿Y cochera?", "edit"},
                              {"", "revoke"},
                              {"gracias"},
                              {"Yo me encargo", "echo"}};

/// What came of a talk, without what differs between two guests who said the same.
struct Outcome {
  std::string state;
  std::string remembered;
  std::vector<std::string> heard;  ///< text, status and what went wrong
  std::vector<std::string> told;
  std::vector<std::string> booked;

  bool operator==(const Outcome&) const = default;
};

void PrintTo(const Outcome& outcome, std::ostream* out) {
  *out << outcome.state << outcome.remembered << ::testing::PrintToString(outcome.heard)
       << ::testing::PrintToString(outcome.told) << ::testing::PrintToString(outcome.booked);
}

constexpr Millis kMoment{1000};

/// Where it stands in kSaid.
std::size_t place_of(const store::messages::Line& line) {
  return std::stoul(line.external_id.substr(line.external_id.find('.') + 1));
}

/// What is remembered of a guest, but for ids and times.
std::string without_ids_and_times(const std::string& document) {
  static const std::regex time("[0-9]{4}-[0-9-]*T[0-9:.]*Z");
  static const std::regex booking("H-[0-9]+");
  static const std::regex id("[0-9]{6,}");
  const auto timeless = std::regex_replace(std::regex_replace(document, time, "T"), booking, "H-1");
  return std::regex_replace(timeless, id, "N");
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
    turn.gathers_for(kMoment);
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
    clock.advance(kMoment);
    return eventually([&] {
      clock.advance(Millis{1});
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
    static const std::regex left("quedan [0-9]+");
    Outcome outcome;
    auto heard = lines_of(guest, "in");
    std::ranges::sort(heard, {}, place_of);
    for (const auto& line : heard) outcome.heard.push_back(line.text + " " + line.status + " " + line.reason);
    for (const auto& line : lines_of(guest, "out")) {
      const auto told = std::regex_replace(std::regex_replace(line.text, booking_id, "H-1"), left, "quedan N");
      outcome.told.push_back(told + " " + line.status);
    }
    const store::GuestKey key{"sol", "whatsapp", guest};
    EXPECT_TRUE(store->read([&](store::sql::Connection& c) {
      if (const auto talk = store::conversations::find(c, key)) {
        outcome.state = talk->state + " " + talk->language;
        outcome.remembered = without_ids_and_times(talk->document);
      }
      for (const auto& row : store::reservations::list_of_guest(c, key)) {
        outcome.booked.push_back(std::string(store::name_of(row.status)) + " " + row.room_type + " " +
                                 format_day(*row.checkin) + " " + std::to_string(row.adults.value_or(0)));
      }
    }));
    return outcome;
  }
};

/// One guest's talk as the provider might bring it. What he writes without waiting for an answer comes in any order.
class Provider {
 public:
  Provider(AnyOrder& house, std::string guest, unsigned seed)
      : house_(house), guest_(std::move(guest)), begin_(house.clock.now()), random_(seed) {}

  void bring_everything() {
    for (std::size_t i = 0; i < kSaid.size(); ++i) {
      waiting_.messages.push_back(message(i));
      repeat_something(i);
      if (chance()) deliver();
    }
    deliver();
    note_receipts();
    for (std::size_t i = 0; i < receipts_.size(); ++i) waiting_.receipts.push_back(receipts_[i]);
    deliver();
  }
  /// Each message once and answered before the next; as they were written or in any order, which is returned.
  std::vector<std::size_t> bring_one_by_one(bool shuffled) {
    std::vector<std::size_t> order(kSaid.size());
    std::iota(order.begin(), order.end(), 0U);
    if (shuffled && chance()) std::shuffle(order.begin(), order.end(), random_);
    for (int i = 0; shuffled && i < 3; ++i) std::swap(order[random_() % order.size()], order[random_() % order.size()]);
    for (const auto i : order) {
      waiting_.messages.push_back(message(i));
      deliver();
    }
    return order;
  }

 private:
  bool chance() { return random_() % 2 == 0; }

  [[nodiscard]] InboundMessage message(std::size_t i) const {
    return {.hotel = "sol",
            .account = "1",
            .external_id = guest_ + "." + std::to_string(i),
            .sender = guest_,
            .kind = kSaid[i].kind,
            .text = kSaid[i].text,
            .provider_time = begin_ + Millis{static_cast<Millis::rep>(i)}};
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
  /// All that waits, in any order, in one body or in many; then the house has time to answer.
  void deliver() {
    std::shuffle(waiting_.messages.begin(), waiting_.messages.end(), random_);
    std::shuffle(waiting_.receipts.begin(), waiting_.receipts.end(), random_);
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
    ASSERT_TRUE(house_.all_done());
  }

  AnyOrder& house_;
  const std::string guest_;
  const Time begin_;
  std::mt19937 random_;
  plugins::Staged waiting_;
  std::vector<Receipt> receipts_;
};

TEST_F(AnyOrder, ReorderedRepeatedAndBatchedWebhooksGiveTheSameTalk) {
  Provider(*this, "34600111000", 0).bring_one_by_one(false);
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

TEST_F(AnyOrder, HoweverLateAMessageComesItIsHandledOnceAndNothingIsBookedThatWasNotAccepted) {
  constexpr std::size_t kYes = 6, kQuestion = 7, kThanks = 10;
  std::ptrdiff_t booked = 0;
  for (unsigned seed = 1; seed <= 100; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const auto guest = std::to_string(34600222000 + seed);
    const auto before = pms.live();
    const auto order = Provider(*this, guest, seed).bring_one_by_one(true);
    const auto outcome = outcome_of(guest);
    ASSERT_EQ(outcome.heard.size(), kSaid.size());
    for (const auto& heard : outcome.heard) EXPECT_THAT(heard, ::testing::EndsWith(" processed "));
    const auto confirmed =
        std::ranges::count_if(outcome.booked, [](const std::string& row) { return row.starts_with("CONFIRMED"); });
    const auto told = std::ranges::count_if(
        outcome.told, [](const std::string& text) { return text.find("H-1") != std::string::npos; });
    EXPECT_EQ(pms.live() - before, static_cast<std::size_t>(confirmed));
    EXPECT_EQ(confirmed > 0, told > 0);
    EXPECT_LE(confirmed, 1);
    // What he wrote after his yes had been answered before it came: it was to nothing that he had seen.
    const auto came = [&](std::size_t what) { return std::ranges::find(order, what); };
    if (came(kYes) > came(kQuestion) || came(kYes) > came(kThanks)) {
      EXPECT_EQ(confirmed, 0);
    }
    booked += confirmed;
  }
  EXPECT_GT(booked, 0) << "in some orders he is asked before he says yes";
}

}  // namespace
}  // namespace agente::messaging
