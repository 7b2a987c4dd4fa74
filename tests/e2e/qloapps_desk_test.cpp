// A hotel whose PMS is QloApps, and a front desk that works in it too: we follow, and the audit tells the difference.
#include <gmock/gmock.h>

#include "stage.hpp"

namespace agente::e2e {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

constexpr const char* kKey = "DEMOKEYDEMOKEYDEMOKEYDEMOKEYDEMO";
const std::string kBasic = "Basic REVNT0tFWURFTU9LRVlERU1PS0VZREVNT0tFWURFTU86";
constexpr const char* kGuest = "34600111222";

class QloAppsDesk : public ::testing::Test {
 protected:
  explicit QloAppsDesk(const std::string& poll_seconds = "1")
      : stage{{.pms_deadline_ms = 10'000,
               .pms_plugin = "qloapps",
               .pms_config =
                   "{base_url: \"" + url + "\", api_key: " + kKey + ", hotel_id: 1, room_types: {double: 1, suite: 4}}",
               .host_environment = {{"AGENTE_PMS_POLL_SECONDS", poll_seconds}}}} {
    shop.wait_for_line("ready:");
    stage.start_simulator();
    stage.start_host();
  }

  /// A guest of ours books; the PMS' id.
  std::string guest_books() {
    stage.guest_writes(kGuest, "Hola, quiero reservar una doble del 12 al 15 de marzo para 2 personas", "g.1");
    stage.guest_writes(kGuest, "Lucía Fernández", "g.2");
    EXPECT_TRUE(eventually([&] { return conversation()["state"] == "awaiting_confirmation"; }));
    stage.guest_writes(kGuest, "sí", "g.3");
    EXPECT_TRUE(eventually([&] { return conversation()["state"] == "confirmed"; })) << conversation();
    return conversation().value("booking_ref", "");
  }
  [[nodiscard]] json conversation() const { return stage.conversation("whatsapp", kGuest); }
  [[nodiscard]] std::string status() const {
    return stage.host("GET", "/api/v1/reservations").json()["reservations"][0]["status"].get<std::string>();
  }

  // What a clerk does in the back office, by the webservice.
  Answer desk(const std::string& method, const std::string& path, const std::string& body = "") const {
    const auto type = body.starts_with("{") ? "application/json" : "text/xml";
    return http(method, url + "/api/" + path, body, {{"Authorization", kBasic}, {"Content-Type", type}});
  }
  static json order(const std::string& email, const std::string& from, const std::string& to, int type = 1) {
    return {
        {"id_property", 1},
        {"currency", "EUR"},
        {"booking_status", 1},
        {"payment_status", 3},
        {"source", "Front Desk"},
        {"associations",
         {{"customer_detail",
           {{"firstname", "Zoe"}, {"lastname", "Lind"}, {"email", email}, {"phone", "+4915112345678"}}},
          {"room_types",
           json::array(
               {{{"id_room_type", type}, {"checkin_date", from}, {"checkout_date", to}, {"number_of_rooms", 1}}})}}}};
  }
  void desk_books(const std::string& email) const {
    const json body{{"booking", order(email, "2027-11-10", "2027-11-12")}};
    ASSERT_EQ(desk("POST", "bookings?output_format=JSON", body.dump()).status, 200);
  }
  void desk_moves(const std::string& id, const std::string& email, const std::string& to, int type) const {
    auto changed = order(email, "2027-11-10", to, type);
    changed.erase("booking_status");
    changed["id"] = std::stoi(id);
    const auto done = desk("PUT", "bookings/" + id + "?output_format=JSON", json{{"booking", changed}}.dump());
    ASSERT_EQ(done.status, 200) << done.body;
  }
  void desk_cancels(const std::string& id) const {
    ASSERT_EQ(desk("POST", "order_histories?output_format=JSON",
                   "<qloapps><order_history><id_order>" + id +
                       "</id_order><id_order_state>4</id_order_state></order_history></qloapps>")
                  .status,
              201);
  }
  void desk_deletes(const std::string& id) const { ASSERT_EQ(desk("DELETE", "orders/" + id).status, 200); }
  void desk_checks_in(const std::string& row) const {
    auto xml = desk("GET", "room_bookings/" + row).body;
    const std::string before = "<id_status><![CDATA[1]]>";
    ASSERT_NE(xml.find(before), std::string::npos) << xml;
    xml.replace(xml.find(before), before.size(), "<id_status><![CDATA[2]]>");
    ASSERT_EQ(desk("PUT", "room_bookings/" + row, xml).status, 200);
  }

