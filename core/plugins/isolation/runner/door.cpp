#include "plugins/isolation/runner/door.hpp"

#include <type_traits>
#include <utility>

#include "plugins/c_abi.hpp"
#include "plugins/isolation/outcome.hpp"

namespace agente::plugins::isolation {
namespace {

const void* query(const agente_host* /*host*/, agente_str service_id) noexcept {
  static constexpr std::pair<std::string_view, const void*> kServices[] = {
      {AGENTE_LOG_V1, &kLog},       {AGENTE_CONFIG_V1, &kConfig},   {AGENTE_SECRETS_V1, &kSecrets},
      {AGENTE_CLOCK_V1, &kClock},   {AGENTE_METRICS_V1, &kMetrics}, {AGENTE_HTTP_V1, &kHttp},
      {AGENTE_KV_V1, &kKv},         {AGENTE_TIMER_V1, &kTimer},     {AGENTE_INBOX_V1, &kInbox},
      {AGENTE_LIMITS_V1, &kLimits},
  };
  const auto wanted = abi::view(service_id);
  for (const auto& [id, table] : kServices) {
    if (wanted == id) return table;
  }
  return nullptr;
}

}  // namespace

Door::Door(Office& with)
    : office(with), instance{}, face_{{sizeof(agente_host), AGENTE_ABI_MAJOR, AGENTE_ABI_MINOR, 0, &query}, this} {}

Door& Door::of(const agente_host* host) {
  static_assert(std::is_standard_layout_v<Face>);
  return *reinterpret_cast<const Face*>(host)->door;
}

std::uint64_t Door::add_timer(const Timer& timer) {
  const std::lock_guard lock(mutex_);
  const auto number = next_timer_++;
  timers_.emplace(number, timer);
  return number;
}

bool Door::remove_timer(std::uint64_t number) {
  const std::lock_guard lock(mutex_);
  return timers_.erase(number) == 1;
}

agente_status Door::fire(std::uint64_t number, const agente_call* call, agente_error* err) {
  Timer timer{};
  {
    const std::lock_guard lock(mutex_);
    const auto found = timers_.find(number);
    if (found == timers_.end()) return AGENTE_OK;
    timer = found->second;
    if (timer.once) timers_.erase(found);
  }
  return timer.fn(timer.ctx, call, err);
}

agente_status ask(const agente_host* host, Service service, agente_error* err,
                  const std::function<void(FrameWriter&)>& fill,
                  const std::function<agente_status(const Field&)>& take) {
  if (host == nullptr) return AGENTE_E_INVALID;
  const auto reply = Door::of(host).office.ask(service, fill);
  if (!reply) return abi::fail(err, {Code::kInvalid, "a text or list of the request is malformed or too long"});
  auto outcome = reply->fields();
  auto status = take_outcome(outcome, err);
  auto results = reply->fields();
  while (const auto field = take ? results.next() : std::nullopt) {
    const auto taken = take(*field);
    if (status == AGENTE_OK && taken != AGENTE_OK) {
      return abi::fail(err, {static_cast<Code>(taken), "the plugin refused the answer"});
    }
  }
  return status;
}

}  // namespace agente::plugins::isolation
