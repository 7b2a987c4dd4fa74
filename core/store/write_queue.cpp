#include "store/write_queue.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace agente::store {

namespace {

thread_local const WriteQueue* served_here = nullptr;

/// Who sleeps until the closure is carried out. Not an atomic to wait on: that one yields several times first, and
/// where many wait, each yield wakes another.
class Sleeper {
 public:
  void wake(Result<void> result) {
    const std::lock_guard lock(mutex_);  // until it is notified the sleeper stays
    result_ = std::move(result);
    finished_.notify_one();
  }
  Result<void> sleep() {
    std::unique_lock lock(mutex_);
    finished_.wait(lock, [this] { return result_.has_value(); });
    return std::move(*result_);
  }

 private:
  std::mutex mutex_;
  std::condition_variable finished_;
  std::optional<Result<void>> result_;
};

}  // namespace

Result<void> WriteQueue::write(const Store::Work& work) {
  if (served_here == this) {
    return Error{Code::kInternal, "a closure of Store::write called Store::write: it would wait for itself"};
  }
  Sleeper sleeper;
  write_later([&work](sql::Connection& connection) { work(connection); },
              [&](Result<void> result) { sleeper.wake(std::move(result)); });
  return sleeper.sleep();
}

void WriteQueue::write_later(Store::Work work, Store::Done done) {
  Request request{.work = std::move(work), .done = std::move(done), .since = std::chrono::steady_clock::now()};
  if (auto refused = enter(request)) return request.done(std::move(*refused));
  wake_.notify_one();
}

/// Why it may not.
std::optional<Error> WriteQueue::enter(Request& request) {
  const std::lock_guard guard(mutex_);
  if (refusal_) return refusal_;
  if (queue_.size() >= max_waiting_) {
    return Error{Code::kRetry, "the store is behind: " + std::to_string(max_waiting_) + " writes wait already",
                 std::chrono::seconds{1}};
  }
  queue_.push_back(std::move(request));
  return std::nullopt;
}

bool WriteQueue::take(const std::stop_token& stop, std::vector<Request>& batch) {
  served_here = this;
  batch.clear();
  std::unique_lock lock(mutex_);
  if (!wake_.wait(lock, stop, [this] { return !queue_.empty(); })) return false;
  const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(std::min(queue_.size(), kMaxBatch));
  batch.assign(std::make_move_iterator(queue_.begin()), std::make_move_iterator(end));
  queue_.erase(queue_.begin(), end);
  return true;
}

void WriteQueue::finish(Batch batch) {
  for (auto& request : batch) request.done(request.error ? Result<void>(std::move(*request.error)) : Result<void>());
}

void WriteQueue::refuse(const Error& why) {
  std::vector<Request> failed;
  {
    const std::lock_guard guard(mutex_);
    refusal_ = why;
    failed.swap(queue_);
  }
  fail(std::move(failed), why);
}

void WriteQueue::accept() {
  const std::lock_guard guard(mutex_);
  refusal_.reset();
}

void WriteQueue::expire(Millis most, const Error& why) {
  const auto oldest = std::chrono::steady_clock::now() - most;
  std::vector<Request> failed;
  {
    const std::lock_guard guard(mutex_);
    const auto end = std::ranges::find_if(queue_, [&](const Request& each) { return each.since >= oldest; });
    failed.assign(std::make_move_iterator(queue_.begin()), std::make_move_iterator(end));
    queue_.erase(queue_.begin(), end);
  }
  fail(std::move(failed), why);
}

/// Not under `mutex_`: who is told may come with the next one.
void WriteQueue::fail(std::vector<Request> requests, const Error& why) {
  for (auto& request : requests) request.error = why;
  finish(requests);
}

Backlog WriteQueue::backlog() const {
  const auto now = std::chrono::steady_clock::now();
  const std::lock_guard guard(mutex_);
  if (queue_.empty()) return {};
  return {queue_.size(), std::chrono::duration_cast<Millis>(now - queue_.front().since)};
}

std::optional<Error> caught(const std::function<void()>& body) {
  try {
    body();
    return std::nullopt;
  } catch (const sql::Failure& failure) {
    return Error{failure.transient() ? Code::kRetry : Code::kInternal, failure.what()};
  } catch (const std::exception& defect) {
    return Error{Code::kInternal, std::string("a closure of the store threw: ") + defect.what()};
  } catch (...) {
    return Error{Code::kInternal, "a closure of the store threw something that is no exception"};
  }
}

}  // namespace agente::store
