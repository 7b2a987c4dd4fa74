#pragma once

#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "crowd.hpp"

/// What guests were told, read from the texts that WhatsApp brought them.
namespace agente::e2e {

/// What stands between `before` and the end of the line; empty when `before` is not there.
inline std::string behind(const std::string& text, const std::string& before) {
  const auto at = text.find(before);
  if (at == std::string::npos) return {};
  const auto begin = at + before.size();
  return text.substr(begin, text.find('\n', begin) - begin);
}

/// "Total: 246.00 EUR, ..." and "246.00 EUR en total" -> 24600.
inline long cents_in(const std::string& text) {
  std::string digits;
  for (const char c : text.substr(0, text.find(" EUR"))) {
    if (c >= '0' && c <= '9') digits += c;
  }
  return digits.empty() ? -1 : std::stol(digits);
}

/// The numbers of the bookings that guests were told of, and which guest.
inline std::map<std::string, std::string> told(const Stage& stage, const Crowd& crowd) {
  std::map<std::string, std::string> bookings;
  auto texts = stage.texts();
  for (const auto& guest : crowd.numbers()) {
    for (const auto& text : texts[guest]) {
      const auto id = behind(text, "Número de reserva: ");
      if (id.empty()) continue;
      EXPECT_EQ(bookings.emplace(id, guest).first->second, guest) << "two were told of one: " << text;
    }
  }
  return bookings;
}

/// What the last summary among these texts costs, in cents; -1 for none.
inline long last_summary_in(const std::vector<std::string>& texts) {
  long cents = -1;
  for (const auto& text : texts) {
    if (text.find("Resumen de su reserva") != std::string::npos) cents = cents_in(behind(text, "\nTotal: "));
  }
  return cents;
}

}  // namespace agente::e2e
