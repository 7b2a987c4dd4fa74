#include <chrono>
#include <limits>
#include <string>

#include "conformance/check.hpp"
#include "conformance/process_state.hpp"
#include "plugins/admission/unload.hpp"

// Memory that grows. Measured by the allocator's own count of bytes in use, which all builds have, so that memory which
// is still referenced but only grows is found too.
namespace agente::conformance {
namespace {

constexpr int kWindows = 4;

/// A round that leaves less than that, on average, is noise of the allocator: a leak is 24 bytes or more.
constexpr int kNoise = 16;

/// Bytes by which the memory in use grew in the calmest of some windows of `rounds` rounds: a cache that fills or a
/// buffer that doubles does not grow in every window, a leak does.
template <class Round>
std::ptrdiff_t growth(int rounds, Round&& round) {
  auto least = std::numeric_limits<std::ptrdiff_t>::max();
  for (int i = 0; i < rounds; ++i) round();
  for (int window = 0; window < kWindows; ++window) {
    const auto before = allocated_bytes();
    for (int i = 0; i < rounds; ++i) round();
    least = std::min(least, static_cast<std::ptrdiff_t>(allocated_bytes()) - static_cast<std::ptrdiff_t>(before));
  }
  return least;
}

std::string per_round(std::ptrdiff_t bytes, int rounds) { return std::to_string(bytes / rounds) + " bytes"; }

Finding per_call(Trial& trial) {
  constexpr int kRounds = 20;
  const auto life = trial.start();
  const auto kept = trial.kv().entries;
  for (const auto& job : jobs_of(life.instance)) {
    const auto grown = growth(kRounds, [&] {
      perform(life.instance, job);
      fire_timers(life.instance);  // which a call may have started
      life.host.forget();
      trial.kv().entries = kept;  // those are the host's memory
    });
    if (grown >= kRounds * kNoise)
      return fail("the same " + job.name + " again and again takes " + per_round(grown, kRounds) +
                  " each that are not given back: free what a call allocates, and bound what you keep");
  }
  return pass("memory does not grow with calls");
}

/// How memory grows while instances are made, used by `work(host, instance)` and let go, with the kv values that they
/// kept. What this program itself keeps of each is measured first and taken off.
template <class Work>
std::ptrdiff_t growth_of_lives(Trial& trial, const agente_plugin& plugin, int rounds, Work&& work) {
  const auto ours = growth(rounds, [&] { (void)trial.prepare(plugin); });
  const auto all = growth(rounds, [&] {
    const auto life = trial.prepare(plugin);
    work(life.host, life.instance);
    life.instance.destroy();
    life.host.close_book();
    trial.kv().entries.clear();
  });
  return all - ours;
}

Finding per_instance(Trial& trial) {
  constexpr int kRounds = 20;
  const auto grown = growth_of_lives(trial, trial.plugin(), kRounds, [&](TrialHost& host, Instance& instance) {
    if (instance.create(trial.subject().given.text).status == AGENTE_OK) host.go_live();
  });
  if (grown >= kRounds * kNoise)
    return fail("each instance leaves " + per_round(grown, kRounds) + " behind: free in destroy what create made");
  return pass("instances leave nothing behind");
}

Finding after_use(Trial& trial) {
  constexpr int kRounds = 8;
  const auto grown = growth_of_lives(trial, trial.plugin(), kRounds, [&](TrialHost& host, Instance& instance) {
    if (instance.create(trial.subject().given.text).status != AGENTE_OK) return;
    host.go_live();
    perform_all(instance);
  });
  if (grown >= kRounds * kNoise)
    return fail("each instance that was used leaves " + per_round(grown, kRounds) +
                " behind: free in destroy what its calls kept");
  return pass("instances that were used leave nothing behind");
}

Finding when_create_fails(Trial& trial) {
  constexpr int kRounds = 8;
  const auto& plugin = trial.plugin();
  bool fails = false;
  for (const auto service : kServices) {
    bool failed = false;
    const auto grown = growth_of_lives(trial, plugin, kRounds, [&](TrialHost& host, Instance& instance) {
      host.set_failing(service, AGENTE_E_RETRY);
      failed = instance.create(trial.subject().given.text).status != AGENTE_OK;
    });
    fails = fails || failed;
    if (failed && grown >= kRounds * kNoise)
      return fail("each create that fails for want of " + std::string(service_name(service)) + " leaves " +
                  per_round(grown, kRounds) + " behind: free everything before returning a code");
  }
  return pass(fails ? "a create that fails leaves nothing behind" : "create needs no service that can fail");
}

/// Opens the library, makes an instance and ends both; false when the library stays.
bool load_once(Trial& trial, const std::filesystem::path& copy) {
  Image image(copy);
  const auto life = trial.prepare(Trial::plugin_of(image));
  if (life.instance.create(trial.subject().given.text).status == AGENTE_OK) life.host.go_live();
  life.instance.destroy();
  life.host.close_book();
  image.close();
  return !plugins::is_listed(image.path());
}

/// Fewer where a load takes long.
int rounds_for(std::chrono::steady_clock::duration one_load) {
  constexpr int kMany = 40;
  constexpr int kFew = 8;
  return is_sanitized() || one_load > std::chrono::milliseconds(20) ? kFew : kMany;
}

Finding flat_over_loads(Trial& trial) {
  if (trial.subject().load_class == plugins::LoadClass::kPinned) return skip("the host never unloads a pinned plugin");
  const auto copy = trial.copy();
  const auto start = std::chrono::steady_clock::now();
  if (!load_once(trial, copy)) return skip("it is not unloaded: see hot/unload-proved");
  const int rounds = rounds_for(std::chrono::steady_clock::now() - start);
  const auto ours = growth(rounds, [&] { (void)trial.prepare(agente_plugin{}); });
  const auto resident_before = resident_bytes();
  const auto grown = growth(rounds, [&] { load_once(trial, copy); }) - ours;
  const auto resident = static_cast<std::ptrdiff_t>(resident_bytes()) - static_cast<std::ptrdiff_t>(resident_before);
  constexpr std::ptrdiff_t kMostResident = std::ptrdiff_t{2} << 20U;
  if (grown >= rounds * kNoise)
    return fail("each time it is loaded and unloaded " + per_round(grown, rounds) +
                " stay: free in static destructors what static initialisers made");
  if (!is_sanitized() && resident > kMostResident)
    return fail("resident memory grew by " + std::to_string(resident / 1024) + " KiB over " +
                std::to_string(rounds * (kWindows + 1)) + " loads: something is mapped and never unmapped");
  return pass(std::to_string(rounds * (kWindows + 1)) + " times loaded and unloaded, and memory is as before");
}

constexpr Check kChecks[] = {
    {.id = "memory/no-leak-per-call",
     .about = "Each call is repeated with the same arguments; memory in use must not grow with every round. Sending an "
              "ordinary message twice with one key, or booking twice with one reference, has no second effect to keep.",
     .run = &per_call,
     .needs = kWorks},
    {.id = "memory/no-leak-per-instance",
     .about = "Instances are made and destroyed; memory in use must not grow.",
     .run = &per_instance,
     .needs = kCreates},
    {.id = "memory/no-leak-after-use",
     .about = "Instances are made, used and destroyed; what their calls kept goes with them.",
     .run = &after_use,
     .needs = "memory/no-leak-per-instance",
     .also = "memory/no-leak-per-call"},
    {.id = "memory/no-leak-when-create-fails",
     .about = "While one service after the other fails, create is tried again and again; memory in use must not grow.",
     .run = &when_create_fails,
     .needs = "memory/no-leak-per-instance",
     .also = "lifecycle/create-failure-clean"},
    {.id = "memory/flat-over-loads",
     .about =
         "The library is opened, an instance made and destroyed, and the library closed, 200 times (40 under a "
         "sanitizer). Memory in use and, without sanitizers, resident memory stay flat. A host upgrades for years.",
     .run = &flat_over_loads,
     .needs = "memory/no-leak-per-instance"},
};

}  // namespace

std::span<const Check> leak_checks() { return kChecks; }

}  // namespace agente::conformance
