// What a plugin is told when the other side misbehaves.
#include <future>

#include <gmock/gmock.h>

#include "plugins/http_test_server.hpp"

namespace agente::plugins {
namespace {

TEST_F(HttpClientTest, ASlowDripEndsAtTheDeadlineWithAnUnknownOutcome) {
  Server server([](Peer& peer, int) {
    peer.read_request(2);
    peer.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
    while (peer.write(".") && !peer.is_closed_within(20)) {
    }
  });
  const auto start = std::chrono::steady_clock::now();
  const auto answer = ask(server.url(), "POST", Millis{300});

  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Code::kUnknownOutcome);
  EXPECT_LT(std::chrono::steady_clock::now() - start, Millis{3000});
}

TEST_F(HttpClientTest, AStalledServerEndsAtTheDeadline) {
  Server server([](Peer& peer, int) { peer.wait_for_close(); });
  const auto answer = ask(server.url(), "GET", Millis{200});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Code::kUnknownOutcome);
}

TEST_F(HttpClientTest, ABodyWithoutLengthCutByTheDeadlineIsNotAWholeAnswer) {
  Server server([](Peer& peer, int) {
    peer.read_request();
    peer.write("HTTP/1.1 200 OK\r\n\r\nhalf");
    peer.wait_for_close();
  });
  const auto answer = ask(server.url(), "GET", Millis{200});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Code::kUnknownOutcome);
}

TEST_F(HttpClientTest, ARequestTheServerNeverReadsEndsAtTheDeadline) {
  std::promise<void> done;
  Server server([&](Peer&, int) { done.get_future().wait(); });
  auto wanted = request(server.url(), "POST", Millis{5000});
  wanted.body.assign(std::size_t{16} << 20U, 'x');
  const auto answer = client.request(wanted);
  done.set_value();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Code::kUnknownOutcome);
}

TEST_F(HttpClientTest, NobodyListeningMeansNothingWasSent) {
  std::string url;
  {
    Server server([](Peer&, int) {});
    url = server.url();
  }
  const auto answer = ask(url, "POST");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Code::kRetry);
}

TEST_F(HttpClientTest, AResetAfterTheRequestIsAnUnknownOutcome) {
  Server server([](Peer& peer, int number) {
    peer.read_request(number == 0 ? 2 : 0);
    peer.reset();
  });
  EXPECT_EQ(ask(server.url(), "POST").error().code, Code::kUnknownOutcome);
  EXPECT_EQ(ask(server.url(), "GET").error().code, Code::kUnknownOutcome);
}

TEST_F(HttpClientTest, CutAndMalformedAnswersAreNeverWhole) {
  for (const std::string text :
       {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhal",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhola\r\n0\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Le",
        "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nhola!", "SSH-2.0-OpenSSH_9.2\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nx"}) {
    Server server([&](Peer& peer, int) {
      peer.read_request(2);
      peer.write(text);
    });
    const auto answer = ask(server.url(), "POST");
    ASSERT_FALSE(answer) << text;
    EXPECT_EQ(answer.error().code, Code::kUnknownOutcome) << text;
  }
}

TEST_F(HttpClientTest, AnOversizeAnswerIsRefusedWithoutReadingItAll) {
  Server server([](Peer& peer, int number) {
    peer.read_request();
    const std::string head = number == 0   ? "Content-Length: 1000000000000\r\n\r\n"
                             : number == 1 ? "Transfer-Encoding: chunked\r\n\r\n"
                                           : "\r\n";
    peer.write("HTTP/1.1 200 OK\r\n" + head);
    const std::string piece = number == 1 ? "1000\r\n" + std::string(4096, 'x') + "\r\n" : std::string(4096, 'x');
    while (peer.write(piece)) {
    }
  });
  for (int i = 0; i < 3; ++i) {
    auto wanted = request(server.url());
    wanted.max_response = 100'000;
    const auto answer = client.request(wanted);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, Code::kInvalid);
  }
}

TEST_F(HttpClientTest, EndlessHeadersAreRefused) {
  Server server([](Peer& peer, int) {
    peer.read_request();
    peer.write("HTTP/1.1 200 OK\r\n");
    while (peer.write("X-A: " + std::string(1000, 'x') + "\r\n")) {
    }
  });
  EXPECT_EQ(ask(server.url()).error().code, Code::kInvalid);
}

TEST_F(HttpClientTest, AGetOnADeadPooledConnectionIsAskedAgainOnAFreshOne) {
  std::promise<void> pooled;
  Server server([&](Peer& peer, int number) {
    peer.read_request();
    peer.answer("first");
    if (number > 0) return;
    peer.read_request();  // takes the second request and dies with it
    peer.reset();
  });
  EXPECT_EQ(ask(server.url())->body, "first");
  const auto second = ask(server.url());
  ASSERT_TRUE(second) << second.error().text;
  EXPECT_EQ(server.connections(), 2);
}

TEST_F(HttpClientTest, APostOnADeadPooledConnectionIsNotSentTwice) {
  Server server([&](Peer& peer, int) {
    peer.read_request();
    peer.answer("first");
    peer.read_request(2);
    peer.reset();
  });
  EXPECT_TRUE(ask(server.url()));
  const auto second = ask(server.url(), "POST");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Code::kUnknownOutcome);
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(HttpClientTest, AConnectionTheServerClosedIsNotUsedAgain) {
  std::promise<void> closed;
  Server server([&](Peer& peer, int number) {
    peer.read_request(number == 0 ? 0 : 2);
    peer.answer("ok", number == 0 ? "Connection: close\r\n" : "");
  });
  EXPECT_TRUE(ask(server.url()));
  EXPECT_TRUE(ask(server.url(), "POST"));
  EXPECT_EQ(server.connections(), 2);
}

TEST_F(HttpClientTest, AHangingNameServerEndsAtTheDeadlineAndHoldsUpNobodyElse) {
  auto release = std::make_shared<std::promise<void>>();
  {
    HttpClient slow([wait = release->get_future().share(), release](const std::string&) {
      wait.wait();
      return Resolver::Addresses{};
    });
    egress.emplace_back("slow.example.com");
    for (int i = 0; i < 6; ++i) {
      EXPECT_EQ(slow.request(request("http://slow.example.com/", "GET", Millis{50})).error().code, Code::kTimeout);
    }
    Server server([](Peer& peer, int) {
      peer.read_request();
      peer.answer("ok");
    });
    EXPECT_TRUE(slow.request(request(server.url())));
  }
  release->set_value();
}

}  // namespace
}  // namespace agente::plugins
