/// Webhooks that are not Meta's: counted all, logged at most one a second.
#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>

#include <agente/sdk.hpp>

namespace agente::whatsapp {

/// Thread-safe.
class Rejections {
 public:
  explicit Rejections(host services) : host_(services) {
    for (const auto* reason : {"missing_signature", "bad_signature"}) count(reason, 0);
  }

  void add(const http_in& request, std::string_view signature, call here) {
    const std::string_view reason = signature.empty() ? "missing_signature" : "bad_signature";
    count(reason, 1);
    unlogged_.fetch_add(1);
    const auto now = to_abi(host_.now());
    auto last = last_logged_ms_.load();
    if (now - last < 1000 && now >= last) return;
    if (!last_logged_ms_.compare_exchange_strong(last, now)) return;
    host_.warn(here, "webhook refused: check app_secret, or a proxy that changes bodies",
               {{"reason", reason},
                {"length", request.body.size()},
                {"remote", request.remote},
                {"header", signature.empty() ? "absent" : "present"},
                {"refused_since_last_line", unlogged_.exchange(0)}});
  }

 private:
  void count(std::string_view reason, double by) {
    host_.count("whatsapp_webhook_rejected_total", by, {{"reason", reason}});
  }

  host host_;
  std::atomic<std::uint64_t> unlogged_ = 0;
  std::atomic<std::int64_t> last_logged_ms_ = -1'000'000;
};

}  // namespace agente::whatsapp
