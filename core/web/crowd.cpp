#include "web/crowd.hpp"

#include <sys/socket.h>

namespace agente::web {

std::optional<Crowd::Place> Crowd::enter(const Address& address, bool exempt, int socket) {
  const std::lock_guard lock(mutex_);
  if (is_full()) return std::nullopt;
  auto& count = by_address_[address.subscriber()];
  if (!exempt && count >= per_address_) return std::nullopt;
  ++count;
  sockets_.insert(socket);
  present_ = sockets_.size();
  return std::make_optional<Place>(*this, address, socket);
}

void Crowd::leave(const Address& address, int socket) {
  const std::lock_guard lock(mutex_);
  sockets_.erase(socket);
  present_ = sockets_.size();
  const auto found = by_address_.find(address.subscriber());
  if (--found->second == 0) by_address_.erase(found);
  if (sockets_.empty()) gone_.notify_all();
}

bool Crowd::wait_until_gone(Millis limit) {
  std::unique_lock lock(mutex_);
  return gone_.wait_for(lock, limit, [this] { return sockets_.empty(); });
}

void Crowd::cut() {
  const std::lock_guard lock(mutex_);
  for (const int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
}

}  // namespace agente::web
