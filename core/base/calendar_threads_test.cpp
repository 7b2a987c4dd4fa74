// A program of its own: the time zones are read once per process, and this is about who reads them.
#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "base/calendar.hpp"

namespace agente {

TEST(Calendar, AThreadMayUseTheTimeZonesThatAnotherHasRead) {
  // Relaxed on purpose: the two threads share nothing but what the calendar itself does about threads.
  std::atomic<bool> read{false};
  const auto day = [] { return format_day(day_in_zone(*parse_time("2026-09-15T22:30:00Z"), "Europe/Madrid")); };
  std::jthread second{[&] {
    while (!read.load(std::memory_order_relaxed)) std::this_thread::yield();
    EXPECT_EQ(day(), "2026-09-16");
  }};
  std::jthread first{[&] {
    EXPECT_EQ(day(), "2026-09-16");
    read.store(true, std::memory_order_relaxed);
  }};
}

}  // namespace agente
