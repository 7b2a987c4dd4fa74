#pragma once

#include <cstdint>

namespace agente::plugins::isolation {

/// The descriptor a runner finds its socket at.
inline constexpr int kRunnerSocket = 3;

/// Sanitizers need terabytes of address space and a place for their reports: no RLIMIT_AS, and stderr stays open.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif
#else
inline constexpr bool kSanitized = false;
#endif

}  // namespace agente::plugins::isolation
