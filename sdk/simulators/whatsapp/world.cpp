#include "simulators/whatsapp/world.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace agente::sim::whatsapp {
namespace {

constexpr std::size_t kMostIds = 100'000;

}  // namespace

void GuestIds::add(const std::string& id) {
  const std::lock_guard lock(mutex_);
  if (!ids_.insert(id).second) return;
  order_.push_back(id);
  if (order_.size() <= kMostIds) return;
  ids_.erase(order_.front());
  order_.pop_front();
}

bool GuestIds::has(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  return ids_.contains(id);
}

void GuestIds::clear() {
  const std::lock_guard lock(mutex_);
  ids_.clear();
  order_.clear();
}

World::World(Options wanted, Now clock, Story teller)
    : options(std::move(wanted)),
      now([this, clock = std::move(clock)] { return clock() + ahead.load(); }),
      story(std::move(teller)),
      journal(now),
      faults(options.seed, kFaults),
      rates(options),
      courier(options, now, {journal, report}, faults),
      subscriptions(options, courier) {
  token_lives(options.token_life);
}

BusinessNumber World::number(const std::string& phone_number_id) const {
  return {options.waba, phone_number_id, options.display_number};
}

std::string World::unix_time(std::chrono::milliseconds later) const {
  return std::to_string(std::chrono::system_clock::to_time_t(now() + later));
}

std::string World::new_name(const std::string& event) { return event + "-" + std::to_string(++nameless); }

void World::token_lives(std::chrono::seconds life) {
  using std::chrono::seconds;
  token_ends = life == seconds{0} ? life : std::chrono::floor<seconds>(now().time_since_epoch()) + life;
}

bool World::token_is_over() const {
  const auto ends = token_ends.load();
  return ends != ends.zero() && now().time_since_epoch() >= ends;
}

std::optional<std::string> World::arm(FaultRule rule) {
  if (rule.name.starts_with("tls_") && options.ports.certificate.empty())
    return "'" + rule.name + "' needs TLS: start with --tls-certificate, --tls-key and --control-port";
  return faults.arm(std::move(rule));
}

Shown World::shown() {
  const auto fault = faults.strike("tls", "");
  if (!fault) return Shown::kOwn;
  journal.add(Journal::Kind::kRequest,
              {{"method", ""}, {"path", ""}, {"accepted", false}, {"status", 0}, {"fault", fault->name}});
  if (fault->name == "tls_expired") return Shown::kExpired;
  return fault->name == "tls_wrong_host" ? Shown::kWrongHost : Shown::kNothing;
}

void World::tell(const std::string& guest, const char* arrow, const std::string& text) const {
  if (!story) return;
  auto line = guest + ' ' + arrow + ' ' + text;
  std::replace_if(
      line.begin(), line.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
  story(line);
}

}  // namespace agente::sim::whatsapp
