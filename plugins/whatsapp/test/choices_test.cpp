#include "choices.hpp"

#include <nlohmann/json.hpp>

#include "support.hpp"
#include "utf8.hpp"

namespace agente::whatsapp {
namespace {

using nlohmann::json;
using ::testing::SizeIs;

constexpr std::string_view kTaken = R"({"messages":[{"id":"wamid.X"}]})";

json choice(const std::string& id, const std::string& title, const std::string& description = "") {
  return {{"id", id}, {"title", title}, {"description", description}};
}

std::string choices(const std::vector<json>& each, const std::string& label = "Habitaciones") {
  return json{{"label", label}, {"choices", each}}.dump();
}

std::string numbered(int count) {
  std::vector<json> each;
  for (int i = 1; i <= count; ++i) each.push_back(choice("r" + std::to_string(i), "Habitación " + std::to_string(i)));
  return choices(each);
}

class Choices : public Channel {
 protected:
  /// What is posted for a message with these details.
  json posted(const std::string& details, const std::string& text = "¿Confirma?", const std::string& kind = "choices") {
    fake.answer("POST", kMessagesUrl, {.status = 200, .body = std::string{kTaken}});
    channel().send({.key = "out-1",
                    .account = kAccount,
                    .recipient = "34600111222",
                    .kind = kind,
                    .text = text,
                    .details = details});
    return json::parse(fake.requests().back().body);
  }
  bool is_sent_as_text(const std::string& details, const std::string& text = "¿Confirma?") {
    const auto body = posted(details, text);
    return body.at("type") == "text" && body.at("text").at("body") == text;
  }
};

TEST_F(Choices, UpToThreeAreButtonsUnderTheText) {
  const auto body = posted(choices({choice("yes", "Sí, reservar"), choice("no", "No")}));

  EXPECT_EQ(body.at("type"), "interactive");
  EXPECT_EQ(body.at("interactive"), json::parse(R"({"type":"button","body":{"text":"¿Confirma?"},"action":{"buttons":[
              {"type":"reply","reply":{"id":"yes","title":"Sí, reservar"}},
              {"type":"reply","reply":{"id":"no","title":"No"}}]}})"));
  EXPECT_EQ(body.at("biz_opaque_callback_data"), "out-1");
}

TEST_F(Choices, MoreAreAListThatTheLabelOpens) {
  const auto body = posted(choices(
      {choice("a", "Doble", "300,00 EUR"), choice("b", "Suite"), choice("c", "Familiar"), choice("d", "Individual")}));

  const auto& list = body.at("interactive");
  EXPECT_EQ(list.at("type"), "list");
  EXPECT_EQ(list.at("action").at("button"), "Habitaciones");
  const auto& rows = list.at("action").at("sections").at(0).at("rows");
  ASSERT_THAT(rows, SizeIs(4));
  EXPECT_EQ(rows[0], (json{{"id", "a"}, {"title", "Doble"}, {"description", "300,00 EUR"}}));
  EXPECT_EQ(rows[1], (json{{"id", "b"}, {"title", "Suite"}})) << "Meta refuses an empty description";
}

TEST_F(Choices, WhatIsTooLongForATitleIsCutInCharactersAndTheIdStaysWhole) {
  const std::string id(200, 'i');
  const auto body = posted(choices({choice(id, "Sí, quiero añadir más"), choice("no", "exactly twenty chars")}));

  const auto& buttons = body.at("interactive").at("action").at("buttons");
  EXPECT_EQ(buttons[0].at("reply"), (json{{"id", id}, {"title", "Sí, quiero añadir m…"}}));
  EXPECT_EQ(buttons[1].at("reply").at("title"), "exactly twenty chars");
}

