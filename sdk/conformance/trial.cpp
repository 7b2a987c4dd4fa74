#include "conformance/trial.hpp"

#include <array>
#include <chrono>
#include <fstream>
#include <stdexcept>

#include <fmt/format.h>

namespace agente::conformance {

std::string_view verdict_name(Verdict verdict) {
  constexpr std::array<std::string_view, 6> kNames{"pass", "warn", "fail", "crash", "timeout", "skip"};
  return kNames.at(static_cast<std::size_t>(verdict));
}

bool is_failure(Verdict verdict) {
  return verdict == Verdict::kFail || verdict == Verdict::kCrash || verdict == Verdict::kTimeout;
}

bool is_known(agente_status status) { return status >= AGENTE_OK && status <= AGENTE_E_INTERNAL; }

std::string status_name(agente_status status) {
  constexpr std::array<const char*, 13> kNames{"OK",          "INVALID",         "CONFIG",    "AUTH",     "RETRY",
                                               "RATE",        "TIMEOUT",         "CANCELLED", "CONFLICT", "NOT_FOUND",
                                               "UNSUPPORTED", "UNKNOWN_OUTCOME", "INTERNAL"};
  return is_known(status) ? kNames.at(static_cast<std::size_t>(status)) : "code " + std::to_string(status);
}

std::string described(const Outcome& outcome) {
  if (outcome.threw) return outcome.job + " threw an exception";
  const auto text = outcome.text();
  return outcome.job + " answered " + status_name(outcome.status) + (text.empty() ? "" : " (" + text + ")");
}

std::string flaw_of(const Outcome& outcome) {
  if (outcome.threw)
    return outcome.job +
           " lets an exception cross the boundary; the host catches it and knows nothing of what became of the call: "
           "catch everything at the edge (the SDK does)";
  if (!is_known(outcome.status)) return described(outcome) + ", which abi.h does not know: answer one of AGENTE_E_*";
  if (outcome.overwritten)
    return outcome.job +
           " writes struct_size, or beyond the end of agente_error: set code, retry_after_ms, text and text_len only";
  return {};
}

void Trial::lend(Lender::Manner manner) { lender_ = &lenders_.emplace_back(manner); }

std::string Trial::reference() { return fmt::format("TRY-{:X}-{}", name_, ++references_); }

agente_day Trial::first_day() const {
  using namespace std::chrono;
  constexpr days kAhead{20};
  if (!subject_.online) return Stay{}.checkin;
  return static_cast<agente_day>((floor<days>(system_clock::now()) + kAhead).time_since_epoch().count());
}

std::filesystem::path Trial::copy() {
  const auto path = folder_ / ("plugin-" + std::to_string(++copies_) + ".so");
  std::ofstream out(path, std::ios::binary);
  out.write(reinterpret_cast<const char*>(subject_.bytes.data()), static_cast<std::streamsize>(subject_.bytes.size()));
  if (!out.flush()) throw std::runtime_error("the plugin cannot be copied to " + path.string() + ": is the disk full?");
  return path;
}

Image& Trial::open() {
  try {
    return images_.emplace_back(copy());
  } catch (const std::exception& error) {
    throw Settled{skip(std::string("it cannot be opened: ") + error.what())};
  }
}

const agente_plugin& Trial::plugin_of(const Image& image) {
  const auto* plugin = image.entry(AGENTE_ABI_MAJOR);
  if (plugin == nullptr) throw Settled{skip("its entry function refuses this host's ABI")};
  return *plugin;
}

const agente_plugin& Trial::plugin() { return plugin_of(open()); }

Trial::Life Trial::prepare(const agente_plugin& plugin, Kv& kv, const GivenConfig& given) {
  auto& kept = lives_.emplace_back(kv, given, plugin, *lender_);
  if (subject_.online) kept.host.go_online();
  return {kept.host, kept.instance};
}

Trial::Life Trial::start(const agente_plugin& plugin) {
  const auto life = prepare(plugin);
  const auto created = life.instance.create(subject_.given.text);
  if (created.status != AGENTE_OK) throw Settled{skip("no instance can be made: " + described(created))};
  life.host.go_live();
  return life;
}

}  // namespace agente::conformance
