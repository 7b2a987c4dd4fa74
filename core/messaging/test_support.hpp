#pragma once

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <functional>
#include <mutex>
#include <utility>

#include <gtest/gtest.h>

#include "base/text.hpp"
#include "messaging/meter.hpp"
#include "plugins/channel.hpp"
#include "store/repositories.hpp"
#include "store/store.hpp"

/// What the tests of this room share: a real store in a folder of its own, and a channel that does as it is told.
namespace agente::messaging::testing {

/// A SQLite store that lives as long as this does.
class TemporaryStore {
 public:
  explicit TemporaryStore(const Clock& clock) {
    auto opened = store::open("sqlite:" + (folder_ / "agente.db").string(), clock);
    if (!opened) throw std::runtime_error(opened.error().text);
    store_ = std::move(*opened);
  }
  ~TemporaryStore() {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }
  TemporaryStore(const TemporaryStore&) = delete;
  TemporaryStore& operator=(const TemporaryStore&) = delete;

  store::Store& operator*() { return *store_; }
  store::Store* operator->() { return store_.get(); }

 private:
  std::filesystem::path folder_ = std::filesystem::temp_directory_path() / ("agente-messaging-" + random_hex(8));
  std::unique_ptr<store::Store> store_;
};

/// Records what is sent and answers from a script; without a script everything is accepted. Thread-safe.
class ScriptedChannel final : public plugins::Channel {
 public:
  [[nodiscard]] const std::string& id() const override { return id_; }

  Result<std::string> send(const plugins::OutboundMessage& message, std::string_view) override {
    happen_meanwhile();
    std::unique_lock lock(mutex_);
    sent_.push_back(message);
    changed_.notify_all();
    if (script_.empty()) return "wamid." + message.key;
    auto answer = std::move(script_.front());
    script_.pop_front();
    return answer;
  }
  Result<plugins::HttpOut> on_http(const plugins::HttpIn&, plugins::Staged&, std::string_view) override {
    return Error{Code::kUnsupported, "not in this test"};
  }
  Result<std::string> lookup(std::string_view, std::string_view) override {
    happen_meanwhile();
    const std::lock_guard lock(mutex_);
    return lookup_;
  }
  Result<std::vector<plugins::Check>> self_test() override { return std::vector<plugins::Check>{}; }
  Result<void> seen(const plugins::SeenMessage& message, std::string_view) override {
    const std::lock_guard lock(mutex_);
    shown_.push_back(message.external_id);
    return {};
  }

  Result<plugins::Media> fetch(const plugins::MediaRequest& request, std::string_view) override {
    happen_meanwhile();
    const std::lock_guard lock(mutex_);
    asked_for_.push_back(request);
    return file_;
  }

  void answer_next(Result<std::string> answer) {
    const std::lock_guard lock(mutex_);
    script_.push_back(std::move(answer));
  }
  /// From now on everything is accepted.
  void forget_script() {
    const std::lock_guard lock(mutex_);
    script_.clear();
  }
  void lookup_answers(Result<std::string> answer) {
    const std::lock_guard lock(mutex_);
    lookup_ = std::move(answer);
  }
  Result<std::string> upload(const plugins::MediaFile& file, std::string_view) override {
    const std::lock_guard lock(mutex_);
    handed_over_.push_back(file);
    if (file.bytes == "too large") return Error{Code::kInvalid, "it is too large"};
    return std::string("media-1");
  }
  /// The files that it was handed, in order.
  std::vector<plugins::MediaFile> handed_over() {
    const std::lock_guard lock(mutex_);
    return handed_over_;
  }
  /// From now on every file is this one.
  void give(Result<plugins::Media> file) {
    const std::lock_guard lock(mutex_);
    file_ = std::move(file);
  }
  /// The files that were asked for, in order.
  std::vector<plugins::MediaRequest> asked_for() {
    const std::lock_guard lock(mutex_);
    return asked_for_;
  }
  /// Happens elsewhere while the next message is sent or looked up, or the next file fetched, before the answer.
  void meanwhile(std::function<void()> event) {
    const std::lock_guard lock(mutex_);
    meanwhile_ = std::move(event);
  }
  /// Waits until `count` messages were sent; false after ten seconds.
  bool wait_for_sent(std::size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10), [&] { return sent_.size() >= count; });
  }
  /// The messages that their guest was shown as read, in order.
  std::vector<std::string> shown() {
    const std::lock_guard lock(mutex_);
    return shown_;
  }
  std::vector<plugins::OutboundMessage> sent() {
    const std::lock_guard lock(mutex_);
    return sent_;
  }

 private:
  void happen_meanwhile() {
    std::unique_lock lock(mutex_);
    const auto event = std::exchange(meanwhile_, {});
    lock.unlock();
    if (event) event();
  }

  std::string id_ = "whatsapp";
  std::mutex mutex_;
  std::function<void()> meanwhile_;
  std::condition_variable changed_;
  std::vector<plugins::OutboundMessage> sent_;
  std::vector<std::string> shown_;
  std::vector<plugins::MediaRequest> asked_for_;
  std::vector<plugins::MediaFile> handed_over_;
  Result<plugins::Media> file_ = Error{Code::kUnsupported, "no files"};
  std::deque<Result<std::string>> script_;
  Result<std::string> lookup_ = Error{Code::kUnsupported, "no look-up"};
};

/// Waits until `condition` holds; false after ten seconds.
inline bool eventually(const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::yield();
  }
  return true;
}

}  // namespace agente::messaging::testing
