#include "web/lobby.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <iterator>
#include <system_error>
#include <vector>

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/thread.hpp"

namespace agente::web {
namespace {

constexpr std::uint64_t kDoor = std::uint64_t{1} << 32U;  // greater than any descriptor
constexpr std::uint64_t kBell = kDoor + 1;
constexpr std::ptrdiff_t kLookedAt = 64;  // when room is needed: a look is a call of the kernel

int checked(int descriptor) {
  if (descriptor < 0) throw std::system_error(errno, std::generic_category(), "cannot watch connections");
  return descriptor;
}

void guarded(const std::function<void()>& step) {
  try {
    step();
  } catch (...) {  // out of memory: one connection ends, the others go on
  }
}

void add(int epoll, int socket, std::uint64_t as) {
  epoll_event event{.events = EPOLLIN, .data = {.u64 = as}};
  checked(::epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event));
}

}  // namespace

Lobby::Lobby(Told told)
    : told_(std::move(told)),
      epoll_{checked(::epoll_create1(EPOLL_CLOEXEC))},
      bell_{checked(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))} {
  add(epoll_.descriptor, bell_.descriptor, kBell);
  thread_ = std::jthread([this] { run(); });
}

Lobby::Watch::~Watch() { ::close(descriptor); }

void Lobby::stop() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  ring();
  if (thread_.joinable()) thread_.join();
}

void Lobby::watch_door(int socket) { add(epoll_.descriptor, socket, kDoor); }

void Lobby::wait(std::unique_ptr<Connection> connection) {
  const Seat seat{connection->is_midway(), connection->until(), connection->descriptor()};
  const std::lock_guard lock(mutex_);
  if (closed_ && !seat.midway) return;  // the connection ends
  waiting_.emplace(seat, std::move(connection));
  seats_.insert_or_assign(seat.socket, seat);
  epoll_event event{.events = EPOLLIN | EPOLLONESHOT, .data = {.u64 = static_cast<std::uint64_t>(seat.socket)}};
  // It was here before, unless it is new.
  if (::epoll_ctl(epoll_.descriptor, EPOLL_CTL_MOD, seat.socket, &event) < 0) {
    ::epoll_ctl(epoll_.descriptor, EPOLL_CTL_ADD, seat.socket, &event);  // at worst its time runs out unheard
  }
  if (seat.until < awake_at_) ring();
}

bool Lobby::put_out_longest() {
  std::unique_ptr<Connection> longest;  // ends after the lock
  const std::lock_guard lock(mutex_);
  // Who has just sent a request is about to be called.
  const auto is_silent = [](const auto& entry) { return !entry.second->has_bytes(); };
  const auto end = std::next(waiting_.begin(), std::min<std::ptrdiff_t>(std::ssize(waiting_), kLookedAt));
  const auto silent = std::find_if(waiting_.begin(), end, is_silent);
  if (silent == end) return false;
  longest = take(silent->first.socket);
  return true;
}

void Lobby::close_door(int socket) {
  ::epoll_ctl(epoll_.descriptor, EPOLL_CTL_DEL, socket, nullptr);
  std::vector<std::unique_ptr<Connection>> idle;  // end after the lock
  const std::lock_guard lock(mutex_);
  closed_ = true;
  while (!waiting_.empty() && !waiting_.begin()->first.midway) {
    idle.push_back(take(waiting_.begin()->first.socket));
  }
}

void Lobby::run() {
  name_thread("web lobby");
  std::array<epoll_event, 256> events{};
  for (;;) {
    const int left = milliseconds_left();
    if (left < 0) return;
    const int count = ::epoll_wait(epoll_.descriptor, events.data(), static_cast<int>(events.size()), left);
    for (int i = 0; i < count; ++i) guarded([&] { hear(events.at(static_cast<std::size_t>(i)).data.u64); });
    guarded([&] { call_overdue(); });
  }
}

void Lobby::hear(std::uint64_t who) {
  if (who == kDoor) return told_.knock();
  if (who != kBell) return call(static_cast<int>(who));
  eventfd_t rung = 0;
  ::eventfd_read(bell_.descriptor, &rung);
}

/// Until the next one's time is over; negative at the end.
int Lobby::milliseconds_left() {
  constexpr std::chrono::hours kLong{1};
  const auto now = std::chrono::steady_clock::now();
  const std::lock_guard lock(mutex_);
  if (over_) return -1;
  awake_at_ = now + kLong;
  if (!waiting_.empty()) awake_at_ = std::min(awake_at_, waiting_.begin()->first.until);
  const auto halfway = waiting_.lower_bound(Seat{true, Steady::min(), 0});
  if (halfway != waiting_.end()) awake_at_ = std::min(awake_at_, halfway->first.until);
  return static_cast<int>(std::max<long>(0, std::chrono::ceil<Millis>(awake_at_ - now).count()));
}

void Lobby::call(int socket) {
  std::unique_ptr<Connection> connection;
  {
    const std::lock_guard lock(mutex_);
    connection = take(socket);
  }
  if (connection) told_.called(std::move(connection));  // else it was put out meanwhile
}

void Lobby::call_overdue() {
  const auto now = std::chrono::steady_clock::now();
  std::vector<std::unique_ptr<Connection>> overdue;
  {
    const std::lock_guard lock(mutex_);
    for (const bool midway : {false, true}) {
      for (;;) {
        const auto next = waiting_.lower_bound(Seat{midway, Steady::min(), 0});
        if (next == waiting_.end() || next->first.midway != midway || next->first.until > now) break;
        overdue.push_back(take(next->first.socket));
      }
    }
  }
  for (auto& connection : overdue) told_.called(std::move(connection));
}

/// Under `mutex_`. Empty when it does not wait here.
std::unique_ptr<Connection> Lobby::take(int socket) {
  const auto seat = seats_.find(socket);
  if (seat == seats_.end()) return nullptr;
  auto entry = waiting_.extract(seat->second);
  seats_.erase(seat);
  return std::move(entry.mapped());
}

void Lobby::ring() { ::eventfd_write(bell_.descriptor, 1); }

}  // namespace agente::web
