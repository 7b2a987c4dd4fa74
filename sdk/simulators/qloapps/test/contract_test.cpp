#include <algorithm>
#include <atomic>
#include <regex>

#include <gtest/gtest.h>

#include "simulators/qloapps/test/bench.hpp"
#include "simulators/qloapps/test/recording.hpp"

// Every exchange recorded with a real QloApps 1.7.0 is played to the simulator in its order, at its time. Between them
// stand the calls that were made then but not recorded: older bookings, rooms filled, the back office's switches.
namespace agente::sim::qloapps::testing {
namespace {

/// What two shops never have in common. Ids are not here: the replay goes on from the numbers the real shop had
/// reached. Nor are dates, but for the one booking that took until the next second.
const std::vector<std::pair<std::string, std::string>> kDiffersByNature{
    {R"re("(reference|order_reference)":"[A-Z]{9}")re", "random letters of an order"},
    {R"re("secure_key":"[0-9a-f]{32}")re", "random key of a customer"},
    {R"re("booking_date":"2026-11-22 14:52:4[45]")re", "96 was received in one second and written in the next"},
};

/// Exchanges whose bodies need a state that no request leads to.
const std::map<int, std::string> kNotReachable{
    {51, "lists 66 bookings of the weeks before, in the order of a database index"},
};

std::string comparable(std::string text) {
  for (const auto& [pattern, why] : kDiffersByNature) text = std::regex_replace(text, std::regex(pattern), why);
  return text;
}

using std::chrono::system_clock;

/// 2026-11-22 in the shop's time.
system_clock::time_point clock_at(int hour, int minute, int second) {
  const std::chrono::sys_days day{std::chrono::year(2026) / 11 / 22};
  return day + std::chrono::hours(hour - 1) + std::chrono::minutes(minute) + std::chrono::seconds(second);
}

Options recorded_keys() {
  Options options;
  options.key = "TESTKEY";
  options.readonly_key = "TESTKEY_READONLY";
  return options;
}

class Replay {
 public:
  void older_bookings() {
    clock_ = clock_at(14, 43, 19);
    bench_.control("numbers", {{"order", 5}, {"customer", 8}, {"room_booking", 5}});
    auto first = booking("hotelbot", "r4@example.com", {1, "2027-01-10", "2027-01-12", 1});
    first["booking"]["associations"]["customer_detail"] = {
        {"firstname", "Мария"}, {"lastname", "العربية"}, {"email", "r4@example.com"}, {"phone", "+34600111222"}};
    done(bench_.post("api/bookings", first.dump()));
    done(bench_.enter(5, kCanceled));
    clock_ = clock_at(14, 45, 56);
    bench_.control("numbers", {{"order", 56}, {"customer", 29}, {"room_booking", 79}});
    done(bench_.book("hotelbot", {4, "2027-10-01", "2027-10-04", 1}, "c29@example.com"));
    clock_ = clock_at(14, 46, 5);
    done(bench_.enter(56, kCanceled));
    clock_ = clock_at(14, 46, 36);
    done(bench_.book("hotelbot", {4, "2027-10-11", "2027-10-13", 1}, "c30@example.com"));
    clock_ = clock_at(14, 46, 38);
    done(bench_.enter(57, kPaid));
    done(bench_.enter(57, kCanceled));
    bench_.control("numbers", {{"cart", 64}, {"order_detail", 65}, {"history", 75}, {"payment", 7}});
    bench_.control("numbers", {{"customer", 31}});
  }

  void prepare(int number) {
    const auto prepared = preparations_.find(number);
    if (prepared != preparations_.end()) prepared->second();
  }

  void play(const Recording& recording) {
    clock_ = recording.at;
    prepare(recording.number);
    const auto answer = http(recording.method, bench_.simulator.url() + recording.target.substr(1), recording.body,
                             recording.headers, kPatience);
    SCOPED_TRACE(recording.name);
    EXPECT_EQ(answer.status, recording.status);
    const auto type = answer.headers.find("Content-Type");
    EXPECT_EQ(type == answer.headers.end() ? "" : type->second, recording.content_type);
    if (kNotReachable.contains(recording.number)) return;
    EXPECT_EQ(comparable(answer.body), comparable(recording.answer));
  }

 private:
  static void done(const HttpAnswer& answer) { ASSERT_LT(answer.status, 300) << answer.body; }

  void fill(const Stay& stay) { done(bench_.book("fill", stay, "fill@example.com")); }

  void book_twice() {
    bench_.control("numbers", {{"order", 280}, {"room_booking", 351}});
    fill({2, "2030-01-01", "2030-01-03", 4});
    bench_.control("numbers", {{"order", 287}, {"room_booking", 361}});
    fill({2, "2030-01-01", "2030-01-03", 1});
    bench_.control("numbers", {{"order", 286}});
    bench_.control("fault", {{"name", "race_double"}, {"next", 1}});
    fill({2, "2030-01-01", "2030-01-03", 1});
  }

  std::atomic<system_clock::time_point> clock_{};
  Bench bench_{recorded_keys(), [this] { return clock_.load(); }};
  const std::map<int, std::function<void()>> preparations_{
      {43,
       [this] {
         fill({1, "2027-11-20", "2027-11-22", 5});
       }},
      {46,
       [this] {
         fill({2, "2027-11-25", "2027-11-27", 4});
       }},
      {47,
       [this] {
         bench_.control("fault", {{"name", "race_lost"}, {"next", 1}});
       }},
      {61,
       [this] {
         bench_.control("numbers", {{"cart", 74}, {"order_detail", 75}});
       }},
      {67,
       [this] {
         bench_.control("numbers", {{"history", 86}});
       }},
      {74,
       [this] {
         bench_.control("numbers", {{"customer", 39}});
         done(bench_.book("hotelbot:3f0c9a1e-0007", {4, "2027-11-15", "2027-11-17", 1}, "cancel@example.com"));
       }},
      {79,
       [this] {
         bench_.control("numbers", {{"history", 90}});
         done(bench_.book("hotelbot", {4, "2027-11-15", "2027-11-17", 1}, "second@example.com"));
       }},
      {88,
       [this] {
         bench_.control("shop", {{"languages", 2}});
       }},
      {94,
       [this] {
         bench_.control("shop", {{"languages", 1}});
         bench_.control("numbers", {{"order", 262}, {"customer", 224}, {"room_booking", 334}});
       }},
      {99,
       [this] {
         bench_.control("shop", {{"database", false}});
       }},
      {100,
       [this] {
         bench_.control("shop", {{"database", true}});
       }},
      {103, [this] { book_twice(); }},
  };
};

TEST(QloAppsContract, EveryRecordedExchangeIsAnsweredAsTheRealOneDid) {
  const auto recordings = read_recordings(AGENTE_RECORDED);
  ASSERT_EQ(recordings.size(), 103U);

  Replay replay;
  replay.older_bookings();
  for (const auto& recording : recordings) replay.play(recording);
}

}  // namespace
}  // namespace agente::sim::qloapps::testing
