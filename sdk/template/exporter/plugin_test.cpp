#include "plugin.hpp"

#include <agente/fake_host.hpp>
#include <gtest/gtest.h>

TEST(Test@Class@, PostsABatchAsLines) {
  agente::testing::fake_host fake;
  agente::testing::instance<@Class@> exporter(fake, R"({"api_url": "http://warehouse"})");
  fake.answer("POST", "http://warehouse", {.status = 200});

  exporter.export_batch({.id = "b1", .events = {{.body_json = "{}"}, {.body_json = R"({"a": 1})"}}});

  EXPECT_EQ(fake.requests().at(0).body, "{}\n{\"a\": 1}\n");
}
