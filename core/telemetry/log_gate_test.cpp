#include "telemetry/log_gate.hpp"

#include <gtest/gtest.h>

namespace agente::log {
namespace {

using std::chrono::milliseconds;

TEST(LogGate, OneLineASecondPassesAndTellsHowManyDidNot) {
  ManualClock clock{Time{milliseconds{1'789'473'600'000}}};
  Gate gate{clock};

  EXPECT_EQ(gate.pass(), 0U);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(gate.pass(), std::nullopt);
  clock.advance(milliseconds{999});
  EXPECT_EQ(gate.pass(), std::nullopt);
  clock.advance(milliseconds{1});
  EXPECT_EQ(gate.pass(), 1001U);
  EXPECT_EQ(gate.pass(), std::nullopt);
  clock.advance(milliseconds{5000});
  EXPECT_EQ(gate.pass(), 1U);
}

TEST(LogGate, AClockThatIsSetBackStopsNoLine) {
  ManualClock clock{Time{milliseconds{1'789'473'600'000}}};
  Gate gate{clock};
  EXPECT_EQ(gate.pass(), 0U);
  clock.set(Time{milliseconds{0}});
  clock.advance(milliseconds{1000});
  EXPECT_EQ(gate.pass(), 0U);
}

}  // namespace
}  // namespace agente::log
