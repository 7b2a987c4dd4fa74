#include "guest_words.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>
#include <vector>

namespace qloapps {
namespace {

constexpr std::size_t kLongestName = 32;  // characters
constexpr std::size_t kMostDigits = 31;   // beside the plus
constexpr std::size_t kLongestEmail = 128;
constexpr std::size_t kLongestRemark = 500;
constexpr std::string_view kNoLastName = "-";
constexpr std::string_view kNoName = "Guest";
constexpr std::string_view kNoPhone = "0";
constexpr std::string_view kNoEmailDomain = "@guest.invalid";

/// The code points of a text; bytes that are no UTF-8 are left out.
std::vector<char32_t> characters(std::string_view text) {
  std::vector<char32_t> found;
  for (std::size_t at = 0; at < text.size();) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const std::size_t length = lead < 0x80 ? 1 : lead >> 5U == 6 ? 2 : lead >> 4U == 14 ? 3 : lead >> 3U == 30 ? 4 : 0;
    char32_t point = length == 1 ? lead : lead & (0xFFU >> (length + 1));
    bool is_whole = length != 0 && at + length <= text.size();
    for (std::size_t i = 1; is_whole && i < length; ++i) {
      const auto byte = static_cast<unsigned char>(text[at + i]);
      is_whole = byte >> 6U == 2;
      point = point << 6U | (byte & 0x3FU);
    }
    if (is_whole) found.push_back(point);
    at += is_whole ? length : 1;
  }
  return found;
}

void append(std::string& text, char32_t point) {
  constexpr std::array<char32_t, 4> kLeads{0, 0xC0, 0xE0, 0xF0};
  const unsigned more = point < 0x80 ? 0 : point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
  const auto add = [&](char32_t byte) { text += static_cast<char>(static_cast<unsigned char>(byte)); };
  add(kLeads[more] | point >> 6U * more);
  for (unsigned left = more; left > 0; --left) add(0x80U | (point >> 6U * (left - 1) & 0x3FU));
}

/// Its database holds three bytes of UTF-8 and its names are letters; what joins or colours an emoji goes with it.
bool is_for_names(char32_t c) {
  constexpr std::u32string_view kRefused = U"!<>,;?=+()@#\"°{}_$%:¤|[]^*\\/&~`";
  const bool is_picture = c > 0xFFFF || (c >= 0x2190 && c <= 0x2BFF) || (c >= 0xFE00 && c <= 0xFE0F) || c == 0x200D;
  const bool is_broken = (c >= 0xD800 && c <= 0xDFFF) || (c >= 0x7F && c <= 0x9F);
  return c >= 0x20 && !(c >= '0' && c <= '9') && !is_picture && !is_broken && kRefused.find(c) == kRefused.npos;
}

std::vector<std::string> words_of_name(std::string_view name) {
  std::vector<std::string> words(1);
  for (const auto c : characters(name)) {
    if (c <= 0x20 || c == 0xA0) {
      words.emplace_back();
    } else if (is_for_names(c)) {
      append(words.back(), c);
    }
  }
  words.erase(std::remove_if(words.begin(), words.end(), [](const auto& word) { return word.empty(); }), words.end());
  return words;
}

std::string cut(std::string_view text) {
  const auto all = characters(text);
  std::string kept;
  for (std::size_t i = 0; i < std::min(all.size(), kLongestName); ++i) append(kept, all[i]);
  kept.erase(kept.find_last_not_of(' ') + 1);
  return kept;
}

std::string joined(const std::vector<std::string>& words, std::size_t from) {
  std::string text;
  for (std::size_t i = from; i < words.size(); ++i) text += (text.empty() ? "" : " ") + words[i];
  return text;
}

std::string phone_of(std::string_view written) {
  auto digits = digits_of(written);
  if (digits.empty()) return std::string{kNoPhone};
  digits.resize(std::min(digits.size(), kMostDigits));
  const auto first = written.find_first_not_of(" \t");
  return (written[first] == '+' ? "+" : "") + digits;
}

/// What QloApps' own check of addresses lets through, and a bit less: anything else ends its script.
bool is_email(std::string_view text) {
  const auto at = text.find('@');
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
           c == '_' || c == '+';
  };
  if (text.size() > kLongestEmail || at == 0 || at == text.npos) return false;
  const auto name = text.substr(0, at);
  const auto domain = text.substr(at + 1);
  const auto is_dotted_well = [](std::string_view part) {
    return !part.starts_with('.') && !part.ends_with('.') && part.find("..") == part.npos;
  };
  return std::all_of(name.begin(), name.end(), is_plain) && std::all_of(domain.begin(), domain.end(), is_plain) &&
         domain.find('.') != domain.npos && domain.find_first_of("_+") == domain.npos && is_dotted_well(name) &&
         is_dotted_well(domain);
}

/// A remark loses tags and everything beyond three bytes: those are spelled out, "U+1F600".
std::string as_remark(std::string_view text) {
  std::string kept;
  for (const auto c : characters(text)) {
    if (kept.size() > kLongestRemark) break;
    if (c <= 0xFFFF && c >= 0x20 && c != '<' && c != '>') {
      append(kept, c);
      continue;
    }
    std::array<char, 16> spelled{};
    std::snprintf(spelled.data(), spelled.size(), "U+%04X", static_cast<unsigned>(c));
    kept += c < 0x20 ? " " : spelled.data();
  }
  return kept;
}

void keep(std::string& remark, const char* what, std::string_view written, std::string_view stands) {
  if (written == stands || written.empty()) return;
  remark += (remark.empty() ? "" : "; ") + std::string{what} + " as written: " + as_remark(written);
}

}  // namespace

std::string digits_of(std::string_view phone) {
  std::string digits;
  std::copy_if(phone.begin(), phone.end(), std::back_inserter(digits), [](char c) { return c >= '0' && c <= '9'; });
  return digits;
}

GuestCard card_of(std::string_view name, std::string_view phone, std::string_view email, std::string_view reference) {
  const auto words = words_of_name(name);
  GuestCard card;
  card.firstname = words.empty() ? std::string{kNoName} : cut(words.front());
  card.lastname = cut(joined(words, 1));
  if (card.lastname.empty()) card.lastname = kNoLastName;
  card.phone = phone_of(phone);
  card.email = is_email(email) ? std::string{email} : stand_in_email(reference);
  keep(card.remark, "Name", name, own_name(card.firstname, card.lastname));
  keep(card.remark, "Phone", phone, card.phone);
  keep(card.remark, "E-mail", email, card.email);
  return card;
}

void hide_email(GuestCard& card, std::string_view reference) {
  const auto written = std::exchange(card.email, stand_in_email(reference));
  keep(card.remark, "E-mail", written, card.email);
}

std::string stand_in_email(std::string_view reference) {
  std::string address{reference};
  std::transform(address.begin(), address.end(), address.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return address + std::string{kNoEmailDomain};
}

std::string own_email(const std::string& email) { return email.ends_with(kNoEmailDomain) ? std::string{} : email; }

std::string own_phone(const std::string& phone) { return phone == kNoPhone ? std::string{} : phone; }

std::string own_name(const std::string& firstname, const std::string& lastname) {
  return lastname.empty() || lastname == kNoLastName ? firstname : firstname + " " + lastname;
}

}  // namespace qloapps
