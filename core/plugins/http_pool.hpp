#pragma once

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "plugins/http_connection.hpp"

namespace agente::plugins {

/// Connections kept for another request: at most eight to one place, none longer than 30 s. Thread-safe.
class HttpPool {
 public:
  /// One that is still open as far as can be seen; null if there is none.
  std::unique_ptr<HttpConnection> take(const std::string& key);
  void give(const std::string& key, std::unique_ptr<HttpConnection> connection);

 private:
  struct Idle {
    std::unique_ptr<HttpConnection> connection;
    Steady since{};
  };

  std::mutex mutex_;
  std::map<std::string, std::deque<Idle>> idle_;
};

}  // namespace agente::plugins
