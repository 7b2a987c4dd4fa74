#include <atomic>
#include <thread>

#include <gmock/gmock.h>

#include "servers/postgres_server.hpp"
#include "store/pms_turns.hpp"
#include "store/postgres_membership.hpp"
#include "store/postgres_store.hpp"
#include "store/store_fixture.hpp"

namespace agente::store {
namespace {

servers::PostgresServer& server() {
  static servers::PostgresServer running{{"fsync=off"}};
  return running;
}

/// A host as its membership sees it: it holds what it is told, and rests unless it is busy.
class Host {
 public:
  Host(const std::string& url, const std::string& name, const Clock& clock, Millis lease)
      : name_(name),
        store_(*open_postgres(url, clock, "test")),
        membership_(std::make_unique<PostgresMembership>(
            *PostgresAddress::parse(url, "test"), name,
            Membership::Told{.hold = [this](Parts parts) { held_ = parts; },
                             .rests = [this](Parts parts) { return (busy_ & parts) == 0; },
                             .look = [this] { ++looks_; }},
            [this](std::optional<Id> id) {
              store_->set_host(id);
              id_ = id.value_or(0);
            },
            PostgresMembership::Settings{.lease = lease, .beat = Millis{50}, .look = Millis{10}})) {}

  [[nodiscard]] Parts held() const { return held_; }
  [[nodiscard]] Parts counts_on() const { return membership_->held(); }
  [[nodiscard]] Id id() const { return id_; }
  [[nodiscard]] int looks() const { return looks_; }
  void be_busy_with(Parts parts) { busy_ = parts; }
  bool takes_its_turn() {
    bool taken = false;
    const auto asked = store_->write([&](sql::Connection& c) {
      taken = pms_turns::take(c, {"sol", "qloapps", name_});
    });
    return asked && taken;
  }
  void gives_its_turn_back() {
    EXPECT_TRUE(store_->write([&](sql::Connection& c) { pms_turns::give_back(c, {"sol", "qloapps", name_}); }));
  }
  Result<void> write() {
    return store_->write([](sql::Connection& c) { c.execute("UPDATE store_probe SET probed_at = 7", {}); });
  }
  void leave() { membership_->leave(); }

 private:
  const std::string name_;
  std::atomic<Parts> held_ = kAllParts;
  std::atomic<Parts> busy_ = 0;
  std::atomic<Id> id_ = 0;
  std::atomic<int> looks_ = 0;
  std::unique_ptr<Store> store_;
  std::unique_ptr<PostgresMembership> membership_;
};

bool eventually(const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::yield();
  }
  return true;
}

struct MembershipTest : ::testing::Test {
  std::string url = server().new_database();
  SystemClock clock;

