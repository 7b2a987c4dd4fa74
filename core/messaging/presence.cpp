#include "messaging/presence.hpp"

#include <algorithm>
#include <utility>

#include "base/thread.hpp"
#include "telemetry/log.hpp"

namespace agente::messaging {
namespace {

constexpr std::size_t kMostWaiting = 256;
constexpr std::size_t kMostRemembered = 10'000;
constexpr std::chrono::seconds kLatest{20};  // Meta's own "is typing" vanishes after 25 s

}  // namespace

Presence::~Presence() { drop_all(); }

void Presence::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) {
    name_thread("presence");
    run(stop);
  });
}

void Presence::drop_all() {
  thread_.request_stop();
  const std::lock_guard lock(mutex_);
  waiting_.clear();
}

/// Ids grow, so the smallest one is the oldest.
bool Presence::is_new(store::Id message) {
  if (shown_.size() >= kMostRemembered && message < *shown_.begin()) return false;
  if (!shown_.insert(message).second) return false;
  if (shown_.size() > kMostRemembered) shown_.erase(shown_.begin());
  return true;
}

void Presence::will_answer(const store::Inbound& message) {
  if (!message.replayed.empty() || message.external_id.empty()) return;
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= kMostWaiting || !is_new(message.id)) return;
    waiting_.push_back({.id = message.id,
                        .channel = message.guest.channel,
                        .seen = {message.account, message.external_id, true},
                        .trace = message.trace,
                        .until = clock_.steady() + kLatest});
  }
  changed_.notify_one();
}

void Presence::has_answered(store::Id message) {
  const std::lock_guard lock(mutex_);
  const auto late = std::ranges::find(waiting_, message, &Waiting::id);
  if (late != waiting_.end()) late->seen.answering = false;
}

void Presence::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    Waiting next;
    {
      std::unique_lock lock(mutex_);
      if (!changed_.wait(lock, stop, [this] { return !waiting_.empty(); })) return;
      next = std::move(waiting_.front());
      waiting_.pop_front();
    }
    if (clock_.steady() < next.until) show(next);
  }
}

void Presence::show(const Waiting& next) {
  auto* channel = find_(next.channel);
  if (channel == nullptr) return;
  const auto shown = channel->seen(next.seen, next.trace);
  if (shown || shown.error().code == Code::kUnsupported || !complaints_.is_due(shown.error().text)) return;
  log::info("messaging", "a guest is not shown that he was read",
            {{"channel", next.channel}, {"reason", shown.error().text}, {"trace", next.trace}});
}

}  // namespace agente::messaging
