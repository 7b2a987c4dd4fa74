#include "simulators/whatsapp/report.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace agente::sim::whatsapp {
namespace {

using nlohmann::json;

constexpr std::size_t kMostEvents = 100'000;
constexpr std::size_t kMostAnswers = 100;

/// The value that `share` of them do not exceed; 0 of none.
std::int64_t percentile(const std::deque<std::int64_t>& sorted, double share) {
  if (sorted.empty()) return 0;
  const auto rank = static_cast<std::size_t>(share * static_cast<double>(sorted.size()));
  return sorted[std::min(rank, sorted.size() - 1)];
}

}  // namespace

Report::Story& Report::story_of(const Subject& subject) {
  const auto key = subject.event + ' ' + subject.id + ' ' + subject.state + ' ' + subject.guest;
  const auto [entry, is_new] = stories_.try_emplace(key);
  if (!is_new) return entry->second;
  entry->second.subject = subject;
  order_.push_back(key);
  if (order_.size() > kMostEvents) {
    stories_.erase(order_.front());
    order_.pop_front();
  }
  return stories_[key];
}

void Report::posted(const Parcel& parcel, const Answer& answer) {
  const std::lock_guard lock(mutex_);
  ++deliveries_;
  latencies_.push_back(answer.latency.count());
  if (latencies_.size() > kMostEvents) latencies_.pop_front();
  for (const auto& subject : parcel.about) {
    auto& story = story_of(subject);
    ++story.deliveries;
    story.delivered |= answer.ok();
    if (story.answers.size() >= kMostAnswers) continue;
    story.answers.push_back(answer.status);
    story.latencies.push_back(answer.latency.count());
  }
}

void Report::gave_up(const Parcel& parcel) {
  const std::lock_guard lock(mutex_);
  for (const auto& subject : parcel.about) story_of(subject).lost = true;
}

json Report::told() const {
  const std::lock_guard lock(mutex_);
  auto events = json::array();
  int delivered = 0;
  int lost = 0;
  for (const auto& key : order_) {
    const auto& story = stories_.at(key);
    const bool is_lost = story.lost && !story.delivered;
    delivered += story.delivered;
    lost += is_lost;
    json event{{"event", story.subject.event},   {"id", story.subject.id},   {"guest", story.subject.guest},
               {"deliveries", story.deliveries}, {"answers", story.answers}, {"latency_ms", story.latencies},
               {"delivered", story.delivered},   {"lost", is_lost}};
    if (!story.subject.state.empty()) event["state"] = story.subject.state;
    events.push_back(std::move(event));
  }
  auto sorted = latencies_;
  std::sort(sorted.begin(), sorted.end());
  return {{"events", events.size()},
          {"deliveries", deliveries_},
          {"delivered", delivered},
          {"waiting", static_cast<std::int64_t>(events.size()) - delivered - lost},
          {"lost", lost},
          {"latency_ms",
           {{"median", percentile(sorted, 0.5)},
            {"p99", percentile(sorted, 0.99)},
            {"max", sorted.empty() ? 0 : sorted.back()}}},
          {"by_event", std::move(events)}};
}

void Report::clear() {
  const std::lock_guard lock(mutex_);
  stories_.clear();
  order_.clear();
  latencies_.clear();
  deliveries_ = 0;
}

}  // namespace agente::sim::whatsapp
