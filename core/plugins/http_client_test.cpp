#include <cstdlib>
#include <future>

#include <Poco/Net/Context.h>
#include <Poco/Net/SecureServerSocket.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <gmock/gmock.h>

#include "plugins/http_target.hpp"
#include "plugins/http_test_server.hpp"
#include "plugins/test_house.hpp"

namespace agente::plugins {
namespace {

using testing::HasSubstr;

TEST_F(HttpClientTest, AnAnswerComesWithStatusHeadersAndBody) {
  std::promise<std::string> seen;
  Server server([&](Peer& peer, int) {
    seen.set_value(peer.read_request(2));
    peer.write("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nX-Id: 7\r\nContent-Length: 4\r\n\r\ndone");
  });
  auto wanted = request(server.url("/a%2Fb?q=1"), "POST");
  wanted.headers = {{"X-Mine", "yes"}, {"Content-Length", "9999"}};
  const auto answer = client.request(wanted);

  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_EQ(answer->status, 201);
  EXPECT_EQ(answer->body, "done");
  EXPECT_EQ(answer->headers.front(), (std::pair<std::string, std::string>("X-Id", "7")));
  const auto text = seen.get_future().get();
  EXPECT_THAT(text, HasSubstr("POST /a%2Fb?q=1 HTTP/1.1\r\n"));
  EXPECT_THAT(text, HasSubstr("X-Mine: yes\r\n"));
  EXPECT_THAT(text, HasSubstr("Content-Length: 2\r\n"));
  EXPECT_THAT(text, testing::Not(HasSubstr("9999")));
}

TEST_F(HttpClientTest, AChunkedAnswerIsPutTogether) {
  Server server([](Peer& peer, int) {
    peer.read_request();
    peer.write(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4;x=y\r\nhola\r\nA\r\n, mundo!!!\r\n0\r\nT: 1\r\n\r\n");
    peer.wait_for_close();
  });
  const auto answer = ask(server.url());
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_EQ(answer->body, "hola, mundo!!!");
}

TEST_F(HttpClientTest, RequestsShareOneConnection) {
  Server server([](Peer& peer, int) {
    while (!peer.read_request().empty()) peer.answer("ok");
  });
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(ask(server.url()));
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(HttpClientTest, ARedirectIsFollowedWithoutCredentialsToAnotherPlace) {
  std::promise<std::string> seen;
  Server second([&](Peer& peer, int) {
    seen.set_value(peer.read_request());
    peer.answer("arrived");
  });
  Server first([&](Peer& peer, int) {
    peer.read_request(2);
    peer.write("HTTP/1.1 303 See Other\r\nContent-Length: 0\r\nLocation: " + second.url("/there", "localhost") +
               "\r\n\r\n");
  });
  auto wanted = request(first.url(), "POST");
  wanted.headers = {{"Authorization", "Bearer s3cret"}, {"X-Kept", "1"}};
  wanted.max_redirects = 2;
  const auto answer = client.request(wanted);

  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_EQ(answer->body, "arrived");
  const auto text = seen.get_future().get();
  EXPECT_THAT(text, HasSubstr("GET /there "));
  EXPECT_THAT(text, HasSubstr("X-Kept"));
  EXPECT_THAT(text, testing::Not(HasSubstr("s3cret")));
}

TEST_F(HttpClientTest, ARedirectToAForbiddenHostIsRefusedWithTheRemedy) {
  Server server([](Peer& peer, int) {
    peer.read_request();
    peer.write("HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: http://169.254.169.254/latest\r\n\r\n");
  });
  auto wanted = request(server.url());
  wanted.max_redirects = 1;
  const auto answer = client.request(wanted);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Code::kConfig);
  EXPECT_THAT(answer.error().text, HasSubstr("egress: [169.254.169.254]"));
}

TEST_F(HttpClientTest, ARedirectIsHandedOutWhenNoneMayBeFollowed) {
  Server server([](Peer& peer, int) {
    peer.read_request();
    peer.write("HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /elsewhere\r\n\r\n");
  });
  EXPECT_EQ(ask(server.url())->status, 302);
}

TEST_F(HttpClientTest, AfterARedirectedPostADeadEndIsAnUnknownOutcome) {
  std::string gone;
  {
    Server dead([](Peer&, int) {});
    gone = dead.url();
  }
  Server server([&](Peer& peer, int) {
    peer.read_request(2);
    peer.write("HTTP/1.1 303 See Other\r\nContent-Length: 0\r\nLocation: " + gone + "\r\n\r\n");
  });
  auto wanted = request(server.url(), "POST");
  wanted.max_redirects = 1;
  EXPECT_EQ(client.request(wanted).error().code, Code::kUnknownOutcome);
}

TEST_F(HttpClientTest, AHostThatNobodyAllowedIsNotCalled) {
  const auto answer = ask("http://example.com/");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Code::kConfig);
}

TEST_F(HttpClientTest, ANameThatLeadsToTheMetadataServiceIsRefused) {
  HttpClient lied_to([](const std::string&) { return Resolver::Addresses{Poco::Net::IPAddress("169.254.169.254")}; });
  egress = {"api.example.com"};
  const auto answer = lied_to.request(request("http://api.example.com/"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Code::kConfig);
}

TEST_F(HttpClientTest, MalformedRequestsNeverLeave) {
  for (const auto* url :
       {"", "ftp://127.0.0.1/", "http://", "http://127.0.0.1:0/", "http://127.0.0.1:99999/", "http://[::1/",
        "http://user:pw@127.0.0.1/", "http://127.0.0.1/a b", "http://127.0.0.1/\r\nX: y", "http://127.0.0.1\\@x/"}) {
    const auto answer = ask(url);
    ASSERT_FALSE(answer) << url;
    EXPECT_EQ(answer.error().code, Code::kInvalid) << url;
  }
  auto split = request("http://127.0.0.1/");
  split.headers = {{"X-A", "1\r\nX-B: 2"}};
  EXPECT_EQ(client.request(split).error().code, Code::kInvalid);
  EXPECT_EQ(ask("http://127.0.0.1/", "GET /x HTTP/1.1\r\n").error().code, Code::kInvalid);
}

TEST(HttpTarget, LocationsAreReadRelativeToWhereTheyCameFrom) {
  const auto base = *read_url("https://Api.Example.com/v1/items?page=1");
  EXPECT_EQ(base.host, "api.example.com");
  EXPECT_EQ(read_location(base, "/x")->path, "/x");
  EXPECT_EQ(read_location(base, "next")->path, "/v1/next");
  EXPECT_EQ(read_location(base, "?page=2")->path, "/v1/items?page=2");
  EXPECT_EQ(read_location(base, "//other.example.com/y")->host, "other.example.com");
  EXPECT_EQ(read_location(base, "/x?to=http://z/")->host, "api.example.com");
  EXPECT_FALSE(read_location(base, "http://api.example.com/"));
}

/// A TLS server with a certificate that no CA knows.
class TlsServer {
 public:
  TlsServer() : socket_(make_socket()), thread_([this] { accept_one(); }) {}
  ~TlsServer() {
    over_ = true;
    thread_.join();
  }
  [[nodiscard]] std::string url() const {
    return "https://localhost:" + std::to_string(socket_.address().port()) + "/";
  }
  [[nodiscard]] std::filesystem::path certificate() const { return folder_.path() / "cert.pem"; }

 private:
  Poco::Net::SecureServerSocket make_socket() {
    const auto command =
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost "
        "-addext subjectAltName=DNS:localhost -keyout " +
        (folder_.path() / "key.pem").string() + " -out " + certificate().string() + " 2>/dev/null";
    EXPECT_EQ(std::system(command.c_str()), 0);
    const Poco::Net::Context::Ptr context =
        new Poco::Net::Context(Poco::Net::Context::TLS_SERVER_USE, (folder_.path() / "key.pem").string(),
                               certificate().string(), "", Poco::Net::Context::VERIFY_NONE);
    return {Poco::Net::SocketAddress("127.0.0.1", 0), 4, context};
  }
  void accept_one() {
    while (!over_) {
      try {
        if (!socket_.poll(Poco::Timespan(0, 20'000), Poco::Net::Socket::SELECT_READ)) continue;
        auto client = socket_.acceptConnection();
        char piece[4096];
        if (client.receiveBytes(piece, sizeof piece) <= 0) continue;
        const std::string text = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nsecret";
        client.sendBytes(text.data(), static_cast<int>(text.size()));
        client.shutdown();
      } catch (const Poco::Exception&) {
        continue;  // a client that does not trust us
      }
    }
  }

  TemporaryFolder folder_;
  std::atomic<bool> over_{false};
  Poco::Net::SecureServerSocket socket_;
  std::thread thread_;
};

TEST_F(HttpClientTest, ASelfSignedServerIsRefusedBeforeAnythingIsSent) {
  const TlsServer server;
  const auto answer = ask(server.url(), "POST");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Code::kRetry);
}

TEST_F(HttpClientTest, AServerWhoseCaIsKnownIsCalledOverTls) {
  const TlsServer server;
  ::setenv("SSL_CERT_FILE", server.certificate().c_str(), 1);
  const auto answer = ask(server.url());
  ::unsetenv("SSL_CERT_FILE");
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_EQ(answer->body, "secret");
}

TEST_F(HttpClientTest, ATlsHandshakeThatStallsEndsAtTheDeadline) {
  Server server([](Peer& peer, int) { peer.wait_for_close(); });
  auto url = server.url("/", "localhost");
  const auto answer = ask(url.replace(0, 4, "https"), "POST", Millis{200});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Code::kTimeout);
}

}  // namespace
}  // namespace agente::plugins
