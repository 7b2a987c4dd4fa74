#include <algorithm>
#include <atomic>
#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <thread>

#include "conformance/check.hpp"
#include "conformance/process_state.hpp"
#include "plugins/admission/unload.hpp"

// Replacing a version while the host runs.
namespace agente::conformance {
namespace {

bool is_pinned(const Trial& trial) { return trial.subject().load_class == plugins::LoadClass::kPinned; }

Finding unload_proved(Trial& trial) {
  if (is_pinned(trial)) {
    for (const auto& objection : trial.subject().objections) {
      if (objection.consequence == plugins::LoadClass::kPinned)
        return warn("the host never unloads it: " + objection.reason);
    }
  }
  auto& image = trial.open();
  const auto life = trial.start(Trial::plugin_of(image));
  perform_all(life.instance);
  life.instance.destroy();
  image.close();
  if (!plugins::is_listed(image.path()) && !plugins::is_mapped(image.path()))
    return pass("gone from the linker's list and from the mappings");
  return fail(
      "after dlclose it is still in the process: something holds it, such as a dlopen of its own without dlclose, "
      "a thread_local with a destructor, or a library it opened that links back");
}

Finding side_by_side(Trial& trial) {
  auto& older = trial.open();
  auto& newer = trial.open();
  const auto one = trial.start(Trial::plugin_of(older));
  const auto two = trial.prepare(Trial::plugin_of(newer));
  const auto created = two.instance.create(trial.subject().given.text);
  if (created.status != AGENTE_OK)
    return fail("while an older version has an instance, " + described(created) +
                ": a newer one is made and tried before the older ends, so hold nothing that only one can have");
  two.host.go_live();
  perform_all(one.instance);
  perform_all(two.instance);
  one.instance.destroy();
  if (!is_pinned(trial)) older.close();
  perform_all(two.instance);
  two.instance.destroy();
  if (!is_pinned(trial)) newer.close();
  return pass("a newer copy works beside an older one, and on when that is gone");
}

/// One version in the midst of traffic: its image and an instance on it.
class Version {
 public:
  Version(Trial& trial, std::filesystem::path copy, bool keep)
      : image_(std::make_unique<Image>(std::move(copy))), life_(trial.prepare(Trial::plugin_of(*image_))), keep_(keep) {
    created_ = life_.instance.create(trial.subject().given.text).status == AGENTE_OK;
    life_.host.go_live();
    if (created_) jobs_ = jobs_of(life_.instance);
  }
  Version(const Version&) = delete;
  Version& operator=(const Version&) = delete;
  ~Version() {
    life_.instance.destroy();
    if (keep_) (void)image_.release();  // NOLINT: a pinned library is never closed
  }
  [[nodiscard]] bool is_good() const { return created_; }
  [[nodiscard]] const std::vector<Job>& jobs() const { return jobs_; }
  Outcome ask(const Job& job) { return perform(life_.instance, job); }

 private:
  std::unique_ptr<Image> image_;
  Trial::Life life_;
  bool keep_;
  bool created_ = false;
  std::vector<Job> jobs_;
};

/// Statuses that mean that a call was lost, if a version that stands still does not give them.
bool is_loss(agente_status status) {
  return status == AGENTE_E_INTERNAL || status == AGENTE_E_CANCELLED || status == AGENTE_E_UNKNOWN_OUTCOME ||
         !is_known(status);
}

/// Traffic of several threads on whatever version is there.
class Traffic {
 public:
  explicit Traffic(std::shared_ptr<Version> first) : now_(std::move(first)) {
    for (const auto& job : now_->jobs()) usual_.push_back(now_->ask(job).status);
  }

  /// Calls until told to stop.
  void run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      const auto version = present();  // shared: it must not end while somebody calls it
      const auto& jobs = version->jobs();
      for (std::size_t i = 0; i < jobs.size(); ++i) {
        if (jobs[i].serial) continue;
        const auto outcome = version->ask(jobs[i]);
        ++calls_;
        if (is_loss(outcome.status) && outcome.status != usual_.at(i)) note(described(outcome));
      }
    }
  }
  /// Puts `next` in place, and ends the one before when its last call has returned.
  void swap(std::shared_ptr<Version> next) {
    {
      const std::lock_guard lock(mutex_);
      now_.swap(next);
    }
    while (next.use_count() > 1) std::this_thread::yield();
  }
  [[nodiscard]] int calls() const { return calls_; }
  [[nodiscard]] std::string loss() const { return loss_; }

 private:
  std::shared_ptr<Version> present() {
    const std::lock_guard lock(mutex_);
    return now_;
  }
  void note(std::string loss) {
    const std::lock_guard lock(mutex_);
    loss_ = std::move(loss);
  }

  std::mutex mutex_;
  std::shared_ptr<Version> now_;
  std::vector<agente_status> usual_;  ///< of each job, at rest
  std::atomic<int> calls_{0};
  std::string loss_;
};

