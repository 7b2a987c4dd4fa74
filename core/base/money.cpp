#include "base/money.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <string_view>

namespace agente {
namespace {

// ISO 4217 exceptions from two decimals, of the currencies in use.
constexpr std::array<std::string_view, 15> kNoDecimals = {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW",
                                                          "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF"};
constexpr std::array<std::string_view, 7> kThreeDecimals = {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"};

bool contains(const auto& list, std::string_view value) { return std::ranges::find(list, value) != list.end(); }

}  // namespace

int currency_decimals(const std::string& currency) {
  if (contains(kNoDecimals, currency)) return 0;
  return contains(kThreeDecimals, currency) ? 3 : 2;
}

double currency_units(const Money& money) {
  return static_cast<double>(money.minor) / std::pow(10.0, currency_decimals(money.currency));
}

std::string format_money(const Money& money) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f ", currency_decimals(money.currency), currency_units(money));
  return text.data() + money.currency;
}

}  // namespace agente
