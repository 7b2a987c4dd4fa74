#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "base/clock.hpp"

namespace agente::plugins {

/// What `work` returns, or nothing when it takes longer than `limit`: then its thread is left behind, and what it
/// returns one day is thrown away there. `work` must not throw, and must own or share all that it uses.
template <class T>
std::optional<T> within(Millis limit, std::function<T()> work) {
  struct Shared {
    std::mutex mutex;
    std::condition_variable done;
    std::optional<T> result;
  };
  auto shared = std::make_shared<Shared>();  // shared_ptr: the thread may outlive us
  std::thread([shared, work = std::move(work)]() mutable {
    auto result = work();
    work = nullptr;  // what it held is let go before anybody is told
    const std::lock_guard lock(shared->mutex);
    shared->result = std::move(result);
    shared->done.notify_all();
  }).detach();
  std::unique_lock lock(shared->mutex);
  if (!shared->done.wait_for(lock, limit, [&] { return shared->result.has_value(); })) return std::nullopt;
  return std::move(shared->result);
}

}  // namespace agente::plugins