  std::unique_ptr<Host> host(const std::string& name, Millis lease = Millis{600}) {
    return std::make_unique<Host>(url, name, clock, lease);
  }
  void sql(const std::string& statement) const { server().ask(statement, url.substr(url.rfind('/') + 1)); }
};

TEST_F(MembershipTest, ALoneHostHoldsEverythingAndLooksForWhatOthersWrote) {
  const auto one = host("one");
  EXPECT_TRUE(eventually([&] { return one->held() == kAllParts; }));
  EXPECT_TRUE(eventually([&] { return one->looks() > 3; }));
  EXPECT_TRUE(one->write());
}

TEST_F(MembershipTest, ThePartsAreDealtOutEvenlyAndNeverHeldTwice) {
  std::vector<std::unique_ptr<Host>> hosts;
  std::atomic<bool> twice = false;
  for (const auto* name : {"one", "two", "three"}) {
    hosts.push_back(host(name));
    EXPECT_TRUE(eventually([&] {
      Parts all = 0;
      int most = 0;
      for (const auto& each : hosts) {
        const auto parts = each->held();
        twice = twice || (all & parts) != 0;
        all |= parts;
        most = std::max(most, std::popcount(static_cast<std::uint64_t>(parts)));
      }
      const auto fair = (kParts + static_cast<int>(hosts.size()) - 1) / static_cast<int>(hosts.size());
      return all == kAllParts && most <= fair;
    }));
  }
  EXPECT_FALSE(twice);
}

TEST_F(MembershipTest, TheTurnAtAPmsIsOneHostsUntilItGivesItBackOrIsGone) {
  constexpr Millis kLease{5000};  // longer than a busy machine keeps a beat waiting
  auto one = host("one", kLease);
  const auto two = host("two", kLease);
  ASSERT_TRUE(eventually([&] { return one->id() != 0 && two->id() != 0; }));
  EXPECT_TRUE(one->takes_its_turn());
  EXPECT_TRUE(one->takes_its_turn()) << "it has it already";
  EXPECT_FALSE(two->takes_its_turn());
  two->gives_its_turn_back();
  EXPECT_FALSE(two->takes_its_turn()) << "it had none to give";
  one->gives_its_turn_back();
  EXPECT_TRUE(two->takes_its_turn());
  two->gives_its_turn_back();

  ASSERT_TRUE(one->takes_its_turn());
  sql("UPDATE hosts SET expires_at = 0 WHERE name = 'one'");
  one.reset();
  EXPECT_TRUE(eventually([&] { return two->takes_its_turn(); }));
}

TEST_F(MembershipTest, APartThatIsBusyIsGivenAwayOnlyWhenItRests) {
  const auto one = host("one");
  ASSERT_TRUE(eventually([&] { return one->held() == kAllParts; }));
  one->be_busy_with(kAllParts);
  const auto two = host("two");
  ASSERT_TRUE(eventually([&] { return one->held() != kAllParts; })) << "it begins nothing new there";
  const auto looks = two->looks();
  EXPECT_TRUE(eventually([&] { return one->looks() > 20; }));
  EXPECT_EQ(two->held(), 0) << "but what is under way has not ended";
  EXPECT_EQ(two->looks(), looks);
  one->be_busy_with(0);
  EXPECT_TRUE(eventually([&] { return (one->held() | two->held()) == kAllParts; }));
}

TEST_F(MembershipTest, WhoLeavesGivesEverythingToTheOthersAtOnce) {
  const auto one = host("one");
  const auto two = host("two");
  ASSERT_TRUE(eventually([&] { return two->held() != 0 && (one->held() | two->held()) == kAllParts; }));
  one->leave();
  EXPECT_EQ(one->held(), 0);
  EXPECT_TRUE(eventually([&] { return two->held() == kAllParts; }));
  EXPECT_FALSE(one->write()) << "nothing may be written any more";
}

TEST_F(MembershipTest, WhoWasPutOutWritesNothingAndComesBackUnderANewIdWhenHeRests) {
  const auto one = host("one");
  ASSERT_TRUE(eventually([&] { return one->held() == kAllParts; }));
  const auto id = one->id();
  one->be_busy_with(kAllParts);
  sql("DELETE FROM hosts");
  const auto refused = one->write();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kCancelled);
  ASSERT_TRUE(eventually([&] { return one->held() == 0; }));
  EXPECT_FALSE(one->write()) << "what it began under the old id must not write under the new one";
  one->be_busy_with(0);
  EXPECT_TRUE(eventually([&] { return one->held() == kAllParts; }));
  EXPECT_GT(one->id(), id);
  EXPECT_TRUE(one->write());
}

TEST_F(MembershipTest, ASilentHostIsPutOutAndItsWorkTakenOver) {
  const auto two = host("two");
  ASSERT_TRUE(eventually([&] { return two->held() == kAllParts; }));
  sql("INSERT INTO hosts VALUES (999, 'dead', 0, 0); UPDATE parts SET host_id = 999");
  EXPECT_TRUE(eventually([&] { return two->held() == 0; }));
  EXPECT_TRUE(eventually([&] { return two->held() == kAllParts; }));
}

TEST_F(MembershipTest, WhoCannotRenewItsPlaceHoldsNothingOnceTheLeaseMayBeOver) {
  const auto one = host("one");
  ASSERT_TRUE(eventually([&] { return one->counts_on() == kAllParts; }));
  server().pause();
  EXPECT_TRUE(eventually([&] { return one->counts_on() == 0; }));
  server().resume();
  EXPECT_TRUE(eventually([&] { return one->counts_on() == kAllParts; }));
}

TEST_F(MembershipTest, ADeadHostIsPutOutAlsoWhenTheDatabasesClockWasSetBack) {
  const auto two = host("two");
  ASSERT_TRUE(eventually([&] { return two->held() == kAllParts; }));
  sql("INSERT INTO hosts SELECT 999, 'dead', 0, (extract(epoch FROM clock_timestamp()) * 1000)::bigint + 18000000;"
      "UPDATE parts SET host_id = 999");
  EXPECT_TRUE(eventually([&] { return two->held() == 0; }));
  EXPECT_TRUE(eventually([&] { return two->held() == kAllParts; }));
}

TEST_F(MembershipTest, ANewProcessOfTheSameNameTakesTheOldOnesPlaceAtOnce) {
  const auto one = host("one");
  ASSERT_TRUE(eventually([&] { return one->held() == kAllParts; }));
  sql("INSERT INTO hosts SELECT 999, 'two', 0, (extract(epoch FROM clock_timestamp()) * 1000)::bigint + 5900;"
      "UPDATE parts SET host_id = 999");  // killed, its lease runs on
  const auto two = host("two");
  ASSERT_TRUE(eventually([&] { return two->id() != 0; }));
  EXPECT_EQ(server().ask("SELECT count(*) FROM hosts WHERE id = 999", url.substr(url.rfind('/') + 1)), "0\n");
  EXPECT_TRUE(eventually([&] { return two->held() != 0 && (one->held() | two->held()) == kAllParts; }));
}

}  // namespace
}  // namespace agente::store
