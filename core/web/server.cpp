#include "web/server.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <utility>

#include <Poco/Net/NetException.h>
#include <Poco/Net/ServerSocket.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "web/connection.hpp"
#include "web/lobby.hpp"
#include "web/staff.hpp"

namespace agente::web {
namespace {

constexpr int kBacklog = 4096;     // the kernel's net.core.somaxconn may make it less
constexpr int kKnocksAtOnce = 64;  // then those who wait have a turn
constexpr Millis kLastGrace{2000};

/// Of ten, the world's door has six and the operator's two; the rest is for everything else the host has open.
std::size_t fair_share_of_descriptors(Listener listener) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return SIZE_MAX;
  const rlim_t tenths = listener == Listener::public_ ? 6 : 2;
  return std::max<std::size_t>(16, limit.rlim_cur / 10 * tenths);
}

/// Says no to a connection for which there is no room. As a courtesy; never waited for.
void turn_away(Socket& socket) {
  constexpr std::string_view kBody =
      R"({"error":{"code":"too_many_connections","message":"too many connections; try again later","request_id":""}})";
  static const std::string kHead =
      "HTTP/1.1 429 Too Many Requests\r\nContent-Type: application/json\r\nRetry-After: 1\r\nConnection: "
      "close\r\nContent-Length: " +
      std::to_string(kBody.size()) + "\r\n\r\n";
  (void)socket.send_all(kHead, kBody, Steady::min());
}

bool is_proxy(const AccessRules& rules, const Address& peer) {
  if (rules.proxies.empty()) return false;
  return std::ranges::any_of(rules.proxies,
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
        crowd_(std::min(options_.bounds.connections, fair_share_of_descriptors(options_.listener)),
               options_.bounds.connections_per_address),
        desk_{options_, host_, rules, router, closing_},
        lobby_({.knock = [this] { answer_the_door(); },
                .called = [this](std::unique_ptr<Connection> one) { staff_.give(std::move(one)); }}),
        staff_(static_cast<std::size_t>(options_.bounds.threads),
               [this](std::unique_ptr<Connection> connection) { serve(std::move(connection)); }) {}

  ~Machine() {
    close(kLastGrace);
    wait_until_nobody_is_away();
    lobby_.stop();  // the staff may still send connections there, but no longer the other way round
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
    door_.listen(kBacklog);
    door_.setBlocking(false);
    port_ = door_.address().port();
    lobby_.watch_door(door_.impl()->sockfd());
  }

  bool close(Millis grace) {
    close_door();
    if (crowd_.wait_until_gone(grace)) return true;
    crowd_.cut();
    return crowd_.wait_until_gone(std::min(grace, Millis{1000}));
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::string url() const {
    const bool six = host_.find(':') != std::string::npos;
    return "http://" + (six ? "[" + host_ + "]" : host_) + ":" + std::to_string(port_);
  }

 private:
  /// A connection whose answer will be brought by somebody else, who may also drop it.
  class Away {
   public:
    Away(Machine& machine, std::unique_ptr<Connection> connection)
        : machine_(machine), connection_(std::move(connection)) {
      ++machine_.away_;
    }
    ~Away() {
      connection_.reset();
      const std::lock_guard lock(machine_.away_mutex_);
      if (--machine_.away_ == 0) machine_.all_back_.notify_all();
    }
    Away(const Away&) = delete;
    Away& operator=(const Away&) = delete;

    void come_back(Making making) {
      connection_->bring(std::move(making));
      machine_.staff_.give(std::move(connection_));
    }

   private:
    Machine& machine_;
    std::unique_ptr<Connection> connection_;
  };

  void answer_the_door() {
    const std::lock_guard lock(door_mutex_);
    for (int i = 0; i < kKnocksAtOnce && !closing_; ++i) {
      sockaddr_storage storage{};
      socklen_t size = sizeof storage;
      const int descriptor =
          ::accept4(door_.impl()->sockfd(), reinterpret_cast<sockaddr*>(&storage), &size, SOCK_CLOEXEC);
      if (descriptor >= 0) {
        welcome(Socket(descriptor), Address::of(reinterpret_cast<const sockaddr&>(storage)));
      } else if (errno != EMFILE && errno != ENFILE && errno != ENOBUFS && errno != ENOMEM) {
        return;
      } else if (!lobby_.put_out_longest()) {
        ::poll(nullptr, 0, 10);  // beats trying again at once for ever
        return;
      }
    }
  }

  void welcome(Socket socket, const Address& peer) {
    // HTTP lets a server end an idle connection at any time; the client opens another one.
    if (crowd_.is_full()) (void)lobby_.put_out_longest();
    auto place = crowd_.enter(peer, is_proxy(rules_, peer), socket.descriptor());
    if (!place) return turn_away(socket);
    lobby_.wait(std::make_unique<Connection>(std::move(socket), std::move(*place), desk_));
  }

  void serve(std::unique_ptr<Connection> connection) {
    try {
      const auto next = connection->serve();
      if (next == Connection::Next::peer) lobby_.wait(std::move(connection));
      if (next == Connection::Next::answer) send_away(std::move(connection));
    } catch (...) {  // out of memory: this connection ends, the others go on
    }
  }

  void send_away(std::unique_ptr<Connection> connection) {
    const auto later = connection->take_later();
    const auto away = std::make_shared<Away>(*this, std::move(connection));
    later.begin([away](Making making) { away->come_back(std::move(making)); });
  }

  void wait_until_nobody_is_away() {
    std::unique_lock lock(away_mutex_);
    all_back_.wait(lock, [this] { return away_ == 0; });
  }

  void close_door() {
    const std::lock_guard lock(door_mutex_);
    if (closing_.exchange(true) || port_ == 0) return;
    lobby_.close_door(door_.impl()->sockfd());
    door_.close();
  }

  const ServerOptions options_;
  const std::string host_;
  const AccessRules& rules_;
  std::atomic<bool> closing_{false};
  Crowd crowd_;
  const Desk desk_;
  Poco::Net::ServerSocket door_;
  std::mutex door_mutex_;
  std::uint16_t port_ = 0;
  std::atomic<int> away_{0};
  std::mutex away_mutex_;
  std::condition_variable all_back_;
  Lobby lobby_;
  Staff staff_;
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
