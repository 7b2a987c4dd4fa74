// Answers that wait for something else than the peer, and threads that are held up.
#include <condition_variable>
#include <deque>
#include <latch>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include "web/server.hpp"
#include "web/test_client.hpp"

namespace agente::web {
namespace {

using testing::body_of;
using ::testing::HasSubstr;
using testing::RawClient;
using testing::status_of;

constexpr std::string_view kAsk = "GET /later HTTP/1.1\r\nHost: h\r\n\r\n";

/// A server whose /later is answered when the test says so.
class LaterAnswers : public ::testing::Test {
 protected:
  using Ready = std::function<void(Making)>;

  void start(int threads = 2) {
    router_.add({.pattern = "/later", .access = Access::public_, .handler = [this](Request&) -> Answer {
                   return Later{[this](Ready ready) {
                     const std::lock_guard lock(mutex_);
                     away_.push_back(std::move(ready));
                     changed_.notify_all();
                   }};
                 }});
    router_.add(
        {.pattern = "/now", .access = Access::public_, .handler = [](Request&) { return Response::text(200, "now"); }});
    auto server = Server::start(
        {.address = "127.0.0.1:0", .bounds = {.threads = threads, .connections_per_address = 1000}}, rules_, router_);
    ASSERT_TRUE(server) << server.error().text;
    server_ = std::move(*server);
  }
  /// The next one that is away, once it is.
  Ready next() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !away_.empty(); });
    auto ready = std::move(away_.front());
    away_.pop_front();
    return ready;
  }
  RawClient client() { return RawClient(server_->port()); }

  AccessRules rules_;
  Router router_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Ready> away_;
  std::unique_ptr<Server> server_;
};

TEST_F(LaterAnswers, HundredsThatAreAwayKeepNoThreadFromTheOthers) {
  start();
  constexpr int kGuests = 200;
  std::deque<RawClient> guests;
  for (int i = 0; i < kGuests; ++i) guests.emplace_back(server_->port()).say(kAsk);
  std::vector<Ready> away;
  away.reserve(kGuests);
  for (int i = 0; i < kGuests; ++i) away.push_back(next());

  auto other = client();
  EXPECT_EQ(body_of(other.ask("GET /now HTTP/1.1\r\nHost: h\r\n\r\n")), "now");
  for (const auto& ready : away) ready([] { return Response::text(200, "done"); });
  for (auto& guest : guests) EXPECT_EQ(body_of(guest.answer()), "done");
}

TEST_F(LaterAnswers, PipelinedRequestsAreAnsweredInTheirOrder) {
  start();
  auto guest = client();
  guest.say(std::string(kAsk) + "GET /now HTTP/1.1\r\nHost: h\r\n\r\n");
  next()([] { return Response::text(200, "first"); });
  EXPECT_EQ(body_of(guest.answer()), "first");
  EXPECT_EQ(body_of(guest.answer()), "now");
}

TEST_F(LaterAnswers, WhatThrowsWhileItIsMadeIsA500) {
  start();
  auto guest = client();
  guest.say(kAsk);
  next()([]() -> Response { throw std::runtime_error("inner detail"); });
  EXPECT_EQ(status_of(guest.answer()), 500);
}

TEST_F(LaterAnswers, AnAnswerThatIsDroppedEndsTheConnection) {
  start();
  auto guest = client();
  guest.say(kAsk);
  { const auto dropped = next(); }
  EXPECT_TRUE(guest.is_closed());
}

TEST_F(LaterAnswers, WhoLeavesMeanwhileHarmsNobody) {
  start();
  client().say(kAsk);
  next()([] { return Response::text(200, "nobody"); });
  auto other = client();
  EXPECT_EQ(status_of(other.ask("GET /now HTTP/1.1\r\nHost: h\r\n\r\n")), 200);
}

TEST_F(LaterAnswers, TheServerEndsOnlyWhenAllAreBack) {
  start();
  auto guest = client();
  guest.say(kAsk);
  auto ready = next();
  EXPECT_FALSE(server_->stop(Millis{0}));
  std::jthread ending([this] { server_.reset(); });
  std::exchange(ready, {})([] { return Response::text(200, "late"); });
  ending.join();
  EXPECT_EQ(server_, nullptr);
}

TEST_F(LaterAnswers, WithoutSocketsTheAnswerIsWaitedFor) {
  router_.add({.pattern = "/at-once", .access = Access::public_, .handler = [](Request&) -> Answer {
                 return Later{[](Ready ready) { ready([] { return Response::text(200, "made"); }); }};
               }});
  Request request{.method = "GET", .path = "/at-once"};
  EXPECT_EQ(router_.handle(request).body, "made");
}

TEST_F(LaterAnswers, ThreadsThatAreHeldUpAreJoinedByOthers) {
  constexpr int kHeldUp = 12;  // more than work at a time on most machines
  std::latch all_here(kHeldUp + 1);
  std::latch go(1);
  router_.add({.pattern = "/slow", .access = Access::public_, .handler = [&](Request&) {
                 all_here.count_down();
                 go.wait();
                 return Response::text(200, "slow");
               }});
  start(kHeldUp + 2);
  std::deque<RawClient> slow;
  for (int i = 0; i < kHeldUp; ++i) {
    slow.emplace_back(server_->port()).say("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n");
  }
  all_here.arrive_and_wait();
  auto other = client();
  EXPECT_EQ(body_of(other.ask("GET /now HTTP/1.1\r\nHost: h\r\n\r\n")), "now");
  go.count_down();
  for (auto& guest : slow) EXPECT_EQ(body_of(guest.answer()), "slow");
}

}  // namespace
}  // namespace agente::web
