#include <set>
#include <string>

#include <agente/sdk/tags.hpp>
#include <gtest/gtest.h>

/// What programs get from the list of thread tags. That it says what the headers say is shown in plugin-api.
namespace {

using agente::tag;

static_assert(agente::thread_tag("agente_plugin", "create") == tag::serial);
static_assert(agente::thread_tag("agente_plugin", "destroy") == tag::quiesced);
static_assert(agente::thread_tag("agente.channel/1", "send") == tag::any);
static_assert(agente::thread_tag("agente.timer/1", "fn") == tag::serial);

TEST(Tags, ACallIsFoundByInterfaceAndFunction) {
  const auto* call = agente::find_call("agente.pms/1", "changes_since");

  ASSERT_NE(call, nullptr);
  EXPECT_EQ(call->tag, tag::serial);
  EXPECT_STREQ(call->function, "changes_since");
  EXPECT_EQ(agente::find_call("agente.channel/1", "changes_since"), nullptr);
  EXPECT_EQ(agente::find_call("", ""), nullptr);
}

TEST(Tags, ExactlyTheseCallsMustNotOverlap) {
  std::set<std::string> serial;
  for (const auto& call : agente::plugin_calls)
    if (call.tag == tag::serial) serial.insert(std::string{call.interface} + " " + call.function);

  EXPECT_EQ(serial,
            (std::set<std::string>{"agente_plugin create", "agente.channel/1 poll", "agente.pms/1 changes_since",
                                   "agente.exporter/1 export_batch", "agente.timer/1 fn"}));
}

TEST(Tags, EveryServiceMayBeUsedFromAnyThread) {
  for (const auto& call : agente::service_calls) EXPECT_EQ(tag_name(call.tag), "any") << call.function;
}

}  // namespace
