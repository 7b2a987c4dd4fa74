#include "simulators/whatsapp/groups.hpp"

#include <algorithm>

namespace agente::sim::whatsapp {

void Groups::wrote(const std::string& group, const std::string& guest) {
  constexpr std::size_t kMost = 10'000;
  const std::lock_guard lock(mutex_);
  if (members_.size() >= kMost) members_.clear();
  auto& members = members_[group];
  if (std::find(members.begin(), members.end(), guest) == members.end()) members.push_back(guest);
}

std::vector<std::string> Groups::members(const std::string& group) const {
  const std::lock_guard lock(mutex_);
  const auto found = members_.find(group);
  return found == members_.end() ? std::vector<std::string>() : found->second;
}

void Groups::clear() {
  const std::lock_guard lock(mutex_);
  members_.clear();
}

}  // namespace agente::sim::whatsapp
