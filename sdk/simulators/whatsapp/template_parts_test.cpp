// Templates with a header and with buttons, checked as Graph checks them.
#include <gtest/gtest.h>

#include "simulators/whatsapp/testing.hpp"

namespace agente::sim::whatsapp::testing {
namespace {

json text(const std::string& value) { return {{"type", "text"}, {"text", value}}; }
json shown(const std::string& type, const json& what) { return {{"type", type}, {type, what}}; }
json link_to(const std::string& link) { return {{"link", link}}; }
json part(const std::string& type, const std::vector<json>& parameters) {
  return {{"type", type}, {"parameters", parameters}};
}
json button(const std::string& sub_type, const json& index, const std::vector<json>& parameters) {
  return {{"type", "button"}, {"sub_type", sub_type}, {"index", index}, {"parameters", parameters}};
}

const json kPdf = shown("document", {{"link", "https://hotel.example/a.pdf"}, {"filename", "reserva.pdf"}});
const json kEnding = button("url", "1", {text("88213")});
const json kCode = button("COPY_CODE", 3, {{{"type", "coupon_code"}, {"coupon_code", "25OFF"}}});

/// A bench whose account has the template "booked" with `header` and four buttons, two of which have a gap.
class Framed : public ::testing::Test {
 protected:
  Framed() { load({{"type", "HEADER"}, {"format", "DOCUMENT"}}); }
  void load(const json& header) const {
    const json checkin{{"type", "URL"}, {"text", "Check in"}, {"url", "https://hotel.example/in/{{1}}"}};
    const json buttons = json::array({{{"type", "QUICK_REPLY"}, {"text", "Gracias"}},
                                      checkin,
                                      {{"type", "PHONE_NUMBER"}, {"text", "Llamar"}, {"phone_number", "+34600"}},
                                      {{"type", "COPY_CODE"}, {"example", "25OFF"}}});
    const json components =
        json::array({header, {{"type", "BODY"}, {"text", "Hola"}}, {{"type", "BUTTONS"}, {"buttons", buttons}}});
    const json booked{{"name", "booked"}, {"language", "es"}, {"status", "APPROVED"}, {"components", components}};
    ASSERT_EQ(bench.control("templates", {{"data", json::array({booked})}}).status, 200);
  }
  [[nodiscard]] HttpAnswer send(const std::vector<json>& components) const {
    const json form{{"name", "booked"}, {"language", {{"code", "es"}}}, {"components", components}};
    return bench.post(message({{"type", "template"}, {"text", nullptr}, {"template", form}}).dump());
  }
  [[nodiscard]] HttpAnswer send_above(const json& header) const { return send({header, kEnding, kCode}); }
  void expect_refused(const HttpAnswer& answer, int code, const std::string& words) const {
    EXPECT_EQ(answer.error_member()["code"], code) << answer.body;
    EXPECT_EQ(answer.error_member()["error_data"]["details"], words);
    EXPECT_EQ(bench.last_request()["accepted"], false);
  }

  Webhook hook;
  const Bench bench{hook.options()};
};

TEST_F(Framed, AreFilledAboveAndBelowTheBodyAndListed) {
  const auto answer = send({part("header", {kPdf}), kEnding, kCode});
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(bench.last_request()["text"], "[document reserva.pdf]\nHola\n[Check in: https://hotel.example/in/88213]");
  EXPECT_EQ(bench.last_request()["template"]["components"][1], kEnding);
  const auto listed = bench.get("v25.0/102290129340398/message_templates").parsed()["data"][0]["components"];
  EXPECT_EQ(listed[0]["format"], "DOCUMENT");
  EXPECT_EQ(listed[2]["buttons"][1]["url"], "https://hotel.example/in/{{1}}");
}

TEST_F(Framed, AHeaderOfAnotherFormatOrNoneIsAMismatch) {
  expect_refused(send({kEnding, kCode}), 132012, "header: Format mismatch, expected DOCUMENT, received UNKNOWN");
  expect_refused(send_above(part("header", {text("x")})), 132012,
                 "header: Format mismatch, expected DOCUMENT, received text");
  expect_refused(send_above(part("header", {shown("image", link_to("https://hotel.example/a.jpg"))})), 132012,
                 "header: Format mismatch, expected DOCUMENT, received image");
  expect_refused(send_above(part("header", {kPdf, kPdf})), 132000,
                 "header: number of localizable_params (2) does not match the expected number of params (1)");
  expect_refused(send_above(part("header", {shown("document", json::object())})), 131008,
                 "One of id and link is required in document.");
}

TEST_F(Framed, AHeaderOfWordsAPlaceOrNothingTakesWhatFits) {
  load({{"type", "HEADER"}, {"format", "TEXT"}, {"text", "Reserva {{1}}"}});
  EXPECT_EQ(send_above(part("header", {text("88213")})).status, 200);
  expect_refused(send({kEnding, kCode}), 132000,
                 "header: number of localizable_params (0) does not match the expected number of params (1)");
  load({{"type", "HEADER"}, {"format", "LOCATION"}});
  EXPECT_EQ(send_above(part("header", {shown("location", {{"latitude", 37.38}, {"longitude", -5.99}})})).status, 200);
  load({{"type", "FOOTER"}, {"text", "Hotel Sol"}});
  expect_refused(send_above(part("header", {text("x")})), 132000,
                 "header: number of localizable_params (1) does not match the expected number of params (0)");
}

TEST_F(Framed, AButtonWithAGapNeedsItsParameterAndOthersTakeNone) {
  const auto pdf = part("header", {kPdf});
  expect_refused(send({pdf, kCode}), 131008, "buttons: Button at index 1 of type Url requires a parameter");
  expect_refused(send({pdf, kEnding}), 131008, "buttons: Button at index 3 of type Copy_code requires a parameter");
  expect_refused(send({pdf, kEnding, kCode, button("url", "2", {text("x")})}), 100,
                 "buttons: Button at index 2 is of type Call and does not support parameters");
  expect_refused(send({pdf, kEnding, kCode, button("url", "4", {text("x")})}), 132000,
                 "buttons: the template has no button at this index");
  expect_refused(send({pdf, button("url", "1", {text("a"), text("b")}), kCode}), 132000,
                 "buttons: number of localizable_params (2) does not match the expected number of params (1)");
  expect_refused(send({pdf, button("quick_reply", "1", {text("a")}), kCode}), 132012,
                 "buttons: Format mismatch, expected URL, received quick_reply");
  expect_refused(send({pdf, kEnding, button("copy_code", "3", {text("25OFF")})}), 132012,
                 "buttons: Format mismatch, expected COUPON_CODE, received text");
  const json payload{{"type", "payload"}, {"payload", "OK"}};
  EXPECT_EQ(send({pdf, kEnding, kCode, button("quick_reply", "0", {payload})}).status, 200);
}

TEST_F(Framed, TheFileOfAHeaderIsLookedForAsAnyOther) {
  const auto of = [](const json& what) { return part("header", {shown("document", what)}); };
  expect_refused(send_above(of({{"id", "123"}})), 100,
                 "Param document['id'] is not a valid whatsapp business account media attachment ID");
  ASSERT_EQ(send_above(of(link_to("https://10.0.0.1/a.pdf"))).status, 200);
  EXPECT_EQ(hook.wait_for_statuses(1).back()["errors"][0]["code"], 131053);
}

}  // namespace
}  // namespace agente::sim::whatsapp::testing
