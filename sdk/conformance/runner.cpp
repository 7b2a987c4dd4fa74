#include "conformance/runner.hpp"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

#include <fnmatch.h>

namespace agente::conformance {
namespace {

/// An empty folder that goes with this object.
class Folder {
 public:
  Folder() {
    auto name = (std::filesystem::temp_directory_path() / "agente-conformance-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder can be made at " + name);
    path_ = name;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

bool is_chosen(const Check& check, const std::vector<std::string>& only) {
  const std::string id(check.id);
  return only.empty() || std::ranges::any_of(only, [&](const std::string& glob) {
           return ::fnmatch(glob.c_str(), id.c_str(), 0) == 0 ||
                  ::fnmatch(glob.c_str(), std::string(group_of(check)).c_str(), 0) == 0;
         });
}

/// The same for a check whatever else is run.
std::uint64_t seed_of(std::uint64_t seed, std::string_view id) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : id) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return seed ^ hash;
}

std::string_view kind_word(std::uint32_t kind) {
  if (kind == AGENTE_KIND_CHANNEL) return "channels";
  return kind == AGENTE_KIND_PMS ? "PMS backends" : "exporters";
}

/// Whether it runs code of the plugin: it is load/opens, or stands on it.
bool opens_it(const Check& check) {
  return check.id == kOpens || std::ranges::any_of(all_checks(), [&](const Check& other) {
           return (other.id == check.needs || other.id == check.also) && opens_it(other);
         });
}

/// Why there is nothing to run, whatever else was found.
std::string needless(const Check& check, const Subject& subject) {
  if (check.kind != 0 && check.kind != subject.kind()) return "only for " + std::string(kind_word(check.kind));
  if (subject.load_class == plugins::LoadClass::kRefused && opens_it(check))
    return "the host would not open it: see file/" + std::string(subject.objections.front().check);
  return {};
}

/// The checks of a run as tasks.
class Plan {
 public:
  Plan(const Subject& subject, std::uint64_t seed, const std::vector<std::string>& only)
      : subject_(subject), seed_(seed) {
    std::ranges::copy_if(all_checks(), std::back_inserter(checks), [&](const Check& check) {
      return is_chosen(check, only) && (check.online || !subject.online);
    });
    found.resize(checks.size());
    for (std::size_t i = 0; i < checks.size(); ++i) tasks.push_back(task_of(i));
  }
  Plan(const Plan&) = delete;
  Plan& operator=(const Plan&) = delete;

  std::vector<Check> checks;
  std::vector<Task> tasks;
  std::vector<Finding> found;  ///< of those that are done

 private:
  Task task_of(std::size_t index) {
    const auto& check = checks[index];
    Task task;
    task.body = [this, &check](const std::filesystem::path& folder) {
      auto* trial = new Trial(subject_, seed_of(seed_, check.id), folder);  // NOLINT: see Trial
      auto finding = check.run(*trial);
      if (check.random && is_failure(finding.verdict)) finding.text += " (seed " + std::to_string(seed_) + ")";
      return finding;
    };
    for (const auto id : {check.needs, check.also}) {
      const auto needed = std::ranges::find_if(checks, [&](const Check& c) { return c.id == id; });
      if (needed != checks.end()) task.after.push_back(static_cast<std::size_t>(needed - checks.begin()));
    }
    task.settled = [this, &check, after = task.after](Finding& instead) { return is_settled(check, after, instead); };
    return task;
  }

  /// Whether there is no use in running it, given what its foundations gave.
  bool is_settled(const Check& check, const std::vector<std::size_t>& after, Finding& instead) const {
    if (auto why = needless(check, subject_); !why.empty()) {
      instead = skip(std::move(why));
      return true;
    }
    for (const auto at : after) {
      const bool failed = is_failure(found[at].verdict);
      if (!failed && found[at].verdict != Verdict::kSkip) continue;
      instead = failed ? skip("cannot be judged while " + std::string(checks[at].id) + " fails") : found[at];
      return true;
    }
    return false;
  }

  const Subject& subject_;
  std::uint64_t seed_;
};

}  // namespace

std::vector<Result> Runner::check(const std::vector<std::string>& only, const Progress& progress) const {
  const Folder folder;
  Plan plan(subject_, seed_, only);
  std::size_t done = 0;
  auto reports = do_all(plan.tasks, limits_, folder.path(), [&](std::size_t index, const Report& report) {
    plan.found[index] = report.finding;
    progress(++done, plan.checks.size());
  });
  std::vector<Result> results;
  for (std::size_t i = 0; i < reports.size(); ++i) {
    auto& text = reports[i].finding.text;
    const bool died = reports[i].finding.verdict == Verdict::kCrash || reports[i].finding.verdict == Verdict::kTimeout;
    if (died && plan.checks[i].random) text += " (seed " + std::to_string(seed_) + ")";
    results.push_back({std::string(plan.checks[i].id), std::move(reports[i])});
  }
  return results;
}

std::vector<Result> Runner::fuzz(std::uint64_t rounds, std::chrono::milliseconds time, const Progress& progress) const {
  using Clock = std::chrono::steady_clock;
  if (subject_.load_class == plugins::LoadClass::kRefused)
    return {
        {"fuzz",
         {.finding = fail("the host would not open it: see file/" + std::string(subject_.objections.front().check))}}};
  const Folder folder;
  const Task first{.body = [this](const auto& own) { return fuzz_first(*new Trial(subject_, seed_, own)); }};  // NOLINT
  if (auto report = do_all({first}, limits_, folder.path(), [](auto, const auto&) {}).front();
      report.finding.verdict != Verdict::kPass) {
    if (!is_failure(report.finding.verdict)) report.finding = fail("nothing was tried: " + report.finding.text);
    return {{"fuzz", std::move(report)}};
  }
  const auto end = Clock::now() + time;
  std::vector<Result> results;
  std::uint64_t done = 0;
  std::uint64_t skipped = 0;
  const auto batch = static_cast<std::uint64_t>(limits_.at_once) * 4;
  while (time.count() > 0 ? Clock::now() < end : done < rounds) {
    const auto count = time.count() > 0 ? batch : std::min(batch, rounds - done);
    std::vector<Task> tasks(count);
    for (std::uint64_t i = 0; i < count; ++i) {
      tasks[i].body = [this, seed = seed_ + done + i](const std::filesystem::path& own) {
        return fuzz_once(*new Trial(subject_, seed, own));  // NOLINT: see Trial
      };
    }
    auto reports = do_all(tasks, limits_, folder.path(), [](std::size_t, const Report&) {});
    for (std::uint64_t i = 0; i < count; ++i) {
      const auto seed = std::to_string(seed_ + done + i);
      skipped += reports[i].finding.verdict == Verdict::kSkip ? 1 : 0;
      if (!is_failure(reports[i].finding.verdict)) continue;
      reports[i].finding.text += "; again with --fuzz 1 --seed " + seed;
      results.push_back({"fuzz/seed-" + seed, std::move(reports[i])});
    }
    done += count;
    progress(done, std::max(done, rounds));
  }
  if (!results.empty()) return results;
  const auto seeds = "seeds " + std::to_string(seed_) + " to " + std::to_string(seed_ + done - 1);
  if (skipped == done) return {{"fuzz", {.finding = skip("no instance came of any sequence: " + seeds)}}};
  return {{"fuzz", {.finding = pass(std::to_string(done - skipped) + " random sequences, " + seeds)}}};
}

}  // namespace agente::conformance
