// The examples, as files, in a real host: each is live, takes a guest's message in and brings the reply out.
#include <algorithm>
#include <mutex>

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/StreamCopier.h>
#include <gmock/gmock.h>

#include "stage.hpp"

namespace agente::e2e {
namespace {

using ::testing::HasSubstr;

/// Where the C and the Rust channel post the hotel's replies to.
class Outbox {
 public:
  Outbox() { server_.start(); }
  ~Outbox() { server_.stopAll(true); }
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(socket_.address().port()); }
  /// Replies to this guest of this desk, in order.
  std::vector<std::string> texts_to(const std::string& desk, const std::string& guest) {
    const std::lock_guard lock(mutex_);
    return texts_[desk + " " + guest];
  }

 private:
  struct Handler : Poco::Net::HTTPRequestHandler {
    explicit Handler(Outbox& box) : outbox(box) {}
    void handleRequest(Poco::Net::HTTPServerRequest& request, Poco::Net::HTTPServerResponse& response) override {
      std::string text;
      Poco::StreamCopier::copyToString(request.stream(), text);
      const bool known = request.get("authorization", "") == "Bearer desk-token";
      response.setStatus(known ? Poco::Net::HTTPResponse::HTTP_CREATED : Poco::Net::HTTPResponse::HTTP_UNAUTHORIZED);
      if (known) outbox.keep(request.getURI().substr(1) + " " + request.get("x-recipient", ""), text);
      response.sendBuffer("r-1", 3);
    }
    Outbox& outbox;
  };
  struct Factory : Poco::Net::HTTPRequestHandlerFactory {
    explicit Factory(Outbox& box) : outbox(box) {}
    Poco::Net::HTTPRequestHandler* createRequestHandler(const Poco::Net::HTTPServerRequest& /*request*/) override {
      return std::make_unique<Handler>(outbox).release();  // Poco deletes it
    }
    Outbox& outbox;
  };
  void keep(const std::string& whose, const std::string& text) {
    const std::lock_guard lock(mutex_);
    texts_[whose].push_back(text);
  }

  std::mutex mutex_;
  std::map<std::string, std::vector<std::string>> texts_;
  Poco::Net::ServerSocket socket_{Poco::Net::SocketAddress("127.0.0.1", 0)};
  Poco::Net::HTTPServer server_{new Factory(*this), socket_, new Poco::Net::HTTPServerParams};  // NOLINT: Poco's counts
};

std::string desk(const std::string& plugin, const std::string& config) {
  return "  - {id: " + plugin + ", plugin: " + plugin + ", hotel: sol, config: {token: desk-token" + config + "}}\n";
}

class Examples : public ::testing::Test {
 protected:
  Examples() { stage.start_host(); }

  std::string yaml() const {
    auto text = desk("porter", "") + desk("c-channel", ", outbox_url: \"" + outbox.url() + "/c-channel\"");
#ifdef AGENTE_RUST
    text += desk("rust-channel", ", outbox_url: \"" + outbox.url() + "/rust-channel\"");
#endif
    return text + "exporters:\n  - {id: office, plugin: day-report, config: {url: \"" + outbox.url() + "/office\"}}\n";
  }

  /// A guest's message as the C and the Rust channel take it; the host's status.
  int guest_writes(const std::string& channel, const std::string& text, const std::string& token = "desk-token") {
    return stage
        .host("POST", "/webhook/" + channel, text,
              {{"authorization", "Bearer " + token}, {"x-message-id", "m-1"}, {"x-sender", "ana"}})
        .status;
  }
  int hand_in(const std::string& slip, const std::string& text) {
    return stage
        .host("POST", "/webhook/porter/slips/lucia", text, {{"authorization", "Bearer desk-token"}, {"x-slip", slip}})
        .status;
  }
  std::string board() {
    return stage.host("GET", "/webhook/porter", "", {{"authorization", "Bearer desk-token"}}).body;
  }
  void goes_in_once_and_comes_back(const std::string& channel) {
    EXPECT_EQ(guest_writes(channel, "Hola", "guess"), 401);
    EXPECT_EQ(guest_writes(channel, "Hola"), 200);
    EXPECT_EQ(guest_writes(channel, "Hola"), 200);  // the provider delivers it again
    EXPECT_TRUE(eventually([&] { return !outbox.texts_to(channel, "ana").empty(); }));
    const auto kept = stage.agentctl({"messages", "--channel", channel, "--direction", "in"});
    EXPECT_EQ(std::count(kept.begin(), kept.end(), '\n'), 1) << kept;
  }

  Outbox outbox;
  Stage stage{{.clock = "2026-01-15T12:00:00",
               .pms_plugin = "ledger-pms",
               .pms_config = "{rooms: {double: {count: 4, capacity: 2, rate_minor: 10000}}}",
               .more_channels = yaml()}};
};

TEST_F(Examples, AllAreLiveAndOfTheExpectedClass) {
  std::map<std::string, std::string> class_of;
  for (const auto& row : nlohmann::json::parse(stage.agentctl({"plugin", "list", "--json"}))) {
    EXPECT_EQ(row["state"], "live") << row;
    class_of[row["id"].get<std::string>()] = row["class"].get<std::string>();
  }
  for (const auto* plugin : {"porter", "c-channel", "ledger-pms", "day-report"}) {
    EXPECT_EQ(class_of[plugin], "hot") << plugin;
  }
#ifdef AGENTE_RUST
  EXPECT_EQ(class_of["rust-channel"], "pinned");
  EXPECT_THAT(stage.agentctl({"plugin", "inspect", AGENTE_PLUGINS "/rust-channel.so"}),
              HasSubstr("pthread_key_create"));
#endif
}

TEST_F(Examples, APlainCChannelTakesAMessageInAndBringsTheReplyOut) { goes_in_once_and_comes_back("c-channel"); }

#ifdef AGENTE_RUST
TEST_F(Examples, ARustChannelTakesAMessageInAndBringsTheReplyOut) { goes_in_once_and_comes_back("rust-channel"); }
#endif

TEST_F(Examples, AGuestOfThePorterBooksInTheLedgerAndTheReplyIsTakenDown) {
  EXPECT_EQ(hand_in("1", "Hola, quiero reservar una doble del 12 al 15 de marzo para 2 personas"), 200);
  EXPECT_EQ(hand_in("2", "Lucía Gómez"), 200);
  EXPECT_EQ(hand_in("3", "Sí"), 200);
  ASSERT_TRUE(eventually([&] { return board().find("L-00001") != std::string::npos; })) << board();

  const auto key = board().substr(0, board().find('\t'));
  EXPECT_EQ(stage.host("POST", "/webhook/porter/taken/" + key, "", {{"authorization", "Bearer desk-token"}}).status,
            204);
  EXPECT_EQ(board().find(key), std::string::npos);
  EXPECT_EQ(stage.host("GET", "/webhook/porter").status, 401);
}

TEST_F(Examples, TheBoardHangsOnAfterARestart) {
  EXPECT_EQ(hand_in("1", "Hola"), 200);
  ASSERT_TRUE(eventually([&] { return !board().empty(); }));
  const auto before = board();
  stage.kill_host();
  stage.start_host();
  EXPECT_EQ(board(), before);
}

}  // namespace
}  // namespace agente::e2e
