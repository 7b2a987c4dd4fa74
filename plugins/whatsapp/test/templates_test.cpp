// Templates are compared with Meta's list before they are sent.
#include "templates_support.hpp"

namespace agente::whatsapp {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;

TEST_F(Templates, WhatDoesNotFitIsRefusedInASentenceBeforeMetaHearsOfIt) {
  const std::vector<std::pair<const char*, const char*>> wrong{
      {R"({"name":"arrival","language":"es","parameters":["Ana"]})", "template arrival has 2 gaps, 1 text was given"},
      {R"({"name":"arrival","language":"es"})", "template arrival has 2 gaps, no texts were given"},
      {R"({"name":"plain","language":"es","parameters":["Ana"]})", "template plain has no gaps, 1 text was given"},
      {R"({"name":"arrival","language":"es_AR","parameters":["Ana","3"]})",
       "arrival exists in es and en, not in es_AR"},
      {R"({"name":"arival","language":"es"})", "template arival does not exist: see WhatsApp Manager"},
      {R"({"name":"old","language":"es"})", "template old in es is PAUSED, not APPROVED"},
      {R"({"name":"greeting","language":"es","parameters":["Ana","12"]})",
       "template greeting calls its gaps by names: give guest and room as an object"},
      {R"({"name":"greeting","language":"es","parameters":{"guest":"Ana"}})",
       "template greeting needs guest and room: room is missing"},
      {R"({"name":"greeting","language":"es","parameters":{"guest":"Ana","room":"12","x":"1"}})",
       "template greeting has no gap called x"},
      {R"({"name":"arrival","language":"es","parameters":{"guest":"Ana","day":"3"}})",
       "template arrival numbers its gaps: give a list of 2 texts"}};
  for (const auto& [details, why] : wrong) EXPECT_EQ(send(details), why);
  EXPECT_EQ(asked("POST"), 0U);
  EXPECT_EQ(asked("GET"), 3U) << "three pages, and kept";
}

TEST_F(Templates, WhatFitsIsSentByNumberOrByName) {
  EXPECT_EQ(send(R"({"name":"arrival","language":"es","parameters":["Ana","3"]})"), "sent");
  EXPECT_EQ(send(R"({"name":"plain","language":"es","parameters":{}})"), "sent");
  EXPECT_EQ(send(R"({"name":"greeting","language":"es","parameters":{"room":"12","guest":"Ana"}})"), "sent");
  EXPECT_EQ(json::parse(fake.requests().back().body)["template"]["components"][0]["parameters"],
            json::parse(R"([{"type":"text","parameter_name":"room","text":"12"},)"
                        R"({"type":"text","parameter_name":"guest","text":"Ana"}])"));
}

TEST_F(Templates, TheListIsReadAnewAfterTenMinutesAndOnceWhereSomethingDoesNotFit) {
  const auto* plain = R"({"name":"plain","language":"es"})";
  EXPECT_EQ(send(plain), "sent");
  fake.advance(10min);
  EXPECT_EQ(send(plain), "sent");
  EXPECT_EQ(asked("GET"), 3U);
  fake.advance(1s);
  EXPECT_EQ(send(plain), "sent");
  EXPECT_EQ(asked("GET"), 6U);
  list.push_back(listed("new", "es", "Nuevo"));
  fake.advance(11s);
  EXPECT_EQ(send(R"({"name":"new","language":"es"})"), "sent");
  EXPECT_EQ(asked("GET"), 10U);
  for (int i = 0; i < 5; ++i) EXPECT_THAT(send(R"({"name":"x","language":"es"})"), HasSubstr("does not exist"));
  EXPECT_EQ(asked("GET"), 10U) << "it has just been read";
}

TEST_F(Templates, AfterMetaFoundFaultWithOneTheListIsReadAnew) {
  const auto* plain = R"({"name":"plain","language":"es"})";
  for (const int code : {132000, 132001}) {
    refusal = code;
    EXPECT_THAT(send(plain), StartsWith(std::to_string(code)));
    list.back() = listed("plain", "es", "Hola {{1}}");
    EXPECT_EQ(send(plain), "template plain has 1 gap, no texts were given");
    list.back() = listed("plain", "es", "Hola");
    fake.advance(11min);
  }
}

TEST_F(Templates, AfterNewsOfOneTheListIsReadAnew) {
  const auto* plain = R"({"name":"plain","language":"es"})";
  EXPECT_EQ(send(plain), "sent");
  list.back() = listed("plain", "es", "Hola", "PAUSED");
  EXPECT_EQ(post(R"({"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":)"
                 R"("message_template_status_update","value":{"event":"PAUSED","message_template_name":"plain",)"
                 R"("message_template_language":"es"}}]}]})")
                .status,
            200);
  EXPECT_THAT(send(plain), HasSubstr("PAUSED"));
}

TEST_F(Templates, AfterNewsOfWhatIsInOneTheListIsReadAnew) {
  EXPECT_EQ(send(R"({"name":"plain","language":"es"})"), "sent");
  list.back() = listed("plain", "es", "Hola {{1}}");
  post(R"({"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":)"
       R"("message_template_components_update","value":{"message_template_name":"plain",)"
       R"("message_template_language":"es","message_template_element":"Hola {{1}}"}}]}]})");
  EXPECT_EQ(send(R"({"name":"plain","language":"es"})"), "template plain has 1 gap, no texts were given");
}

TEST_F(Templates, WhatAListTooLongToBeReadDoesNotShowIsNotKnown) {
  for (int i = 0; i < 100; ++i) list.push_back(listed("n" + std::to_string(i), "es", "x"));
  EXPECT_EQ(send(R"({"name":"n99","language":"es"})"), "sent");
  EXPECT_THAT(send(R"({"name":"old","language":"es"})"), HasSubstr("PAUSED"));
  EXPECT_TRUE(stage().ok);
  EXPECT_THAT(stage().cause, HasSubstr("respuesta in es_AR is not known"));
}

TEST_F(Templates, WithoutAListTheyGoUncheckedAndItIsNotAskedForEachTime) {
  list_status = 503;
  const auto* wrong = R"({"name":"arrival","language":"es"})";
  for (int i = 0; i < 3; ++i) EXPECT_EQ(send(wrong), "sent");
  EXPECT_EQ(asked("GET"), 1U);
  ASSERT_THAT(fake.log(), SizeIs(1));
  EXPECT_THAT(fake.log()[0].text, HasSubstr("unchecked"));
  list_status = 200;
  fake.advance(1min);
  EXPECT_THAT(send(wrong), HasSubstr("2 gaps"));
}

TEST_F(Templates, WithoutTheAccountsIdTheyGoUnchecked) {
  config = kConfig;
  EXPECT_EQ(send(R"({"name":"arrival","language":"es"})"), "sent");
  EXPECT_EQ(asked("GET"), 0U);
}

TEST_F(Templates, TheRequestToWriteIsComparedToo) {
  const auto* request = R"({"name":"answer_waiting"})";
  EXPECT_THAT(send(request), HasSubstr("respuesta does not exist"));
  fake.advance(11s);
  list.push_back(listed("respuesta", "es_AR", "Le escribe {{1}}"));
  EXPECT_EQ(send(request), "sent");
}

TEST_F(Templates, SelfTestComparesTheConfiguredOne) {
  EXPECT_EQ(stage().cause, "template respuesta does not exist: see WhatsApp Manager");
  list.push_back(listed("respuesta", "en_US", "{{1}}"));
  list.push_back(listed("respuesta", "es_AR", "{{1}}"));
  EXPECT_TRUE(stage().ok);
  list.back() = listed("respuesta", "es_AR", "{{1}}", "PAUSED");
  EXPECT_THAT(stage().cause, HasSubstr("PAUSED"));
  list.back() = listed("respuesta", "es_AR", "Hola");
  EXPECT_EQ(stage().cause, "template respuesta has no gaps, 1 text was given");
}

TEST_F(Templates, TheRequestToWriteMayCallItsGapsByNames) {
  list.push_back(listed("respuesta", "es_AR", "Le escribe {{hotel}}"));
  list.push_back(listed("respuesta", "en_US", "{{hotel}} has written"));
  EXPECT_EQ(stage().cause, "template respuesta calls its gaps by names: give hotel as an object");

  const std::string numbered = R"("parameters":["Hotel Sol"])";
  config.replace(config.find(numbered), numbered.size(), R"("parameters":{"hotel":"Hotel Sol"})");
  restart();
  EXPECT_TRUE(stage().ok) << stage().cause;
  EXPECT_EQ(send(R"({"name":"answer_waiting"})"), "sent");
  EXPECT_EQ(json::parse(fake.requests().back().body)["template"]["components"][0]["parameters"],
            json::parse(R"([{"type":"text","parameter_name":"hotel","text":"Hotel Sol"}])"));
}

class Stopped : public Templates {
 protected:
  void status(int code, const std::string& account = std::string{kAccount}) {
    EXPECT_EQ(post(envelope(R"({"metadata":{"phone_number_id":")" + account + R"("},"statuses":[{"id":"wamid.X",)" +
                            R"("status":"failed","timestamp":"1763200100","recipient_id":"34600111222",)" +
                            R"("errors":[{"code":)" + std::to_string(code) + R"(,"title":"Stopped"}]}]})"))
                  .status,
              200);
  }
  const char* offer = R"({"name":"offer","language":"es"})";
  const char* useful = R"({"name":"plain","language":"es"})";
};

TEST_F(Stopped, AGuestWhoWantsNoAdvertisementsGetsNoneAndAllElse) {
  EXPECT_EQ(send(offer), "sent");
  status(131050);
  EXPECT_EQ(send(offer), "the guest wants no advertisements, and offer is one for Meta");
  EXPECT_EQ(send(useful), "sent");
  EXPECT_TRUE(fake.kv().contains("stop/34600111222")) << "found when he is erased";
  MarketingStops{host{fake.raw()}}.note_stop("34600111222", false, fake.now());
  EXPECT_EQ(send(offer), "sent");
}

TEST_F(Stopped, WhatMetaRepeatsForDaysUndoesNoNewerWish) {
  const auto wish = [&](const std::string& value, const std::string& timestamp, const std::string& entry = "") {
    EXPECT_EQ(post(R"({"object":"whatsapp_business_account","entry":[{"id":"1")" + entry +
                   R"(,"changes":[{"field":"user_preferences","value":{"metadata":{"phone_number_id":)"
                   R"("106540352242922"},"user_preferences":[{"wa_id":"34600111222","category":"marketing_messages",)"
                   R"("value":")" +
                   value + "\"" + timestamp + "}]}}]}]}")
                  .status,
              200);
  };
  wish("resume", R"(,"timestamp":1763200200)");
  wish("stop", R"(,"timestamp":1763200100)");
  EXPECT_EQ(send(offer), "sent");
  status(131050);  // of 1763200100
  EXPECT_EQ(send(offer), "sent");
  wish("stop", "", R"(,"time":1763200300)");
  EXPECT_THAT(send(offer), HasSubstr("no advertisements"));
  wish("resume", "", R"(,"time":1763200250)");
  wish("resume", "");
  EXPECT_THAT(send(offer), HasSubstr("no advertisements"));
  wish("resume", R"(,"timestamp":1763200400)");
  EXPECT_EQ(send(offer), "sent");
  wish("stop", "");
  EXPECT_THAT(send(offer), HasSubstr("no advertisements")) << "nobody says that it is an old one";
}

