/// What a guest wrote, as QloApps can take it: a name with a digit or an emoji, or a phone with a word in it, is
/// answered with 500 and an empty body, and nobody would know why.
#pragma once

#include <string>
#include <string_view>

namespace qloapps {

/// How a guest stands in QloApps. What had to be left out is kept, readable, in `remark`.
struct GuestCard {
  std::string firstname = {};  ///< 1 to 32 characters
  std::string lastname = {};
  std::string phone = {};
  std::string email = {};
  std::string remark = {};  ///< empty: nothing was lost
};

/// `reference` makes the address of a guest who gave none: one per booking, since QloApps takes whoever has the same
/// address for the same person, and gives all of that person's bookings the latest name and phone.
[[nodiscard]] GuestCard card_of(std::string_view name, std::string_view phone, std::string_view email,
                                std::string_view reference);
/// The same without the address, which goes into the remark.
void hide_email(GuestCard& card, std::string_view reference);

/// The address that stands for none.
[[nodiscard]] std::string stand_in_email(std::string_view reference);

/// As the guest's own: empty for what stands for none.
[[nodiscard]] std::string own_email(const std::string& email);
[[nodiscard]] std::string own_phone(const std::string& phone);
[[nodiscard]] std::string own_name(const std::string& firstname, const std::string& lastname);

/// The digits of a phone.
[[nodiscard]] std::string digits_of(std::string_view phone);

}  // namespace qloapps
