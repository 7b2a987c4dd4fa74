#include <gtest/gtest.h>

#include "concierge/understanding/date_calendar.hpp"
#include "concierge/understanding/understanding.hpp"

namespace agente::concierge {
namespace {

std::string shown(const std::optional<Day>& day) { return day ? format_day(*day) : "-"; }

Context on(std::string_view today) { return {.today = *parse_day(today)}; }

/// "checkin..checkout" with "-" for a day not said. Tuesday 15 September 2026 unless told otherwise.
std::string stay(std::string_view text, const Context& context = on("2026-09-15")) {
  const auto got = understand(text, context);
  return shown(got.checkin) + ".." + shown(got.checkout);
}

TEST(Dates, ARangeWithTheMonthSaidOnceGivesItToBothEnds) {
  EXPECT_EQ(stay("del 5 al 9 de octubre"), "2026-10-05..2026-10-09");
  EXPECT_EQ(stay("del 30 al 2 de octubre"), "2026-09-30..2026-10-02");
  EXPECT_EQ(stay("from the 27th to 3 May please"), "2027-04-27..2027-05-03");
  EXPECT_EQ(stay("quarto de 5 a 9 de outubro"), "2026-10-05..2026-10-09");
}

TEST(Dates, LookForwardAcrossTheYear) {
  EXPECT_EQ(stay("llegamos 30/12 nos vamos 3/1"), "2026-12-30..2027-01-03");
  EXPECT_EQ(stay("doble del 12 al 15 de marzo"), "2027-03-12..2027-03-15");
  EXPECT_EQ(stay("para el 29/2"), "2028-02-29..-");
}

TEST(Dates, AFullDateInThePastStaysWhatItIs) {
  EXPECT_EQ(stay("doble del 1 al 3 de septiembre de 2026 para 2"), "2026-09-01..2026-09-03");
}

TEST(Dates, NightsReckonTheOtherEnd) {
  EXPECT_EQ(stay("quiero una doble para mañana, 2 noches, 2 adultos"), "2026-09-16..2026-09-18");
  EXPECT_EQ(stay("3 nights till the 12th of October"), "2026-10-09..2026-10-12");
  EXPECT_EQ(stay("4 días 3 noches desde el 8 de enero"), "2027-01-08..2027-01-11");
  EXPECT_EQ(stay("para esta noche tenes una doble?"), "2026-09-15..2026-09-16");
  EXPECT_EQ(stay("4 noches"), "-..-");
}

TEST(Dates, TheVerbsOutrankTheOrderOfWords) {
  EXPECT_EQ(stay("leaving on the 9th, arriving on the 5th"), "2026-10-05..2026-10-09");
  EXPECT_EQ(stay("salimos el 10 de noviembre, llegamos el 8"), "2026-11-08..2026-11-10");
  EXPECT_EQ(stay("chego dia 5 e saio dia 9"), "2026-10-05..2026-10-09");
}

TEST(Dates, ACorrectionReplacesWhatWasSaidBefore) {
  EXPECT_EQ(stay("del 2 al 4, no, mejor del 3 al 5 de octubre"), "2026-10-03..2026-10-05");
  EXPECT_EQ(stay("del 2 al 4 de octubre, perdón, del 3 al 6"), "2026-10-03..2026-10-06");
  EXPECT_EQ(stay("from 5 to 9 October, sorry, I meant November 5 to 9"), "2026-11-05..2026-11-09");
}

TEST(Dates, ACorrectionOfTheDraftStaysInItsMonth) {
  auto context = on("2026-09-15");
  context.checkin = parse_day("2026-11-10");
  context.checkout = parse_day("2026-11-12");

  EXPECT_EQ(stay("no, mejor del 11 al 13", context), "2026-11-11..2026-11-13");
  EXPECT_EQ(stay("hasta el 14", context), "-..2026-11-14");
}

TEST(Dates, WeekendsRunFromFridayToSunday) {
  EXPECT_EQ(stay("para el finde"), "2026-09-18..2026-09-20");
  EXPECT_EQ(stay("este fin de semana", on("2026-09-19")), "2026-09-19..2026-09-20");
  EXPECT_EQ(stay("o próximo fim de semana"), "2026-09-25..2026-09-27");
  EXPECT_EQ(stay("last weekend of October"), "2026-10-23..2026-10-25");
  EXPECT_EQ(stay("I was there last weekend"), "-..-");
}

TEST(Dates, WeekdaysAreNeverToday) {
  EXPECT_EQ(stay("el martes"), "2026-09-22..-");
  EXPECT_EQ(stay("del viernes al domingo"), "2026-09-18..2026-09-20");
  EXPECT_EQ(stay("del lunes al viernes de la semana que viene"), "2026-09-21..2026-09-25");
  EXPECT_EQ(stay("sexta a segunda"), "2026-09-18..2026-09-21");
}

TEST(Dates, AWeekdayThatDisagreesIsFlagged) {
  const auto got = understand("el lunes 9 de octubre", on("2026-09-15"));
  EXPECT_EQ(shown(got.checkin), "2026-10-09");
  EXPECT_TRUE(got.weekday_disagrees);
}

TEST(Dates, EnglishFiguresAreMonthFirstUnlessImpossibleOrSetOtherwise) {
  EXPECT_EQ(stay("from 10/12 to 10/15 please"), "2026-10-12..2026-10-15");
  EXPECT_EQ(stay("a room 12/10/2026 - 15/10/2026 please"), "2026-10-12..2026-10-15");
  EXPECT_TRUE(understand("arriving on 5/10 for the week", on("2026-09-15")).dates_ambiguous);

  auto british = on("2026-09-15");
  british.day_first_english = true;
  EXPECT_EQ(stay("from 5/10 to 9/10 please", british), "2026-10-05..2026-10-09");
}

TEST(Dates, MisspeltDaysAndMonthsAreRepaired) {
  EXPECT_EQ(stay("el vienres 9 de octubre hasta el domigno"), "2026-10-09..2026-10-11");
  EXPECT_EQ(stay("entre el 20 de dicembre y el 2 de enero"), "2026-12-20..2027-01-02");
}

TEST(Dates, VagueSpansNameNoStayButAreNoticed) {
  for (const auto* text : {"quiero ir en octubre, 2 adultos", "la primera quincena de enero", "para el puente"}) {
    EXPECT_EQ(stay(text), "-..-") << text;
    EXPECT_TRUE(understand(text, on("2026-09-15")).dates_vague) << text;
  }
}

TEST(Dates, NumbersThatAreNoDaysNameNoStay) {
  for (const auto* text : {"3/4 personas", "mi hija tiene 9 años", "te paso mi cel 351 555 0199",
                           "hab 210 sin agua caliente", "is the pool open from 9 to 6?", "booking ref 100923",
                           "may we have a late checkout?", "a segunda opção está boa", "tarifa 120.50 por noche?",
                           "hasta mañana", "me llamo Abril Domingo", "a las 15 o a las 16?", "10 out of 10"}) {
    EXPECT_EQ(stay(text), "-..-") << text;
  }
}

TEST(Dates, BareNumbersAreDaysOnlyWhenDatesWereAsked) {
  EXPECT_EQ(stay("de 5 a 9"), "-..-");
  auto asked = on("2026-09-15");
  asked.expecting = Expecting::dates;
  EXPECT_EQ(stay("5 a 9", asked), "2026-10-05..2026-10-09");
}

TEST(Dates, EasterFallsWhereTheComputusSays) {
  EXPECT_EQ(format_day(easter_of(2026)), "2026-04-05");
  EXPECT_EQ(format_day(easter_of(2027)), "2027-03-28");
  EXPECT_EQ(format_day(easter_of(2028)), "2028-04-16");
  EXPECT_EQ(format_day(easter_of(2029)), "2029-04-01");
  EXPECT_EQ(format_day(easter_of(2030)), "2030-04-21");
}

TEST(Dates, HolidaysAreStaysOrDays) {
  EXPECT_EQ(stay("semana santa para 3 personas"), "2027-03-25..2027-03-28");
  EXPECT_EQ(stay("carnaval, do sábado à quarta"), "2027-02-06..2027-02-10");
  EXPECT_EQ(stay("easter weekend for a family of 4"), "2027-03-26..2027-03-29");
  EXPECT_EQ(stay("new years eve, two nights"), "2026-12-31..2027-01-02");
}

}  // namespace
}  // namespace agente::concierge
