#include <atomic>
#include <set>
#include <thread>

#include "hotel.hpp"

namespace house::testing {
namespace {

/// Runs `work(i)` on so many threads at once.
template <class Work>
void together(int threads, Work&& work) {
  std::atomic<int> waiting{threads};
  std::vector<std::jthread> all;
  for (int i = 0; i < threads; ++i)
    all.emplace_back([&, i] {
      --waiting;
      while (waiting > 0) std::this_thread::yield();
      work(i);
    });
}

std::string reference(int i, int k = 0) { return "R" + std::to_string(i) + "-" + std::to_string(k); }

class Race : public ::testing::TestWithParam<bool> {
 protected:
  [[nodiscard]] std::string yaml() const { return config(GetParam() ? folder.file() : ""); }

  Folder folder;
  agente::testing::fake_host fake;
};
INSTANTIATE_TEST_SUITE_P(KvAndFile, Race, ::testing::Bool(),
                         [](const auto& at) { return at.param ? "OnAFile" : "OnTheHostsStore"; });

TEST_P(Race, TheLastUnitIsSoldToExactlyOne) {
  Pms pms(fake, yaml());
  for (int round = 0; round < 20; ++round) {
    const Wish night{.type = "suite",
                     .from = to_text(day("2026-12-01") + std::chrono::days{round}),
                     .to = to_text(day("2026-12-02") + std::chrono::days{round})};
    std::atomic<int> sold{0};
    std::atomic<int> refused{0};
    together(4, [&](int i) {
      const auto code = code_of([&] { book(pms, reference(i, round), night); });
      if (code == AGENTE_OK) ++sold;
      if (code == AGENTE_E_CONFLICT) ++refused;
    });
    EXPECT_EQ(sold, 1);
    EXPECT_EQ(refused, 3);
  }
}

TEST_P(Race, OneReferenceFromManySidesIsOneBooking) {
  Pms pms(fake, yaml());
  std::mutex mutex;
  std::set<std::string> ids;
  together(6, [&](int) {
    const auto booked = book(pms, "AH-1");
    const std::lock_guard lock(mutex);
    ids.insert(booked.booking_id);
  });

  EXPECT_EQ(ids.size(), 1U);
  EXPECT_EQ(left(pms), 3U);
}

TEST_P(Race, BookingsChangesAndQuestionsAtOnceLoseNothing) {
  Pms pms(fake, yaml());
  together(4, [&](int i) {
    for (int k = 0; k < 10; ++k) {
      const auto first = day("2027-01-01") + std::chrono::days{k};
      const Wish wish{.from = to_text(first), .to = to_text(first + std::chrono::days{1})};
      const auto booked = book(pms, reference(i, k), wish);
      left(pms, wish);
      if (i == 0) pms.changes_since("");  // one at a time, as the host calls it
      if (k % 3 == 0) pms.cancel(booked.booking_id);
      if (k % 3 == 1) change(pms, booked.booking_id, "c", wish);
    }
  });

  std::set<std::string> ids;
  for (const auto& booking : pms.changes_since("", 1000).bookings) ids.insert(booking.booking_id);
  EXPECT_EQ(ids.size(), 41U);
}

/// While one version of the plugin replaces another, both work for a moment; so do two hosts on one file.
TEST(RaceOnOneFile, OfTwoInstancesOnlyOneSellsTheLastUnit) {
  Folder folder;
  agente::testing::fake_host fakes[2];
  Pms first(fakes[0], config(folder.file()));
  Pms second(fakes[1], config(folder.file()));
  std::atomic<int> sold{0};
  together(2, [&](int i) {
    for (int k = 0; k < 20; ++k) {
      const auto night = day("2026-12-01") + std::chrono::days{k};
      const Wish wish{.type = "suite", .from = to_text(night), .to = to_text(night + std::chrono::days{1})};
      if (code_of([&] { book(i == 0 ? first : second, reference(i, k), wish); }) == AGENTE_OK) ++sold;
    }
  });

  EXPECT_EQ(sold, 20);
  EXPECT_EQ(first.changes_since("", 1000).bookings.size(), 21U);
  EXPECT_EQ(second.changes_since("", 1000).bookings.size(), 21U);
}

/// Two generations on the host's store. The fake host knows one instance at a time, so the second is the bare class.
TEST(RaceOnOneStore, OfTwoInstancesOnlyOneSellsTheLastUnit) {
  agente::testing::fake_host fake;
  Pms first(fake, config());
  const agente::host services(fake.raw());
  HousePms second(services, config());
  const auto call = agente::detail::sized<agente_call>();
  const auto book_second = [&](const std::string& ref, const Wish& wish) {
    second.book({.reference = ref,
                 .room_type = wish.type,
                 .checkin = day(wish.from),
                 .checkout = day(wish.to),
                 .expected_total = price(wish)},
                services.wrap(&call));
  };
  std::atomic<int> sold{0};
  together(2, [&](int i) {
    for (int k = 0; k < 40; ++k) {
      const auto night = day("2026-12-01") + std::chrono::days{k};
      const Wish wish{.type = "suite", .from = to_text(night), .to = to_text(night + std::chrono::days{1})};
      const auto code =
          code_of([&] { i == 0 ? (void)book(first, reference(i, k), wish) : book_second(reference(i, k), wish); });
      if (code == AGENTE_OK) ++sold;
    }
  });

  EXPECT_EQ(sold, 40);
  EXPECT_EQ(first.changes_since("", 1000).bookings.size(), 41U);
}

}  // namespace
}  // namespace house::testing
