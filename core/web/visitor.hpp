#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "web/address.hpp"
#include "web/http.hpp"

namespace agente::web {

/// Tells webchat guests apart by a cookie the host issues, and bounds how many guests one address can pretend to be.
///
/// A guest an address has not shown within the last hour costs it one of its `per_hour` tokens, whether we issue the
/// cookie or it arrives with one: inventing cookies buys nothing. Trusted callers are not limited. Thread-safe.
class Visitors {
 public:
  struct Limits {
    unsigned per_hour = 120;        ///< new guests per address (IPv6: per /64); a hotel's guests may share one
    std::size_t addresses = 5'000;  ///< remembered at once; the least recent is forgotten first
  };
  using Now = std::function<Steady()>;
  explicit Visitors(
      Limits limits, Now now = [] { return std::chrono::steady_clock::now(); });

  /// Puts the guest into `request.visitor`, and Set-Cookie into `response` if the guest is new.
  /// kRate when the address has used up its guests; answer 429 with Retry-After.
  [[nodiscard]] Result<void> welcome(Request& request, Response& response);

 private:
  struct Bucket {
    Address address;
    double tokens = 0;
    Steady filled{};
    std::map<std::size_t, Steady> seen{};  ///< hash of the guest, last time; guests unseen for an hour are dropped
  };
  [[nodiscard]] Result<void> admit(const std::string& client, const std::string& visitor);
  Bucket& bucket_of(const Address& address, Steady now);

  const Limits limits_;
  const Now now_;
  std::mutex mutex_;
  std::list<Bucket> buckets_;  ///< most recently used first
  std::map<Address, std::list<Bucket>::iterator> by_address_;
};

}  // namespace agente::web
