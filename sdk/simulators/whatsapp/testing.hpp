#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <nlohmann/json.hpp>

#include "simulators/common/http_server.hpp"
#include "simulators/common/test_client.hpp"
#include "simulators/whatsapp/simulator.hpp"

// What the tests of the simulator share: a client on a real socket, and a webhook that remembers.
namespace agente::sim::whatsapp::testing {

using nlohmann::json;

inline const std::string kNumber = "106540352242922";
inline const std::string kGuest = "34600111222";

using sim::testing::http;
using sim::testing::HttpAnswer;

/// A running simulator and short ways to use it.
class Bench {
 public:
  explicit Bench(Options options = {}, Now now = std::chrono::system_clock::now)
      : simulator(std::move(options), {}, std::move(now)) {}

  [[nodiscard]] std::string messages_url() const { return simulator.url() + "v25.0/" + kNumber + "/messages"; }
  HttpAnswer post(const std::string& body, int timeout_ms = 5'000) const;
  HttpAnswer send(const std::string& text, const std::string& to = kGuest, int timeout_ms = 5'000) const;
  HttpAnswer get(const std::string& path) const;
  HttpAnswer control(const std::string& name, const json& body) const;
  void arm(const json& rule) const;
  [[nodiscard]] json log(std::uint64_t since = 0) const;
  /// The newest request in the log.
  [[nodiscard]] json last_request() const { return log().at("requests").back(); }

  Simulator simulator;
};

/// A good body; `change` is merged into it (null removes).
json message(const json& change = json::object());

/// A webhook on a real socket: keeps what it was posted and answers as told.
class Webhook {
 public:
  Webhook();
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(server_.port()) + "/hook?a=b"; }
  [[nodiscard]] Options options() const;
  /// The next `count` posts are answered with `status`.
  void refuse(int count, int status);
  /// Waits until so many posts have come (10 s at most) and returns all.
  std::vector<Request> wait_for(std::size_t count);
  /// The members of `statuses` in the order they came.
  std::vector<json> wait_for_statuses(std::size_t count);

 private:
  Reply take(const Request& request);
  std::mutex mutex_;
  std::condition_variable came_;
  std::vector<Request> posts_;
  int refusals_ = 0;
  int refusal_status_ = 503;
  HttpServer server_;  // last: its threads use all of the above
};

inline const std::string kSecret = "app-secret";

/// HMAC-SHA256 by OpenSSL, which the simulator does not use.
std::string openssl_hmac(const std::string& secret, const std::string& bytes, const char* digest = "SHA256");

}  // namespace agente::sim::whatsapp::testing
