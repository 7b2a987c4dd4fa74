/// Watches in debug builds that the host keeps to the thread tags of <agente/tags.h>. For the SDK itself.
///
/// A host (or a test) that overlaps two [serial] calls of one instance, or calls it while or after it is destroyed,
/// gets AGENTE_E_INTERNAL with a sentence that names the function and the rule, instead of a data race in the plugin.
/// On unless NDEBUG is defined; -DAGENTE_CHECK_THREADS=0 or 1 decides otherwise, alike for all sources of a plugin.
/// Without it nothing is kept and nothing is done.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include <agente/sdk/detail.hpp>
#include <agente/sdk/tags.hpp>

#ifndef AGENTE_CHECK_THREADS
#ifdef NDEBUG
#define AGENTE_CHECK_THREADS 0
#else
#define AGENTE_CHECK_THREADS 1
#endif
#endif

namespace agente::detail {

#if AGENTE_CHECK_THREADS

/// Counts what is under way in one instance. The last to leave once destroy was called ends the instance: a host that
/// destroys too early thus gets its sentence from the calls that follow, and the call under way its object.
class watch {
 public:
  /// `end(instance)` deletes the instance and this watch with it.
  watch(void* instance, void (*end)(void*) noexcept) noexcept : instance_(instance), end_(end) {}
  watch(const watch&) = delete;
  watch& operator=(const watch&) = delete;

  /// False, and *err says why: `call` must not run now. leave must follow in any case.
  bool enter(const tagged_call& call, agente_error* err) noexcept {
    if ((state_.fetch_add(1) & destroyed) != 0)
      return refuse(err, call, "while or after the instance was destroyed; destroy is [quiesced] and comes last");
    const char* other = nullptr;
    if (call.tag != tag::serial || serial_.compare_exchange_strong(other, call.function)) return true;
    return refuse(err, call, std::string{"while "} + other + " was running; both are [serial]: one at a time");
  }
  void leave(const tagged_call& call, bool was_let_in) noexcept {
    if (was_let_in && call.tag == tag::serial) serial_ = nullptr;
    release();
  }

  /// No call is let in from here on. Returns how many are under way: 0, if the host keeps the rule.
  std::uint32_t close() noexcept {
    const auto before = state_.fetch_add(1);
    state_.fetch_or(destroyed);
    return before & ~(destroyed | ending);
  }
  /// After close: one fewer to wait for.
  void release() noexcept {
    if (state_.fetch_sub(1) != (destroyed | 1U)) return;
    auto nobody = destroyed;
    if (state_.compare_exchange_strong(nobody, destroyed | ending)) end_(instance_);
  }

 private:
  static constexpr std::uint32_t destroyed = 1U << 31U;
  static constexpr std::uint32_t ending = 1U << 30U;  // so that a call refused meanwhile does not end it again

  static bool refuse(agente_error* err, const tagged_call& call, const std::string& why) noexcept {
    guarded(err, [&]() -> agente_status {
      throw error(AGENTE_E_INTERNAL,
                  std::string{"the host broke the threads' rules: it called "} + call.function + " " + why);
    });
    return false;
  }

  void* instance_;
  void (*end_)(void*) noexcept;
  std::atomic<std::uint32_t> state_{0};  // calls under way and the two flags
  std::atomic<const char*> serial_{nullptr};
};

/// One call's stay in an instance.
class visit {
 public:
  visit(watch* in, const tagged_call& call, agente_error* err) noexcept
      : watch_(in), call_(call), let_in_(!in || in->enter(call, err)) {}
  ~visit() {
    if (watch_) watch_->leave(call_, let_in_);
  }
  visit(const visit&) = delete;
  visit& operator=(const visit&) = delete;
  [[nodiscard]] bool is_let_in() const noexcept { return let_in_; }

 private:
  watch* watch_;
  tagged_call call_;
  bool let_in_;
};

#else

struct visit {
  ~visit() {}  // as if it did something: no warning about an unused one
  [[nodiscard]] static constexpr bool is_let_in() noexcept { return true; }
};

#endif

}  // namespace agente::detail
