#include <gtest/gtest.h>

#include "simulators/whatsapp/phone_forms.hpp"
#include "simulators/whatsapp/testing.hpp"

namespace agente::sim::whatsapp::testing {
namespace {

const std::string kUserId = "ES.88120045671234";

/// The values of the first `count` webhooks that tell of statuses.
std::vector<json> status_values(Webhook& hook, std::size_t posts) {
  std::vector<json> values;
  for (const auto& post : hook.wait_for(posts)) {
    auto value = json::parse(post.body)["entry"][0]["changes"][0]["value"];
    if (value.contains("statuses")) values.push_back(std::move(value));
  }
  return values;
}

TEST(PhoneForms, OfOnePersonMeet) {
  EXPECT_EQ(same_phone("5491155550142"), same_phone("541155550142"));
  EXPECT_EQ(same_phone("5215512340187"), same_phone("525512340187"));
  EXPECT_EQ(same_phone("5562981230044"), same_phone("556281230044"));
  EXPECT_EQ(same_phone("34600111222"), "34600111222");
  EXPECT_EQ(same_phone("521551234018"), "521551234018") << "a Mexican number of ten digits that begins with 1";
  EXPECT_EQ(longer_form("541155550142"), "5491155550142");
  EXPECT_EQ(longer_form("556281230044"), "556281230044");
}

TEST(TestNumber, WritesOnlyToWhomItsListNamesInTheVeryForm) {
  Webhook hook;
  auto options = hook.options();
  options.allowed = {"541155550142", kGuest};
  options.closed_window = ClosedWindow::kRefused;
  const Bench bench(options);
  bench.control("guest", {{"from", "5491155550142"}, {"text", "Hola"}});

  const auto refused = bench.send("Hola", "5491155550142");
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.error_member()["code"], 131030);
  EXPECT_EQ(bench.send("Hola", "541155550142").status, 200) << "the same guest, whose 24 hours are open";
  EXPECT_EQ(bench.send("Hola", "34600999999").error_member()["code"], 131030);
}

TEST(Statuses, IntroduceTheGuestAsMetaDoes) {
  Webhook hook;
  const Bench bench(hook.options());
  bench.control("guest", {{"from", kGuest},
                          {"user_id", kUserId},
                          {"name", "Noor"},
                          {"text", "Hi"},
                          {"contact", {{"profile", {{"username", "noor"}}}}}});
  bench.send("Hola");

  for (const auto& value : status_values(hook, 4)) {
    const auto state = value["statuses"][0]["status"];
    EXPECT_EQ(value["statuses"][0]["recipient_user_id"], kUserId);
    EXPECT_EQ(value["contacts"][0]["wa_id"], kGuest);
    EXPECT_EQ(value["contacts"][0]["user_id"], kUserId);
    EXPECT_EQ(value["contacts"][0]["profile"]["name"], "Noor");
    EXPECT_EQ(value["contacts"][0]["profile"].contains("username"), state != "sent") << state;
  }
}

TEST(Statuses, ThatFailedIntroduceNobody) {
  Webhook hook;
  const Bench bench(hook.options());
  bench.arm({{"name", "status_failed"}, {"next", 1}});
  bench.send("Hola");
  EXPECT_FALSE(status_values(hook, 1).at(0).contains("contacts"));
}

TEST(Statuses, OfAGuestWhoNeverWroteNameOnlyHowHeIsAddressed) {
  Webhook hook;
  const Bench bench(hook.options());
  bench.post(message({{"to", nullptr}, {"recipient", kUserId}}).dump());
  const auto value = status_values(hook, 1).at(0);
  EXPECT_EQ(value["contacts"], json::array({{{"user_id", kUserId}}}));
  EXPECT_FALSE(value["statuses"][0].contains("recipient_id"));
}

TEST(Statuses, SkipDeliveredNowAndThen) {
  Webhook hook;
  const Bench bench(hook.options());
  bench.arm({{"name", "status_no_delivered"}, {"every", 2}});
  bench.send("Hola");
  bench.send("Hola");
  const auto statuses = hook.wait_for_statuses(5);
  EXPECT_EQ(std::count_if(statuses.begin(), statuses.end(), [](const json& s) { return s["status"] == "delivered"; }),
            1);
}

TEST(Identity, ThatIsNotTheGuestsIs137000) {
  Webhook hook;
  const Bench bench(hook.options());
  bench.control("guest", {{"from", kGuest}, {"text", "Hi"}, {"contact", {{"identity_key_hash", "DF2l="}}}});
  const auto taken_for = [&](const json& hash) {
    return bench.post(message({{"recipient_identity_key_hash", hash}}).dump());
  };
  EXPECT_EQ(taken_for("DF2l=").status, 200);
  EXPECT_EQ(taken_for("other").error_member()["code"], 137000);
  EXPECT_EQ(taken_for(7).error_member()["code"], 131009);
  bench.control("guest", {{"from", kGuest}, {"text", "Hi"}, {"contact", {{"identity_key_hash", "new="}}}});
  EXPECT_EQ(taken_for("DF2l=").error_member()["code"], 137000);
}

TEST(Template, ThatAuthenticatesCannotGoToAUserId) {
  const Bench bench;
  bench.control("templates", {{"data",
                               {{{"name", "code"},
                                 {"language", "es"},
                                 {"status", "APPROVED"},
                                 {"category", "AUTHENTICATION"},
                                 {"components", json::array()}}}}});
  const json form{
      {"type", "template"}, {"text", nullptr}, {"template", {{"name", "code"}, {"language", {{"code", "es"}}}}}};
  EXPECT_EQ(bench.post(message(form).dump()).status, 200);
  auto to_user_id = form;
  to_user_id.update({{"to", nullptr}, {"recipient", kUserId}});
  EXPECT_EQ(bench.post(message(to_user_id).dump()).error_member()["code"], 131062);
}

TEST(AppLimit, IsToldWithWhatToWaitForAndEndsWithTheHour) {
  auto time = std::make_shared<std::atomic<std::int64_t>>(1'700'000'000);
  Options options;
  options.calls_an_hour = 2;
  const Bench bench(options, [time] { return std::chrono::system_clock::from_time_t(time->load()); });
  EXPECT_EQ(bench.get("v25.0/" + kNumber).status, 200);
  EXPECT_EQ(bench.send("Hola").status, 200);

  const auto refused = bench.get("v25.0/" + kNumber);
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.error_member()["code"], 4);
  EXPECT_EQ(refused.headers.at("Retry-After"), "1800");
  const auto usage = json::parse(refused.headers.at("X-Business-Use-Case-Usage"));
  EXPECT_EQ(usage["102290129340398"][0]["estimated_time_to_regain_access"], 30) << "minutes";
  EXPECT_EQ(usage["102290129340398"][0]["call_count"], 100);
  *time += 1800;
  EXPECT_EQ(bench.send("Hola").status, 200);
}

TEST(AppLimit, CanBeAFault) {
  const Bench bench;
  bench.arm({{"name", "app_limit"}, {"next", 1}, {"retry_after", 90}, {"status", 429}});
  const auto refused = bench.send("Hola");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.error_member()["code"], 4);
  EXPECT_EQ(refused.headers.at("Retry-After"), "90");
  EXPECT_NE(refused.headers.at("X-Business-Use-Case-Usage").find("\"estimated_time_to_regain_access\":2"),
            std::string::npos);
}

TEST(Fault, CanBeKeptToFilesOrToTheAccount) {
  const Bench bench;
  bench.arm({{"name", "error_500"}, {"next", 1}, {"on", "account"}});
  bench.arm({{"name", "code"}, {"code", 131052}, {"next", 1}, {"on", "media"}});
  EXPECT_EQ(bench.send("Hola").status, 200);
  EXPECT_EQ(bench.get("v25.0/102290129340398/message_templates").status, 500);
  EXPECT_EQ(bench.get("v25.0/102290129340398/message_templates").status, 200);
  const auto upload =
      http("POST", bench.simulator.url() + "v25.0/" + kNumber + "/media", "", {{"Authorization", "Bearer demo-token"}});
  EXPECT_EQ(upload.error_member()["code"], 131052);
}

}  // namespace
}  // namespace agente::sim::whatsapp::testing