Finding upgrade_under_traffic(Trial& trial) {
  constexpr int kCallers = 4;
  constexpr int kUpgrades = 10;
  const bool keep = is_pinned(trial);
  auto first = std::make_shared<Version>(trial, trial.copy(), keep);
  if (!first->is_good()) return skip("no instance can be made");
  Traffic traffic(std::move(first));
  {
    std::vector<std::jthread> callers;
    callers.reserve(kCallers);
    for (int i = 0; i < kCallers; ++i) callers.emplace_back([&](const std::stop_token& stop) { traffic.run(stop); });
    for (int i = 0; i < kUpgrades; ++i) {
      const auto before = traffic.calls();
      auto next = std::make_shared<Version>(trial, trial.copy(), keep);
      if (!next->is_good()) return fail("no instance of the next version can be made beside one that is in use");
      traffic.swap(std::move(next));
      while (traffic.calls() == before) std::this_thread::yield();  // each version is used
    }
  }
  traffic.swap(nullptr);
  if (!traffic.loss().empty())
    return fail("during an upgrade " + traffic.loss() + ", which it does not when nobody swaps it");
  return pass(std::to_string(kUpgrades) + " upgrades under " + std::to_string(traffic.calls()) + " calls, none lost");
}

/// What each job answered, timers included.
using Answers = std::set<std::pair<std::string, agente_status>>;

/// Leaves the kv values of two days' work, and tells what was answered meanwhile.
Answers leave_values(Trial& trial, const agente_plugin& plugin) {
  Answers answers;
  const auto life = trial.start(plugin);
  for (int day = 0; day < 2; ++day) {
    for (const auto& outcome : perform_all(life.instance)) answers.emplace(outcome.job, outcome.status);
  }
  life.instance.destroy();
  if (trial.kv().entries.empty()) throw Settled{skip("it keeps nothing in agente.kv/1")};
  return answers;
}

Finding older_values_read(Trial& trial) {
  const auto usual = leave_values(trial, trial.plugin());
  const auto life = trial.prepare(trial.plugin());
  const auto created = life.instance.create(trial.subject().given.text);
  if (created.status != AGENTE_OK)
    return fail("with the values that an instance before it kept, " + described(created) +
                ": version n+1 must read what n wrote");
  life.host.go_live();
  for (const auto& outcome : perform_all(life.instance)) {
    const bool is_bad = outcome.status == AGENTE_E_INTERNAL || outcome.status == AGENTE_E_CONFIG;
    if (is_bad && !usual.contains({outcome.job, outcome.status}))
      return fail("with the values that an instance before it kept, " + described(outcome) +
                  ": version n+1 must read what n wrote");
  }
  return pass("a newer instance reads what an older one kept");
}

Finding spoilt_values_survived(Trial& trial) {
  const auto& plugin = trial.plugin();
  (void)leave_values(trial, plugin);
  for (const std::string_view spoilt : {"", "{", "\xff\xfe\x00garbage", "[[[[[[[[", "null", "{\"n\":-1}"}) {
    for (auto& [key, entry] : trial.kv().entries) entry.value = spoilt;
    const auto life = trial.prepare(plugin);
    std::vector<Outcome> outcomes{life.instance.create(trial.subject().given.text)};
    if (outcomes.front().status == AGENTE_OK) {
      life.host.go_live();
      std::ranges::move(perform_all(life.instance), std::back_inserter(outcomes));
    }
    for (const auto& outcome : outcomes) {
      if (const auto flaw = flaw_of(outcome); !flaw.empty()) return fail("with spoilt values, " + flaw);
    }
  }
  return pass("spoilt values are refused or ignored");
}

constexpr Check kChecks[] = {
    {.id = "hot/unload-proved",
     .about = "After use, destroy and dlclose, the library is neither in the linker's list nor among the kernel's "
              "mappings. For a plugin of class pinned this is a warning with the reason: it works, and its code stays.",
     .run = &unload_proved,
     .needs = kWorks},
    {.id = "hot/side-by-side",
     .about =
         "Two copies have instances that work beside each other, and the newer goes on when the older is unloaded.",
     .run = &side_by_side,
     .needs = kApart,
     .also = kWorks},
    {.id = "hot/upgrade-under-traffic",
     .about =
         "Four threads call without pause while the library is replaced ten times; an old version ends with its last "
         "call and is unloaded. No call is lost or answers what it would not answer at rest.",
     .run = &upgrade_under_traffic,
     .needs = "hot/side-by-side",
     .also = "threads/concurrent-calls"},
    {.id = "hot/older-values-read",
     .about = "A new instance starts with, and can use, the kv values that an instance before it kept. It "
              "answers neither INTERNAL nor CONFIG where that one did not.",
     .run = &older_values_read,
     .needs = kWorks},
    {.id = "hot/spoilt-values-survived",
     .about = "Every kv value is replaced by something unreadable; the plugin may refuse to work but must not crash "
              "or throw.",
     .run = &spoilt_values_survived,
     .needs = kWorks},
};

}  // namespace

std::span<const Check> hot_checks() { return kChecks; }

}  // namespace agente::conformance