  const int port = free_port();
  const std::string url = "http://127.0.0.1:" + std::to_string(port);
  Stage stage;
  Process shop{{.command = {AGENTE_SIM, "qloapps", "--port", std::to_string(port), "--key", kKey},
                .log = stage.folder() / "shop.log"}};
};

TEST_F(QloAppsDesk, CheckingInAtTheDeskChecksTheReservationIn) {
  guest_books();
  desk_checks_in("1");
  EXPECT_TRUE(eventually([&] { return status() == "CHECKED_IN"; })) << status();
}

TEST_F(QloAppsDesk, AGuestWhoseBookingWasCancelledAtTheDeskHearsItWhenHeAsks) {
  const auto id = guest_books();
  desk_cancels(id);
  EXPECT_TRUE(eventually([&] { return status() == "CANCELLED"; })) << status();

  const auto before = stage.texts_to(kGuest).size();
  stage.guest_writes(kGuest, "quiero cancelar mi reserva", "g.4");
  ASSERT_TRUE(eventually([&] { return stage.texts_to(kGuest).size() > before; }));
  EXPECT_THAT(stage.texts_to(kGuest).back(), ::testing::HasSubstr(id));
  EXPECT_EQ(status(), "CANCELLED");
  EXPECT_NE(conversation()["state"], "awaiting_confirmation") << "there is nothing left to cancel";
}

TEST_F(QloAppsDesk, HowFullTheHouseIsFollowsWhatTheDeskDoes) {
  const auto night = [&] { return stage.host("GET", "/api/v1/occupancy?date=2027-11-10").json(); };
  EXPECT_TRUE(eventually([&] { return night()["occupancy_rate"] == 0; })) << night();
  desk_books("a@example.org");
  EXPECT_TRUE(eventually([&] { return night()["occupancy_rate"] == 10; })) << night();
  EXPECT_EQ(night()["rooms_occupied"], 1);
  EXPECT_EQ(night()["rooms_available"], 10) << "five of each of the two types that are sold here";
  EXPECT_EQ(night()["source"], "qloapps");
  EXPECT_TRUE(night()["as_of"].is_string() && night()["reason"].is_null()) << night();
  EXPECT_TRUE(night()["rooms_out_of_order"].is_null() && night()["rooms_out_of_order_reason"].is_string()) << night();
  const auto line = stage.agentctl({"pms", "occupancy", "--hotel", "sol", "--date", "2027-11-10"});
  EXPECT_THAT(line, ::testing::HasSubstr("10.0 %"));
  EXPECT_EQ(json::parse(stage.agentctl({"pms", "occupancy", "--json"}))["rooms_occupied"], 0) << "tonight";
  const auto metrics = stage.host("GET", "/metrics").body;
  EXPECT_THAT(metrics, ::testing::HasSubstr("\nhotel_occupancy_rate{hotel=\"sol\"} 0\n"));
  EXPECT_THAT(metrics, ::testing::HasSubstr("\nhotel_occupancy_age_seconds{hotel=\"sol\"} "));
  desk_cancels("1");
  EXPECT_TRUE(eventually([&] { return night()["occupancy_rate"] == 0; })) << night();
}

TEST_F(QloAppsDesk, HowFullAHouseIsThatNobodyKnowsIsRefusedAndAWrongDayIsNamed) {
  EXPECT_EQ(stage.host("GET", "/api/v1/occupancy?hotel=nowhere").status, 400);
  const auto wrong = stage.host("GET", "/api/v1/occupancy?date=10-11-2027");
  EXPECT_EQ(wrong.status, 400);
  EXPECT_THAT(wrong.body, ::testing::HasSubstr("YYYY-MM-DD"));
}

/// Nothing is followed by itself, so that the audit finds what the desk did.
class QloAppsAudit : public QloAppsDesk {
 protected:
  QloAppsAudit() : QloAppsDesk("3600") {
    EXPECT_TRUE(eventually([&] {
      const auto shown = stage.host("GET", "/metrics").body;
      return shown.find(R"(plugin_calls_total{call="changes_since",outcome="ok",plugin="qloapps"} 1)") !=
             std::string::npos;
    })) << "the first question after the start";
  }
  [[nodiscard]] std::vector<std::string> audit(int expected_exit) const {
    std::vector<std::string> found;
    const auto answer = json::parse(stage.agentctl({"pms", "audit", "--json"}, "", expected_exit));
    for (const auto& each : answer["inconsistencies"]) {
      EXPECT_TRUE(each["suggestion"].is_string());
      found.push_back(each["kind"].get<std::string>() + " " + each["pms_booking_id"].get<std::string>());
    }
    return found;
  }
  void sync() const {
    const auto job = json::parse(stage.agentctl({"pms", "sync", "--json"}));
    EXPECT_EQ(job["state"], "done");
    EXPECT_EQ(job["done"], job["total"]);
    const auto shown = stage.host("GET", "/api/v1/admin/sync/availability/" + job["job_id"].get<std::string>());
    EXPECT_EQ(shown.json(), job);
  }
};

TEST_F(QloAppsAudit, EachThingTheDeskDidIsNamedAndASyncTakesItOver) {
  ASSERT_EQ(guest_books(), "1");
  for (const auto* guest : {"a@example.org", "b@example.org", "c@example.org", "d@example.org"}) desk_books(guest);
  EXPECT_THAT(audit(1), ElementsAre("missing_here 2", "missing_here 3", "missing_here 4", "missing_here 5"));
  sync();
  EXPECT_THAT(audit(0), ElementsAre());

  desk_moves("2", "a@example.org", "2027-11-13", 1);
  desk_moves("3", "b@example.org", "2027-11-12", 4);
  desk_cancels("4");
  desk_deletes("5");
  desk_cancels("1");
  EXPECT_THAT(audit(1), UnorderedElementsAre("dates 2", "amount 2", "room 3", "amount 3", "state 4", "missing_there 5",
                                             "state 1"));
  EXPECT_EQ(status(), "CONFIRMED") << "an audit changes nothing";
  sync();
  EXPECT_THAT(audit(0), ElementsAre());
  EXPECT_EQ(status(), "CANCELLED");
}

TEST_F(QloAppsAudit, WhatWeBothKnowToBeOverIsNoDifference) {
  const auto id = guest_books();
  stage.guest_writes(kGuest, "cancelar la reserva " + id, "g.4");
  ASSERT_TRUE(eventually([&] { return conversation()["state"] == "awaiting_confirmation"; })) << conversation();
  stage.guest_writes(kGuest, "sí", "g.5");
  ASSERT_TRUE(eventually([&] { return status() == "CANCELLED"; })) << status();
  desk_books("a@example.org");
  desk_deletes("2");
  EXPECT_THAT(audit(0), ElementsAre()) << "one is cancelled on both sides, the other was deleted before we knew it";
}

TEST_F(QloAppsAudit, TheCommandsExplainThemselvesAndFailWithACode) {
  EXPECT_NE(stage.agentctl({"pms", "--help"}).find("audit"), std::string::npos);
  EXPECT_NE(stage.agentctl({"pms", "test"}).find("ok"), std::string::npos);
  stage.agentctl({"pms", "audit", "--hotel", "nowhere"}, "", 1);
  EXPECT_EQ(stage.host("GET", "/api/v1/admin/sync/availability/none").status, 404);
  shop.signal(SIGKILL);
  stage.agentctl({"pms", "sync"}, "", 1);
  EXPECT_THAT(stage.agentctl({"pms", "audit"}, "", 1), ::testing::HasSubstr("unreachable  qloapps of sol: "));
}

}  // namespace
}  // namespace agente::e2e
