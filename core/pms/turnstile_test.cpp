#include "pms/turnstile.hpp"

#include <filesystem>

#include <gtest/gtest.h>

#include "base/text.hpp"

namespace agente::pms {
namespace {

/// A store that can be away.
class Moody final : public store::Store {
 public:
  explicit Moody(store::Store& real) : real_(real) {}
  Result<void> write(const Work& work) override {
    if (away) return Error{Code::kRetry, "the store is away"};
    return real_.write(work);
  }
  Result<void> read(const Work& work) override { return real_.read(work); }
  Result<void> health() override { return real_.health(); }

  bool away = false;

 private:
  store::Store& real_;
};

struct TurnstileTest : ::testing::Test {
  ManualClock clock{parse_time("2026-09-15T12:00:00Z").value()};
  std::filesystem::path folder = std::filesystem::temp_directory_path() / ("agente-turnstile-" + random_hex(8));
  std::unique_ptr<store::Store> store = std::move(*store::open("sqlite:" + (folder / "pms.db").string(), clock));
  Moody moody{*store};
  Turnstile one{moody, {.hotel = "sol", .backend = "qloapps", .host = "one"}};
  Turnstile two{*store, {.hotel = "sol", .backend = "qloapps", .host = "two"}};

  TurnstileTest() {
    EXPECT_TRUE(store->write([](store::sql::Connection& c) {
      c.execute("INSERT INTO hosts (id, name, joined_at, expires_at) VALUES (1, 'one', 0, 0), (2, 'two', 0, 0)", {});
    }));
  }
  ~TurnstileTest() override {
    store.reset();
    std::filesystem::remove_all(folder);
  }
};

constexpr Millis kShort{30};

TEST_F(TurnstileTest, OneHostPassesAfterTheOther) {
  auto pass = one.pass(kShort);
  ASSERT_TRUE(pass);
  EXPECT_FALSE(one.pass(kShort)) << "another guest of the same host";
  EXPECT_FALSE(two.pass(kShort));
  pass.reset();
  EXPECT_TRUE(two.pass(kShort));
}

TEST_F(TurnstileTest, ATurnThatCouldNotBeGivenBackIsGivenBackLater) {
  auto pass = one.pass(kShort);
  ASSERT_TRUE(pass);
  moody.away = true;
  pass.reset();
  one.tidy();
  EXPECT_FALSE(two.pass(kShort));

  moody.away = false;
  one.tidy();
  EXPECT_TRUE(two.pass(kShort));
}

}  // namespace
}  // namespace agente::pms
