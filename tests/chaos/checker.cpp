#include "checker.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

namespace agente::chaos {
namespace {

using Kind = Finding::Kind;

struct Phrase {
  std::string_view text;
  Reply reply;
};

/// The first that occurs decides.
constexpr Phrase kPhrases[] = {
    {"tarda un poco más de lo habitual", Reply::kPatience},
    {"Ahora mismo no puedo consultar", Reply::kNotNow},
    {"Su reserva está confirmada", Reply::kConfirmation},
    {"su reserva está confirmada", Reply::kConfirmation},
    {"Resumen de su reserva", Reply::kSummary},
    {"¿A nombre de quién", Reply::kAsksName},
};

bool has(const std::string& text, std::string_view words) { return text.find(words) != std::string::npos; }

/// "Sorry, not now" answers any message; a price that has run out meanwhile makes a confirmation a new summary.
bool answers(Reply reply, Ask ask) {
  if (reply == Reply::kNotNow) return true;
  switch (ask) {
    case Ask::kRoom:
      return reply == Reply::kAsksName;
    case Ask::kInMyName:
      return reply == Reply::kSummary;
    case Ask::kConfirm:
      return reply == Reply::kConfirmation || reply == Reply::kSummary;
  }
  return false;
}

const char* name_of(Ask ask) {
  switch (ask) {
    case Ask::kRoom:
      return "a question for the name";
    case Ask::kInMyName:
      return "a summary";
    case Ask::kConfirm:
      return "a confirmation";
  }
  return "";
}

std::string in_words(const Wish& stay) {
  return stay.room_type + " " + stay.checkin + " to " + stay.checkout + " for " + std::to_string(stay.adults) + ", " +
         stay.name;
}

bool same(const Wish& a, const Wish& b) { return in_words(a) == in_words(b); }

std::string list(const std::vector<std::string>& texts) {
  std::string out;
  for (const auto& text : texts) out.append(out.empty() ? "" : "\n---\n").append(text);
  return out.empty() ? "nothing" : out;
}

/// What the provider accepted for each guest, each message once.
std::map<std::string, std::vector<Sent>> without_repeats(const std::vector<Sent>& sent) {
  std::map<std::string, std::vector<Sent>> by_guest;
  std::set<std::string> seen;
  for (const auto& message : sent) {
    if (seen.insert(message.key).second) by_guest[message.to].push_back(message);
  }
  return by_guest;
}

class GuestCheck {
 public:
  GuestCheck(const Guest& guest, const std::vector<Sent>& told, const std::vector<Booked>& books,
             std::vector<Finding>& findings)
      : guest_(guest), findings_(findings) {
    for (const auto& message : told) {
      if (reply_of(message.text) != Reply::kPatience) told_.push_back(message.text);
    }
    for (const auto& booking : books) {
      if (booking.phone == guest.number && !booking.cancelled) live_.push_back(booking);
    }
  }

  void all() {
    acknowledgements();
    replies();
    bookings();
  }

 private:
  void found(Kind kind, std::string expected, std::string seen) {
    findings_.push_back({kind, guest_.number, std::move(expected), std::move(seen)});
  }

  void acknowledgements() {
    for (const auto& message : guest_.written) {
      if (!message.acknowledged) found(Kind::kNotAcknowledged, "200 for " + message.id, "none: " + message.text);
    }
  }

  void replies() {
    const auto in_order = [&] {
      for (std::size_t i = 0; i < told_.size(); ++i) {
        if (!answers(reply_of(told_[i]), guest_.written[i].ask)) return false;
      }
      return true;
    };
    if (told_.size() < guest_.written.size()) return lost();
    if (told_.size() > guest_.written.size()) {
      return found(Kind::kSaidTwice, std::to_string(guest_.written.size()) + " replies", replies_seen());
    }
    if (!in_order()) found(Kind::kWrongOrder, expected_replies(), replies_seen());
    for (const auto& text : told_) {
      const auto reply = reply_of(text);
      const bool names_him = reply == Reply::kSummary || reply == Reply::kConfirmation;
      if (names_him && !has(text, guest_.wish.name)) found(Kind::kWrongOrder, "a reply to " + guest_.wish.name, text);
    }
  }

