#include "simulators/common/journal.hpp"

#include <algorithm>
#include <cstdio>
#include <ctime>

#include <nlohmann/json.hpp>

namespace agente::sim {
namespace {

constexpr std::size_t kMaxBytes = 128U << 20;

}  // namespace

std::string iso_time(std::chrono::system_clock::time_point moment) {
  const auto whole = std::chrono::floor<std::chrono::seconds>(moment);
  const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(moment - whole).count();
  const std::time_t seconds = std::chrono::system_clock::to_time_t(whole);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 64> text{};
  const auto length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  std::snprintf(text.data() + length, text.size() - length, ".%03dZ", static_cast<int>(millis));
  return text.data();
}

std::uint64_t Journal::add(Kind kind, nlohmann::json entry) {
  const std::lock_guard lock(mutex_);
  entry["seq"] = ++last_;
  entry["at"] = iso_time(now_());
  // A path or header may hold bytes that are no UTF-8; the log must still be JSON.
  entries_.push_back({last_, kind, entry.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)});
  bytes_ += entries_.back().text.size();
  while (entries_.size() > max_entries_ || bytes_ > kMaxBytes) forget_oldest();
  return last_;
}

void Journal::forget_oldest() {
  bytes_ -= entries_.front().text.size();
  entries_.pop_front();
  ++forgotten_;
}

std::string Journal::since(std::uint64_t seq) const {
  const std::lock_guard lock(mutex_);
  const auto first = std::upper_bound(entries_.begin(), entries_.end(), seq,
                                      [](std::uint64_t s, const Entry& e) { return s < e.seq; });
  std::array<std::string, 2> lists;
  for (auto entry = first; entry != entries_.end(); ++entry) {
    auto& list = lists.at(entry->kind == Kind::kRequest ? 0 : 1);
    list.append(list.empty() ? "" : ",\n").append(entry->text);
  }
  return "{\"last\":" + std::to_string(last_) + ",\"forgotten\":" + std::to_string(forgotten_) + ",\"requests\":[" +
         lists[0] + "],\"webhooks\":[" + lists[1] + "]}\n";
}

void Journal::clear() {
  const std::lock_guard lock(mutex_);
  entries_.clear();
  bytes_ = 0;
  forgotten_ = 0;
}

}  // namespace agente::sim
