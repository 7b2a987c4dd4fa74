// The exporter's table; channels and PMSs are tested with the rest of the room.
#include <agente/exporter.h>

#include "plugins/isolation/isolation_fixture.hpp"

namespace agente::plugins::isolation {
namespace {

struct ExporterTest : IsolationTest {
  ExporterTest() {
    config.plugin = "bulletin";
    config.kind = config::PluginKind::kExporter;
    auto made = Generation::create(program("bulletin", Kind::kExporter), config, lent, Place{});
    EXPECT_TRUE(made) << (made ? "" : made.error().text);
    generation = *made;
    generation->go_live();
  }

  Result<void> feed(const std::vector<agente_event>& events) {
    const agente_batch batch{sizeof batch, 0, abi::str("b-1"), events.data(), events.size()};
    return generation->call({.name = "export_batch"}, [&](const Frame& frame) {
      const auto& table = *static_cast<const agente_exporter_v1*>(frame.interface);
      return table.export_batch(frame.self, frame.call, &batch, frame.err);
    });
  }
};

agente_event event(std::uint64_t sequence, std::string_view hotel = "sol") {
  return {.struct_size = sizeof(agente_event),
          .sequence = sequence,
          .hotel = abi::str(hotel),
          .type = abi::str("message.received"),
          .body_json = abi::str("{}")};
}

TEST_F(ExporterTest, ABatchArrivesInOrderAndWhole) {
  std::vector<agente_event> many;
  for (std::uint64_t i = 1; i <= 2000; ++i) many.push_back(event(i));
  EXPECT_TRUE(feed(many));
  EXPECT_EQ(feed({event(2), event(1)}).error().text, "out of order");
  EXPECT_EQ(feed({event(1, "")}).error().code, Code::kInvalid);
  EXPECT_EQ(feed({}).error().code, Code::kRetry);
}

TEST_F(ExporterTest, ItDescribesAndChecksItself) {
  abi::TextSink json(abi::kTextLimit);
  int checks = 0;
  const agente_check_sink sink{&checks, [](void* ctx, const agente_check* check) {
                                 *static_cast<int*>(ctx) += check->ok == 1 ? 1 : 0;
                                 return agente_status{AGENTE_OK};
                               }};
  const auto done = generation->call({.name = "describe"}, [&](const Frame& frame) {
    const auto& table = *static_cast<const agente_exporter_v1*>(frame.interface);
    const auto status = table.describe(frame.self, frame.call, json.c(), frame.err);
    return status == AGENTE_OK ? table.self_test(frame.self, frame.call, &sink, frame.err) : status;
  });
  EXPECT_TRUE(done);
  EXPECT_EQ(*json.take("description"), R"({"events": ["*"]})");
  EXPECT_EQ(checks, 1);
}

}  // namespace
}  // namespace agente::plugins::isolation
