#include "web/crowd.hpp"

#include <algorithm>

#include <sys/socket.h>

namespace agente::web {
namespace {

/// Accepted connections waiting for a thread, per thread. They cost a descriptor, no thread.
constexpr std::size_t kWaitingPerThread = 2;

/// A request is there already, only its thread has not looked yet.
bool has_bytes(int socket) {
  char byte = 0;
  return ::recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

auto ticks() { return std::chrono::steady_clock::now().time_since_epoch().count(); }

}  // namespace

bool Crowd::Seat::begin_request() {
  auto expected = State::idle;
  return state_.compare_exchange_strong(expected, State::busy);
}

bool Crowd::enter(const Address& address, bool exempt) {
  const std::lock_guard lock(mutex_);
  if (closing_ || present_ >= threads_ * (1 + kWaitingPerThread)) return false;
  auto& count = by_address_[address.subscriber()];
  if (!exempt && count >= per_address_) return false;
  ++count;
  if (++present_ > threads_) make_room();
  return true;
}

void Crowd::leave(const Address& address) {
  const std::lock_guard lock(mutex_);
  --present_;
  const auto found = by_address_.find(address.subscriber());
  if (--found->second == 0) by_address_.erase(found);
}

void Crowd::sit_down(Seat& seat) {
  const std::lock_guard lock(mutex_);
  seat.idle_since_ = ticks();
  seats_.insert(&seat);
  if (closing_) close_if_idle(seat);
}

void Crowd::stand_up(Seat& seat) {
  const std::lock_guard lock(mutex_);
  seats_.erase(&seat);
  if (seats_.empty()) all_gone_.notify_all();
}

bool Crowd::end_request(Seat& seat) {
  seat.idle_since_ = ticks();
  seat.state_ = Seat::State::idle;
  return !closing_;  // looked at after becoming idle: either we see it, or close() sees us
}

bool Crowd::close_if_idle(Seat& seat) {
  auto expected = Seat::State::idle;
  if (!seat.state_.compare_exchange_strong(expected, Seat::State::closed)) return false;
  ::shutdown(seat.socket_, SHUT_RDWR);
  return true;
}

void Crowd::make_room() {
  // HTTP lets a server end an idle connection at any time; the client opens another one.
  Seat* longest = nullptr;
  for (Seat* seat : seats_) {
    const bool older = !longest || seat->idle_since_ < longest->idle_since_;
    if (seat->state_ == Seat::State::idle && older && !has_bytes(seat->socket_)) longest = seat;
  }
  if (longest) close_if_idle(*longest);
}

bool Crowd::close(Millis grace) {
  std::unique_lock lock(mutex_);
  closing_ = true;
  for (Seat* seat : seats_) close_if_idle(*seat);
  const auto nobody = [this] { return seats_.empty(); };
  if (all_gone_.wait_for(lock, grace, nobody)) return true;
  for (const Seat* seat : seats_) ::shutdown(seat->socket_, SHUT_RDWR);
  return all_gone_.wait_for(lock, std::min(grace, Millis{1000}), nobody);
}

}  // namespace agente::web
