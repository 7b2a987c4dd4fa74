// A person sends a guest what a hotel sends most: a confirmation with its PDF, and the link to check in.
#include <fstream>

#include <gmock/gmock.h>

#include "stage.hpp"

namespace agente::e2e {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

constexpr const char* kGuest = "34600111222";
constexpr const char* kPdf = "https://hotel.example/docs/reserva.pdf";

struct HotelsTemplate : ::testing::Test {
  Stage stage{{}};

  void SetUp() override {
    auto config = stage.config_text();
    config.insert(config.find("graph_url:"), "waba_id: \"102290129340398\", ");
    stage.write_config_text(config);
    stage.start_simulator();
    const json checkin{{"type", "URL"}, {"text", "Check in"}, {"url", "https://hotel.example/in/{{1}}"}};
    const json booked{{"name", "booked"},
                      {"language", "es"},
                      {"status", "APPROVED"},
                      {"components",
                       {{{"type", "HEADER"}, {"format", "DOCUMENT"}},
                        {{"type", "BODY"}, {"text", "Hola {{1}}, su reserva."}},
                        {{"type", "BUTTONS"}, {"buttons", json::array({checkin})}}}}};
    ASSERT_EQ(stage.simulator("POST", "/__sim/templates", json{{"data", {booked}}}.dump()).status, 200);
    stage.start_host();
    ASSERT_EQ(stage.guest_writes(kGuest, "Hola", "wamid.1"), 200);
    ASSERT_TRUE(eventually([&] { return !stage.texts_to(kGuest).empty(); }));
  }
  void send(const std::vector<std::string>& more, int expected = 0) const {
    std::vector<std::string> words{"conversation", "template", "whatsapp", kGuest, "booked", "--language", "es"};
    words.insert(words.end(), more.begin(), more.end());
    stage.agentctl(std::move(words), "", expected);
  }
  /// The template that Graph took, once it has; null if it does not come.
  [[nodiscard]] json accepted() const {
    json found;
    EXPECT_TRUE(eventually([&] {
      const auto log = stage.simulator("GET", "/__sim/log").json();
      for (const auto& request : log.at("requests")) {
        if (request.value("type", "") == "template" && request.value("accepted", false)) found = request;
      }
      return !found.is_null();
    })) << stage.host_log();
    return found;
  }
  [[nodiscard]] std::string refused() const {
    std::string lines;
    EXPECT_TRUE(eventually([&] {
      lines = stage.agentctl({"messages", "--direction", "out", "--status", "failed"});
      return !lines.empty();
    })) << stage.host_log();
    return lines;
  }
};

TEST_F(HotelsTemplate, GoesWithItsPdfAndTheBookingsNumberInItsLink) {
  send({"--parameter", "Ana", "--header-link", kPdf, "--button", "0=88213"});
  const auto sent = accepted();
  EXPECT_EQ(sent["text"], "[document reserva.pdf]\nHola Ana, su reserva.\n[Check in: https://hotel.example/in/88213]");
  const auto& components = sent["template"]["components"];
  EXPECT_EQ(components[0]["parameters"][0]["document"], (json{{"link", kPdf}, {"filename", "reserva.pdf"}}));
  EXPECT_EQ(components[2], json::parse(R"({"type":"button","sub_type":"url","index":"0",)"
                                       R"("parameters":[{"type":"text","text":"88213"}]})"));
}

TEST_F(HotelsTemplate, GoesWithAFileOfTheHotelsOwn) {
  const auto file = stage.folder() / "confirmación.pdf";
  std::ofstream(file, std::ios::binary) << "%PDF-1.4 confirmed";
  send({"--parameter", "Ana", "--header-file", file.string(), "--button", "0=88213"});
  const auto document = accepted()["template"]["components"][0]["parameters"][0]["document"];
  EXPECT_EQ(document["filename"], "confirmación.pdf");
  EXPECT_EQ(stage.simulator("GET", "/__sim/file?id=" + document["id"].get<std::string>()).body, "%PDF-1.4 confirmed");
}

TEST_F(HotelsTemplate, WithoutItsPdfIsADeadLetterThatSaysHowToGiveIt) {
  send({"--parameter", "Ana", "--button", "0=88213"});
  EXPECT_THAT(refused(), HasSubstr("template booked needs a document in its header: give header.media or header.link"));
}

TEST_F(HotelsTemplate, IsAskedForInAFormThatCanBeRead) {
  send({"--button", "first=88213"}, 2);
  send({"--button", "88213"}, 2);
  send({"--header-file", (stage.folder() / "none.pdf").string()}, 1);
  const auto post = [&](const json& more) {
    json body{{"name", "booked"}, {"language", "es"}, {"parameters", {"Ana"}}};
    body.update(more);
    return stage.host("POST", std::string("/api/v1/admin/conversations/whatsapp/") + kGuest + "/template", body.dump())
        .status;
  };
  const json button{{"index", 0}, {"text", "88213"}};
  for (const auto& wrong :
       {json{{"header", "x"}}, json{{"header", json::object()}}, json{{"header", {{"link", {{"deep", 1}}}}}},
        json{{"header", {{"text", std::string(5000, 'x')}}}}, json{{"buttons", button}}, json{{"buttons", {"88213"}}},
        json{{"buttons", std::vector<json>(11, button)}}})
    EXPECT_EQ(post(wrong), 400) << wrong;
  EXPECT_EQ(post({{"header", {{"link", kPdf}}}, {"buttons", json::array({button})}}), 202);
  EXPECT_EQ(accepted()["template"]["components"][0]["parameters"][0]["document"], (json{{"link", kPdf}}));
}

}  // namespace
}  // namespace agente::e2e
