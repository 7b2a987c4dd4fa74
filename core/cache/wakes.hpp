#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "cache/cache.hpp"

namespace agente::cache {

/// Who listens to which topic in this process. Thread-safe.
class Wakes {
 public:
  Listening listen(std::string_view topic, std::function<void()> callback);
  /// Calls them on this thread. A callback that throws is logged.
  void ring(std::string_view topic);

 private:
  struct Place {
    std::mutex mutex;  // held while the callback runs
    std::function<void()> callback;
  };
  std::mutex mutex_;
  std::map<std::string, std::vector<std::weak_ptr<Place>>, std::less<>> places_;
};

}  // namespace agente::cache
