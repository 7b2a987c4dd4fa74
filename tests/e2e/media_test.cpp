// A guest sends pictures, documents and voice notes: the hotel's people get the very same bytes, and nobody does once
// the guest is forgotten.
#include <algorithm>
#include <array>
#include <csignal>
#include <ctime>
#include <fstream>
#include <sstream>

#include <Poco/Base64Encoder.h>
#include <gmock/gmock.h>

#include "stage.hpp"

namespace agente::e2e {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kGuest = "34600111222";
const std::string kPicture("\x89PNG\r\n\x1a\n\0\xff\xfe picture", 18);

std::string base64(const std::string& bytes) {
  std::ostringstream text;
  Poco::Base64Encoder encoder(text);
  encoder.rdbuf()->setLineLength(0);
  encoder << bytes;
  encoder.close();
  return text.str();
}

std::string content_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// Some hours from now, as AGENTE_CLOCK takes it: all that was to be tried again is due.
std::string much_later() {
  const std::time_t moment = std::time(nullptr) + 4 * 3600;
  std::tm parts{};
  ::gmtime_r(&moment, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  return text.data();
}

struct Sent : ::testing::Test {
  Stage stage{{.more_channels = "media: {directory: media, max_bytes: 2000}\n"}};

  void start() {
    stage.start_simulator();
    stage.start_host();
  }
  /// What the host answered to the webhook; it may die meanwhile.
  int sends(const std::string& id, json file) const {
    const json message{{"from", kGuest}, {"id", id}, {"media", std::move(file)}};
    return stage.simulator("POST", "/__sim/guest", message.dump()).json().value("status", 0);
  }
  int sends_picture(const std::string& id) const {
    return sends(id, {{"mime_type", "image/png"}, {"base64", base64(kPicture)}});
  }
  void fault(const std::string& rule) const { ASSERT_EQ(stage.simulator("POST", "/__sim/fault", rule).status, 200); }
  /// The message as `agentctl messages` shows it.
  json line(const std::string& external_id) const {
    std::istringstream lines(stage.agentctl({"messages", "--direction", "in"}));
    for (std::string text; std::getline(lines, text);) {
      auto message = json::parse(text);
      if (message["external_id"] == external_id) return message;
    }
    return {{"media", nullptr}};
  }
  bool becomes(const std::string& external_id, const std::string& state) const {
    return eventually([&] {
      const auto media = line(external_id)["media"];
      return media.is_object() && media["state"] == state;
    });
  }
  Answer download(const std::string& external_id) const {
    return stage.host("GET", "/api/v1/admin/messages/" + line(external_id)["id"].get<std::string>() + "/media");
  }
  std::size_t files() const {
    std::size_t count = 0;
    std::error_code none;
    for (const auto& entry : fs::recursive_directory_iterator(stage.folder() / "media", none))
      count += entry.is_regular_file() ? 1 : 0;
    return count;
  }
  bool all_is_told() const {
    return eventually([&] {
      const auto turns = stage.conversation("whatsapp", kGuest).value("turns", json::array());
      return !turns.empty() && std::ranges::all_of(turns, [](const json& turn) {
        return turn["status"] == "processed" || turn["status"] == "read";
      });
    });
  }
};

TEST_F(Sent, PictureDocumentAndVoiceNoteReachTheOperatorByteForByteAndGoWithTheGuest) {
  start();
  sends_picture("wamid.picture");
  sends("wamid.document",
        {{"mime_type", "text/html"}, {"text", "<script>"}, {"filename", "../../etc/Señal \"1\".html"}});
  sends("wamid.voice", {{"mime_type", "audio/ogg; codecs=opus"}, {"text", "OggS"}, {"voice", true}, {"url", false}});
  for (const auto* id : {"wamid.picture", "wamid.document", "wamid.voice"}) {
    ASSERT_TRUE(becomes(id, "stored")) << line(id).dump(1) << stage.host_log();
  }

  const auto picture = download("wamid.picture");
  EXPECT_EQ(picture.body, kPicture);
  EXPECT_EQ(picture.headers.at("Content-Type"), "image/png");
  EXPECT_EQ(picture.headers.at("X-Content-Type-Options"), "nosniff");
  EXPECT_THAT(picture.headers.at("Content-Disposition"), HasSubstr("attachment; filename=\"image-"));
  const auto document = download("wamid.document");
  EXPECT_EQ(document.body, "<script>");
  EXPECT_EQ(document.headers.at("Content-Type"), "application/octet-stream") << "no browser shall run it";
  EXPECT_EQ(document.headers.at("Content-Disposition"),
            "attachment; filename=\"Se__al _1_.html\"; filename*=UTF-8''Se%C3%B1al%20_1_.html");
  EXPECT_EQ(line("wamid.document")["media"]["file_name"], "Señal _1_.html");
  EXPECT_EQ(download("wamid.voice").body, "OggS");

  const auto id = line("wamid.picture")["id"].get<std::string>();
  const auto target = (stage.folder() / "picture.png").string();
  stage.agentctl({"message", "media", id, "-o", target});
  EXPECT_EQ(content_of(target), kPicture);
  stage.agentctl({"message", "media", id, "-o", target}, "", 1);  // it is there already
  EXPECT_EQ(stage.agentctl({"message", "media", id}), kPicture);

  EXPECT_EQ(stage.conversation("whatsapp", kGuest)["state"], "handoff");
  EXPECT_THAT(stage.texts_to(kGuest), ::testing::Contains(HasSubstr("No puedo escuchar notas de voz")));

  ASSERT_TRUE(all_is_told()) << stage.conversation("whatsapp", kGuest).dump(1);
  const auto record = json::parse(stage.agentctl({"guest", "export", "whatsapp", kGuest, "--json"}));
  EXPECT_EQ(record["messages"][0]["media"]["size"], kPicture.size());
  stage.agentctl({"guest", "erase", "whatsapp", kGuest, "--yes"});
  EXPECT_EQ(stage.host("GET", "/api/v1/admin/messages/" + id + "/media").status, 404);
  EXPECT_TRUE(eventually([&] { return files() == 0; }));
}

TEST_F(Sent, WhatIsTooLargeIsRefusedWithTheReason) {
  start();
  sends("wamid.large", {{"mime_type", "image/png"}, {"text", std::string(2001, 'x')}});
  sends("wamid.small", {{"mime_type", "image/png"}, {"text", std::string(2000, 'x')}});
  ASSERT_TRUE(becomes("wamid.small", "stored"));
  ASSERT_TRUE(becomes("wamid.large", "refused"));
  const auto refused = download("wamid.large");
  EXPECT_EQ(refused.status, 404);
  EXPECT_THAT(refused.body, HasSubstr("2000"));
  EXPECT_EQ(files(), 1U);
}

TEST_F(Sent, ALyingProviderIsNotBelievedAndTheTokenGoesNowhereElse) {
  start();
  for (const auto* fault_name : {"media_wrong_hash", "media_redirect", "media_gone"}) {
    fault(R"({"name":")" + std::string(fault_name) + R"(","next":1})");
    sends_picture("wamid." + std::string(fault_name));
    ASSERT_TRUE(becomes("wamid." + std::string(fault_name), "stored")) << fault_name << stage.host_log();
    EXPECT_EQ(download("wamid." + std::string(fault_name)).body, kPicture);
  }
  fault(R"({"name":"media_redirect","rate":1})");
  sends_picture("wamid.redirected");
  ASSERT_TRUE(eventually([&] {
    const auto media = line("wamid.redirected")["media"];
    return media.is_object() && media["reason"].is_string();
  }));
  EXPECT_EQ(line("wamid.redirected")["media"]["state"], "wanted");
  EXPECT_THAT(line("wamid.redirected")["media"]["reason"].get<std::string>(), HasSubstr("not one of Meta's"));
  EXPECT_THAT(stage.simulator("GET", "/__sim/log").body, Not(HasSubstr("/foreign")));
  EXPECT_EQ(files(), 3U);
}

TEST_F(Sent, APluginInAProcessOfItsOwnFetchesToo) {
  auto text = stage.config_text();
  const std::string plugin = "    plugin: whatsapp\n";
  text.insert(text.find(plugin) + plugin.size(), "    isolation: process\n");
  stage.write_config_text(text);
  start();
  sends_picture("wamid.1");
  ASSERT_TRUE(becomes("wamid.1", "stored")) << stage.host_log();
  EXPECT_EQ(download("wamid.1").body, kPicture);
}

TEST_F(Sent, APersonSendsTheGuestAFileAndAPlace) {
  start();
  EXPECT_EQ(stage.guest_writes(kGuest, "Hola", "wamid.1"), 200);
  ASSERT_TRUE(eventually([&] { return stage.texts_to(kGuest).size() == 1; }));
  const auto picture = stage.folder() / "pool.png";
  std::ofstream(picture, std::ios::binary) << kPicture;
  stage.agentctl({"conversation", "file", "whatsapp", kGuest, picture.string(), "--caption", "La piscina"});
  stage.agentctl({"conversation", "place", "whatsapp", kGuest, "37.3826", "-5.9963", "--name", "Hotel Sol"});
  const auto sent = [&](const std::string& kind) {
    const auto log = stage.simulator("GET", "/__sim/log").json();
    for (const auto& message : log["requests"]) {
      if (message.value("type", "") == kind && message.value("accepted", false)) return true;
    }
    return false;
  };
  EXPECT_TRUE(eventually([&] { return sent("image") && sent("location"); }))
      << stage.simulator("GET", "/__sim/log").body << stage.host_log();
}

class SentAndKilled : public Sent, public ::testing::WithParamInterface<const char*> {};

TEST_P(SentAndKilled, TheFileIsThereOnceAfterwards) {
  stage.start_simulator();
  stage.start_host({{"AGENTE_KILL_AT", std::string(GetParam()) + ":1"}});
  sends_picture("wamid.1");
  ASSERT_EQ(stage.wait_for_host_to_end(), 128 + SIGKILL);
  stage.start_host({{"AGENTE_CLOCK", much_later()}});
  ASSERT_TRUE(becomes("wamid.1", "stored")) << line("wamid.1").dump(1) << stage.host_log();
  EXPECT_EQ(download("wamid.1").body, kPicture);
  EXPECT_TRUE(eventually([&] { return files() == 1; }));
}

INSTANTIATE_TEST_SUITE_P(AtEveryPoint, SentAndKilled, ::testing::Values("cloakroom.claimed", "cloakroom.saved"));

}  // namespace
}  // namespace agente::e2e
