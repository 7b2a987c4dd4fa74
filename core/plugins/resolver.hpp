#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <Poco/Net/IPAddress.h>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace agente::plugins {

/// Turns host names into addresses with a deadline, which the system's resolver does not know. At most four look-ups
/// run at once, each on a thread of its own that is left behind if it hangs. Thread-safe.
class Resolver {
 public:
  using Addresses = std::vector<Poco::Net::IPAddress>;
  /// Blocks; empty when there is no such host.
  using LookUp = std::function<Addresses(const std::string& host)>;

  explicit Resolver(LookUp look_up = system_look_up);

  /// kRetry: no such host, or the name server is away; kTimeout. An address is its own answer.
  Result<Addresses> resolve(const std::string& host, Steady deadline);

  static Addresses system_look_up(const std::string& host);

 private:
  struct State;
  std::shared_ptr<State> state_;  // shared_ptr: a look-up that hangs keeps it
};

}  // namespace agente::plugins
