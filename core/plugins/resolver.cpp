#include "plugins/resolver.hpp"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include <Poco/Net/SocketAddress.h>
#include <netdb.h>

namespace agente::plugins {
namespace {
constexpr int kMostAtOnce = 4;
}

struct Resolver::State {
  explicit State(LookUp with) : look_up(std::move(with)) {}

  const LookUp look_up;
  std::mutex mutex;
  std::condition_variable changed;
  int running = 0;
};

Resolver::Resolver(LookUp look_up) : state_(std::make_shared<State>(std::move(look_up))) {}

Result<Resolver::Addresses> Resolver::resolve(const std::string& host, Steady deadline) {
  Poco::Net::IPAddress literal;
  if (Poco::Net::IPAddress::tryParse(host, literal)) return Addresses{literal};

  const Error late{Code::kTimeout, "the address of " + host + " was not found in time: check the name servers"};
  auto& state = *state_;
  std::unique_lock lock(state.mutex);
  if (!state.changed.wait_until(lock, deadline, [&] { return state.running < kMostAtOnce; })) return late;
  auto answer = std::make_shared<std::optional<Addresses>>();  // shared_ptr: we may leave before it comes
  std::thread([shared = state_, host, answer] {
    auto found = shared->look_up(host);
    const std::lock_guard done(shared->mutex);
    *answer = std::move(found);
    --shared->running;
    shared->changed.notify_all();
  }).detach();
  ++state.running;  // it waits for our lock before it counts itself out
  if (!state.changed.wait_until(lock, deadline, [&] { return answer->has_value(); })) return late;
  if ((*answer)->empty()) return Error{Code::kRetry, "there is no host " + host + ", or no name server answers"};
  return std::move(**answer);
}

Resolver::Addresses Resolver::system_look_up(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG;
  addrinfo* found = nullptr;
  if (getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0) return {};
  Addresses out;
  for (const auto* at = found; at != nullptr; at = at->ai_next) {
    if (at->ai_family != AF_INET && at->ai_family != AF_INET6) continue;
    out.push_back(Poco::Net::SocketAddress(at->ai_addr, at->ai_addrlen).host());
  }
  freeaddrinfo(found);
  return out;
}

}  // namespace agente::plugins
