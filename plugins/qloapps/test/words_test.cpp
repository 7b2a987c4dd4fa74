#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "guest_words.hpp"

namespace qloapps {
namespace {

using ::testing::HasSubstr;

GuestCard named(std::string_view name) { return card_of(name, "+34600111222", "ana@example.org", "AH-1"); }

TEST(GuestWords, AnOrdinaryGuestLosesNothing) {
  const auto card = named("Ana María O'Brien-Łukasz");
  EXPECT_EQ(card.firstname, "Ana");
  EXPECT_EQ(card.lastname, "María O'Brien-Łukasz");
  EXPECT_EQ(card.phone, "+34600111222");
  EXPECT_EQ(card.email, "ana@example.org");
  EXPECT_EQ(card.remark, "");
}

TEST(GuestWords, NamesInOtherScriptsAreTakenAsTheyAre) {
  EXPECT_EQ(named("Мария Иванова").lastname, "Иванова");
  EXPECT_EQ(named("العربية محمد").firstname, "العربية");
}

TEST(GuestWords, EmojiLeaveTheNameAndStayReadableInTheRemark) {
  const auto card = named("Ana 😀 Bello ❤️");
  EXPECT_EQ(card.firstname, "Ana");
  EXPECT_EQ(card.lastname, "Bello");
  EXPECT_THAT(card.remark, HasSubstr("Name as written: Ana U+1F600 Bello"));
}

TEST(GuestWords, DigitsAndSignsLeaveTheName) {
  const auto card = named("R2D2 <b>X9</b>");
  EXPECT_EQ(card.firstname, "RD");
  EXPECT_EQ(card.lastname, "bXb");
  EXPECT_EQ(card.remark, "Name as written: R2D2 U+003CbU+003EX9U+003C/bU+003E");
}

TEST(GuestWords, LongNamesAreCutBetweenCharacters) {
  std::string name = "Ñ";
  for (int i = 0; i < 50; ++i) name += "ñ";
  const auto card = named(name + " " + name);
  EXPECT_EQ(card.firstname.size(), 64U);
  EXPECT_EQ(card.lastname.size(), 64U);
  EXPECT_THAT(card.remark, HasSubstr(name));
}

TEST(GuestWords, OneWordIsAFirstNameAndReadsBackAsIt) {
  const auto card = named("Cher");
  EXPECT_EQ(card.firstname, "Cher");
  EXPECT_EQ(card.lastname, "-");
  EXPECT_EQ(own_name(card.firstname, card.lastname), "Cher");
  EXPECT_EQ(card.remark, "");
}

TEST(GuestWords, NoNameAtAllIsAGuest) {
  for (const auto* name : {"", "   ", "😀😀", "12345", "\xff\xfe"}) {
    EXPECT_EQ(named(name).firstname, "Guest") << name;
    EXPECT_EQ(named(name).lastname, "-") << name;
  }
}

TEST(GuestWords, PhonesAreDigitsWithTheirPlus) {
  const auto phone = [](std::string_view written) { return card_of("Ana", written, "", "AH-1").phone; };
  EXPECT_EQ(phone("34600111222"), "34600111222");
  EXPECT_EQ(phone("+54 (9) 11-5555.0142"), "+5491155550142");
  EXPECT_EQ(phone("600 111 222 ext. 5"), "6001112225");
  EXPECT_EQ(phone(std::string(60, '7')), std::string(31, '7'));
  EXPECT_EQ(phone("no phone"), "0");
  EXPECT_EQ(own_phone("0"), "");
  EXPECT_THAT(card_of("Ana", "600 ext. 5", "", "AH-1").remark, HasSubstr("Phone as written: 600 ext. 5"));
}

TEST(GuestWords, WhoGivesNoAddressGetsOneOfTheBooking) {
  const auto card = card_of("Ana", "1", "", "AH-7K2M");
  EXPECT_EQ(card.email, "ah-7k2m@guest.invalid");
  EXPECT_EQ(own_email(card.email), "");
  EXPECT_EQ(own_email("ana@example.org"), "ana@example.org");
}

TEST(GuestWords, WhatIsNoAddressIsKeptInTheRemark) {
  for (const auto* email :
       {"notanemail", "a@b", "a b@example.org", "a@example..org", "@example.org", "a@ex[1].org", "añ@example.org"}) {
    const auto card = card_of("Ana", "1", email, "AH-1");
    EXPECT_EQ(card.email, "ah-1@guest.invalid") << email;
    EXPECT_THAT(card.remark, HasSubstr(email));
  }
}

}  // namespace
}  // namespace qloapps
