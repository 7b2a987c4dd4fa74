#include "conformance/instance.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>

namespace agente::conformance {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kSurplus = 64;
constexpr auto kUntouched = std::byte{0xa5};

/// An error record of a host that is newer than the plugin, with a margin whose every byte is known.
struct alignas(8) NewerError {
  agente_error known;
  std::byte surplus[kSurplus];

  NewerError() : known{} {
    std::memset(this, static_cast<int>(kUntouched), sizeof *this);
    known = {};
    known.struct_size = sizeof *this;
  }
  [[nodiscard]] bool is_overwritten() const {
    return known.struct_size != sizeof *this ||
           std::ranges::any_of(surplus, [](std::byte b) { return b != kUntouched; });
  }
};

std::chrono::milliseconds since(Clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
}

std::uint64_t next_call() {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

template <class Body>
void guarded(Outcome& outcome, Body&& body) {
  try {
    outcome.status = body();
  } catch (...) {  // NOLINT: whatever a plugin throws
    outcome.threw = true;
    outcome.status = AGENTE_E_INTERNAL;
  }
}

}  // namespace

std::string Outcome::text() const { return {error.text, std::min<std::size_t>(error.text_len, sizeof error.text)}; }

Outcome Instance::create(const std::string& config_json) {
  Outcome outcome{.job = "create"};
  NewerError err;
  const auto start = Clock::now();
  const TrialHost::Inside inside(host_);
  const auto config = lender_.text(config_json);
  guarded(outcome, [&] { return plugin_.create(host_.raw(), config, &self_, &err.known); });
  outcome.took = since(start);
  outcome.error = err.known;
  outcome.overwritten = err.is_overwritten();
  exists_ = outcome.status == AGENTE_OK;
  if (!exists_) host_.end();
  return outcome;
}

void Instance::destroy() {
  if (!exists_) return;
  exists_ = false;
  {
    const TrialHost::Inside inside(host_);
    plugin_.destroy(self_);
  }
  host_.end();
}

const void* Instance::query(std::string_view interface_id) const {
  return plugin_.query(self_, lender_.text(interface_id));
}

Outcome Instance::call(const Terms& terms, const Work& work) {
  Outcome outcome{.job = terms.job};
  NewerError err;
  auto record = agente::detail::sized<agente_call>();
  record.id = next_call();
  record.deadline_ms = TrialHost::monotonic_ms() + terms.deadline.count();
  record.trace = lender_.text("00000000000000aa");
  auto* lent = static_cast<agente_call*>(lender_.room(sizeof record));
  std::memcpy(lent, &record, sizeof record);
  host_.begin(record.id, terms.may_stage, record.deadline_ms);
  const auto start = Clock::now();
  {
    const TrialHost::Inside inside(host_);
    guarded(outcome, [&] { return work(self_, lent, &err.known); });
  }
  outcome.took = since(start);
  outcome.error = err.known;
  outcome.overwritten = err.is_overwritten();
  outcome.staged = host_.finish(record.id, outcome.status == AGENTE_OK && terms.commit());
  return outcome;
}

}  // namespace agente::conformance
