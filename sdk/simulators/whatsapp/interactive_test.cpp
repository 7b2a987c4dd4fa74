#include <gtest/gtest.h>

#include "simulators/whatsapp/testing.hpp"

namespace agente::sim::whatsapp::testing {
namespace {

json button(const std::string& id, const std::string& title) {
  return {{"type", "reply"}, {"reply", {{"id", id}, {"title", title}}}};
}

json with_buttons(const std::vector<json>& buttons, const std::string& text = "¿Confirma?") {
  return {{"type", "button"}, {"body", {{"text", text}}}, {"action", {{"buttons", buttons}}}};
}

json with_footer(const std::string& text) {
  auto interactive = with_buttons({button("1", "Sí")});
  interactive["footer"] = {{"text", text}};
  return interactive;
}

json row(const std::string& id, const std::string& title = "Doble", const std::string& description = "Con balcón") {
  return {{"id", id}, {"title", title}, {"description", description}};
}

json with_rows(const std::vector<json>& rows, const std::string& label = "Habitaciones") {
  return {{"type", "list"},
          {"body", {{"text", "¿Cuál?"}}},
          {"action", {{"button", label}, {"sections", json::array({{{"rows", rows}}})}}}};
}

std::string body_with(const json& interactive) {
  return message({{"type", "interactive"}, {"text", nullptr}, {"interactive", interactive}}).dump();
}

std::vector<json> numbered_rows(int count) {
  std::vector<json> rows;
  for (int i = 0; i < count; ++i) rows.push_back(row("r" + std::to_string(i)));
  return rows;
}

json with_action(const char* type, const json& action) {
  return {{"type", type}, {"body", {{"text", "x"}}}, {"action", action.is_null() ? json::object() : action}};
}

json named(const char* name, const json& parameters) { return {{"name", name}, {"parameters", parameters}}; }

std::string words_of(const json& error) {
  return error.contains("error_data") ? error["error_data"]["details"] : error["message"];
}

TEST(Interactive, ButtonsAndListsAreAcceptedAndNotedAsTheyAre) {
  const Bench bench;
  const auto buttons = with_buttons({button("yes", "Sí, reservar"), button("no", "No"), button("other", "Cambiar")});
  const auto list = with_rows(numbered_rows(10));

  ASSERT_EQ(bench.post(body_with(buttons)).status, 200);
  EXPECT_EQ(bench.last_request()["interactive"], buttons);
  EXPECT_EQ(bench.last_request()["text"], "¿Confirma?");
  ASSERT_EQ(bench.post(body_with(list)).status, 200);
  EXPECT_EQ(bench.last_request()["interactive"], list);
}

TEST(Interactive, LinksFlowsAndQuestionsForAPlaceAreAccepted) {
  const Bench bench;
  for (const auto& good :
       {with_action("cta_url", named("cta_url", {{"display_text", "Reservar"}, {"url", "https://hotel.example"}})),
        with_action("location_request_message", {{"name", "send_location"}}),
        with_action("flow",
                    named("flow", {{"flow_message_version", "3"}, {"flow_cta", "Check in"}, {"flow_id", "1"}}))}) {
    EXPECT_EQ(bench.post(body_with(good)).status, 200) << good;
    EXPECT_EQ(bench.last_request()["interactive"], good);
  }
}

TEST(Interactive, WhatMetaRefusesIsRefusedInItsWords) {
  const Bench bench;
  const std::string twenty_one(21, 'x');
  const struct {
    json interactive;
    int code;
    std::string words;
  } cases[] = {
      {with_buttons({}), 131009, "Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: 3"},
      {with_buttons({button("1", "1"), button("2", "2"), button("3", "3"), button("4", "4")}), 131009,
       "Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: 3"},
      {with_buttons({button("1", twenty_one)}), 131009, "Button title length invalid. Min length: 1, Max length: 20"},
      {with_buttons({button("1", "")}), 131009, "Button title length invalid. Min length: 1, Max length: 20"},
      {with_buttons({button("1", "Sí"), button("1", "No")}), 131009, "Duplicated button id: 1"},
      {with_buttons({button("1", "Sí"), button("2", "Sí")}), 131009, "Duplicated button title: Sí"},
      {with_buttons({button("1 ", "Sí")}), 131009, "button id must not begin or end with a space"},
      {with_buttons({button(std::string(257, 'i'), "Sí")}), 131009,
       "button id length invalid. Min length: 1, Max length: 256"},
      {with_buttons({button("1", "Sí")}, std::string(1025, 'x')), 131009,
       "Body text length invalid. Min length: 1, Max length: 1024"},
      {with_rows({}), 100, "(#100) The parameter rows is required."},
      {with_rows(numbered_rows(11)), 131009, "Total row count exceed max allowed count: 10"},
      {with_rows({row("1"), row("1")}), 131009, "Duplicated row id: 1"},
      {with_rows({row("1", std::string(25, 'x'))}), 131009, "Row title length invalid. Min length: 1, Max length: 24"},
      {with_rows({row("1", "Doble", std::string(73, 'x'))}), 131009,
       "Row description length invalid. Min length: 1, Max length: 72"},
      {with_rows({row("1", "Doble", "")}), 131009, "Row description length invalid. Min length: 1, Max length: 72"},
      {with_rows({row("1")}, twenty_one), 131009, "Button label length invalid. Min length: 1, Max length: 20"},
      {with_footer(std::string(61, 'x')), 131009, "Footer text length invalid. Min length: 1, Max length: 60"},
      {with_action("product", {}), 131051, "Interactive type is not currently supported: \"product\""},
      {with_action("cta_url", {{"name", "flow"}}), 131009, "Param action.name must be cta_url."},
      {with_action("cta_url", named("cta_url", {{"display_text", twenty_one}, {"url", "https://a.example"}})), 131009,
       "Display text length invalid. Min length: 1, Max length: 20"},
      {with_action("cta_url", named("cta_url", {{"display_text", "Web"}, {"url", "ftp://a.example"}})), 131009,
       "Param url must be a valid http or https URL."},
      {with_action("cta_url", named("cta_url", 7)), 131009, "Param action.parameters must be an object."},
      {with_action("location_request_message", {{"name", "x"}}), 131009, "Param action.name must be send_location."},
      {with_action("flow", named("flow", {{"flow_message_version", "3"}})), 100,
       "(#100) The parameter flow_cta is required."},
      {json{{"type", "button"}, {"action", json::object()}}, 100, "(#100) The parameter body is required."}};
  for (const auto& bad : cases) {
    const auto answer = bench.post(body_with(bad.interactive));
    EXPECT_EQ(answer.status, 400) << bad.interactive;
    EXPECT_EQ(answer.error_member()["code"], bad.code) << bad.interactive;
    EXPECT_EQ(words_of(answer.error_member()), bad.words);
    EXPECT_EQ(bench.last_request()["accepted"], false);
  }
}

TEST(Interactive, LimitsCountCharactersNotBytes) {
  const Bench bench;
  std::string twenty;
  for (int i = 0; i < 20; ++i) twenty += "ñ";
  EXPECT_EQ(bench.post(body_with(with_buttons({button("1", twenty)}))).status, 200);
  EXPECT_EQ(bench.post(body_with(with_buttons({button("1", twenty + "ñ")}))).error_member()["code"], 131009);
}

TEST(Interactive, ATapComesAsMetaTellsIt) {
  Webhook hook;
  const Bench bench(hook.options());
  const json tap{{"shape", "list_reply"},
                 {"id", "r1"},
                 {"title", "Doble"},
                 {"description", "Con balcón"},
                 {"message_id", "wamid.OURS"}};

  EXPECT_EQ(bench.control("guest", {{"from", kGuest}, {"tap", tap}}).status, 200);

  const auto told = json::parse(hook.wait_for(1)[0].body)["entry"][0]["changes"][0]["value"]["messages"][0];
  EXPECT_EQ(told["type"], "interactive");
  EXPECT_EQ(told["context"]["id"], "wamid.OURS");
  EXPECT_EQ(told["interactive"], json::parse(R"({"type":"list_reply","list_reply":
    {"id":"r1","title":"Doble","description":"Con balcón"}})"));
  EXPECT_FALSE(told.contains("text"));
  EXPECT_EQ(bench
                .control("guest", {{"from", kGuest},
                                   {"tap", {{"shape", "x"}, {"id", "1"}, {"title", "1"}, {"message_id", "w"}}}})
                .status,
            400);
}

}  // namespace
}  // namespace agente::sim::whatsapp::testing