TEST_F(Choices, WhatWhatsAppCannotShowIsSentAsItsText) {
  EXPECT_TRUE(is_sent_as_text(""));
  EXPECT_TRUE(is_sent_as_text("{"));
  EXPECT_TRUE(is_sent_as_text(R"({"choices":7})"));
  EXPECT_TRUE(is_sent_as_text(choices({})));
  EXPECT_TRUE(is_sent_as_text(choices({choice("a", "")})));
  EXPECT_TRUE(is_sent_as_text(choices({choice("", "Sí")})));
  EXPECT_TRUE(is_sent_as_text(choices({choice("a ", "Sí")}))) << "a blank at the end of an id";
  EXPECT_TRUE(is_sent_as_text(choices({choice("a", "Sí"), choice("a", "No")}))) << "one id twice";
  EXPECT_TRUE(is_sent_as_text(
      choices({choice("a", "Habitación doble superior 1"), choice("b", "Habitación doble superior 2")})))
      << "the same title once they are cut";
  EXPECT_TRUE(is_sent_as_text(numbered(11)));
  EXPECT_FALSE(is_sent_as_text(numbered(10)));
  EXPECT_TRUE(is_sent_as_text(choices({choice("a", "1"), choice("b", "2"), choice("c", "3"), choice("d", "4")}, "")))
      << "a list without a label";
  EXPECT_TRUE(is_sent_as_text(numbered(2), std::string(1025, 'x')));
  EXPECT_FALSE(is_sent_as_text(numbered(2), std::string(1024, 'x')));
}

TEST_F(Choices, AnotherKindIsSentAsItsTextWhateverItsDetails) {
  EXPECT_EQ(posted(numbered(2), "hola", "a-kind-of-tomorrow").at("type"), "text");
  EXPECT_EQ(posted(numbered(2), "hola", "text").at("type"), "text");
}

TEST_F(Choices, WhenMetaRefusesTheButtonsTheTextIsSentOnce) {
  for (const int code : {100, 131008, 131009, 131051}) {
    const auto before = fake.requests().size();
    fake.answer("POST", kMessagesUrl,
                {.status = 400, .body = R"({"error":{"message":"no","code":)" + std::to_string(code) + "}}"});

    EXPECT_EQ(posted(numbered(2)).at("type"), "text") << code;

    ASSERT_THAT(fake.requests(), SizeIs(before + 2));
    EXPECT_EQ(json::parse(fake.requests()[before].body).at("type"), "interactive");
  }
}

TEST_F(Choices, WhenMetaRefusesTheTextTooThatIsTheEnd) {
  for (int i = 0; i < 2; ++i)
    fake.answer("POST", kMessagesUrl, {.status = 400, .body = R"({"error":{"message":"no","code":131009}})"});

  EXPECT_THROW(posted(numbered(2)), error);
  EXPECT_THAT(fake.requests(), SizeIs(2));
}

TEST_F(Choices, ARefusalThatIsNotAboutTheButtonsIsNoReasonForText) {
  for (const auto* refusal :
       {R"({"error":{"message":"no","code":131047}})", R"({"error":{"message":"no","code":130429}})",
        R"({"error":{"message":"no","code":100,"error_subcode":33}})"}) {
    const auto before = fake.requests().size();
    fake.advance(std::chrono::seconds{1});  // after 130429 the number waits
    fake.answer("POST", kMessagesUrl, {.status = 400, .body = refusal});

    EXPECT_THROW(channel().send({.account = kAccount,
                                 .recipient = "34600111222",
                                 .kind = "choices",
                                 .text = "¿Confirma?",
                                 .details = numbered(2)}),
                 error);
    EXPECT_THAT(fake.requests(), SizeIs(before + 1)) << refusal;
  }
}

TEST(Shortened, NeverTearsApartWhatIsSeenAsOneCharacter) {
  EXPECT_EQ(shortened("  Doble  ", 10), "Doble");
  EXPECT_EQ(shortened("habitación", 10), "habitación");
  EXPECT_EQ(shortened("habitación doble", 12), "habitación…") << "no blank before the ellipsis";
  EXPECT_EQ(shortened("abc\U0001F468\u200D\U0001F469\u200D\U0001F467 de", 6), "abc…") << "a family is one emoji";
  EXPECT_EQ(shortened("abcde\u0301fg", 6), "abcd…") << "an accent of its own";
  for (std::size_t longest = 1; longest < 9; ++longest)
    EXPECT_LE(count_characters(shortened("¿Añade 🏨🏨 más?", longest)), longest);
}

}  // namespace
}  // namespace agente::whatsapp
