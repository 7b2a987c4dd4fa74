/// Unit tests for plugins, without a host: a fake one whose clock, HTTP answers and secrets the test holds in its hand.
///
///     agente::testing::fake_host fake;
///     fake.set_secret("/token", "s3cret");
///     fake.answer("POST", "http://provider/send", {.status = 200, .body = "wamid.1"});
///     agente::testing::instance<Board> board(fake, R"({"url": "http://provider/send"})");
///
///     EXPECT_EQ(board.send({.key = "k1", .recipient = "34600", .text = "Hola"}), "wamid.1");
///     EXPECT_EQ(fake.requests().at(0).body, "Hola");
///
/// The plugin is driven through its real C tables, so what a test sees is what the host will see. Include the plugin's
/// class from a header; the macro AGENTE_..._PLUGIN stays in the .cpp of the plugin. Needs no test framework.
#pragma once

#include <agente/testing/fake_host.hpp>
#include <agente/testing/instance.hpp>
