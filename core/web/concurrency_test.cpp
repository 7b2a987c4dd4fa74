#include <atomic>
#include <latch>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "web/server.hpp"
#include "web/test_client.hpp"
#include "web/visitor.hpp"

namespace agente::web {
namespace {

using testing::body_of;
using testing::RawClient;

class BusyServer : public ::testing::Test {
 protected:
  void start(int threads) {
    router_.add({.method = "POST", .pattern = "/echo", .access = Access::public_, .handler = [this](Request& request) {
                   Response response = Response::text(200, request.body);
                   if (!visitors_.welcome(request, response)) return Response::error(request, 429, "rate", "");
                   return response;
                 }});
    router_.on_finished([this](auto, auto, int status, double) { answered_ += status == 200 ? 1 : 0; });
    auto server = Server::start(
        {.address = "127.0.0.1:0", .bounds = {.threads = threads, .connections_per_address = 1000}}, rules_, router_);
    ASSERT_TRUE(server) << server.error().text;
    server_ = std::move(*server);
  }
  static std::string request(const std::string& body) {
    return "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }

  AccessRules rules_;
  Router router_;
  Visitors visitors_{{.per_hour = 100'000}};
  std::atomic<int> answered_{0};
  std::unique_ptr<Server> server_;
};

TEST_F(BusyServer, TwoHundredConnectionsAtOnceAreAllServedByFewerThreads) {
  constexpr int kGuests = 200;
  constexpr int kEach = 5;
  start(128);
  std::latch together(kGuests);
  std::atomic<int> right{0};

  std::vector<std::jthread> guests;
  for (int g = 0; g < kGuests; ++g) {
    guests.emplace_back([&, g] {
      together.arrive_and_wait();
      auto line = std::make_unique<RawClient>(server_->port());
      for (int i = 0; i < kEach;) {
        const auto body = std::to_string(g) + "/" + std::to_string(i);
        const auto answer = line->ask(request(body));
        if (!answer.empty()) {
          right += body_of(answer) == body ? 1 : 0;
          ++i;
        }
        const bool closed = answer.empty() || answer.find("Connection: close") != std::string::npos;
        if (closed) line = std::make_unique<RawClient>(server_->port());
      }
    });
  }
  guests.clear();

  EXPECT_EQ(right, kGuests * kEach);
}

TEST_F(BusyServer, StopUnderLoadCutsNoAnswerShort) {
  start(64);
  std::atomic<int> read{0};
  std::atomic<int> torn{0};
  std::vector<std::jthread> guests;
  for (int g = 0; g < 32; ++g) {
    guests.emplace_back([&] {
      try {
        for (;;) {
          RawClient line(server_->port());
          for (bool open = true; open;) {
            const auto answer = line.ask(request("hello"));
            if (!answer.empty() && body_of(answer) != "hello") ++torn;
            read += answer.empty() ? 0 : 1;
            open = !answer.empty() && answer.find("Connection: close") == std::string::npos;
          }
        }
      } catch (const Poco::Exception&) {  // refused: the server is gone
      }
    });
  }
  while (read < 500) std::this_thread::yield();

  EXPECT_TRUE(server_->stop(Millis{20'000}));
  guests.clear();
  EXPECT_EQ(torn, 0);
  EXPECT_EQ(read, answered_);
}

}  // namespace
}  // namespace agente::web
