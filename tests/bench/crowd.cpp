// A crowd that wants nothing: IDLE connections that never say a word, DRIP ones that say one byte of a request each
// second. From many loopback addresses, as limits count per address; who is put out comes again a second later, as an
// attacker would. Prints "here" once all have come, and what became of them when its input ends.
//   crowd PORT IDLE DRIP [CONNECTIONS_PER_ADDRESS]
#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <vector>

#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using Steady = std::chrono::steady_clock;
constexpr std::string_view kRequest = "POST /webhook/whatsapp HTTP/1.1\r\nHost: hotel\r\nX-Slow: ";
constexpr int kOpenAtOnce = 500;  // new connections in a tenth of a second

struct Guest {
  bool drips = false;
  int socket = -1;
  std::size_t said = 0;
  Steady::time_point next{};  ///< when it comes again, or says the next byte
};

struct Tally {
  long came = 0, failed = 0, put_out = 0, refused = 0, too_slow = 0;
};

class Crowd {
 public:
  Crowd(int port, std::array<int, 2> idle_and_drip, int per_address) : port_(port), per_address_(per_address) {
    guests_.resize(static_cast<std::size_t>(idle_and_drip[0] + idle_and_drip[1]));
    for (int i = 0; i < idle_and_drip[1]; ++i) guests_[static_cast<std::size_t>(i)].drips = true;
  }

  void run() {
    epoll_event input{.events = EPOLLIN, .data = {.u64 = kInput}};
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, STDIN_FILENO, &input);
    std::array<epoll_event, 256> events{};
    for (bool said = false;;) {
      step();
      if (!said && tally_.came >= static_cast<long>(guests_.size())) {
        std::printf("here\n");
        std::fflush(stdout);
        said = true;
      }
      const int ready = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 100);
      for (int i = 0; i < ready; ++i) {
        const auto& event = events.at(static_cast<std::size_t>(i));
        if (event.data.u64 == kInput) return;
        hear(event.data.u64);
      }
    }
  }

  void report() const {
    std::printf(
        "of %zu wanted %zu are connected; connections begun %ld, failed %ld, ended by the host %ld "
        "(429: %ld, 408: %ld)\n",
        guests_.size(), open_, tally_.came, tally_.failed, tally_.put_out, tally_.refused, tally_.too_slow);
  }

 private:
  static constexpr std::uint64_t kInput = ~std::uint64_t{0};

  void step() {
    const auto now = Steady::now();
    if (now < next_step_) return;
    next_step_ = now + std::chrono::milliseconds{100};
    int opened = 0;
    for (std::size_t i = 0; i < guests_.size(); ++i) {
      auto& guest = guests_[i];
      if (guest.next > now) continue;
      if (guest.socket < 0) {
        if (++opened > kOpenAtOnce) continue;
        come(i);
      } else if (guest.drips) {
        const char byte = guest.said < kRequest.size() ? kRequest[guest.said] : 'x';
        ++guest.said;
        if (::send(guest.socket, &byte, 1, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 && errno != EAGAIN) leave(guest);
      }
      guest.next = now + std::chrono::seconds{1};
    }
  }

  void come(std::size_t number) {
    auto& guest = guests_[number];
    ++tally_.came;
    guest.said = 0;
    guest.socket = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    sockaddr_in from{}, to{};
    from.sin_family = to.sin_family = AF_INET;
    // 127.1.0.1, 127.1.0.2, ...: any address in 127/8 is this machine.
    from.sin_addr.s_addr =
        htonl(0x7f010001U + static_cast<std::uint32_t>(number) / static_cast<std::uint32_t>(per_address_));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = htons(static_cast<std::uint16_t>(port_));
    const bool bound = ::bind(guest.socket, reinterpret_cast<const sockaddr*>(&from), sizeof from) == 0;
    if (!bound ||
        (::connect(guest.socket, reinterpret_cast<const sockaddr*>(&to), sizeof to) < 0 && errno != EINPROGRESS)) {
      ++tally_.failed;
      if (guest.socket >= 0) ::close(guest.socket);
      guest.socket = -1;
      return;
    }
    ++open_;
    epoll_event event{.events = EPOLLIN, .data = {.u64 = number}};
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, guest.socket, &event);
  }

  /// The host says something, or has ended it.
  void hear(std::uint64_t number) {
    auto& guest = guests_[number];
    if (guest.socket < 0) return;
    std::array<char, 512> words{};
    const auto count = ::recv(guest.socket, words.data(), words.size() - 1, MSG_DONTWAIT);
    if (count < 0 && errno == EAGAIN) return;
    if (count > 0) {
      if (std::strncmp(words.data(), "HTTP/1.1 429", 12) == 0) ++tally_.refused;
      if (std::strncmp(words.data(), "HTTP/1.1 408", 12) == 0) ++tally_.too_slow;
      return;
    }
    ++tally_.put_out;
    leave(guest);
  }

  void leave(Guest& guest) {
    ::close(guest.socket);
    guest.socket = -1;
    guest.next = Steady::now() + std::chrono::seconds{1};
    --open_;
  }

  const int port_;
  const int per_address_;
  const int epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  std::vector<Guest> guests_;
  std::size_t open_ = 0;
  Steady::time_point next_step_{};
  Tally tally_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return std::fprintf(stderr, "usage: crowd PORT IDLE DRIP [CONNECTIONS_PER_ADDRESS]\n"), 2;
  const int idle = std::atoi(argv[2]), drip = std::atoi(argv[3]);
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  if (files.rlim_cur < static_cast<rlim_t>(idle + drip) + 50) {
    return std::fprintf(stderr, "this process may open %lu files only: raise ulimit -Hn\n", files.rlim_cur), 2;
  }
  Crowd crowd(std::atoi(argv[1]), {idle, drip}, argc > 4 ? std::atoi(argv[4]) : 50);
  crowd.run();
  crowd.report();
  return 0;
}
