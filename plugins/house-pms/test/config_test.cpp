#include "config.hpp"

#include "hotel.hpp"

namespace house::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string with(const std::string& more) {
  return R"({"rooms": {"double": {"count": 2, "capacity": 2, "rate_minor": 10000}})" + more + "}";
}

std::string existing(const std::string& ref, const std::string& type, const std::string& from, const std::string& to) {
  return R"({"ref": ")" + ref + R"(", "room_type": ")" + type + R"(", "checkin": ")" + from + R"(", "checkout": ")" +
         to + "\"}";
}

/// What the refusal of this config says.
std::string refusal(const std::string& text) {
  agente::testing::fake_host fake;
  std::string why;
  EXPECT_EQ(code_of([&] { Pms pms(fake, text); }, &why), AGENTE_E_CONFIG) << text;
  return why;
}

TEST(Config, TypesAreToldSmallAndCheapOnesFirst) {
  agente::testing::fake_host fake;
  Pms pms(fake, R"({"rooms": {"suite": {"count": 1, "capacity": 2, "rate_minor": 22000},
                              "family": {"count": 2, "capacity": 4, "rate_minor": 16000},
                              "single": {"count": 3, "capacity": 1, "rate_minor": 7000},
                              "double": {"count": 4, "capacity": 2, "rate_minor": 10000,
                                         "name": {"es": "doble", "pt": "duplo"}}}})");
  std::vector<std::string> ids;
  for (const auto& type : pms.rooms()) ids.push_back(type.id);

  EXPECT_THAT(ids, ElementsAre("single", "double", "suite", "family"));
  EXPECT_EQ(pms.rooms()[1].name_es, "doble");
  EXPECT_EQ(pms.rooms()[1].name_en, "");
  EXPECT_EQ(pms.rooms()[1].name_pt, "duplo");
  EXPECT_EQ(pms.rooms()[1].count, 4U);
  EXPECT_EQ(pms.rooms()[1].capacity, 2U);
}

TEST(Config, MistakesAreNamedByTheirKey) {
  const auto closed = [](const std::string& type, const std::string& from, const std::string& to) {
    return with(R"(, "sold_out": [{"room_type": ")" + type + R"(", "from": ")" + from + R"(", "to": ")" + to + "\"}]");
  };
  EXPECT_THAT(refusal(closed("palace", "2026-10-01", "2026-10-02")), HasSubstr("sold_out[0].room_type is \"palace\""));
  EXPECT_THAT(refusal(closed("double", "2026-02-30", "2026-10-02")), HasSubstr("sold_out[0].from is \"2026-02-30\""));
  EXPECT_THAT(refusal(closed("double", "2026-10-02", "2026-10-02")), HasSubstr("sold_out[0].to must be later"));
}

TEST(Config, MistakesInExistingBookingsAreNamed) {
  const auto list = [](const std::string& items) { return with(", \"existing\": [" + items + "]"); };
  EXPECT_THAT(refusal(list(existing("R-1", "palace", "2026-10-01", "2026-10-02"))), HasSubstr("existing[0].room_type"));
  EXPECT_THAT(refusal(list(existing("R-1", "double", "2026-10-01", "2026-10-01"))), HasSubstr("existing[0].checkout"));
  EXPECT_THAT(refusal(list(existing("R-1", "double", "1/10/2026", "2026-10-01"))), HasSubstr("existing[0].checkin"));
  const auto one = existing("R-1", "double", "2026-10-01", "2026-10-02");
  const auto same = existing("r-1", "double", "2026-11-01", "2026-11-02");
  EXPECT_THAT(refusal(list(one + "," + same)), HasSubstr("existing[1].ref \"r-1\" is there twice"));
}

TEST(Config, APhoneWithoutQuotesIsAPhone) {
  const auto config = read_config(with(R"(, "existing": [{"ref": 300, "phone": 34600111222, "room_type": "double",
      "checkin": "2026-10-01", "checkout": "2026-10-03"}])"),
                                  "EUR");
  EXPECT_EQ(config.existing[0].booking.phone, "34600111222");
  EXPECT_EQ(config.existing[0].booking.booking_id, "300");
  EXPECT_EQ(config.existing[0].booking.adults, 1U);
}

TEST(Config, TextThatIsNoConfigIsRefused) {
  refusal("");
  refusal("{");
  refusal("[]");
  refusal("{}");
  refusal(R"({"rooms": {"double": {"count": "many"}}})");
}

TEST(Calendar, KnowsOnlyDaysThatExist) {
  for (const auto* text : {"2026-02-29", "2026-13-01", "2026-1-01", "2026-10-1", "20261001", "", "2026-10-01 ",
                           "+026-10-01", "2026-10--1"})
    EXPECT_FALSE(parse_day(text)) << text;
  for (const auto* text : {"2024-02-29", "2026-12-31", "1970-01-01", "9999-12-31"}) EXPECT_EQ(to_text(day(text)), text);
}

}  // namespace
}  // namespace house::testing
