#include "web/staff.hpp"

#include <latch>

#include <gtest/gtest.h>

namespace agente::web {
namespace {

TEST(Staff, JoinWhileOthersAreHeldUpAndLeaveWhenThereIsNothingToDo) {
  constexpr int kAll = 12;
  std::latch together(kAll);
  Staff staff(
      kAll, [&](std::unique_ptr<Connection>) { together.arrive_and_wait(); }, Millis{1});
  for (int i = 0; i < kAll; ++i) staff.give(nullptr);
  together.wait();  // each was held up by the others, and yet all came
  const auto few = std::max<std::size_t>(2, std::thread::hardware_concurrency());
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{10};
  while (staff.size() > few + 1 && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  EXPECT_EQ(staff.size(), std::min<std::size_t>(few + 1, kAll));

  std::latch again(kAll);
  Staff later(
      kAll, [&](std::unique_ptr<Connection>) { again.count_down(); }, Millis{1});
  for (int i = 0; i < kAll; ++i) later.give(nullptr);
  again.wait();  // who left is not missed
}

}  // namespace
}  // namespace agente::web
