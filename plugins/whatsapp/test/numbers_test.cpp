#include "numbers.hpp"

#include <array>

#include <gtest/gtest.h>

namespace agente::whatsapp {
namespace {

TEST(Numbers, MobilesOfThreeCountriesHaveTwoForms) {
  constexpr std::array<std::array<std::string_view, 2>, 5> kForms{{{"5491155550142", "541155550142"},
                                                                   {"5493415550142", "543415550142"},
                                                                   {"5215512340187", "525512340187"},
                                                                   {"5562981230044", "556281230044"},
                                                                   {"5511961230044", "551161230044"}}};
  for (const auto& [longer, shorter] : kForms) {
    EXPECT_EQ(other_form(longer), shorter);
    EXPECT_EQ(other_form(shorter), longer);
    EXPECT_EQ(matching_form(longer), shorter);
    EXPECT_EQ(matching_form(shorter), shorter);
  }
}

TEST(Numbers, AllOthersAreLeftAlone) {
  for (const auto* text : {"34600111222", "16505551234", "556232230044", "521234567890", "AR.4820137765519028", "",
                           "54", "549", "55", "52", "54911555501422", "+5491155550142", "99999999999999999999"}) {
    EXPECT_EQ(other_form(text), "") << text;
    EXPECT_EQ(matching_form(text), text);
  }
}

TEST(Numbers, AreDigitsAndUserIdsBeginWithACountry) {
  for (const auto* number : {"1", "34600111222"}) EXPECT_TRUE(is_number(number)) << number;
  for (const auto* other : {"", "+34", "34 6", "AR.1", "../me"}) EXPECT_FALSE(is_number(other)) << other;
  for (const auto* id : {"AR.4820137765519028", "AR.ENT.118"}) EXPECT_TRUE(is_user_id(id)) << id;
  for (const auto* other : {"", "AR.", "ar.1", "A1.1", "34600111222"}) EXPECT_FALSE(is_user_id(other)) << other;
}

TEST(Numbers, ArgentinasLocal15IsDroppedForMatching) {
  EXPECT_EQ(matching_form("54111555550142"), "541155550142");
  EXPECT_EQ(matching_form("54341155550142"), "543415550142");
  EXPECT_EQ(matching_form("54294415550142"), "542944550142");
  EXPECT_EQ(other_form("54111555550142"), "");
}

}  // namespace
}  // namespace agente::whatsapp
