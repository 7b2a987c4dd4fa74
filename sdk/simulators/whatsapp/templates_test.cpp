#include <gtest/gtest.h>

#include "simulators/whatsapp/testing.hpp"

namespace agente::sim::whatsapp::testing {
namespace {

json text(const std::string& value) { return {{"type", "text"}, {"text", value}}; }

json form(const std::string& language, const std::vector<json>& parameters, const std::string& name = "hotel_message") {
  return {{"name", name},
          {"language", {{"code", language}}},
          {"components", json::array({{{"type", "body"}, {"parameters", parameters}}})}};
}

std::string body_with(const json& form) {
  return message({{"type", "template"}, {"text", nullptr}, {"template", form}}).dump();
}

json listed(const std::string& name, const std::string& status, const json& more = json::object()) {
  json one{{"name", name},
           {"language", "es"},
           {"status", status},
           {"components", json::array({{{"type", "BODY"}, {"text", "Hola {{guest}}, son las {{time}}."}}})}};
  one.update(more);
  return one;
}

TEST(Templates, AreFilledAsTheGuestReadsThemAndHaveStatuses) {
  Webhook hook;
  const Bench bench(hook.options());

  const auto answer = bench.post(body_with(form("es", {text("Su taxi ha llegado.")})));

  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.parsed()["messages"][0]["message_status"], "accepted");
  const auto noted = bench.last_request();
  EXPECT_EQ(noted["type"], "template");
  EXPECT_EQ(noted["text"], "Tiene un mensaje del hotel: Su taxi ha llegado. Puede responder aquí.");
  EXPECT_EQ(noted["template"]["name"], "hotel_message");
  EXPECT_EQ(hook.wait_for_statuses(3)[2]["status"], "read");
}

TEST(Templates, WhatMetaRefusesIsRefusedInItsWords) {
  const Bench bench;
  ASSERT_EQ(bench
                .control("templates", {{"data",
                                        {listed("paused", "PAUSED"), listed("off", "DISABLED"),
                                         listed("new", "PENDING"), listed("plain", "APPROVED"),
                                         listed("named", "APPROVED", {{"parameter_format", "NAMED"}})}}})
                .status,
            200);
  const std::vector<json> two{text("Ana"), text("9:00")};
  const struct {
    json form;
    int status;
    int code;
    std::string words;
  } cases[] = {
      {form("es", two, "none"), 404, 132001, "template name (none) does not exist in es"},
      {form("en", two, "plain"), 404, 132001, "template name (plain) does not exist in en"},
      {form("es", two, "new"), 404, 132001, "template name (new) does not exist in es"},
      {form("es", two, "paused"), 400, 132015, "Template is paused"},
      {form("es", two, "off"), 400, 132016, "Template is disabled"},
      {form("es", {text("Ana")}, "plain"), 400, 132000,
       "body: number of localizable_params (1) does not match the expected number of params (2)"},
      {form("es", {{{"type", "image"}}, text("9:00")}, "plain"), 400, 132012,
       "body: Format mismatch, expected TEXT, received image"},
      {form("es", two, "named"), 400, 132012, "body: Parameter name is missing or unknown"},
      {form("es", {text(""), text("9:00")}, "plain"), 400, 131008, "Parameter of type text is missing text value"},
      {form("es", {text("a\nb"), text("9:00")}, "plain"), 400, 132008,
       "Param text cannot have new-line/tab characters or more than 4 consecutive spaces"},
      {form("es", {text("a     b"), text("9:00")}, "plain"), 400, 132008,
       "Param text cannot have new-line/tab characters or more than 4 consecutive spaces"},
      {form("es", {text(std::string(1024, 'x')), text("9:00")}, "plain"), 400, 132005,
       "body: the filled text is too long"}};
  for (const auto& bad : cases) {
    const auto answer = bench.post(body_with(bad.form));
    EXPECT_EQ(answer.status, bad.status) << bad.form;
    EXPECT_EQ(answer.error_member()["code"], bad.code) << bad.form;
    EXPECT_EQ(answer.error_member()["error_data"]["details"], bad.words);
    EXPECT_EQ(bench.last_request()["accepted"], false);
  }
}

TEST(Templates, WithNamesTakeThemInAnyOrder) {
  const Bench bench;
  bench.control("templates", {{"data", {listed("named", "APPROVED", {{"parameter_format", "NAMED"}})}}});
  auto time = text("9:00");
  time["parameter_name"] = "time";
  auto guest = text("Ana");
  guest["parameter_name"] = "guest";

  ASSERT_EQ(bench.post(body_with(form("es", {time, guest}, "named"))).status, 200);
  EXPECT_EQ(bench.last_request()["text"], "Hola Ana, son las 9:00.");
}

TEST(Templates, AreListedUntilOthersTakeTheirPlace) {
  const Bench bench;
  EXPECT_EQ(bench.get("v25.0/102290129340398/message_templates").parsed()["data"].size(), 3);
  bench.control("templates", {{"data", {listed("plain", "APPROVED")}}});
  EXPECT_EQ(bench.get("v25.0/102290129340398/message_templates").parsed()["data"][0]["name"], "plain");
  EXPECT_EQ(bench.control("templates", {{"data", {{{"name", "half"}}}}}).status, 400);
  bench.control("reset", json::object());
  EXPECT_EQ(bench.get("v25.0/102290129340398/message_templates").parsed()["data"].size(), 3);
}

TEST(Templates, AreListedInPages) {
  const Bench bench;
  const std::string edge = "v25.0/102290129340398/message_templates";
  const auto all = bench.get(edge).parsed();
  EXPECT_EQ(all["data"].size(), 3U);
  EXPECT_FALSE(all["paging"].contains("next"));

  const auto first = bench.get(edge + "?limit=2").parsed();
  EXPECT_EQ(first["data"].size(), 2U);
  const auto next = first["paging"]["next"].get<std::string>();
  EXPECT_EQ(next.find(bench.simulator.url() + edge), 0U) << next;
  const auto second = bench.get(next.substr(bench.simulator.url().size())).parsed();
  EXPECT_EQ(second["data"], json::array({all["data"][2]}));
  EXPECT_FALSE(second["paging"].contains("next"));
  for (const auto* odd : {"?limit=0", "?limit=x", "?after=99999999999999999999", "?limit=-1&after=-1"})
    EXPECT_EQ(bench.get(edge + odd).status, 200) << odd;
  EXPECT_EQ(bench.get(edge + "?after=7").parsed(), json::parse(R"({"data":[]})"));
}

}  // namespace
}  // namespace agente::sim::whatsapp::testing
