// A guest asks what is stored of him, and then to be forgotten.
#include <memory>

#include <gmock/gmock.h>
#include <sqlite3.h>

#include "stage.hpp"

namespace agente::e2e {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr const char* kGuest = "5491155550142";
constexpr const char* kName = "Lucía Fernández";
constexpr const char* kRequest = "Hola, quiero reservar una doble del 12 al 15 de marzo para 2 personas";

/// The rows of the store's file, read beside the host.
class Rows {
 public:
  explicit Rows(const std::filesystem::path& file) {
    sqlite3_open_v2(file.c_str(), &database_, SQLITE_OPEN_READONLY, nullptr);
  }
  ~Rows() { sqlite3_close(database_); }
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;

  [[nodiscard]] std::vector<std::string> column(const std::string& statement) const {
    sqlite3_stmt* prepared = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(database_, statement.c_str(), -1, &prepared, nullptr), SQLITE_OK) << statement;
    const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> owner(prepared, sqlite3_finalize);
    std::vector<std::string> values;
    while (sqlite3_step(prepared) == SQLITE_ROW) {
      const auto* bytes = static_cast<const char*>(sqlite3_column_blob(prepared, 0));
      values.emplace_back(bytes == nullptr ? "" : std::string(bytes, std::size_t(sqlite3_column_bytes(prepared, 0))));
    }
    return values;
  }
  /// "table.column: value" of every value in any row of any table that has one of `words` in it.
  [[nodiscard]] std::vector<std::string> with(const std::vector<std::string>& words) const {
    std::vector<std::string> found;
    for (const auto& table : column("SELECT name FROM sqlite_master WHERE type = 'table'")) {
      for (const auto& name : column("SELECT name FROM pragma_table_info('" + table + "')")) {
        for (const auto& value : column("SELECT CAST(" + name + " AS BLOB) FROM " + table)) {
          for (const auto& word : words) {
            if (value.find(word) != std::string::npos) found.push_back(table + "." + name + ": " + value);
          }
        }
      }
    }
    return found;
  }

 private:
  sqlite3* database_ = nullptr;
};

struct Guest : ::testing::Test {
  Stage stage{{}};

  void SetUp() override {
    stage.start_simulator();
    stage.start_host();
  }
  bool in_state(const std::string& state) {
    return eventually([&] { return stage.conversation("whatsapp", kGuest).value("state", "") == state; });
  }
  /// Every reply has reached the provider and been read.
  bool all_done() {
    return eventually([&] {
      const auto turns = stage.conversation("whatsapp", kGuest).value("turns", json::array());
      return std::ranges::all_of(turns, [](const json& turn) {
        return turn["from"] == "guest" ? turn["status"] == "processed" : turn["status"] == "read";
      });
    });
  }
  void book() {
    EXPECT_EQ(stage.guest_writes(kGuest, kRequest, "wamid.1"), 200);
    EXPECT_EQ(stage.guest_writes(kGuest, kName, "wamid.2"), 200);
    ASSERT_TRUE(in_state("awaiting_confirmation"));
    EXPECT_EQ(stage.guest_writes(kGuest, "sí", "wamid.3"), 200);
    ASSERT_TRUE(in_state("confirmed"));
    ASSERT_TRUE(all_done());
  }
  json books() {
    auto books = stage.host("GET", "/api/v1/reservations").json();
    for (auto& row : books["reservations"]) row.erase("guest_name");
    return books;
  }
};

