#include <gtest/gtest.h>

#include "base/calendar.hpp"
#include "base/money.hpp"
#include "base/result.hpp"
#include "base/text.hpp"

namespace agente {

TEST(Calendar, ReadsAndWritesDaysAndRefusesDaysThatDoNotExist) {
  EXPECT_EQ(format_day(*parse_day("2028-02-29")), "2028-02-29");
  EXPECT_FALSE(parse_day("2027-02-29"));
  EXPECT_FALSE(parse_day("2027-2-9"));
  EXPECT_FALSE(parse_day("2027-02-09x"));
}

TEST(Calendar, DayOfAHotelFollowsItsZoneAndNotTheServer) {
  const auto late = *parse_time("2026-09-15T23:30:00Z");
  EXPECT_EQ(format_day(day_in_zone(late, "Europe/Madrid")), "2026-09-16");
  EXPECT_EQ(format_day(day_in_zone(late, "America/Argentina/Buenos_Aires")), "2026-09-15");
}

TEST(Calendar, TheClockOnTheWallIsThatOfTheHotel) {
  const auto time = parse_time("2026-09-15T22:05:59.999Z").value();
  EXPECT_EQ(wall_clock_in_zone(time, "Europe/Madrid"), "00:05");
  EXPECT_EQ(wall_clock_in_zone(time, "Asia/Kolkata"), "03:35");
  EXPECT_EQ(wall_clock_in_zone(time, "no such zone"), "22:05");
}

TEST(Calendar, LocalTimeBecomesUtc) {
  EXPECT_EQ(format_time(*parse_local("2026-09-15T12:00:00", "Europe/Madrid")), "2026-09-15T10:00:00.000Z");
  EXPECT_FALSE(parse_local("2026-09-15T12:00:00", "Europe/Nowhere"));
  EXPECT_FALSE(is_time_zone("Mars/Olympus"));
}

TEST(Calendar, TimesKeepMillisecondsThroughTextAndTakeOffsets) {
  EXPECT_EQ(format_time(*parse_time("2026-09-15T12:00:00.250Z")), "2026-09-15T12:00:00.250Z");
  EXPECT_EQ(format_time(*parse_time("2026-09-15T12:00:00+02:00")), "2026-09-15T10:00:00.000Z");
}

TEST(Money, ShowsTheDecimalsOfItsCurrency) {
  EXPECT_EQ(format_money({30000, "EUR"}), "300.00 EUR");
  EXPECT_EQ(format_money({30000, "CLP"}), "30000 CLP");
  EXPECT_DOUBLE_EQ(currency_units({30050, "EUR"}), 300.5);
}

TEST(Text, NulAndBrokenUtf8BecomeTheReplacementCharacter) {
  EXPECT_EQ(clean_utf8(std::string_view("a\0b\xC3(", 5)), "a\uFFFDb\uFFFD(");
  EXPECT_EQ(clean_utf8("niñ😀"), "niñ😀");
  EXPECT_EQ(count_code_points("niñ😀"), 4U);
}

TEST(Text, MaskedIdentityShowsTooLittleToCallAnyone) {
  EXPECT_EQ(mask("5491155550142"), "549*******142");
  EXPECT_EQ(mask("lucia@example.com"), "l***@example.com");
  EXPECT_EQ(mask("123"), "***");
}

TEST(Text, RandomHexHasTheLengthAskedFor) {
  EXPECT_EQ(random_hex(16).size(), 32U);
  EXPECT_NE(random_hex(16), random_hex(16));
}

TEST(Result, CarriesAValueOrAReason) {
  const Result<int> good = 3;
  const Result<int> bad = Error{Code::kRetry, "later"};
  EXPECT_EQ(*good, 3);
  EXPECT_FALSE(bad);
  EXPECT_EQ(bad.error().text, "later");
}

}  // namespace agente
