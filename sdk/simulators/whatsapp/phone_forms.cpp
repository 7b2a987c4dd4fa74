#include "simulators/whatsapp/phone_forms.hpp"

#include <array>
#include <string_view>

namespace agente::sim::whatsapp {
namespace {

/// Where a country's mobiles have a digit more than people dial.
struct Extra {
  std::string_view country;
  std::size_t longer;    ///< digits of the longer form
  std::size_t position;  ///< of the digit that may be missing
  char digit;
};
constexpr std::array kExtras{Extra{"54", 13, 2, '9'}, Extra{"52", 13, 2, '1'}, Extra{"55", 13, 4, '9'}};

}  // namespace

std::string same_phone(const std::string& digits) {
  for (const auto& extra : kExtras) {
    const bool is_longer = digits.size() == extra.longer && digits.starts_with(extra.country);
    if (is_longer && digits[extra.position] == extra.digit) return std::string(digits).erase(extra.position, 1);
  }
  return digits;
}

std::string longer_form(const std::string& digits) {
  for (const auto& extra : kExtras) {
    const bool is_shorter = digits.size() + 1 == extra.longer && digits.starts_with(extra.country);
    if (is_shorter && extra.position == 2) return std::string(digits).insert(extra.position, 1, extra.digit);
  }
  return digits;
}

}  // namespace agente::sim::whatsapp
