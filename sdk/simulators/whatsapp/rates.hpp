#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "simulators/whatsapp/options.hpp"

namespace agente::sim::whatsapp {

/// Meta's limits: on messages per business number and per pair of number and guest, on calls of any kind per app.
///
/// All are kept as the moment at which a debt is paid back, which makes a limit two numbers: what one message costs
/// and how much debt is allowed. Thread-safe.
class Rates {
 public:
  explicit Rates(const Options& options);

  /// Takes one message from `number` to `guest` into account. Returns the error code if it is one too many, and then
  /// counts nothing.
  [[nodiscard]] std::optional<int> take(const std::string& number, const std::string& guest,
                                        std::chrono::system_clock::time_point now);
  /// Takes a call of the app into account. Returns how long to wait if it is one too many, and then counts nothing.
  [[nodiscard]] std::optional<std::chrono::system_clock::duration> take_call(std::chrono::system_clock::time_point now);
  void clear();

 private:
  using Moment = std::chrono::system_clock::time_point;
  using Span = std::chrono::system_clock::duration;
  using Debts = std::unordered_map<std::string, Moment>;
  struct Limit {
    Span cost;
    Span allowed;
  };
  /// The debt after one more message; nothing if that is too much.
  static std::optional<Moment> after_one_more(const Debts& debts, const std::string& who, Limit limit, Moment now);
  static void keep(Debts& debts, const std::string& who, Moment debt, Moment now);

  const Limit number_;
  const Limit pair_;
  const bool pair_limit_;
  const Limit app_;  ///< costs nothing: no limit
  std::mutex mutex_;
  Debts numbers_;
  Debts pairs_;
  Debts app_calls_;
};

}  // namespace agente::sim::whatsapp
