#include "plugins/http_client.hpp"

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <future>
#include <thread>

#include <Poco/Net/Context.h>
#include <Poco/Net/SecureServerSocket.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "plugins/http_target.hpp"
#include "plugins/test_house.hpp"

namespace agente::plugins {
namespace {

using testing::HasSubstr;

/// A connection as the server of a test holds it.
class Peer {
 public:
  explicit Peer(int socket) : socket_(socket) {}

  /// The request's head, and `body` bytes more; empty when the client has gone.
  std::string read_request(std::size_t body = 0) {
    std::string text;
    for (char piece[4096];;) {
      const auto end = text.find("\r\n\r\n");
      if (end != std::string::npos && text.size() >= end + 4 + body) return text;
      const auto got = ::recv(socket_, piece, sizeof piece, 0);
      if (got <= 0) return {};
      text.append(piece, static_cast<std::size_t>(got));
    }
  }
  bool write(std::string_view text) { return ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL) >= 0; }
  bool answer(std::string_view body, const std::string& extra = "") {
    return write("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + extra + "\r\n" +
                 std::string(body));
  }
  /// Until the client closes: no clock is needed to be slow for ever.
  void wait_for_close() {
    for (char c = 0; ::recv(socket_, &c, 1, 0) > 0;) {
    }
  }
  [[nodiscard]] bool is_closed_within(int ms) const {
    pollfd watch{socket_, POLLIN, 0};
    char c = 0;
    return ::poll(&watch, 1, ms) > 0 && ::recv(socket_, &c, 1, MSG_DONTWAIT) <= 0;
  }
  void reset() {  // RST instead of FIN
    sockaddr none{};
    none.sa_family = AF_UNSPEC;
    ::connect(socket_, &none, sizeof none);
  }

 private:
  int socket_;
};

/// A real server on a loopback port; each connection runs `serve` with its number, from 0.
class Server {
 public:
  using Serve = std::function<void(Peer&, int number)>;

  explicit Server(Serve serve) : serve_(std::move(serve)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(listener_, 16), 0);
    socklen_t size = sizeof address;
    EXPECT_EQ(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { accept_all(); });
  }
  ~Server() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    for (const int socket : sockets_) ::shutdown(socket, SHUT_RDWR);  // the client may keep them in its pool
    for (auto& client : clients_) client.join();
    for (const int socket : sockets_) ::close(socket);
    ::close(listener_);
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] std::string url(const std::string& path = "/", const std::string& host = "127.0.0.1") const {
    return "http://" + host + ":" + std::to_string(port_) + path;
  }
  [[nodiscard]] int connections() const { return count_; }

 private:
  void accept_all() {
    for (int client = 0; (client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC)) >= 0;) {
      clients_.emplace_back([this, client, number = count_++] {
        Peer peer(client);
        serve_(peer, number);
        ::shutdown(client, SHUT_RDWR);
      });
      sockets_.push_back(client);
    }
  }

  Serve serve_;
  int listener_;
  std::uint16_t port_ = 0;
  std::atomic<int> count_{0};
  std::vector<std::thread> clients_;
  std::vector<int> sockets_;
  std::thread thread_;
};

struct HttpClientTest : testing::Test {
  HttpClientTest() { std::signal(SIGPIPE, SIG_IGN); }

  std::vector<std::string> egress{"127.0.0.1", "localhost"};
  HttpClient client;

  Result<HttpResponse> ask(const std::string& url, const std::string& method = "GET", Millis limit = Millis{5000}) {
    return client.request(request(url, method, limit));
  }
  HttpRequest request(const std::string& url, const std::string& method = "GET", Millis limit = Millis{5000}) {
    HttpRequest wanted{.method = method, .url = url};
    if (method == "POST") wanted.body = "{}";
    wanted.deadline = std::chrono::steady_clock::now() + limit;
    wanted.egress = &egress;
    return wanted;
  }
};

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
  auto wanted = request(server.url(), "POST", Millis{300});
  wanted.body.assign(std::size_t{32} << 20U, 'x');
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
