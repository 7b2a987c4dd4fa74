#include <array>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <thread>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

namespace agente {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

struct LogFile : testing::Test {
  std::filesystem::path file = std::filesystem::temp_directory_path() / ("agente-" + random_hex(8)) / "app.log";
  void SetUp() override { ASSERT_TRUE(log::open(file, log::Level::kInfo)); }
  void TearDown() override {
    log::close();
    std::filesystem::remove_all(file.parent_path());
  }
};

}  // namespace

TEST_F(LogFile, LineHasTimeLevelComponentMessageAndFields) {
  log::info("PMS", "booked", {{"booking_id", "H-1"}, {"trace", "00ff"}});
  log::close();
  EXPECT_TRUE(
      std::regex_search(
          read_file(file),
          std::regex(R"(^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z I     PMS booked booking_id=H-1 trace=00ff\n)")) ||
      std::regex_search(read_file(file), std::regex(R"(Z info  PMS booked booking_id=H-1 trace=00ff\n)")))
      << read_file(file);
}

TEST_F(LogFile, GuestTextCannotForgeALine) {
  log::info("messaging", "odd", {{"text", "a\nb\" c=d\r\n2026-01-01 forged"}});
  log::close();
  EXPECT_EQ(std::ranges::count(read_file(file), '\n'), 1);
}

TEST_F(LogFile, ALineIsThereSoonAlthoughNothingFollows) {
  log::info("PMS", "alone");
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  while (read_file(file).empty() && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  EXPECT_THAT(read_file(file), HasSubstr("PMS alone\n"));
}

TEST_F(LogFile, LinesThatComeTogetherAreAllThereInTheirOrder) {
  for (int i = 0; i < 3000; ++i) log::info("PMS", "line", {{"number", std::to_string(i)}});
  log::close();
  std::istringstream lines(read_file(file));
  int number = 0;
  for (std::string line; std::getline(lines, line); ++number) {
    EXPECT_THAT(line, testing::EndsWith("number=" + std::to_string(number)));
  }
  EXPECT_EQ(number, 3000);
}

TEST_F(LogFile, ReopenFollowsTheNameAfterRotation) {
  log::info("a", "before");
  log::close();
  ASSERT_TRUE(log::open(file, log::Level::kInfo));
  std::filesystem::rename(file, file.string() + ".1");
  log::reopen();
  log::info("a", "after");
  log::close();
  EXPECT_THAT(read_file(file), HasSubstr("after"));
  EXPECT_THAT(read_file(file.string() + ".1"), HasSubstr("before"));
}

TEST(LogLost, AFileThatTakesNothingHoldsNobodyUpAndWhatWasLostIsToldLater) {
  std::signal(SIGPIPE, SIG_IGN);  // as the host does
  const auto pipe = std::filesystem::temp_directory_path() / ("agente-" + random_hex(8) + ".log");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const int reader = ::open(pipe.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  ASSERT_TRUE(log::open(pipe, log::Level::kInfo));
  const std::string long_text(1000, 'x');
  for (int i = 0; i < 12'000; ++i) log::info("PMS", long_text);  // 12 MB, and nobody reads

  std::string text;
  std::array<char, 65'536> piece{};
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{60};
  while (text.find("warn  log ") == std::string::npos && std::chrono::steady_clock::now() < deadline) {
    log::info("PMS", "after");
    const auto count = ::read(reader, piece.data(), piece.size());
    if (count > 0) text.append(piece.data(), static_cast<std::size_t>(count));
  }
  EXPECT_TRUE(std::regex_search(text.substr(text.size() - std::min<std::size_t>(text.size(), 70'000)),
                                std::regex(R"(Z warn  log \d+ lines lost: the disk is too slow)")));
  ::close(reader);  // what is still to be written fails, and the log ends
  log::close();
  std::filesystem::remove(pipe);
}

TEST(LogWords, RoomAndMemoryAreKeptForMemoryEvents) {
  EXPECT_EQ(log::tidy("Room oom memory room_type", log::About::kOrdinary), "unit o-m mem unit_type");
  EXPECT_EQ(log::tidy("memory low", log::About::kMemory), "memory low");
}

TEST(LogWords, ErrorAfterWhatsappIsKeptForFailedMessages) {
  EXPECT_EQ(log::tidy("error whatsapp said error", log::About::kOrdinary), "error whatsapp said fault");
  EXPECT_EQ(log::tidy("whatsapp error=131026", log::About::kFailedMessage), "whatsapp error=131026");
}

TEST(LogOpen, UnwritableFileIsRefusedWithTheRemedy) {
  const auto opened = log::open("/proc/nowhere/app.log", log::Level::kInfo);
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().text, HasSubstr("/proc/nowhere/app.log"));
  log::close();
}

TEST(Metrics, ShowsZerosRefreshesGaugesAndTakesPluginsOwn) {
  Metrics metrics;
  metrics.add("whatsapp_messages_total", {{"direction", "in"}, {"status", "received"}}, 0);
  metrics.before_collect([&] { metrics.set("queue_depth", {{"queue", "inbound"}}, 7); });
  metrics.observe("webhook_ack_seconds", {}, 0.002);
  metrics.add("porter_bells_total", {}, 2);
  const auto text = metrics.text();
  EXPECT_THAT(text, HasSubstr("whatsapp_messages_total{direction=\"in\",status=\"received\"} 0"));
  EXPECT_THAT(text, HasSubstr("queue_depth{queue=\"inbound\"} 7"));
  EXPECT_THAT(text, HasSubstr("webhook_ack_seconds_count 1"));
  EXPECT_THAT(text, HasSubstr("porter_bells_total 2"));
  EXPECT_THAT(text, Not(HasSubstr("guest_response_seconds_count")));
}

}  // namespace agente
