#include "store/write_queue.hpp"

#include <algorithm>

namespace agente::store {

namespace {
thread_local const WriteQueue* served_here = nullptr;
}

Result<void> WriteQueue::write(const Store::Work& work) {
  if (served_here == this) {
    return Error{Code::kInternal, "a closure of Store::write called Store::write: it would wait for itself"};
  }
  Request request{.work = &work, .since = std::chrono::steady_clock::now()};
  {
    const std::lock_guard guard(mutex_);
    if (refusal_) return *refusal_;
    if (queue_.size() >= max_waiting_) {
      return Error{Code::kRetry, "the store is behind: " + std::to_string(max_waiting_) + " writes wait already",
                   std::chrono::seconds{1}};
    }
    queue_.push_back(&request);
  }
  wake_.notify_one();
  {
    std::unique_lock lock(request.mutex);
    request.finished.wait(lock, [&] { return request.done; });
  }
  if (request.error) return std::move(*request.error);
  return {};
}

bool WriteQueue::take(const std::stop_token& stop, std::vector<Request*>& batch) {
  served_here = this;
  std::unique_lock lock(mutex_);
  if (!wake_.wait(lock, stop, [this] { return !queue_.empty(); })) return false;
  const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(std::min(queue_.size(), kMaxBatch));
  batch.assign(queue_.begin(), end);
  queue_.erase(queue_.begin(), end);
  return true;
}

void WriteQueue::finish(Batch batch) {
  for (auto* request : batch) {
    const std::lock_guard lock(request->mutex);  // until it is notified the caller stays
    request->done = true;
    request->finished.notify_one();
  }
}

void WriteQueue::refuse(const Error& why) {
  const std::lock_guard guard(mutex_);
  refusal_ = why;
  fail(queue_.end(), why);
}

void WriteQueue::accept() {
  const std::lock_guard guard(mutex_);
  refusal_.reset();
}

void WriteQueue::expire(Millis most, const Error& why) {
  const auto oldest = std::chrono::steady_clock::now() - most;
  const std::lock_guard guard(mutex_);
  fail(std::find_if(queue_.begin(), queue_.end(), [&](const Request* each) { return each->since >= oldest; }), why);
}

void WriteQueue::fail(std::vector<Request*>::iterator end, const Error& why) {
  const std::vector<Request*> failed(queue_.begin(), end);
  queue_.erase(queue_.begin(), end);
  for (auto* request : failed) request->error = why;
  finish(failed);
}

Backlog WriteQueue::backlog() const {
  const auto now = std::chrono::steady_clock::now();
  const std::lock_guard guard(mutex_);
  if (queue_.empty()) return {};
  return {queue_.size(), std::chrono::duration_cast<Millis>(now - queue_.front()->since)};
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
