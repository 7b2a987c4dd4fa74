#include "forms.hpp"

#include <nlohmann/json.hpp>

#include "support.hpp"

namespace agente::whatsapp {
namespace {

using ::testing::StartsWith;

using namespace std::chrono_literals;
using nlohmann::json;

constexpr std::string_view kTaken = R"({"messaging_product":"whatsapp","messages":[{"id":"wamid.X"}]})";

class Forms : public Channel {
 protected:
  outbound message{.key = "out-1", .account = kAccount, .recipient = "34600111222", .text = "In words"};

  /// What Graph is sent for it.
  json sent(std::string_view kind, std::string_view details) {
    message.kind = kind;
    message.details = details;
    fake.answer("POST", kMessagesUrl, {.status = 200, .body = std::string{kTaken}});
    fake.advance(6s);
    channel().send(message);
    return json::parse(fake.requests().back().body);
  }
  agente_status failure() {
    try {
      channel().send(message);
    } catch (const error& e) {
      said = e.what();
      return e.code();
    }
    return AGENTE_OK;
  }

  std::string said;
  std::string long_text;
};

TEST_F(Forms, LocationIsShownOnAMap) {
  const auto body = sent("location", R"({"latitude":-34.6,"longitude":-58.4,"name":"Hotel","address":"Av. 1"})");
  EXPECT_EQ(body["type"], "location");
  EXPECT_EQ(body["location"],
            (json{{"latitude", -34.6}, {"longitude", -58.4}, {"name", "Hotel"}, {"address", "Av. 1"}}));
}

TEST_F(Forms, ImageAndDocumentAreLinksWithTheTextBelow) {
  const auto image = sent("image", R"({"link":"https://hotel.example/a.jpg","filename":"x"})");
  EXPECT_EQ(image["image"], (json{{"link", "https://hotel.example/a.jpg"}, {"caption", "In words"}}));
  const auto uploaded = sent("document", R"({"media":"1789","filename":"invoice.pdf"})");
  EXPECT_EQ(uploaded["document"], (json{{"id", "1789"}, {"caption", "In words"}, {"filename", "invoice.pdf"}}));
  const auto document = sent("document", R"({"link":"https://hotel.example/a.pdf","filename":"invoice.pdf"})");
  EXPECT_EQ(document["document"],
            (json{{"link", "https://hotel.example/a.pdf"}, {"caption", "In words"}, {"filename", "invoice.pdf"}}));
}

TEST_F(Forms, ReactionNamesItsMessageOnceAndMayBeTakenBack) {
  message.reply_to = "wamid.GUEST";
  auto body = sent("reaction", R"({"emoji":"👍"})");
  EXPECT_EQ(body["reaction"], (json{{"message_id", "wamid.GUEST"}, {"emoji", "👍"}}));
  EXPECT_FALSE(body.contains("context"));
  body = sent("reaction", R"({"emoji":""})");
  EXPECT_EQ(body["reaction"]["emoji"], "");
}

TEST_F(Forms, WhatCannotBeShownIsSentInWords) {
  for (const auto& [kind, details] :
       std::vector<std::pair<std::string_view, std::string_view>>{{"location", R"({"latitude":"far"})"},
                                                                  {"image", R"({"link":"http://10.0.0.1/a.jpg"})"},
                                                                  {"document", ""},
                                                                  {"reaction", R"({"emoji":"👍"})"},
                                                                  {"dance", "{}"}}) {
    EXPECT_EQ(sent(kind, details)["text"]["body"], "In words") << kind;
  }
}

TEST_F(Forms, FileThatMetaDoesNotTakeIsNeverSentAsItsBareCaption) {
  message.details = R"({"media":"1789","filename":"invoice.pdf"})";
  for (const auto* kind : {"image", "document"}) {
    for (const auto code : {100, 131008, 131009, 131051, 131052, 131053}) {
      message.kind = kind;
      fake.advance(6s);
      fake.answer(
          "POST", kMessagesUrl,
          {.status = 400, .body = R"({"error":{"message":"Not this file","code":)" + std::to_string(code) + "}}"});
      EXPECT_EQ(failure(), AGENTE_E_INVALID);
      EXPECT_THAT(said, StartsWith(std::to_string(code) + " Not this file: ")) << "and what to do";
      EXPECT_EQ(json::parse(fake.requests().back().body)["type"], kind);
    }
  }
  EXPECT_EQ(fake.requests().size(), 12U);
}

TEST_F(Forms, CaptionThatIsTooLongIsToldAndNoFileIsDroppedForIt) {
  for (int i = 0; i < 1025; ++i) long_text += "ñ";
  message = {.account = kAccount,
             .recipient = "34600111222",
             .kind = "image",
             .text = long_text,
             .details = R"({"media":"1789"})"};
  EXPECT_EQ(failure(), AGENTE_E_INVALID);
  EXPECT_EQ(said, "the caption has 1025 characters, WhatsApp takes 1024: send the rest as a message of its own");
  EXPECT_TRUE(fake.requests().empty());
  message.text.remove_suffix(2);
  EXPECT_EQ(sent("image", message.details)["image"]["caption"], message.text);
}

TEST_F(Forms, TemplateIsFilledByTheOperator) {
  const auto body = sent("template", R"({"name":"arrival","language":"es_AR","parameters":["Ana\n\tMaría     Paz"]})");
  EXPECT_EQ(body["template"]["name"], "arrival");
  EXPECT_EQ(body["template"]["language"]["code"], "es_AR");
  EXPECT_EQ(body["template"]["components"],
            json::parse(R"([{"type":"body","parameters":[{"type":"text","text":"Ana María Paz"}]}])"));
  message.details = R"({"name":"arrival"})";
  EXPECT_EQ(failure(), AGENTE_E_INVALID) << "no language";
}

class ClosedWindow : public Forms {
 protected:
  ClosedWindow() {
    config = R"({"graph_url":"http://graph","graph_version":"v25.0","templates":{"answer_waiting":{"name":"respuesta",)"
             R"("languages":{"en":"en_US","es":"es_AR"},"parameters":["Hotel Sol"]}}})";
    message.guest_wrote = fake.now() - 24h + 5min + 2s;
  }
};

TEST_F(ClosedWindow, NothingButATemplateIsSentOnce24HoursAreOver) {
  fake.answer("POST", kMessagesUrl, {.status = 200, .body = std::string{kTaken}});
  fake.advance(1s);
  EXPECT_EQ(failure(), AGENTE_OK) << "five minutes before";
  fake.advance(6s);
  const auto asked = fake.requests().size();
  for (const auto* kind : {"text", "choices", "location", "reaction"}) {
    message.kind = kind;
    EXPECT_EQ(failure(), AGENTE_E_CONFLICT) << kind;
  }
  EXPECT_EQ(fake.requests().size(), asked) << "Meta was not asked";
  message.language = "es";
  const auto body = sent("template", R"({"name":"answer_waiting"})");
  EXPECT_EQ(body["template"]["name"], "respuesta");
  EXPECT_EQ(body["template"]["language"]["code"], "es_AR");
  EXPECT_EQ(body["template"]["components"][0]["parameters"][0]["text"], "Hotel Sol");
  message.language = "pt";
  EXPECT_EQ(sent("template", R"({"name":"answer_waiting"})")["template"]["language"]["code"], "en_US");
}

TEST_F(ClosedWindow, MetaKnowsBetterWhetherItIsOpen) {
  message.guest_wrote = fake.now();
  fake.answer("POST", kMessagesUrl, {.status = 400, .body = R"({"error":{"message":"Re-engagement","code":131047}})"});
  EXPECT_EQ(failure(), AGENTE_E_CONFLICT);
  const auto body = envelope(R"({"metadata":{"phone_number_id":"106540352242922"},"statuses":[{"id":"wamid.X",)"
                             R"("status":"failed","timestamp":"1763200100","recipient_id":"34600111222",)"
                             R"("errors":[{"code":131047,"title":"Re-engagement message"}]}]})");
  EXPECT_EQ(post(body).status, 200);
  ASSERT_EQ(fake.receipts().size(), 1U);
  EXPECT_EQ(fake.receipts()[0].state, receipt_state::closed);
  EXPECT_EQ(fake.receipts()[0].code, "131047");
}

TEST_F(ClosedWindow, WithoutItsTemplateNobodyCanBeAsked) {
  config = kConfig;
  message.kind = "template";
  message.details = R"({"name":"answer_waiting"})";
  EXPECT_EQ(failure(), AGENTE_E_NOT_FOUND);
}

TEST_F(ClosedWindow, NoTemplateGoesWhileMetaWarnsOfSpam) {
  fake.answer("POST", kMessagesUrl, {.status = 400, .body = R"({"error":{"message":"Spam","code":131048}})"});
  message.kind = "template";
  message.details = R"({"name":"answer_waiting"})";
  EXPECT_EQ(failure(), AGENTE_E_CONFLICT);
  fake.advance(6s);
  EXPECT_EQ(failure(), AGENTE_E_CONFLICT) << "it is not tried, or Meta would take it";
  fake.advance(25h);
  EXPECT_EQ(sent("template", message.details)["type"], "template");
}

}  // namespace
}  // namespace agente::whatsapp
