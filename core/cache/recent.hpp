#pragma once

#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace agente::cache {

/// Values by name, at most `limit`: the least recently used is forgotten first. Not thread-safe.
template <class Value>
class Recent {
 public:
  explicit Recent(std::size_t limit) : limit_(limit) {}

  /// Null: not there. Valid until the next put or erase.
  Value* find(std::string_view key) {
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return nullptr;
    order_.splice(order_.begin(), order_, found->second);
    return &found->second->second;
  }

  Value& put(std::string_view key, Value value) {
    if (auto* known = find(key)) return *known = std::move(value);
    if (order_.size() >= limit_ && !order_.empty()) erase(std::string(order_.back().first));
    order_.emplace_front(key, std::move(value));
    by_key_.emplace(order_.front().first, order_.begin());
    return order_.front().second;
  }

  void erase(std::string_view key) {
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return;
    const auto place = found->second;
    by_key_.erase(found);  // first: its key lies in `place`
    order_.erase(place);
  }

 private:
  using Order = std::list<std::pair<std::string, Value>>;
  std::size_t limit_;
  Order order_;  ///< most recently used first
  std::unordered_map<std::string_view, typename Order::iterator> by_key_;
};

}  // namespace agente::cache
