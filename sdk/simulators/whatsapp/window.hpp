#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace agente::sim::whatsapp {

/// What happens to a message to a guest who has not written to the number for 24 hours. Meta does both.
enum class ClosedWindow { kIgnored, kRefused, kFailedLater };

/// When each guest last wrote to each number, in whatever form his own is given. Thread-safe.
class Window {
 public:
  using Moment = std::chrono::system_clock::time_point;

  void wrote(const std::string& number, const std::string& guest, Moment at);
  [[nodiscard]] bool is_open(const std::string& number, const std::string& guest, Moment now) const;
  void clear();

 private:
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, Moment> newest_;
};

}  // namespace agente::sim::whatsapp
