#include "plugins/poller.hpp"

#include <algorithm>

#include <agente/channel.h>

#include "plugins/scheduler.hpp"
#include "plugins/staging.hpp"
#include "telemetry/log.hpp"

namespace agente::plugins {
namespace {

constexpr Millis kShortest{100};
constexpr Millis kUsual{60'000};
constexpr Millis kLongest{3'600'000};
constexpr Millis kFirstBackOff{1'000};
constexpr Millis kLongestBackOff{300'000};

class Poller {
 public:
  explicit Poller(std::weak_ptr<Generation> generation) : generation_(std::move(generation)) {}

  std::optional<Millis> run() {
    const auto generation = generation_.lock();
    if (!generation) return std::nullopt;
    const auto shift = generation->tenant().begin_shift();
    if (!shift) return Duty::kLook;
    std::uint32_t next_ms = 0;
    const auto done = poll(*generation, *shift, next_ms);
    if (!done) return back_off(*generation, done.error());
    back_off_ = kFirstBackOff;
    return next_ms == 0 ? kUsual : std::clamp(Millis{next_ms}, kShortest, kLongest);
  }

 private:
  static Result<void> poll(Generation& generation, const Duty::Shift& shift, std::uint32_t& next_ms) {
    Staged staged;
    const CallSpec spec{.name = "poll", .staged = &staged, .commit = committing(generation.tenant(), staged, shift)};
    return generation.call(spec, [&](const Frame& frame) {
      const auto& table = *static_cast<const agente_channel_v1*>(frame.interface);
      return table.poll(frame.self, frame.call, &next_ms, frame.err);
    });
  }

  Millis back_off(Generation& generation, const Error& why) {
    log::warn("plugins", "a poll failed", {{"instance", generation.tenant().config.id}, {"reason", why.text}});
    const auto wait = std::max(why.retry_after.value_or(Millis{0}), back_off_);
    back_off_ = std::min(back_off_ * 2, kLongestBackOff);
    return std::min(wait, kLongest);
  }

  std::weak_ptr<Generation> generation_;
  Millis back_off_ = kFirstBackOff;
};

}  // namespace

void start_polling(const std::shared_ptr<Generation>& generation) {
  if (static_cast<const agente_channel_v1*>(generation->interface())->poll == nullptr) return;
  auto poller = std::make_shared<Poller>(generation);  // shared_ptr: std::function copies what it holds
  auto& tenant = generation->tenant();
  const auto added = tenant.house->scheduler->add(tenant.lane, Millis{0}, [poller] { return poller->run(); });
  if (!added) log::warn("plugins", "a channel is not polled", {{"instance", tenant.config.id}});
}

}  // namespace agente::plugins
