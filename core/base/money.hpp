#pragma once

#include <cstdint>
#include <string>

namespace agente {

/// An amount in the currency's minor unit (cents); never a floating-point number.
struct Money {
  std::int64_t minor = 0;
  std::string currency;  ///< ISO 4217, e.g. "EUR"

  bool operator==(const Money&) const = default;
};

/// How many decimals the currency has (2 for most; 0 for JPY, CLP, PYG …; 3 for KWD, BHD, TND …).
[[nodiscard]] int currency_decimals(const std::string& currency);
/// "300.00 EUR".
[[nodiscard]] std::string format_money(const Money& money);
/// 300.0: for JSON, where CONTRACTS asks for a number in currency units.
[[nodiscard]] double currency_units(const Money& money);

}  // namespace agente
