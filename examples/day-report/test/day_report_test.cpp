#include "day_report.hpp"

#include <agente/fake_host.hpp>
#include <gmock/gmock.h>

namespace {

constexpr const char* kUrl = "http://office/reports";

class TestDayReport : public ::testing::Test {
 protected:
  agente_status code_of(const agente::batch& batch) {
    try {
      report.export_batch(batch);
      return AGENTE_OK;
    } catch (const agente::error& e) {
      return e.code();
    }
  }

  agente::testing::fake_host fake;
  agente::testing::instance<DayReport> report{fake, R"({"url": "http://office/reports"})"};
};

const agente::batch kDay{.id = "b-7",
                         .events = {{.hotel = "sol", .type = "reservation.confirmed", .body_json = "{}"},
                                    {.hotel = "sol", .type = "reservation.confirmed", .body_json = "{}"},
                                    {.hotel = "mar", .type = "kpi.daily", .body_json = R"({"adr": 91.5})"}}};

TEST_F(TestDayReport, CountsEventsPerHotelAndCarriesFiguresAsTheyAre) {
  fake.answer("POST", kUrl, {.status = 202});

  report.export_batch(kDay);

  const auto sent = fake.requests().at(0);
  EXPECT_EQ(nlohmann::json::parse(sent.body), nlohmann::json::parse(R"({
    "batch": "b-7", "counts": {"sol": {"reservation.confirmed": 2}, "mar": {"kpi.daily": 1}},
    "figures": [{"hotel": "mar", "type": "kpi.daily", "body": {"adr": 91.5}}]})"));
}

TEST_F(TestDayReport, TheSameBatchAgainCarriesTheSameKey) {
  fake.fail("POST", kUrl, AGENTE_E_UNKNOWN_OUTCOME);
  fake.answer("POST", kUrl, {.status = 200});

  EXPECT_EQ(code_of(kDay), AGENTE_E_UNKNOWN_OUTCOME);
  EXPECT_EQ(code_of(kDay), AGENTE_OK);
  for (const auto& request : fake.requests()) {
    EXPECT_EQ(agente::detail::find_header(request.headers, "idempotency-key"), "b-7");
  }
}

TEST_F(TestDayReport, SetsAsideOnlyWhatWillNeverBeTaken) {
  for (const int status : {401, 429, 503, 404, 422}) fake.answer("POST", kUrl, {.status = status});

  EXPECT_EQ(code_of(kDay), AGENTE_E_AUTH);
  EXPECT_EQ(code_of(kDay), AGENTE_E_RATE);
  EXPECT_EQ(code_of(kDay), AGENTE_E_RETRY);
  EXPECT_EQ(code_of(kDay), AGENTE_E_RETRY);
  EXPECT_EQ(code_of(kDay), AGENTE_E_INVALID);
  EXPECT_EQ(code_of({.id = "b-8", .events = {{.hotel = "sol", .type = "kpi.daily", .body_json = "{"}}}),
            AGENTE_E_INVALID);
}

TEST_F(TestDayReport, AsksForReservationsAndFigures) {
  EXPECT_THAT(report.describe(),
              ::testing::AllOf(::testing::HasSubstr("reservation.*"), ::testing::HasSubstr("kpi.*")));
}

}  // namespace
