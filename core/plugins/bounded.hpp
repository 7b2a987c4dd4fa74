#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace agente::plugins {

/// What `work` returns; an exception is kInternal with its text.
template <class T>
Result<T> without_exceptions(const std::function<T()>& work) {
  try {
    return work();
  } catch (const std::exception& e) {
    return Error{Code::kInternal, std::string("it failed: ") + e.what()};
  } catch (...) {
    return Error{Code::kInternal, "it failed"};
  }
}

/// What `work` returns. kTimeout when it takes longer than `limit`, kCancelled when `stop` is requested first: then its
/// thread is left behind, and what it returns one day is thrown away there. kInternal when it throws, or when there is
/// no thread for it. `work` must own or share all that it uses.
template <class T>
Result<T> within(Millis limit, const std::stop_token& stop, std::function<T()> work) try {
  struct Shared {
    std::mutex mutex;
    std::condition_variable_any done;
    std::optional<Result<T>> result;
  };
  auto shared = std::make_shared<Shared>();  // shared_ptr: the thread may outlive us
  std::thread([shared, work = std::move(work)]() mutable {
    auto result = without_exceptions(work);
    work = nullptr;  // what it held is let go before anybody is told
    const std::lock_guard lock(shared->mutex);
    shared->result = std::move(result);
    shared->done.notify_all();
  }).detach();
  std::unique_lock lock(shared->mutex);
  const auto until = std::chrono::steady_clock::now() + limit;
  if (shared->done.wait_until(lock, stop, until, [&] { return shared->result.has_value(); })) {
    return *std::exchange(shared->result, std::nullopt);
  }
  if (stop.stop_requested()) return Error{Code::kCancelled, "the host is stopping"};
  return Error{Code::kTimeout, "it did not end within " + std::to_string(limit.count()) + " ms"};
} catch (const std::system_error& e) {
  return Error{Code::kInternal, std::string("no thread can be started: ") + e.what()};
}

}  // namespace agente::plugins
