#include "conformance/process_state.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <clocale>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include <malloc.h>
#include <sys/stat.h>
#include <unistd.h>

extern "C" {
// Both are there only in programs built with a sanitizer.
std::size_t __sanitizer_get_current_allocated_bytes() __attribute__((weak));  // NOLINT(bugprone-reserved-identifier)
void __tsan_on_report(void* report);                                          // NOLINT(bugprone-reserved-identifier)
}

namespace agente::conformance {
namespace {

std::atomic<int> races{0};

std::vector<std::string> signals_now() {
  std::vector<std::string> all;
  for (int number = 1; number < NSIG; ++number) {
    struct sigaction action {};
    if (::sigaction(number, nullptr, &action) != 0) continue;
    const auto handler = reinterpret_cast<std::uintptr_t>(action.sa_sigaction);
    all.push_back("signal " + std::to_string(number) + ": handler " + std::to_string(handler) + ", flags " +
                  std::to_string(action.sa_flags));
  }
  return all;
}

std::vector<std::string> settings_now() {
  const auto mask = ::umask(0);
  ::umask(mask);
  std::vector<std::string> all{"umask " + std::to_string(mask), "folder " + std::filesystem::current_path().string()};
  const char* locale = std::setlocale(LC_ALL, nullptr);  // NOLINT(concurrency-mt-unsafe): one thread here
  all.push_back(std::string("locale ") + (locale == nullptr ? "" : locale));
  for (char** one = environ; *one != nullptr; ++one) all.emplace_back(*one);
  return all;
}

std::vector<std::string> files_now() {
  std::vector<std::string> all;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd", error)) {
    const auto what = std::filesystem::read_symlink(entry.path(), error).string();
    if (what.starts_with("/proc/") && what.ends_with("/fd")) continue;  // this very listing
    all.push_back("descriptor " + entry.path().filename().string() + " (" + what + ")");
  }
  return all;
}

}  // namespace

ProcessState ProcessState::now() { return {signals_now(), settings_now(), files_now()}; }

std::string difference(const std::vector<std::string>& before, const std::vector<std::string>& after) {
  for (const auto& one : after) {
    if (std::ranges::find(before, one) == before.end()) return one;
  }
  for (const auto& one : before) {
    if (std::ranges::find(after, one) == after.end()) return one + " is gone";
  }
  return {};
}

std::size_t thread_count() {
  std::error_code error;
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator("/proc/self/task", error),
                                                std::filesystem::directory_iterator()));
}

bool threads_settle(std::size_t most) {
  constexpr std::chrono::milliseconds kStep{2};
  constexpr int kSteps = 500;
  for (int i = 0; i < kSteps; ++i) {
    if (thread_count() <= most) return true;
    std::this_thread::sleep_for(kStep);  // a thread that was joined may be listed a moment longer
  }
  return false;
}

std::size_t allocated_bytes() {
  if (__sanitizer_get_current_allocated_bytes != nullptr) return __sanitizer_get_current_allocated_bytes();
  const auto info = ::mallinfo2();
  return info.uordblks + info.hblkhd;
}

std::size_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::size_t size = 0;
  std::size_t resident = 0;
  statm >> size >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

bool is_sanitized() { return __sanitizer_get_current_allocated_bytes != nullptr; }

int race_reports() { return races; }

}  // namespace agente::conformance

void __tsan_on_report(void* /*report*/) { ++agente::conformance::races; }  // NOLINT(bugprone-reserved-identifier)
