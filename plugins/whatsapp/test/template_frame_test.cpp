// Templates with more to fill than their body: a header, and buttons that lead to the guest's own page.
#include "templates_support.hpp"

namespace agente::whatsapp {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using ::testing::HasSubstr;

class TemplateFrame : public Templates {
 protected:
  /// What comes of sending "fancy" with `more` in its details, once Meta lists it with `parts` around its body.
  std::string send_listed(const json& parts, const json& more, const json& about = json::object()) {
    auto entry = listed("fancy", "es", "Hola");
    entry["components"] = parts;
    entry["components"].push_back({{"type", "BODY"}, {"text", "Hola"}});
    entry.update(about);
    list.back() = entry;
    fake.advance(11min);
    return send_with(more);
  }
  std::string send_with(const json& more) {
    json details{{"name", "fancy"}, {"language", "es"}};
    details.update(more);
    return send(details.dump());
  }
  /// The components that Graph was sent last.
  json components() { return json::parse(fake.requests().back().body)["template"].value("components", json()); }

  static json header(const std::string& format, const std::string& text = "") {
    json part{{"type", "HEADER"}, {"format", format}};
    if (!text.empty()) part["text"] = text;
    return json::array({part});
  }
  static json buttons(const json& one) {
    const json first{{"type", "QUICK_REPLY"}, {"text", "Sí"}};
    return json::array({{{"type", "BUTTONS"}, {"buttons", json::array({first, one})}}});
  }
  const json checkin = buttons({{"type", "URL"}, {"url", "https://hotel.example/in/{{1}}"}});
  const json code = buttons({{"type", "COPY_CODE"}});
  const json nothing = json::object();
};

TEST_F(TemplateFrame, AFileGoesIntoTheHeaderAsTheTypeThatMetaListsWhateverElseIsSaid) {
  for (const auto* format : {"IMAGE", "VIDEO", "DOCUMENT"}) {
    std::string type = format;
    std::transform(type.begin(), type.end(), type.begin(), [](unsigned char c) { return std::tolower(c); });
    const json given{{"link", "https://hotel.example/1"}, {"type", "audio"}};
    EXPECT_EQ(send_listed(header(format), {{"header", given}}), "sent");
    EXPECT_EQ(components(),
              (json::array({{{"type", "header"},
                             {"parameters", {{{"type", type}, {type, {{"link", "https://hotel.example/1"}}}}}}}})));
  }
}

TEST_F(TemplateFrame, ADocumentHasItsNameAndMayHaveBeenUploaded) {
  const json given{{"media", "1789"}, {"filename", "reserva.pdf"}};
  EXPECT_EQ(send_listed(header("DOCUMENT"), {{"header", given}}), "sent");
  EXPECT_EQ(components()[0]["parameters"][0]["document"], (json{{"id", "1789"}, {"filename", "reserva.pdf"}}));
  EXPECT_EQ(send_listed(header("IMAGE"), {{"header", given}}), "sent");
  EXPECT_EQ(components()[0]["parameters"][0]["image"], (json{{"id", "1789"}}));
}

TEST_F(TemplateFrame, APlaceAndATextGoIntoTheHeader) {
  const json place{{"latitude", -34.6}, {"longitude", -58.4}, {"name", "Hotel"}, {"address", "Av. 1"}};
  EXPECT_EQ(send_listed(header("LOCATION"), {{"header", place}}), "sent");
  EXPECT_EQ(components()[0]["parameters"], (json::array({{{"type", "location"}, {"location", place}}})));
  EXPECT_EQ(send_listed(header("TEXT", "Reserva {{1}}"), {{"header", {{"text", "88\n213"}}}}), "sent");
  EXPECT_EQ(components()[0], json::parse(R"({"type":"header","parameters":[{"type":"text","text":"88 213"}]})"));
  const json named{{"parameter_format", "NAMED"}};
  EXPECT_EQ(send_listed(header("TEXT", "Reserva {{booking}}"), {{"header", {{"text", "88213"}}}}, named), "sent");
  EXPECT_EQ(components()[0]["parameters"],
            json::parse(R"([{"type":"text","parameter_name":"booking","text":"88213"}])"));
}

TEST_F(TemplateFrame, AButtonGetsTheEndingOfItsLinkOrTheCodeThatItCopies) {
  EXPECT_EQ(send_listed(checkin, {{"buttons", {{{"index", 1}, {"text", "88213"}}}}}), "sent");
  EXPECT_EQ(components(), json::parse(R"([{"type":"button","sub_type":"url","index":"1",)"
                                      R"("parameters":[{"type":"text","text":"88213"}]}])"));
  EXPECT_EQ(send_listed(code, {{"buttons", {{{"index", 1}, {"text", "25OFF"}}}}}), "sent");
  EXPECT_EQ(components(), json::parse(R"([{"type":"button","sub_type":"COPY_CODE","index":"1",)"
                                      R"("parameters":[{"type":"coupon_code","coupon_code":"25OFF"}]}])"));
}

TEST_F(TemplateFrame, HeaderBodyAndButtonsComeInThisOrder) {
  auto parts = header("DOCUMENT");
  parts.push_back(checkin[0]);
  parts.push_back({{"type", "FOOTER"}, {"text", "Hotel Sol"}});
  parts.push_back({{"type", "BODY"}, {"text", "Hola {{1}}"}});
  list.push_back({{"name", "booked"}, {"language", "es"}, {"status", "APPROVED"}, {"components", parts}});
  EXPECT_EQ(send(R"({"name":"booked","language":"es","parameters":["Ana"],"header":{"link":"https://h.example/a.pdf"},)"
                 R"("buttons":[{"index":1,"text":"88213"}]})"),
            "sent");
  EXPECT_EQ(components()[0]["type"], "header");
  EXPECT_EQ(components()[1]["type"], "body");
  EXPECT_EQ(components()[2]["type"], "button");
}

TEST_F(TemplateFrame, WhatIsMissingIsNamedWithHowToGiveIt) {
  const auto needs = [](const std::string& what, const std::string& how) {
    return "template fancy needs " + what + " in its header: give " + how;
  };
  const std::string file = "header.media or header.link";
  EXPECT_EQ(send_listed(header("DOCUMENT"), nothing), needs("a document", file));
  EXPECT_EQ(send_listed(header("IMAGE"), {{"header", {{"text", "x"}}}}), needs("an image", file));
  EXPECT_EQ(send_listed(header("VIDEO"), {{"header", nullptr}}), needs("a video", file));
  EXPECT_EQ(send_listed(header("LOCATION"), {{"header", {{"media", "1"}}}}),
            needs("a place", "header.latitude and header.longitude"));
  EXPECT_EQ(send_listed(header("TEXT", "Hotel {{1}}"), nothing), needs("a text", "header.text"));
  EXPECT_EQ(send_listed(checkin, nothing),
            R"(template fancy needs the ending of the link of its button 1: give buttons [{"index": 1, "text": "…"}])");
  EXPECT_EQ(send_listed(code, {{"buttons", json::array()}}),
            R"(template fancy needs the code to copy of its button 1: give buttons [{"index": 1, "text": "…"}])");
  EXPECT_EQ(asked("POST"), 0U);
}

TEST_F(TemplateFrame, WhatHasNoGapTakesNothing) {
  const json header_text{{"header", {{"text", "x"}}}};
  const auto* no_header = "template fancy has nothing to fill in its header: leave header out";
  EXPECT_EQ(send_listed(header("TEXT", "Hotel Sol"), header_text), no_header);
  EXPECT_EQ(send_listed(json::array(), header_text), no_header);
  const json button_text{{"buttons", {{{"index", 1}, {"text", "x"}}}}};
  const auto* no_button = "template fancy has nothing to fill in its button 1: leave that out";
  EXPECT_EQ(send_listed(buttons({{"type", "URL"}, {"url", "https://hotel.example/"}}), button_text), no_button);
  EXPECT_EQ(send_listed(json::array(), button_text), no_button);
  EXPECT_EQ(asked("POST"), 0U);

  EXPECT_EQ(send_listed(header("TEXT", "Hotel Sol"), nothing), "sent");
  EXPECT_EQ(send_listed(buttons({{"type", "URL"}, {"url", "https://hotel.example/"}}), nothing), "sent");
  EXPECT_EQ(send_listed(buttons({{"type", "PHONE_NUMBER"}, {"phone_number", "+34600"}}), nothing), "sent");
  EXPECT_TRUE(components().is_null());
}

TEST_F(TemplateFrame, WhatNoTemplateCouldBeSentWithIsRefusedBeforeMetaIsAsked) {
  const auto one_of = HasSubstr("one of text, media, link, and latitude with longitude");
  EXPECT_THAT(send_with({{"header", nothing}}), one_of);
  EXPECT_THAT(send_with({{"header", "x"}}), one_of);
  EXPECT_THAT(send_with({{"header", {{"text", " \n"}}}}), one_of);
  EXPECT_THAT(send_with({{"header", {{"latitude", "1"}, {"longitude", 2}}}}), one_of);
  EXPECT_THAT(send_with({{"header", {{"media", "1"}, {"link", "https://hotel.example/1"}}}}), one_of);
  EXPECT_THAT(send_with({{"header", {{"link", "http://10.0.0.1/a.pdf"}}}}), HasSubstr("https"));
  for (const auto* each : {R"({"text":"x"})", R"({"index":-1,"text":"x"})", R"({"index":10,"text":"x"})",
                           R"({"index":0})", R"({"index":0,"text":"\t"})", R"({"index":"one","text":"x"})", "7"})
    EXPECT_THAT(send_with({{"buttons", json::array({json::parse(each)})}}), HasSubstr("from 0 to 9")) << each;
  const json twice{{"index", 1}, {"text", "x"}};
  EXPECT_EQ(send_with({{"buttons", {twice, twice}}}), "button 1 of the template is given twice");
  EXPECT_TRUE(fake.requests().empty());
}

TEST_F(TemplateFrame, CarouselsOffersAndCataloguesAreNotSent) {
  const auto refused = [&](const json& parts) { return send_listed(parts, nothing); };
  EXPECT_EQ(refused(json::array({{{"type", "CAROUSEL"}, {"cards", json::array()}}})),
            "template fancy needs the cards of its carousel, which this channel does not send: take one without");
  EXPECT_THAT(refused(json::array({{{"type", "LIMITED_TIME_OFFER"}}})), HasSubstr("the end of its offer"));
  for (const auto* type : {"OTP", "MPM"}) EXPECT_THAT(refused(buttons({{"type", type}})), HasSubstr(type));
  EXPECT_THAT(refused(header("PRODUCT")), HasSubstr("PRODUCT in its header"));
  EXPECT_EQ(asked("POST"), 0U);
}

TEST_F(TemplateFrame, WithoutMetasListTheTypeHasToBeSaid) {
  config = kConfig;
  const json link{{"link", "https://hotel.example/1"}};
  EXPECT_EQ(
      send_with({{"header", link}}),
      "what the file in the header of template fancy is cannot be told: give header.type, image, video or document");
  auto typed = link;
  typed["type"] = "video";
  EXPECT_EQ(send_with({{"header", typed}, {"buttons", {{{"index", 0}, {"text", "25OFF"}, {"type", "copy_code"}}}}}),
            "sent");
  EXPECT_EQ(components()[0]["parameters"][0], (json{{"type", "video"}, {"video", link}}));
  EXPECT_EQ(components()[1]["sub_type"], "COPY_CODE");
}

TEST_F(TemplateFrame, TheTypeIsKnownStillAfterNewsThatLeadToNoList) {
  const json given{{"header", {{"link", "https://hotel.example/1"}}}};
  EXPECT_EQ(send_listed(header("DOCUMENT"), given), "sent");
  refusal = 132012;
  EXPECT_THAT(send_with(given), ::testing::StartsWith("132012"));
  refusal = 0;
  list_status = 503;
  EXPECT_EQ(send_with(given), "sent");
  EXPECT_EQ(components()[0]["parameters"][0]["type"], "document");
}

TEST_F(TemplateFrame, AfterMetaFoundAnotherFormatTheListIsReadAnew) {
  const json given{{"header", {{"link", "https://hotel.example/1"}}}};
  EXPECT_EQ(send_listed(header("DOCUMENT"), given), "sent");
  refusal = 132012;
  EXPECT_THAT(send_with(given), ::testing::StartsWith("132012"));
  refusal = 0;
  list.back()["components"][0]["format"] = "IMAGE";
  EXPECT_EQ(send_with(given), "sent");
  EXPECT_EQ(components()[0]["parameters"][0]["type"], "image");
}

TEST_F(TemplateFrame, TheConfiguredOneHasTextsForItsBodyOnlyAndTheSelfTestSaysSo) {
  auto entry = listed("respuesta", "es_AR", "{{1}}");
  entry["components"][0]["format"] = "IMAGE";
  list.push_back(entry);
  list.push_back(listed("respuesta", "en_US", "{{1}}"));
  const auto* why =
      "template respuesta needs an image in its header, and templates.answer_waiting has texts for its body only: "
      "take another";
  EXPECT_EQ(stage().cause, why);
  EXPECT_EQ(send(R"({"name":"answer_waiting"})"), why);
}

}  // namespace
}  // namespace agente::whatsapp