TEST_F(Guest, IsShownWhatIsStoredAndForgottenWhileTheBooksStayAsTheyWere) {
  book();
  const auto before = books();
  ASSERT_EQ(before["count"], 1);

  const auto record = json::parse(stage.agentctl({"guest", "export", "whatsapp", kGuest, "--json"}));
  EXPECT_EQ(record["hotel"], "sol");
  EXPECT_THAT(record["conversation"]["document"].dump(), HasSubstr(kName));
  ASSERT_GE(record["messages"].size(), 6U);
  EXPECT_EQ(record["messages"][0]["text"], kRequest);
  EXPECT_THAT(record["messages"][0]["raw"].get<std::string>(), HasSubstr("wamid.1"));
  ASSERT_THAT(record["reservations"], SizeIs(1));
  EXPECT_EQ(record["reservations"][0]["guest_name"], kName);
  EXPECT_EQ(record["reservations"][0]["total"], 300.0);
  EXPECT_EQ(record["reservations"][0]["events"].back()["to"], "CONFIRMED");
  ASSERT_THAT(record["booking_intents"], SizeIs(1));
  EXPECT_EQ(record["booking_intents"][0]["request"]["guest_name"], kName);
  EXPECT_THAT(record["events"], Not(IsEmpty()));
  EXPECT_THAT(stage.agentctl({"guest", "export", "whatsapp", kGuest}), HasSubstr("\n  \"booking_intents\""));

  stage.agentctl({"guest", "erase", "whatsapp", kGuest}, "", 1);  // no --yes and no terminal
  EXPECT_EQ(json::parse(stage.agentctl({"guest", "export", "whatsapp", kGuest, "--json"})), record);
  EXPECT_THAT(Rows(stage.folder() / "agente.db").with({kGuest}), Not(IsEmpty())) << "the search itself works";

  const auto erased = json::parse(stage.agentctl({"guest", "erase", "whatsapp", kGuest, "--yes", "--json"}));
  EXPECT_THAT(erased["pseudonym"].get<std::string>(), HasSubstr("erased-"));
  stage.agentctl({"guest", "export", "whatsapp", kGuest}, "", 1);
  EXPECT_EQ(books(), before);
  const Rows rows(stage.folder() / "agente.db");
  EXPECT_THAT(rows.with({kGuest, kName, "Lucía", "Fernández", "12 al 15 de marzo"}), IsEmpty());
  EXPECT_THAT(rows.column("SELECT subject FROM operator_actions WHERE action = 'guest.erase'"),
              ::testing::ElementsAre(erased["pseudonym"].get<std::string>()));
  EXPECT_THAT(rows.column("SELECT actor FROM operator_actions"), ::testing::ElementsAre("127.0.0.1"));
}

TEST_F(Guest, AMessageThatTheProviderRepeatsAfterTheErasureIsNotNew) {
  book();
  stage.agentctl({"guest", "erase", "whatsapp", kGuest, "--yes"});
  const auto told = stage.texts_to(kGuest).size();
  EXPECT_EQ(stage.guest_writes(kGuest, kRequest, "wamid.1"), 200);
  // Another guest's reply shows that the queue has been worked on since.
  EXPECT_EQ(stage.guest_writes("34600111222", "Hola", "wamid.9"), 200);
  ASSERT_TRUE(eventually([&] { return stage.texts_to("34600111222").size() == 1; }));
  EXPECT_THAT(stage.texts_to(kGuest), SizeIs(told));
  EXPECT_THAT(Rows(stage.folder() / "agente.db").with({kGuest}), IsEmpty());

  EXPECT_EQ(stage.guest_writes(kGuest, "Hola", "wamid.10"), 200);
  EXPECT_TRUE(eventually([&] { return stage.texts_to(kGuest).size() > told; })) << "who writes anew is a new guest";
}

TEST_F(Guest, IsNotForgottenWhileSomethingIsUnderWay) {
  ASSERT_LT(stage.simulator("POST", "/__sim/fault", R"({"name":"error_500","next":1000})").status, 300);
  EXPECT_EQ(stage.guest_writes(kGuest, "Hola", "wamid.1"), 200);
  ASSERT_TRUE(eventually([&] { return stage.conversation("whatsapp", kGuest).contains("turns"); }));
  const auto refused = stage.host("DELETE", std::string("/api/v1/admin/guests/whatsapp/") + kGuest);
  EXPECT_EQ(refused.status, 409) << refused.body;
  EXPECT_THAT(refused.body, HasSubstr("under way: 1 reply"));
  stage.agentctl({"guest", "erase", "whatsapp", kGuest, "--yes"}, "", 1);
}

TEST_F(Guest, WhomNobodyKnowsIsSaidToBeUnknown) {
  EXPECT_EQ(stage.host("GET", "/api/v1/admin/guests/whatsapp/nobody").status, 404);
  EXPECT_EQ(stage.host("DELETE", "/api/v1/admin/guests/whatsapp/nobody?hotel=sol").status, 404);
  EXPECT_EQ(stage.host("DELETE", "/api/v1/admin/guests/whatsapp/nobody", "", {{"Origin", "http://x.example"}}).status,
            401);
  for (const auto* command : {"export", "erase"}) {
    EXPECT_THAT(stage.agentctl({"guest", command, "--help"}), HasSubstr("--hotel"));
  }
}

}  // namespace
}  // namespace agente::e2e
