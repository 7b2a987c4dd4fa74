#pragma once

#include <atomic>
#include <csignal>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "plugins/http_client.hpp"

namespace agente::plugins {

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

}  // namespace agente::plugins
