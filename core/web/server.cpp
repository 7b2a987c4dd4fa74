#include "web/server.hpp"

#include <algorithm>
#include <cerrno>

#include <Poco/Net/NetException.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/TCPServer.h>
#include <Poco/Net/TCPServerConnectionFactory.h>
#include <Poco/ThreadPool.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "web/connection.hpp"

namespace agente::web {
namespace {

constexpr int kBacklog = 1024;
constexpr int kDeferSeconds = 5;
constexpr int kNoQueueLimit = 1'000'000;  // the crowd has it
constexpr Millis kLastGrace{2000};
/// A thread that begins to wait for a connection just after Poco woke all waiting ones to stop sleeps this long (µs);
/// Poco's ten seconds would be the time a stop can take.
constexpr Poco::Timespan::TimeDiff kThreadIdle = 100'000;

/// Poco's door for a socket of our own kind.
class Door final : public Poco::Net::ServerSocket {
 public:
  explicit Door(Listening* listening) : ServerSocket(listening, true) {}
};

class Factory final : public Poco::Net::TCPServerConnectionFactory {
 public:
  explicit Factory(const Desk& desk) : desk_(desk) {}
  Poco::Net::TCPServerConnection* createConnection(const Poco::Net::StreamSocket& socket) override {
    return new Connection(socket, desk_);  // Poco deletes it
  }

 private:
  const Desk& desk_;
};

/// Says no to connections the crowd has no room for.
class Porter final : public Poco::Net::TCPServerConnectionFilter {
 public:
  bool accept(const Poco::Net::StreamSocket& socket) override {
    auto& accepted = static_cast<Accepted&>(*socket.impl());
    if (accepted.is_admitted()) return true;
    constexpr std::string_view kBody =
        R"({"error":{"code":"too_many_connections","message":"too many connections; try again later","request_id":""}})";
    static const std::string kHead =
        "HTTP/1.1 429 Too Many Requests\r\nContent-Type: application/json\r\nRetry-After: 1\r\nConnection: "
        "close\r\nContent-Length: " +
        std::to_string(kBody.size()) + "\r\n\r\n";
    (void)accepted.send_all(kHead, kBody, Steady::min());  // as a courtesy; never waited for
    return false;
  }
};

bool is_proxy(const void* rules, const Address& peer) {
  const auto& proxies = static_cast<const AccessRules*>(rules)->proxies;
  return std::ranges::any_of(proxies,
                             [ip = peer.text()](const config::Network& network) { return network.contains(ip); });
}

std::string remedy(int code) {
  if (code == EADDRINUSE) return "another program listens there; stop it or choose another port";
  if (code == EADDRNOTAVAIL) return "this machine has no such address; use one of its own, or 0.0.0.0 for all";
  if (code == EACCES) return "ports below 1024 need CAP_NET_BIND_SERVICE; choose one above";
  return "check the address";
}

}  // namespace

class Server::Machine {
 public:
  Machine(ServerOptions options, std::string host, const AccessRules& rules, const Router& router)
      : options_(std::move(options)),
        host_(std::move(host)),
        rules_(rules),
        crowd_(static_cast<std::size_t>(options_.bounds.threads), options_.bounds.connections_per_address),
        desk_{options_, host_, rules, router, crowd_},
        door_(new Listening(crowd_, is_proxy, &rules_)),
        pool_("web", 2, options_.bounds.threads) {}

  ~Machine() {
    close(kLastGrace);
    tcp_.reset();
    pool_.joinAll();
  }
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  /// Throws what Poco throws.
  void open(std::uint16_t port) {
    const Poco::Net::SocketAddress address(same_ignoring_case(host_, "localhost") ? "127.0.0.1" : host_, port);
    if (address.family() == Poco::Net::SocketAddress::IPv6) {
      door_.bind6(address, true, false, false);  // re-use after a restart, never share, IPv4 too
    } else {
      door_.bind(address, true, false);
    }
    door_.impl()->setOption(IPPROTO_TCP, TCP_DEFER_ACCEPT, kDeferSeconds);
    door_.listen(kBacklog);
    port_ = door_.address().port();
    Poco::Net::TCPServerParams::Ptr params = new Poco::Net::TCPServerParams;
    params->setMaxThreads(options_.bounds.threads);
    params->setMaxQueued(kNoQueueLimit);
    params->setThreadIdleTime(kThreadIdle);
    tcp_ = std::make_unique<Poco::Net::TCPServer>(new Factory(desk_), pool_, door_, params);
    tcp_->setConnectionFilter(new Porter);
    tcp_->start();
  }

  bool close(Millis grace) {
    if (tcp_ && !crowd_.is_closing()) {
      ::shutdown(door_.impl()->sockfd(), SHUT_RD);  // refuses new connections and wakes the accepting thread
      tcp_->stop();
      door_.close();
    }
    return crowd_.close(grace);
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::string url() const {
    const bool six = host_.find(':') != std::string::npos;
    return "http://" + (six ? "[" + host_ + "]" : host_) + ":" + std::to_string(port_);
  }

 private:
  const ServerOptions options_;
  const std::string host_;
  const AccessRules& rules_;
  Crowd crowd_;
  const Desk desk_;
  Door door_;
  Poco::ThreadPool pool_;
  std::unique_ptr<Poco::Net::TCPServer> tcp_;
  std::uint16_t port_ = 0;
};

Result<std::unique_ptr<Server>> Server::start(ServerOptions options, const AccessRules& rules, const Router& router) {
  const std::string address = options.address;
  const auto target = split_host_port(address);
  if (!target || !target->port) return Error{Code::kConfig, "cannot listen on '" + address + "': write HOST:PORT"};
  if (options.listener == Listener::operator_) {
    if (auto allowed = check_operator_bind(rules, address); !allowed) return allowed.error();
  }
  options.bounds.threads = std::max(options.bounds.threads, 2);
  try {
    auto machine = std::make_unique<Machine>(std::move(options), target->host, rules, router);
    machine->open(*target->port);
    return std::unique_ptr<Server>(new Server(std::move(machine)));
  } catch (const Poco::Exception& failure) {
    return Error{Code::kConfig,
                 "cannot listen on '" + address + "': " + failure.displayText() + "; " + remedy(failure.code())};
  }
}

Server::Server(std::unique_ptr<Machine> machine) : machine_(std::move(machine)) {}
Server::~Server() = default;
std::uint16_t Server::port() const { return machine_->port(); }
std::string Server::url() const { return machine_->url(); }
bool Server::stop(Millis grace) { return machine_->close(grace); }

}  // namespace agente::web
