// The checker on doctored records: each thing that can go wrong is found, and nothing else.
#include "checker.hpp"

#include <algorithm>

#include <gmock/gmock.h>

namespace agente::chaos {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Kind = Finding::Kind;

const Wish kWish{
    .name = "Ana Bello", .room_type = "double", .checkin = "2026-03-12", .checkout = "2026-03-15", .adults = 2};
constexpr const char* kGuest = "34600200000";
constexpr const char* kAskName = "Doble, del 12 al 15: 300,00. ¿A nombre de quién hago la reserva?";
constexpr const char* kSummary = "Resumen de su reserva en Hotel Sol:\nA nombre de: Ana Bello\n¿La confirmo?";
constexpr const char* kBooked =
    "¡Listo! Su reserva está confirmada.\nNúmero de reserva: P-100001\nA nombre de: Ana Bello";

/// A talk as it should be.
Record good() {
  return {.guests = {{.number = kGuest,
                      .wish = kWish,
                      .written = {{"m1", "una doble", Ask::kRoom, true},
                                  {"m2", "Ana Bello", Ask::kInMyName, true},
                                  {"m3", "sí", Ask::kConfirm, true}}}},
          .sent = {{kGuest, "out-1", kAskName}, {kGuest, "out-2", kSummary}, {kGuest, "out-3", kBooked}},
          .books = {{.id = "P-100001", .phone = kGuest, .stay = kWish}}};
}

std::vector<Kind> kinds(const Record& record) {
  std::vector<Kind> kinds;
  for (const auto& finding : check(record)) kinds.push_back(finding.kind);
  return kinds;
}

TEST(Checker, FindsNothingWhereAllIsWell) { EXPECT_THAT(kinds(good()), IsEmpty()); }

TEST(Checker, LetsAHostAskForPatienceAndAGuestComeAgain) {
  auto record = good();
  record.sent.insert(record.sent.begin() + 2,
                     {kGuest, "out-7", "Estoy registrando su solicitud; tarda un poco más de lo habitual."});
  EXPECT_THAT(kinds(record), IsEmpty());
  auto& written = record.guests[0].written;
  written.insert(written.begin(), {"m0", "una doble", Ask::kRoom, true});
  record.sent.insert(record.sent.begin(), {kGuest, "out-0", "Ahora mismo no puedo consultar el sistema del hotel."});
  EXPECT_THAT(kinds(record), IsEmpty());
}

TEST(Checker, FindsAWebhookThatWasNeverAcknowledged) {
  auto record = good();
  record.guests[0].written[1].acknowledged = false;
  EXPECT_THAT(kinds(record), ElementsAre(Kind::kNotAcknowledged));
}

TEST(Checker, FindsALostMessageAndNamesIt) {
  auto record = good();
  record.sent.erase(record.sent.begin() + 1);
  const auto findings = check(record);
  ASSERT_THAT(kinds(record), ElementsAre(Kind::kLostMessage));
  EXPECT_EQ(findings[0].guest, kGuest);
  EXPECT_EQ(findings[0].expected, "a summary for \"Ana Bello\"");
}

TEST(Checker, FindsAReplyThatNobodyAskedFor) {
  auto record = good();
  record.sent.push_back({kGuest, "out-4", kBooked});
  EXPECT_THAT(kinds(record), ElementsAre(Kind::kSaidTwice));
  record = good();
  record.sent.push_back({"34600999999", "out-4", kBooked});
  EXPECT_THAT(kinds(record), ElementsAre(Kind::kSaidTwice));
}

TEST(Checker, FindsSwappedReplies) {
  auto record = good();
  std::swap(record.sent[0], record.sent[1]);
  EXPECT_THAT(kinds(record), ElementsAre(Kind::kWrongOrder));
}

TEST(Checker, FindsAnothersReply) {
  auto record = good();
  record.sent[1].text = "Resumen de su reserva en Hotel Sol:\nA nombre de: Luis Bello";
  EXPECT_THAT(kinds(record), ElementsAre(Kind::kWrongOrder));
}

TEST(Checker, FindsARepeatOnlyWhereTheHostDoesNotReportIt) {
  auto record = good();
  record.sent.push_back(record.sent[1]);
  EXPECT_THAT(kinds(record), ElementsAre(Kind::kUnreportedRepeat));
  record.reported = {"out-2"};
  EXPECT_THAT(kinds(record), IsEmpty());
}

TEST(Checker, FindsADoubledBookingUnlessOneIsCancelled) {
  auto record = good();
  record.books.push_back({.id = "P-100002", .phone = kGuest, .stay = kWish});
  EXPECT_THAT(kinds(record), ElementsAre(Kind::kDoubledBooking));
  record.books[1].cancelled = true;
  EXPECT_THAT(kinds(record), IsEmpty());
  record.books.push_back({.id = "P-100003", .phone = "34600999999", .stay = kWish});
  EXPECT_THAT(kinds(record), ElementsAre(Kind::kDoubledBooking)) << "of somebody who never asked";
}

TEST(Checker, FindsAGuestWhoWasToldOfABookingThatIsNotThere) {
  auto record = good();
  record.books.clear();
  EXPECT_THAT(kinds(record), ElementsAre(Kind::kNoBooking));
  record = good();
  record.books[0].id = "P-100009";
  EXPECT_THAT(kinds(record), ElementsAre(Kind::kWrongBooking));
}

TEST(Checker, FindsAnotherStayThanTheGuestWished) {
  auto record = good();
  record.books[0].stay.checkout = "2026-03-16";
  EXPECT_THAT(kinds(record), ElementsAre(Kind::kWrongBooking));
}

TEST(Checker, FindsACrash) {
  auto record = good();
  record.crashes = {"host 1 ended by itself with 139"};
  EXPECT_THAT(kinds(record), ElementsAre(Kind::kCrash));
}

}  // namespace
}  // namespace agente::chaos
