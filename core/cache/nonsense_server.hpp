#pragma once

#include <array>
#include <atomic>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.hpp"

namespace agente::cache {

/// For tests: a server on 127.0.0.1 that says the same to whatever it hears; nothing, if that is empty.
class NonsenseServer {
 public:
  /// `drip`: between one byte and the next.
  explicit NonsenseServer(std::string answer, Millis drip = Millis{0})
      : answer_(std::move(answer)), drip_(drip), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* place = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof address;
    if (::bind(listener_, place, size) != 0 || ::listen(listener_, 64) != 0) throw std::runtime_error("no port");
    ::getsockname(listener_, place, &size);
    port_ = ntohs(address.sin_port);
    acceptor_ = std::jthread([this](const std::stop_token& stop) { accept(stop); });
  }
  ~NonsenseServer() {
    acceptor_ = {};
    ::close(listener_);
  }
  NonsenseServer(const NonsenseServer&) = delete;
  NonsenseServer& operator=(const NonsenseServer&) = delete;

  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] int visits() const { return visits_; }

 private:
  static bool readable(int socket) {
    pollfd one{.fd = socket, .events = POLLIN, .revents = 0};
    return ::poll(&one, 1, 5) > 0;  // short: `stop` is looked at in between
  }

  void accept(const std::stop_token& stop) {
    std::vector<std::jthread> guests;
    while (!stop.stop_requested()) {
      if (!readable(listener_)) continue;
      const int guest = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      ++visits_;
      guests.emplace_back([this, guest](const std::stop_token& over) {
        serve(guest, over);
        ::close(guest);
      });
    }
  }

  void serve(int guest, const std::stop_token& stop) const {
    std::array<char, 4096> heard{};
    while (!stop.stop_requested()) {
      if (!readable(guest)) continue;
      if (::recv(guest, heard.data(), heard.size(), 0) <= 0 || !say(guest, stop)) return;
    }
  }

  [[nodiscard]] bool say(int guest, const std::stop_token& stop) const {
    const std::size_t step = drip_ == Millis{0} ? answer_.size() : 1;
    for (std::size_t at = 0; at < answer_.size() && !stop.stop_requested(); at += step) {
      if (::send(guest, answer_.data() + at, step, MSG_NOSIGNAL) < 0) return false;
      if (drip_ > Millis{0}) std::this_thread::sleep_for(drip_);  // its slowness is what is tested
    }
    return true;
  }

  const std::string answer_;
  const Millis drip_;
  int listener_;
  int port_ = 0;
  std::atomic<int> visits_{0};
  std::jthread acceptor_;
};

}  // namespace agente::cache
