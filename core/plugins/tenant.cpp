#include "plugins/tenant.hpp"

#include <algorithm>
#include <cstring>
#include <deque>
#include <string_view>
#include <utility>

#include "plugins/c_abi.hpp"
#include "plugins/http_client.hpp"
#include "plugins/scheduler.hpp"

namespace agente::plugins {
namespace {

constexpr unsigned kLinesPerSecond = 100;
constexpr int kTimerThreads = 4;

const void* query(const agente_host* /*host*/, agente_str service_id) noexcept {
  static const std::pair<std::string_view, const void*> kServices[] = {
      {AGENTE_LOG_V1, &kLogService},       {AGENTE_CONFIG_V1, &kConfigService},   {AGENTE_SECRETS_V1, &kSecretsService},
      {AGENTE_CLOCK_V1, &kClockService},   {AGENTE_METRICS_V1, &kMetricsService}, {AGENTE_HTTP_V1, &kHttpService},
      {AGENTE_KV_V1, &kKvService},         {AGENTE_TIMER_V1, &kTimerService},     {AGENTE_INBOX_V1, &kInboxService},
      {AGENTE_LIMITS_V1, &kLimitsService},
  };
  const auto wanted = abi::view(service_id);
  for (const auto& [id, table] : kServices) {
    if (wanted == id) return table;
  }
  return nullptr;
}

/// The hotel an instance works for, when it is only one.
std::string only_hotel(const config::InstanceConfig& config) {
  std::set<std::string> hotels;
  if (!config.hotel.empty()) hotels.insert(config.hotel);
  for (const auto& [account, hotel] : config.accounts) hotels.insert(hotel);
  return hotels.size() == 1 ? *hotels.begin() : std::string();
}

std::vector<agente_str> accounts_of(const config::InstanceConfig& config) {
  std::vector<agente_str> texts;
  for (const auto& [account, hotel] : config.accounts) texts.push_back(abi::str(account));
  return texts;
}

}  // namespace

House::House(Services lent, config::Stage at, std::vector<config::HotelConfig> known, Duty::Instances mine)
    : services(lent),
      stage(at),
      http(std::make_unique<HttpClient>()),
      scheduler(std::make_unique<Scheduler>(lent.clock, kTimerThreads)),
      duty(std::move(mine)),
      hotels_(std::move(known)) {}

House::~House() = default;

std::optional<config::HotelConfig> House::hotel(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find(hotels_, id, &config::HotelConfig::id);
  return found == hotels_.end() ? std::nullopt : std::optional(*found);
}

void House::set_hotels(std::vector<config::HotelConfig> known) {
  const std::lock_guard lock(mutex_);
  hotels_ = std::move(known);
}

LogLimit::Turn LogLimit::take(Steady now) {
  const std::lock_guard lock(mutex_);
  if (now - second_ >= std::chrono::seconds(1)) {
    second_ = now;
    lines_ = 0;
  }
  if (lines_ >= kLinesPerSecond) {
    ++left_out_;
    return {};
  }
  ++lines_;
  return {true, std::exchange(left_out_, 0U)};
}

Tenant::Tenant(config::InstanceConfig with, std::shared_ptr<House> in)
    : config(std::move(with)),
      accounts(accounts_of(config)),
      house(std::move(in)),
      hotel(house->hotel(only_hotel(config))),
      lane(house->scheduler->open_lane()) {}

Tenant::~Tenant() { house->scheduler->close(lane); }

std::optional<Duty::Shift> Tenant::begin_shift() const {
  return house->duty.begin(config.id, std::chrono::steady_clock::now() + config.deadline);
}

Door::Door() : host_{sizeof(agente_host), AGENTE_ABI_MAJOR, AGENTE_ABI_MINOR, 0, &query} {}

Door& Door::open(std::shared_ptr<Tenant> tenant) {
  static auto& mutex = *new std::mutex();         // NOLINT: both stay for as long as the process,
  static auto& doors = *new std::deque<Door*>();  // since plugins may knock at any time
  auto* door = new Door();                        // NOLINT
  door->tenant_ = std::move(tenant);
  const std::lock_guard lock(mutex);
  doors.push_back(door);
  return *door;
}

void Door::close() {
  std::shared_ptr<Tenant> leaving;
  const std::lock_guard lock(mutex_);
  leaving.swap(tenant_);
}

std::shared_ptr<Tenant> Door::tenant(const agente_host* host) {
  if (host == nullptr) return nullptr;
  static_assert(std::is_standard_layout_v<Door>);
  auto* door = const_cast<Door*>(reinterpret_cast<const Door*>(host));  // NOLINT: see host_
  const std::lock_guard lock(door->mutex_);
  return door->tenant_;
}

agente_status serve(const agente_host* host, agente_error* err,
                    const std::function<Result<void>(Tenant&)>& work) noexcept {
  try {
    const auto tenant = Door::tenant(host);
    if (!tenant) return abi::fail(err, {Code::kCancelled, "the instance is over"});
    const auto done = work(*tenant);
    return done ? AGENTE_OK : abi::fail(err, done.error());
  } catch (const std::exception& e) {
    try {
      return abi::fail(err, {Code::kInternal, std::string("the host failed: ") + e.what()});
    } catch (...) {
      return AGENTE_E_INTERNAL;
    }
  } catch (...) {
    return AGENTE_E_INTERNAL;
  }
}

}  // namespace agente::plugins