  /// Which message has no reply: the first that none of those that are left answers.
  void lost() {
    auto left = told_;
    for (const auto& message : guest_.written) {
      const auto reply =
          std::ranges::find_if(left, [&](const auto& text) { return answers(reply_of(text), message.ask); });
      if (reply == left.end()) {
        return found(Kind::kLostMessage, std::string(name_of(message.ask)) + " for \"" + message.text + "\"",
                     replies_seen());
      }
      left.erase(reply);
    }
  }

  void bookings() {
    const bool done =
        std::ranges::any_of(told_, [](const auto& text) { return reply_of(text) == Reply::kConfirmation; });
    if (live_.empty()) return found(Kind::kNoBooking, in_words(guest_.wish), done ? "told that it is made" : "none");
    if (live_.size() > 1) {
      std::string ids;
      for (const auto& booking : live_) ids.append(ids.empty() ? "" : ", ").append(booking.id);
      return found(Kind::kDoubledBooking, "one booking", ids);
    }
    const auto& booking = live_.front();
    if (!same(booking.stay, guest_.wish)) {
      found(Kind::kWrongBooking, in_words(guest_.wish), booking.id + ": " + in_words(booking.stay));
    }
    for (const auto& text : told_) {
      if (reply_of(text) == Reply::kConfirmation && !has(text, booking.id)) {
        found(Kind::kWrongBooking, "told of " + booking.id, text);
      }
    }
  }

  [[nodiscard]] std::string replies_seen() const { return list(told_); }
  [[nodiscard]] std::string expected_replies() const {
    std::string out;
    for (const auto& message : guest_.written) out.append(out.empty() ? "" : ", ").append(name_of(message.ask));
    return out;
  }

  const Guest& guest_;
  std::vector<Finding>& findings_;
  std::vector<std::string> told_;
  std::vector<Booked> live_;
};

void check_repeats(const Record& record, std::vector<Finding>& findings) {
  std::map<std::string, int> times;
  for (const auto& message : record.sent) {
    if (++times[message.key] == 2 && !record.reported.contains(message.key)) {
      findings.push_back({Kind::kUnreportedRepeat, message.to,
                          message.key + " sent once, or shown as possibly_duplicated",
                          "sent again, not shown: " + message.text});
    }
  }
}

void check_strangers(const Record& record, std::vector<Finding>& findings) {
  std::set<std::string> known;
  for (const auto& guest : record.guests) known.insert(guest.number);
  for (const auto& message : record.sent) {
    if (!known.contains(message.to)) findings.push_back({Kind::kSaidTwice, message.to, "nothing", message.text});
  }
  for (const auto& booking : record.books) {
    if (!booking.cancelled && !known.contains(booking.phone)) {
      findings.push_back({Kind::kDoubledBooking, booking.phone, "nothing", booking.id});
    }
  }
}

}  // namespace

Reply reply_of(const std::string& text) {
  const auto* phrase = std::ranges::find_if(kPhrases, [&](const Phrase& p) { return has(text, p.text); });
  return phrase == std::end(kPhrases) ? Reply::kOther : phrase->reply;
}

std::vector<Finding> check(const Record& record) {
  std::vector<Finding> findings;
  for (const auto& crash : record.crashes) findings.push_back({Kind::kCrash, "", "it runs until it is ended", crash});
  const auto told = without_repeats(record.sent);
  for (const auto& guest : record.guests) {
    const auto mine = told.find(guest.number);
    GuestCheck(guest, mine == told.end() ? std::vector<Sent>{} : mine->second, record.books, findings).all();
  }
  check_repeats(record, findings);
  check_strangers(record, findings);
  return findings;
}

const char* name_of(Finding::Kind kind) {
  switch (kind) {
    case Kind::kNotAcknowledged:
      return "not acknowledged";
    case Kind::kLostMessage:
      return "lost message";
    case Kind::kSaidTwice:
      return "said twice";
    case Kind::kWrongOrder:
      return "wrong order";
    case Kind::kUnreportedRepeat:
      return "unreported repeat";
    case Kind::kNoBooking:
      return "no booking";
    case Kind::kDoubledBooking:
      return "doubled booking";
    case Kind::kWrongBooking:
      return "wrong booking";
    case Kind::kCrash:
      return "crash";
  }
  return "";
}

}  // namespace agente::chaos
