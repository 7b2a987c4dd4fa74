#pragma once

#include <filesystem>
#include <fstream>
#include <future>
#include <memory>
#include <string>

#include "plugins/host_test_fixture.hpp"

namespace agente::plugins {

/// A host with a plugin folder of its own, in which the test puts porter.so.
struct UpgradeTest : testing::Test {
  TestHouse house;
  std::filesystem::path folder = house.state.path() / "plugins";
  std::filesystem::path file = folder / "porter.so";
  HostOptions options = own_options();
  config::InstanceConfig config = channel_config("porter");
  std::unique_ptr<PluginHost> host;

  HostOptions own_options() {
    auto with = house.options();
    with.search = {folder};
    return with;
  }
  void install(const std::string& version) const {
    std::filesystem::create_directories(folder);
    const auto next = folder / "next";
    std::filesystem::copy_file(std::filesystem::path(TEST_PLUGINS) / (version + ".so"), next,
                               std::filesystem::copy_options::overwrite_existing);
    std::filesystem::rename(next, file);
  }
  Channel& start(const std::string& version = "porter") {
    install(version);
    host = std::make_unique<PluginHost>(options, house.services());
    const auto done = host->start(config);
    EXPECT_TRUE(done) << (done ? "" : done.error().text);
    return *host->channel("bell");
  }
  [[nodiscard]] InstanceStatus status() const { return host->list().at(0); }
  void look_until_at_rest() const {
    for (int i = 0; i < 3; ++i) host->look_at_files();
  }
  [[nodiscard]] std::string reason_of_reload() const {
    const auto done = host->reload("bell");
    EXPECT_FALSE(done);
    return done ? "" : done.error().text;
  }
};

struct SlowUpgradeTest : UpgradeTest {
  std::filesystem::path gate = house.state.path() / "gate";
  std::future<Result<std::string>> call;

  void enter(Channel& bell) {
    call = std::async(std::launch::async, [&bell, this] { return send(bell, "gate", gate.string()); });
    wait_for([&] { return status().in_flight == 1; });
  }
  void open() const { std::ofstream(gate) << "open"; }
};

}  // namespace agente::plugins
