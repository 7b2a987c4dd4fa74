// A guest asks and accepts while the PMS is away: what he is shown has its time, and the PMS has the last word.
#include <gmock/gmock.h>

#include "cache/cache.hpp"
#include "messaging/test_support.hpp"
#include "messaging/turn.hpp"
#include "pms/scripted_pms.hpp"

namespace agente::messaging {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kRequest = "Hola, quiero reservar una doble del 12 al 15 de marzo para 2 personas";

struct StaleOffersTest : ::testing::Test {
  ManualClock clock{parse_time("2026-09-15T12:00:00Z").value()};
  testing::TemporaryStore store{clock};
  Metrics metrics;
  std::unique_ptr<cache::Cache> cache = std::move(*cache::open(std::nullopt, clock, metrics));
  Meter meter{metrics, [](std::string_view) { return std::string(); }};
  pms::testing::ScriptedPms pms;
  pms::Gateway gateway{"sol", pms, *store, clock, {.cache = cache.get()}, {.call = [](auto, auto, auto) {}}};
  Hotels hotels{clock};
  Turn turn{*store, clock, hotels, meter, [](const auto&) {}};

  StaleOffersTest() {
    hotels.add({.id = "sol", .name = "Hotel Sol", .timezone = "Europe/Madrid", .currency = "EUR"}, gateway);
  }
  store::Inbound arrive(const std::string& guest, const std::string& text) {
    store::Inbound message{.guest = {"sol", "whatsapp", guest},
                           .external_id = random_hex(8),
                           .received_at = clock.now(),
                           .kind = "text",
                           .text = text};
    EXPECT_TRUE(store->write([&](store::sql::Connection& connection) {
      message.id = connection.next_id();
      store::inbound::insert(connection, message);
    }));
    return message;
  }
  void hear(const std::string& guest, const std::string& text) {
    auto message = arrive(guest, text);
    EXPECT_FALSE(turn.handle(message));
  }
  std::string last_reply() {
    std::vector<store::Outbound> rows;
    EXPECT_TRUE(store->read(
        [&](store::sql::Connection& c) { rows = store::outbound::list_unsent(c, store::kAllParts, 0, 1000); }));
    return rows.empty() ? "" : rows.back().text;
  }
};

TEST_F(StaleOffersTest, AYesToAnOldPriceIsNotConfirmedWhenThePmsHasAnother) {
  hear("34600111001", kRequest);  // another guest, while the PMS answers
  ASSERT_THAT(last_reply(), Not(HasSubstr("14:00")));
  pms.down = true;
  clock.advance(Millis{120'000});
  const std::string guest = "34600111222";
  hear(guest, kRequest);
  EXPECT_THAT(last_reply(), HasSubstr("14:00, y se comprobarán de nuevo"));
  hear(guest, "Ana Bello");
  EXPECT_THAT(last_reply(), HasSubstr("14:00, y se comprobarán de nuevo"));
  auto yes = arrive(guest, "sí");
  ASSERT_TRUE(turn.handle(yes));
  EXPECT_THAT(last_reply(), HasSubstr("tarda un poco más"));

  pms.down = false;
  pms.surcharge = 700;
  pms.night = 12'000;
  clock.advance(Millis{60'000});
  EXPECT_FALSE(turn.handle(yes));

  EXPECT_EQ(pms.live(), 0U);
  EXPECT_THAT(last_reply(), HasSubstr("no he reservado nada"));
  EXPECT_THAT(last_reply(), HasSubstr("360.00 EUR"));
  EXPECT_THAT(last_reply(), Not(HasSubstr("14:00")));
}

TEST_F(StaleOffersTest, AYesToAnOldPriceThatStillHoldsIsBooked) {
  hear("34600111001", kRequest);
  pms.down = true;
  const std::string guest = "34600111222";
  clock.advance(Millis{120'000});
  for (const auto* text : {kRequest, "Ana Bello"}) hear(guest, text);
  pms.down = false;
  hear(guest, "sí");
  EXPECT_EQ(pms.live(), 1U);
  EXPECT_THAT(last_reply(), HasSubstr("H-1"));
}

}  // namespace
}  // namespace agente::messaging