TEST_F(Stopped, AStopThatAnEarlierVersionHasNotedHoldsUntilTheGuestWantsThemAgain) {
  fake.set_kv("stop/34600111222", "34600111222", 1);
  EXPECT_THAT(send(offer), HasSubstr("no advertisements"));
  MarketingStops{host{fake.raw()}}.note_stop("34600111222", false, fake.now());
  EXPECT_EQ(send(offer), "sent");
}

TEST_F(Stopped, MetaTellsThatAGuestHasStoppedThemAndWantsThemAgain) {
  const auto guest = [&](const std::string& details) {
    recipient = "5491155550142";
    return send(details);
  };
  auto body = read_file(WHATSAPP_PAYLOADS "/user_preferences_stop.json");
  EXPECT_EQ(post(body).status, 200);
  EXPECT_THAT(guest(offer), HasSubstr("no advertisements"));
  EXPECT_EQ(guest(useful), "sent");
  body.replace(body.find("\"stop\""), 6, "\"resume\"");
  EXPECT_EQ(post(body).status, 200);
  EXPECT_EQ(guest(offer), "sent");
}

TEST_F(Stopped, MetasAnswerSaysItToo) {
  refusal = 131050;
  EXPECT_THAT(send(offer), StartsWith("131050"));
  refusal = 0;
  EXPECT_THAT(send(offer), HasSubstr("no advertisements"));
}

TEST_F(Stopped, AStatusOfSomebodyElsesNumberStopsNothing) {
  status(131050, "999");
  EXPECT_FALSE(fake.kv().contains("stop/34600111222"));
}

TEST_F(Templates, OneThatMetaHoldsBackIsTold) {
  fake.otherwise([](const http_request&) {
    return http_response{.status = 200,
                         .body = R"({"messages":[{"id":"wamid.X","message_status":"held_for_quality_assessment"}]})"};
  });
  config = kConfig;
  EXPECT_EQ(send(R"({"name":"offer","language":"es"})"), "sent");
  ASSERT_THAT(fake.log(), SizeIs(1));
  EXPECT_THAT(fake.log()[0].text, HasSubstr("template offer (es): held_for_quality_assessment"));
  for (const auto& line : channel().self_test()) {
    EXPECT_EQ(line.ok, line.stage != "standing") << line.stage;
  }
}

}  // namespace
}  // namespace agente::whatsapp
