// Upgrades of the WhatsApp plugin while guests write without a pause, every tenth of them to a version that
// is sick: no message is lost, none is doubled, and no old code stays.
#include <atomic>
#include <fstream>
#include <map>
#include <sstream>
#include <thread>

#include <gmock/gmock.h>

#include "stage.hpp"

namespace agente::e2e {
namespace {

namespace fs = std::filesystem;

constexpr int kUpgrades = AGENTE_UPGRADES;  // a hundred; fewer where sanitizers make each of them slow
constexpr int kWriters = 2;

/// The bytes of a version with a mark behind them: another digest, so really another image.
void install(const fs::path& from, const fs::path& file, int mark) {
  const auto next = file.parent_path() / "next.tmp";
  fs::copy_file(from, next, fs::copy_options::overwrite_existing);
  std::ofstream(next, std::ios::binary | std::ios::app) << "mark " << mark;
  fs::rename(next, file);
}

std::string guest_number(int i) { return "346" + std::to_string(10'000'000 + i); }

/// How many texts the provider took for each guest.
std::map<std::string, int> replies(const Stage& stage) {
  std::map<std::string, int> count;
  for (const auto& request : stage.simulator("GET", "/__sim/log").json().value("requests", nlohmann::json::array())) {
    if (request.value("accepted", false) && request.value("type", "") == "text") ++count[request.value("to", "")];
  }
  return count;
}

/// Messages that the host has taken and not answered yet, by its own gauges.
int waiting(const Stage& stage) {
  std::istringstream metrics(stage.host("GET", "/metrics").body);
  int sum = 0;
  for (std::string line; std::getline(metrics, line);) {
    if (line.starts_with("queue_depth{")) sum += std::stoi(line.substr(line.rfind(' ') + 1));
  }
  return sum;
}

/// A guest after the other writes, as fast as the host keeps up with its answers.
void write(Stage& stage, const std::stop_token& stop, std::atomic<int>& guests, std::atomic<int>& refused) {
  constexpr int kMostWaiting = 30;
  while (!stop.stop_requested()) {
    const auto number = guests++;
    const auto guest = guest_number(number);
    refused += stage.guest_writes(guest, "hola", "wamid." + guest) == 200 ? 0 : 1;
    if (number % 10 == 0) eventually([&] { return waiting(stage) < kMostWaiting; });
  }
}

TEST(UpgradeUnderLoad, NoMessageIsLostOrDoubledAndNoOldCodeStays) {
  Stage stage({.own_plugins = true});
  stage.start_simulator();
  stage.start_host();
  const auto good = fs::path(AGENTE_VERSIONS) / "whatsapp-next.so";
  const auto sick = fs::path(AGENTE_VERSIONS) / "whatsapp-sick.so";
  std::atomic<int> guests{0};
  std::atomic<int> refused{0};
  {
    std::vector<std::jthread> writers;
    for (int i = 0; i < kWriters; ++i) {
      writers.emplace_back([&](const std::stop_token& stop) { write(stage, stop, guests, refused); });
    }
    for (int i = 0; i < kUpgrades; ++i) {
      const bool fails = i % 10 == 9;
      install(fails ? sick : good, stage.plugin_file("whatsapp"), i);
      stage.agentctl({"plugin", "reload", "whatsapp"}, "", fails ? 1 : 0);
    }
  }
  EXPECT_EQ(refused, 0) << "every webhook is taken at once, whatever is swapped meanwhile";
  const auto all = static_cast<std::size_t>(guests);
  EXPECT_TRUE(eventually([&] { return replies(stage).size() == all; }, 120)) << replies(stage).size() << " of " << all;
  int doubled = 0;
  for (const auto& [guest, count] : replies(stage)) doubled += count == 1 ? 0 : 1;
  EXPECT_EQ(doubled, 0);

  const auto row = stage.instance("whatsapp");
  EXPECT_GT(row["generation"], kUpgrades - kUpgrades / 10);
  EXPECT_EQ(row["stuck"], 0);
  EXPECT_TRUE(eventually([&] { return stage.instance("whatsapp")["resident_images"] == 1; }));
}

}  // namespace
}  // namespace agente::e2e
