#include "plugins/plugin_host.hpp"

#include <gmock/gmock.h>

#include "plugins/library.hpp"
#include "plugins/test_house.hpp"

namespace agente::plugins {
namespace {

using testing::HasSubstr;

struct PluginHostTest : testing::Test {
  TestHouse house;
  std::unique_ptr<PluginHost> host = std::make_unique<PluginHost>(house.options(), house.services());

  Channel& channel(const std::string& plugin) {
    const auto done = host->start(channel_config(plugin));
    EXPECT_TRUE(done) << (done ? "" : done.error().text);
    return *host->channel("bell");
  }
  Result<std::string> send(Channel& to, const std::string& recipient, const std::string& text = "") {
    return to.send({.key = "k1", .recipient = recipient, .text = text}, "00000000000000aa");
  }
};

TEST_F(PluginHostTest, AChannelCarriesAMessageAndGivesTheProvidersId) {
  auto& porter = channel("porter");
  const auto id = send(porter, "guest", "hola");

  ASSERT_TRUE(id) << id.error().text;
  EXPECT_EQ(*id, "id-of-k1");
  EXPECT_EQ(porter.id(), "bell");
  const auto rows = host->list();
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].plugin, "porter");
  EXPECT_EQ(rows[0].version, "1.2.3");
  EXPECT_EQ(rows[0].state, "live");
  EXPECT_EQ(rows[0].load_class, "hot");
  EXPECT_EQ(rows[0].generation, 1);
  EXPECT_EQ(rows[0].resident_images, 1);
}

TEST_F(PluginHostTest, AWebhookStagesMessagesAndItsCursor) {
  Staged staged;
  const auto answer = channel("porter").on_http({.method = "POST", .body = "200 200 34600 hola"}, staged, "");

  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "done");
  ASSERT_EQ(staged.messages.size(), 1U);
  EXPECT_EQ(staged.messages[0].hotel, "luna");
  EXPECT_EQ(staged.messages[0].text, "hola");
  ASSERT_EQ(staged.kv.size(), 1U);
  EXPECT_EQ(staged.kv[0].key, "cursor");
}

TEST_F(PluginHostTest, APmsBooksAndAnswersWithItsOwnId) {
  ASSERT_TRUE(host->start(pms_config("ledger")));
  auto& pms = *host->pms("sol/pms");
  const auto booking = pms.book({.reference = "R-7"}, "");

  ASSERT_TRUE(booking) << booking.error().text;
  EXPECT_EQ(booking->booking_id, "B-1");
  EXPECT_EQ(booking->reference, "R-7");
  EXPECT_EQ(booking->total, (Money{30000, "EUR"}));
  EXPECT_EQ(booking->guest_name, "Ana García");
  EXPECT_EQ(pms.rooms("")->front().id, "double");
  EXPECT_EQ(pms.health("").error().code, Code::kRetry);
}

}  // namespace
}  // namespace agente::plugins
