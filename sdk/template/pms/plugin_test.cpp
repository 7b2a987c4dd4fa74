#include "plugin.hpp"

#include <agente/fake_host.hpp>
#include <gtest/gtest.h>

TEST(Test@Class@, IsWellWhenThePmsIs) {
  agente::testing::fake_host fake;
  agente::testing::instance<@Class@> pms(fake, R"({"api_url": "http://pms"})");
  fake.answer("GET", "http://pms/health", {.status = 200});
  fake.answer("GET", "http://pms/health", {.status = 503});

  pms.health();
  EXPECT_THROW(pms.health(), agente::error);
}
