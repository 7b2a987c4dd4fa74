#include <agente/channel.h>
#include <agente/fake_host.hpp>
#include <agente/sdk.hpp>
#include <agente_schema.hpp>
#include <dlfcn.h>
#include <gmock/gmock.h>

namespace {

/// As the host does it: from the file, by its one exported function.
const agente_plugin* plugin_of(std::uint32_t abi_major) {
  void* library = dlopen(PLUGIN, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) throw std::runtime_error(dlerror());
  return reinterpret_cast<decltype(&agente_plugin_entry)>(dlsym(library, "agente_plugin_entry"))(abi_major);
}

class TestRustChannel : public ::testing::Test {
 protected:
  TestRustChannel() { fake.set_secret("/token", "s3cret"); }

  agente::http_out post(std::string_view authorization, std::string_view id = "42") {
    return channel.on_http({.method = "POST",
                            .headers = {{"Authorization", authorization}, {"X-Message-Id", id}, {"X-Sender", "ana"}},
                            .body = "¿Tienen una doble?"});
  }
  agente_status code_of_send() {
    try {
      channel.send({.key = "k1", .recipient = "ana", .text = "Buenas"});
      return AGENTE_OK;
    } catch (const agente::error& e) {
      return e.code();
    }
  }

  agente::testing::fake_host fake;
  agente::testing::channel_instance channel{fake, *plugin_of(AGENTE_ABI_MAJOR),
                                            R"({"outbox_url": "http://desk/replies"})"};
};

TEST_F(TestRustChannel, TheDescriptorSaysWhatTheSchemaFileSays) {
  const auto* plugin = plugin_of(AGENTE_ABI_MAJOR);
  EXPECT_EQ(agente::detail::view(plugin->config_schema), agente_schema);
  EXPECT_EQ(plugin_of(AGENTE_ABI_MAJOR + 1), nullptr);
}

TEST_F(TestRustChannel, KeepsAMessageOnlyIfTheTokenIsRight) {
  EXPECT_EQ(post("Bearer s3cre7").status, 401);
  EXPECT_EQ(post("").status, 401);
  EXPECT_EQ(post("Bearer s3cret").status, 200);

  ASSERT_EQ(fake.inbox().size(), 1U);
  EXPECT_EQ(fake.inbox()[0].external_id, "42");
  EXPECT_EQ(fake.inbox()[0].sender, "ana");
  EXPECT_EQ(fake.inbox()[0].text, "¿Tienen una doble?");
}

TEST_F(TestRustChannel, AMessageWithoutANumberIsRefused) {
  EXPECT_EQ(post("Bearer s3cret", "").status, 400);
  EXPECT_TRUE(fake.inbox().empty());
}

TEST_F(TestRustChannel, PostsTheReplyAndReturnsTheProvidersId) {
  fake.answer("POST", "http://desk/replies", {.status = 201, .body = "r-7"});

  EXPECT_EQ(channel.send({.key = "k1", .recipient = "ana", .text = "Buenas"}), "r-7");
  const auto sent = fake.requests().at(0);
  EXPECT_EQ(sent.body, "Buenas");
  EXPECT_EQ(agente::detail::find_header(sent.headers, "x-key"), "k1");
  EXPECT_EQ(agente::detail::find_header(sent.headers, "authorization"), "Bearer s3cret");
}

TEST_F(TestRustChannel, TellsTheHostWhatEachRefusalMeans) {
  for (const int status : {401, 429, 503, 400}) fake.answer("POST", "http://desk/replies", {.status = status});
  fake.fail("POST", "http://desk/replies", AGENTE_E_UNKNOWN_OUTCOME);

  EXPECT_EQ(code_of_send(), AGENTE_E_AUTH);
  EXPECT_EQ(code_of_send(), AGENTE_E_RATE);
  EXPECT_EQ(code_of_send(), AGENTE_E_RETRY);
  EXPECT_EQ(code_of_send(), AGENTE_E_INVALID);
  EXPECT_EQ(code_of_send(), AGENTE_E_UNKNOWN_OUTCOME);
}

TEST_F(TestRustChannel, TheSelfTestSaysWhenTheTokenIsGone) {
  EXPECT_TRUE(channel.self_test().at(0).ok);
  fake.forget_secret("/token");
  EXPECT_FALSE(channel.self_test().at(0).ok);
}

}  // namespace
