#include "shop.hpp"

namespace qloapps::testing {
namespace {

class Answers : public Shop {
 protected:
  /// How the plugin tells an answer to a read.
  agente_status health(http_response answer, std::string* said) {
    forget("GET", "/api/hotels");
    on("GET", "/api/hotels", std::move(answer));
    return code_of([&] { pms().health(); }, said);
  }
  std::string text;
};

TEST_F(Answers, AreWellWhenTheHotelIsThere) {
  EXPECT_EQ(health(json_answer(R"({"hotels":[{"id":1}]})"), &text), AGENTE_OK);
  const auto request = fake.requests().at(0);
  EXPECT_EQ(decoded(request.url), "http://shop/api/hotels?output_format=JSON&display=[id]&filter[id]=[1]");
  EXPECT_EQ(request.headers.at(0).value, "Basic VEVTVEtFWVRFU1RLRVlURVNUS0VZVEVTVEtFWTEyMzQ6");
}

TEST_F(Answers, AHotelThatIsNotThereIsAMatterOfTheConfig) {
  EXPECT_EQ(health(recorded("59"), &text), AGENTE_E_CONFIG);
  EXPECT_THAT(text, HasSubstr("hotel_id"));
}

TEST_F(Answers, TheHotelsThatAreThereAreNamedToWhoGaveAWrongNumber) {
  on("GET", "filter[id]=[1]", recorded("59"));
  on("GET", "display=[id,hotel_name]",
     json_answer(R"({"hotels":[{"id":2,"hotel_name":"The Hotel Prime"},{"id":3,"hotel_name":)"
                 R"([{"id":"1","value":"Sol"},{"id":"2","value":"Sun"}]}]})"));
  EXPECT_EQ(code_of([&] { pms().health(); }, &text), AGENTE_E_CONFIG);
  EXPECT_THAT(text, HasSubstr("no hotel 1, but 2 The Hotel Prime, 3 Sol / Sun"));
}

TEST_F(Answers, AWrongKeyIsToldAsOne) {
  for (const auto* number : {"01", "02", "03"}) {
    EXPECT_EQ(health(recorded(number), &text), AGENTE_E_AUTH) << number;
    EXPECT_THAT(text, HasSubstr("does not take api_key")) << number;
    EXPECT_THAT(text, Not(HasSubstr("TESTKEY"))) << number;
  }
}

TEST_F(Answers, AMissingRightIsToldAsOne) {
  for (const auto* number : {"05", "06"}) {
    EXPECT_EQ(health(recorded(number), &text), AGENTE_E_AUTH) << number;
    EXPECT_THAT(text, HasSubstr("lacks this right")) << number;
  }
}

TEST_F(Answers, AKeyOfAnotherLengthIsNotEvenSent) {
  fake.set_secret("/api_key", "short");
  EXPECT_EQ(code_of([&] { pms().health(); }, &text), AGENTE_E_AUTH);
  EXPECT_THAT(text, HasSubstr("has 5 characters"));
  EXPECT_TRUE(fake.requests().empty());
}

TEST_F(Answers, AWebserviceThatIsSwitchedOffIsToldAsOne) {
  EXPECT_EQ(
      health(json_answer(R"({"errors":[{"code":22,"message":"The PrestaShop webservice is disabled"}]})", 503), &text),
      AGENTE_E_RETRY);
  EXPECT_THAT(text, HasSubstr("switched off"));
}

TEST_F(Answers, MaintenanceIsTriedAgain) {
  EXPECT_EQ(health(html_answer(503, "<html><h1>We will be back soon</h1></html>"), &text), AGENTE_E_RETRY);
  EXPECT_THAT(text, HasSubstr("maintenance: We will be back soon"));
}

TEST_F(Answers, ADatabaseThatIsDownIsTriedAgain) {
  EXPECT_EQ(health(recorded("99"), &text), AGENTE_E_RETRY);
  EXPECT_THAT(text, HasSubstr("answers 500 with what is no JSON: 500 Server Error"));
}

TEST_F(Answers, WarningsOfPhpBeforeTheJsonAreNoSuccess) {
  EXPECT_EQ(
      health(json_answer("<br />\n<b>Warning</b>: Undefined key in x.php<br />\n{\"hotels\":[{\"id\":1}]}"), &text),
      AGENTE_E_RETRY);
  EXPECT_THAT(text, HasSubstr("display_errors"));
}

TEST_F(Answers, AFatalErrorWithStatus200IsNoSuccess) {
  EXPECT_EQ(health(recorded("40"), &text), AGENTE_E_RETRY);
  EXPECT_THAT(text, HasSubstr("Fatal error"));
}

TEST_F(Answers, ARedirectNamesWhereTo) {
  EXPECT_EQ(health({.status = 301, .headers = {{"Location", "https://shop/api/hotels"}}, .body = ""}, &text),
            AGENTE_E_CONFIG);
  EXPECT_THAT(text, HasSubstr("https://shop/api/hotels"));
}

TEST_F(Answers, AReadThatBrokeOffIsSimplyRepeated) {
  forget("GET", "/api/hotels");
  fake.otherwise([](const http_request&) -> http_response { throw agente::error(AGENTE_E_UNKNOWN_OUTCOME, "cut"); });
  EXPECT_EQ(code_of([&] { pms().health(); }), AGENTE_E_RETRY);
}

TEST_F(Answers, AddressesMayEndAsPeopleCopyThem) {
  config = R"({"base_url":"http://shop/api/","hotel_id":1})";
  EXPECT_EQ(health(json_answer(R"({"hotels":[{"id":1}]})"), &text), AGENTE_OK);
}

TEST_F(Answers, OneTypeOfQloAppsHasOneWord) {
  config = R"({"base_url":"http://shop","hotel_id":1,"room_types":{"double":1,"twin":1}})";
  EXPECT_EQ(code_of([&] { pms(); }, &text), AGENTE_E_CONFIG);
  EXPECT_THAT(text, HasSubstr("twice"));
}

}  // namespace
}  // namespace qloapps::testing
