#pragma once

#include <memory>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "plugins/plugin_host.hpp"
#include "plugins/test_house.hpp"

namespace agente::plugins {

struct PluginHostTest : testing::Test {
  TestHouse house;
  std::unique_ptr<PluginHost> host = std::make_unique<PluginHost>(house.options(), house.services());

  Channel& channel(const std::string& plugin) {
    const auto done = host->start(channel_config(plugin));
    EXPECT_TRUE(done) << (done ? "" : done.error().text);
    return *host->channel("bell");
  }
  InstanceStatus status() { return host->list().at(0); }
};

inline Result<std::string> send(Channel& to, const std::string& recipient, const std::string& text = "") {
  return to.send({.key = "k1", .recipient = recipient, .text = text}, "00000000000000aa");
}

/// Waits for what another thread brings about; the test's time limit bounds it.
template <class F>
void wait_for(F&& condition) {
  while (!condition()) std::this_thread::yield();
}

inline Result<HttpOut> post(Channel& to, const std::string& body, Staged& staged) {
  return to.on_http({.method = "POST", .body = body}, staged, "");
}

}  // namespace agente::plugins
