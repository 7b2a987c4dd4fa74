#pragma once

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "plugins/c_abi.hpp"
#include "plugins/generation.hpp"
#include "plugins/host_test_fixture.hpp"
#include "plugins/isolation/confined.hpp"
#include "plugins/isolation/process.hpp"
#include "plugins/isolation/remote_program.hpp"
#include "plugins/proxy_channel.hpp"
#include "plugins/route.hpp"
#include "plugins/scheduler.hpp"

namespace agente::plugins::isolation {

/// How many descriptors this process has.
inline std::size_t open_descriptors() {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) ++count;
  return count;
}

/// The children of this process, zombies too.
inline std::vector<std::string> children() {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    std::ifstream status(entry.path() / "stat");
    std::string pid;
    std::string name;
    std::string state;
    std::string parent;
    if (status >> pid >> name >> state >> parent && parent == std::to_string(::getpid())) found.push_back(pid + name);
  }
  return found;
}

/// One instance of a test plugin in a process of its own, with a host that is less patient than in production.
struct IsolationTest : testing::Test {
  TestHouse house;
  std::shared_ptr<House> lent =
      std::make_shared<House>(house.services(), config::Stage::kTest, std::vector<config::HotelConfig>{});
  ImageStore images{house.state.path()};
  config::InstanceConfig config = channel_config("villain");
  Launch launch{.patience = {.grace = Millis{100}, .farewell = Millis{500}, .first_pause = Millis{1}}};
  std::shared_ptr<Generation> generation;
  Route route{"bell", "villain"};
  ProxyChannel channel{route};

  IsolationTest() { config.deadline = Millis{2000}; }
  ~IsolationTest() override {
    if (generation) stop();
    lent->scheduler->stop(Millis{5000});  // as PluginHost::stop: its threads use the clock, which goes before the house
  }

  std::shared_ptr<RemoteProgram> program(const std::string& plugin = "villain", Kind kind = Kind::kChannel) {
    auto copy = images.copy(std::filesystem::path(TEST_PLUGINS) / (plugin + ".so"), kind);
    EXPECT_TRUE(copy) << (copy ? "" : copy.error().text);
    return std::make_shared<RemoteProgram>(std::move(*copy), launch);
  }
  /// The reason why it did not start; empty when it is live.
  std::string start() {
    auto made = Generation::create(program(config.plugin), config, lent, Place{});
    if (!made) return made.error().text;
    generation = *made;
    route.live().swap(generation);
    generation->go_live();
    return {};
  }
  void stop() {
    generation->retire(std::chrono::steady_clock::now() + Millis{60'000});
    route.live().swap(nullptr);
    generation.reset();
  }

  Result<std::string> say(const std::string& recipient) { return send(channel, recipient); }
  Code code_of(const std::string& recipient) {
    const auto sent = say(recipient);
    EXPECT_FALSE(sent) << *sent;
    return sent ? Code{} : sent.error().code;
  }
  [[nodiscard]] Condition condition() const { return generation->condition(); }
  /// Waits until it lives again after so many deaths.
  void await_life(int crashes) {
    wait_for([&] {
      const auto seen = condition();  // once: it may die between two looks
      return seen.running && seen.crashes >= crashes;
    });
    EXPECT_EQ(condition().crashes, crashes);
  }
};

}  // namespace agente::plugins::isolation
