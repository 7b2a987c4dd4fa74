// A hotel outgrows its file: agentctl store looks into it, brings it up to date and moves it to PostgreSQL.
#include <gmock/gmock.h>

#include "servers/postgres_server.hpp"
#include "stage.hpp"

namespace agente::e2e {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;

constexpr const char* kGuest = "5491155550142";

bool is_in_state(const Stage& stage, const std::string& state) {
  return eventually([&] { return stage.conversation("whatsapp", kGuest).value("state", "") == state; });
}

TEST(StoreCommand, AHotelMovesToPostgresInTheMiddleOfABooking) {
  Stage stage({});
  const auto config = (stage.folder() / "agente.yaml").string();
  stage.start_simulator();
  stage.start_host();
  EXPECT_EQ(stage.guest_writes(kGuest, "Hola, quiero reservar una doble del 12 al 15 de marzo para 2 personas", "1"),
            200);
  EXPECT_EQ(stage.guest_writes(kGuest, "Lucía Fernández", "2"), 200);
  ASSERT_TRUE(is_in_state(stage, "awaiting_confirmation"));
  servers::PostgresServer server;
  const auto url = server.new_database();
  const auto from = "sqlite:" + (stage.folder() / "agente.db").string();
  stage.agentctl({"store", "copy", "--from", from, "--to", url}, "", 1);  // the host has the file
  EXPECT_EQ(stage.stop_host(), 0);
  // Counted only now: while the host runs, it and its plugins still write.
  const auto before = nlohmann::json::parse(stage.agentctl({"store", "status", "--config", config, "--json"}));
  EXPECT_EQ(before["back_end"], "SQLite");
  EXPECT_EQ(before["rows"]["inbound_messages"], 2);
  EXPECT_THAT(stage.agentctl({"store", "copy", "--from", from, "--to", url}), HasSubstr("each compared"));
  stage.agentctl({"store", "copy", "--from", from, "--to", url}, "", 1);  // the target is not empty any more

  auto text = stage.config_text();
  const std::string old = "sqlite:agente.db";
  stage.write_config_text(text.replace(text.find(old), old.size(), url));
  const auto after = nlohmann::json::parse(stage.agentctl({"store", "status", "--config", config, "--json"}));
  EXPECT_EQ(after["back_end"], "PostgreSQL");
  EXPECT_EQ(after["rows"], before["rows"]);
  EXPECT_THAT(stage.agentctl({"store", "migrate", "--store", url}), HasSubstr("PostgreSQL, schema"));

  stage.start_host();
  EXPECT_EQ(stage.guest_writes(kGuest, "Lucía Fernández", "2"), 200);  // the provider repeats itself
  EXPECT_EQ(stage.guest_writes(kGuest, "sí", "3"), 200);
  ASSERT_TRUE(is_in_state(stage, "confirmed"));
  const auto id = stage.conversation("whatsapp", kGuest)["reservations"][0]["pms_booking_id"].get<std::string>();
  EXPECT_TRUE(eventually([&] { return ::testing::Value(stage.texts_to(kGuest), Contains(HasSubstr(id))); }));
  EXPECT_THAT(server.ask("SELECT application_name FROM pg_stat_activity WHERE datname = 'hotel_1'"),
              HasSubstr("agente-host"));
  EXPECT_EQ(server.ask("SELECT count(*) FROM inbound_messages", "hotel_1"), "3\n");
  EXPECT_EQ(stage.host_log().find("s3cret"), std::string::npos);
}

TEST(StoreCommand, WhatIsMissingIsSaid) {
  Stage stage({});
  stage.agentctl({"store", "status"}, "", 1);
  stage.agentctl({"store", "status", "--store", "sqlite:" + (stage.folder() / "nothing.db").string()}, "", 1);
  stage.agentctl({"store", "copy", "--from", "sqlite:x.db"}, "", 2);
  EXPECT_THAT(stage.agentctl({"store", "copy", "--help"}), AllOf(HasSubstr("--from"), HasSubstr("hosts stopped")));
}

}  // namespace
}  // namespace agente::e2e
