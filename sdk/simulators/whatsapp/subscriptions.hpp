#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "simulators/common/http_server.hpp"
#include "simulators/whatsapp/courier.hpp"
#include "simulators/whatsapp/options.hpp"

namespace agente::sim::whatsapp {

/// Where Graph was told to send events: the app's callback, one of the account's own, one of each number's. The nearest
/// to the number counts, the account's or the app's for what is about no number, and nothing is sent while the app is
/// not subscribed to the account. As at Meta, a callback is only noted after it has given the handshake back.
/// Thread-safe.
class Subscriptions {
 public:
  Subscriptions(const Options& options, Courier& courier);

  /// The app's callback as the control API sets it, without a handshake; no other is left. Throws as Courier::aim.
  void point(Courier::Target target);

  /// As the options say again.
  void clear();

  /// Reads and writes of {app}/subscriptions and {waba}/subscribed_apps, and the POST of {number}; nothing if `path` is
  /// none of these.
  std::optional<Reply> answer(const Request& request, const std::vector<std::string>& path);

  /// What a number shows as webhook_configuration; null if nobody has told anything.
  [[nodiscard]] nlohmann::json configuration_of(const std::string& number) const;

 private:
  struct Noted {
    std::string callback;
    std::vector<std::string> fields{"messages"};
    bool subscribed = true;
    std::string account{};                         ///< the account's own
    std::map<std::string, std::string> numbers{};  ///< their own
  };

  Reply app(const Request& request);
  Reply account(const Request& request);
  Reply number(const Request& request, const std::string& id);
  Reply show_app() const;
  Reply show_account() const;
  /// Changes what is noted, and where the courier goes.
  template <class Change>
  Reply note(Change change);

  const Options& options_;
  Courier& courier_;
  mutable std::mutex mutex_;
  Noted noted_;
};

}  // namespace agente::sim::whatsapp
