#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace agente::sim::whatsapp {

/// The groups in which a guest wrote, and who wrote there: nobody else is known to be in one. Keeps 10,000 groups and
/// then begins anew. Thread-safe.
class Groups {
 public:
  void wrote(const std::string& group, const std::string& guest);
  /// In the order in which they first wrote; empty: there is no such group.
  [[nodiscard]] std::vector<std::string> members(const std::string& group) const;
  void clear();

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::vector<std::string>> members_;
};

}  // namespace agente::sim::whatsapp
