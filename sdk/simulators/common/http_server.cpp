#include "simulators/common/http_server.hpp"

#include <array>
#include <condition_variable>
#include <mutex>
#include <stdexcept>

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerRequestImpl.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/String.h>
#include <Poco/ThreadPool.h>
#include <Poco/URI.h>

#include "simulators/common/tls_door.hpp"

namespace agente::sim {
namespace {

namespace net = Poco::Net;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t kMaxBody = 24U << 20;  // a video of 16 MB as base64
constexpr int kMaxThreads = 512;

/// Lets handlers wait without keeping the server from stopping.
class Pause {
 public:
  /// Waits for `time`. False if stopped meanwhile.
  bool wait(milliseconds time) {
    std::unique_lock lock(mutex_);
    return !wake_.wait_for(lock, time, [this] { return stopped_; });
  }
  void stop() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    wake_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopped_ = false;
};

/// Over TLS a byte that came is taken, but a client sends nothing before it is answered.
bool client_left(net::StreamSocket& socket) {
  char byte = 0;
  try {
    return socket.poll(Poco::Timespan(0), net::Socket::SELECT_READ) && socket.receiveBytes(&byte, 1, MSG_PEEK) <= 0;
  } catch (const Poco::Exception&) {
    return true;
  }
}

void read_body(net::HTTPServerRequest& from, Request& to) {
  std::array<char, 8192> part;
  auto& stream = from.stream();
  while (stream.read(part.data(), part.size()), stream.gcount() > 0) {
    to.body.append(part.data(), static_cast<std::size_t>(stream.gcount()));
    if (to.body.size() > kMaxBody) break;
  }
  const auto announced = from.getContentLength64();
  to.whole = to.body.size() <= kMaxBody && (announced < 0 || static_cast<std::size_t>(announced) == to.body.size());
}

Request read(net::HTTPServerRequest& from) {
  Request to;
  to.method = from.getMethod();
  const Poco::URI uri(from.getURI());
  to.path = uri.getPath();
  for (const auto& [name, value] : uri.getQueryParameters()) to.query[name] = value;
  for (const auto& [name, value] : from) to.headers[Poco::toLower(name)] = value;
  const auto host = to.header("host");
  to.origin = (from.secure() ? "https://" : "http://") + (host.empty() ? "127.0.0.1" : host);
  read_body(from, to);
  return to;
}

class Exchange final : public net::HTTPRequestHandler {
 public:
  Exchange(const HttpServer::Handler& handler, Pause& pause) : handler_(handler), pause_(pause) {}

  void handleRequest(net::HTTPServerRequest& request, net::HTTPServerResponse& response) override {
    auto& socket = static_cast<net::HTTPServerRequestImpl&>(request).socket();
    auto asked = read(request);
    const auto reply = handler_(asked);
    if (!asked.whole) response.setKeepAlive(false);  // the rest of the body still lies in the socket
    if (!hold(socket, reply.hold) || reply.ending != Ending::kAnswer) {
      response.setKeepAlive(false);
      return cut(socket, request.secure(), reply.ending);
    }
    answer(reply, response);
  }

 private:
  /// False when there is nobody left to answer.
  bool hold(net::StreamSocket& socket, milliseconds time) {
    constexpr milliseconds kSlice{25};
    const auto until = steady_clock::now() + time;
    for (auto left = time; left > milliseconds{0};) {
      if (!pause_.wait(std::min(left, kSlice)) || client_left(socket)) return false;
      left = std::chrono::ceil<milliseconds>(until - steady_clock::now());
    }
    return true;
  }

  static void cut(net::StreamSocket& socket, bool by_tls, Ending ending) {
    if (ending == Ending::kReset) {
      socket.setLinger(true, 0);             // closing then sends RST instead of FIN
      if (by_tls) return socket.shutdown();  // closing would say goodbye as TLS does
    }
    socket.close();
  }

  void answer(const Reply& reply, net::HTTPServerResponse& response) {
    response.setStatusAndReason(static_cast<net::HTTPResponse::HTTPStatus>(reply.status));
    if (!reply.content_type.empty()) response.setContentType(reply.content_type);
    for (const auto& [name, value] : reply.headers) response.set(name, value);
    response.setContentLength64(static_cast<Poco::Int64>(reply.body.size()));
    auto& out = response.send();
    if (reply.trickle == milliseconds{0}) {
      out << reply.body << std::flush;
      return;
    }
    for (const char byte : reply.body) {
      out << byte << std::flush;
      if (!out || !pause_.wait(reply.trickle)) return;
    }
  }

  const HttpServer::Handler& handler_;
  Pause& pause_;
};

class Factory final : public net::HTTPRequestHandlerFactory {
 public:
  Factory(const HttpServer::Handler& handler, Pause& pause) : handler_(handler), pause_(pause) {}
  net::HTTPRequestHandler* createRequestHandler(const net::HTTPServerRequest&) override {
    return new Exchange(handler_, pause_);  // Poco takes it
  }

 private:
  const HttpServer::Handler& handler_;
  Pause& pause_;
};

/// Poco's own constructor would share the port with whoever has it already.
net::ServerSocket listen(std::uint16_t port, const Tls& tls) {
  auto socket = tls.certificate.empty() ? net::ServerSocket() : tls_socket(tls);
  try {
    socket.bind(net::SocketAddress("127.0.0.1", port), true, false);
    socket.listen(1024);
  } catch (const Poco::Exception& problem) {
    throw std::runtime_error("cannot listen on port " + std::to_string(port) + ": " + problem.displayText());
  }
  return socket;
}

net::HTTPServerParams::Ptr parameters() {
  net::HTTPServerParams::Ptr parameters = new net::HTTPServerParams;
  parameters->setMaxThreads(kMaxThreads);
  parameters->setMaxQueued(4096);
  parameters->setKeepAlive(true);
  parameters->setTimeout(Poco::Timespan(30, 0));
  parameters->setThreadIdleTime(Poco::Timespan(0, 200'000));  // stopping waits as long for idle threads
  return parameters;
}

}  // namespace

struct HttpServer::Parts {
  Parts(std::uint16_t port, Handler wanted, const Tls& tls)
      : handler(std::move(wanted)),
        threads(4, kMaxThreads),
        server(new Factory(handler, pause), threads, listen(port, tls), parameters()) {}

  Handler handler;
  Pause pause;
  Poco::ThreadPool threads;
  net::HTTPServer server;
};

HttpServer::HttpServer(std::uint16_t port, Handler handler, const Tls& tls)
    : parts_(std::make_unique<Parts>(port, std::move(handler), tls)) {
  parts_->server.start();
}

HttpServer::~HttpServer() {
  parts_->pause.stop();
  parts_->server.stopAll(true);
  parts_->threads.joinAll();
}

std::uint16_t HttpServer::port() const { return parts_->server.port(); }

}  // namespace agente::sim
