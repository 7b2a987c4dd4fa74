#include "plugins/versions.hpp"

#include <algorithm>
#include <fstream>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "telemetry/log.hpp"

namespace agente::plugins {
namespace {

using nlohmann::json;

constexpr std::chrono::seconds kTrial{60};
constexpr std::size_t kMostDeaths = 3;

std::int64_t ms(Time time) { return std::chrono::duration_cast<Millis>(time.time_since_epoch()).count(); }
Time time_of(std::int64_t value) { return Time{Millis{value}}; }

/// The whole text or, killed half-way, the old file.
bool write_durably(const std::filesystem::path& file, const std::string& text) {
  const auto next = file.string() + ".next";
  const int out = ::open(next.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (out < 0) return false;
  const bool written = ::write(out, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(out) == 0;
  ::close(out);
  return written && ::rename(next.c_str(), file.c_str()) == 0;
}

}  // namespace

std::filesystem::path kept_copy(const std::filesystem::path& state, const std::string& plugin,
                                const std::string& digest) {
  return state / "versions" / (plugin + "-" + digest.substr(0, 16) + ".so");
}

Versions::Versions(std::filesystem::path state, const Clock& clock) : state_(std::move(state)), clock_(clock) {
  std::error_code error;
  std::filesystem::create_directories(state_ / "versions", error);
  read_all();
  for (auto& [plugin, record] : records_) {
    if (record.running) bury(plugin, record);
  }
}

std::filesystem::path Versions::file_of(const std::string& plugin) const {
  return state_ / "versions" / (plugin + ".json");
}

void Versions::read_all() {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(state_ / "versions", error)) {
    if (entry.path().extension() != ".json") continue;
    std::ifstream in(entry.path());
    const auto read = json::parse(in, nullptr, false);
    if (!read.is_object()) continue;
    Record record;
    try {
      record = {read.at("good"), read.at("trial"), read.at("bad"), time_of(read.at("since")), read.at("running"), {}};
      for (const auto& death : read.at("deaths")) record.deaths.push_back(time_of(death));
    } catch (const json::exception&) {
      continue;  // not ours, or damaged: as if there were none
    }
    records_[entry.path().stem().string()] = std::move(record);
  }
}

void Versions::bury(const std::string& plugin, Record& record) {
  const auto now = clock_.now();
  record.running = false;
  record.deaths.push_back(now);
  std::erase_if(record.deaths, [&](Time death) { return std::chrono::abs(now - death) > kTrial; });
  if (record.deaths.size() >= kMostDeaths && !record.good.empty()) {
    log::error("plugins", "a new version is given up: the host died three times within 60 s of it going live",
               {{"plugin", plugin}, {"digest", record.trial}, {"back_to", record.good}});
    record.bad = std::exchange(record.trial, "");
    record.deaths.clear();
  }
  save(plugin, record);
}

std::optional<std::filesystem::path> Versions::instead_of(const std::string& plugin, const std::string& digest) {
  const std::lock_guard lock(mutex_);
  const auto record = records_.find(plugin);
  if (record == records_.end() || record->second.bad != digest) return std::nullopt;
  auto copy = kept_copy(state_, plugin, record->second.good);
  std::error_code error;
  return std::filesystem::exists(copy, error) ? std::optional(copy) : std::nullopt;
}

void Versions::went_live(const std::string& plugin, const std::string& digest) {
  const std::lock_guard lock(mutex_);
  if (stopped_) return;
  auto& record = records_[plugin];
  if (record.trial == digest && record.running) return;
  const bool proven = record.good == digest;
  if (record.trial != digest) record.deaths.clear();
  if (record.bad == digest) record.bad.clear();  // somebody asked for it by name
  record.trial = proven ? "" : digest;
  record.running = !proven;
  record.since = clock_.now();
  save(plugin, record);
  forget_copies(plugin, record);
}

void Versions::settle() {
  const std::lock_guard lock(mutex_);
  for (auto& [plugin, record] : records_) {
    if (!record.running || clock_.now() - record.since < kTrial) continue;
    record.good = std::exchange(record.trial, "");
    record.running = false;
    record.deaths.clear();
    save(plugin, record);
    forget_copies(plugin, record);
  }
}

void Versions::forget_failed(const std::string& plugin) {
  const std::lock_guard lock(mutex_);
  const auto record = records_.find(plugin);
  forget_copies(plugin, record == records_.end() ? Record{} : record->second);
}

void Versions::stopped() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  for (auto& [plugin, record] : records_) {
    if (!std::exchange(record.running, false)) continue;
    save(plugin, record);
  }
}

void Versions::save(const std::string& plugin, const Record& record) const {
  json deaths = json::array();
  for (const auto death : record.deaths) deaths.push_back(ms(death));
  const json text{{"good", record.good},       {"trial", record.trial},     {"bad", record.bad},
                  {"since", ms(record.since)}, {"running", record.running}, {"deaths", std::move(deaths)}};
  if (write_durably(file_of(plugin), text.dump())) return;
  log::warn("plugins", "which version is good could not be noted: check the space and the rights of the state folder",
            {{"plugin", plugin}, {"file", file_of(plugin).string()}});
}

/// Only the good one, or what is about to be it, can be needed again.
void Versions::forget_copies(const std::string& plugin, const Record& record) const {
  std::error_code error;
  const auto good = kept_copy(state_, plugin, record.good);
  const auto trial = kept_copy(state_, plugin, record.trial);
  constexpr std::size_t kTail = 1 + 16 + 3;  // "-", digits, ".so"
  for (const auto& entry : std::filesystem::directory_iterator(state_ / "versions", error)) {
    const auto name = entry.path().filename().string();
    const bool is_copy =
        name.size() == plugin.size() + kTail && name.starts_with(plugin + "-") && name.ends_with(".so");
    if (is_copy && entry.path() != good && entry.path() != trial) std::filesystem::remove(entry.path(), error);
  }
}

}  // namespace agente::plugins
