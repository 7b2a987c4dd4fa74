#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "record.hpp"

namespace agente::chaos {

/// What the provider accepted for each guest, as its own log has it, read while it runs. Thread-safe.
class Mailbox {
 public:
  /// `provider`: the URL of the simulator.
  explicit Mailbox(std::string provider);

  /// Waits until `enough(messages for this guest, each once)`. False: stopped before.
  bool wait(const std::string& guest, const std::stop_token& stop,
            const std::function<bool(const std::vector<Sent>&)>& enough);
  /// Everything so far, in order, with repeats.
  [[nodiscard]] std::vector<Sent> all() const;

 private:
  void read(const std::stop_token& stop);
  void take(const Sent& message);

  const std::string provider_;
  mutable std::mutex mutex_;
  std::condition_variable_any came_;
  std::vector<Sent> all_;
  std::map<std::string, std::vector<Sent>> by_guest_;
  std::jthread thread_;
};

}  // namespace agente::chaos
