/// When Meta last came to the door.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>

#include <agente/sdk.hpp>

namespace agente::whatsapp {

/// Silence is the one fault that nobody reports: a webhook that Meta sends elsewhere, or that a proxy spoils. Meta
/// tells of each message that it sends, so that silence after one is a fault for sure. Kept in kv by the minute, so
/// that it outlives a reload and all hosts know it. Thread-safe.
class Doorbell {
 public:
  struct Heard {
    std::optional<time_point> last = {};  ///< of a webhook with a good signature; nothing: never so far
    std::uint64_t refused = 0;            ///< for their signature, by this host since then
    std::optional<time_point> sent =
        {};  ///< the first message of this host's of which, or after which, nothing was told
  };

  explicit Doorbell(host services);

  /// Meta was there. Stages a note once a minute, and exports whatsapp_webhook_last_timestamp_seconds.
  void rang(call here);
  /// Somebody was there whose signature is wrong.
  void refused() { refused_.fetch_add(1); }
  /// Meta took a message.
  void sent();

  /// For the self-test. Throws RETRY when the store is down.
  [[nodiscard]] Heard heard();

 private:
  host host_;
  std::atomic<std::int64_t> last_ms_ = 0;
  std::atomic<std::int64_t> noted_ms_ = 0;
  std::atomic<std::uint64_t> refused_ = 0;
  std::atomic<std::int64_t> sent_ms_ = 0;  ///< as Heard::sent; 0: none
};

/// "the last verified webhook came 12 minutes ago, refused for their signature since then: 3".
[[nodiscard]] std::string in_words(const Doorbell::Heard& heard, time_point now);

}  // namespace agente::whatsapp
