/// What a webhook body says. A pure function over bytes from outside; needs no host.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "json_text.hpp"
#include "notices.hpp"

namespace agente::whatsapp {

/// What Meta calls a guest; each may be empty.
struct GuestIds {
  std::string phone = {};  ///< wa_id: digits
  std::string user = {};   ///< the business-scoped user id

  [[nodiscard]] bool both() const { return !phone.empty() && !user.empty(); }
  [[nodiscard]] const std::string& any() const { return phone.empty() ? user : phone; }
  bool operator==(const GuestIds&) const = default;
};

/// Meta says that a guest has other ids from now on.
struct GuestMove {
  GuestIds from = {};
  GuestIds to = {};
  std::int64_t at_ms = 0;  ///< since 1970; 0 unknown

  bool operator==(const GuestMove&) const = default;
};

/// A guest's message. Texts are UTF-8.
struct GuestMessage {
  std::string account = {};      ///< phone_number_id; empty when the body names none
  std::string id = {};           ///< Meta's
  std::string sender = {};       ///< wa_id, or the business-scoped user id of a guest whose number is hidden
  GuestIds ids = {};             ///< of the sender, as the message and its contact name them
  GuestIds moved_to = {};        ///< Meta says that the sender has these from now on
  std::string sender_name = {};  ///< as in the profile
  std::string kind = {};         ///< Meta's type if it is a known one, else unsupported; echo: staff wrote it to
                                 ///< the sender by phone; history: of an old chat, of either side
  std::string text = {};         ///< what the guest wrote, chose or captioned
  std::string reply_to = {};     ///< id of the message it answers, reacts to, edits or revokes
  std::string_view raw = {};     ///< its own JSON, within the body
  std::int64_t written_ms = 0;   ///< since 1970; 0 unknown
  bool group = false;            ///< others read along
  std::string choice = {};       ///< id of what he tapped

  bool operator==(const GuestMessage&) const = default;
};

enum class DeliveryState { kSent, kDelivered, kRead, kFailed };

/// What became of a message of ours.
struct DeliveryStatus {
  DeliveryState state = DeliveryState::kSent;
  std::string account = {};
  GuestIds ids = {};        ///< of whom it went to
  std::string key = {};     ///< what send gave as biz_opaque_callback_data
  std::string id = {};      ///< Meta's
  std::string code = {};    ///< failed: "131026"
  std::string reason = {};  ///< failed: title and details
  std::int64_t at_ms = 0;

  bool operator==(const DeliveryStatus&) const = default;
};

/// A guest wants no advertisements any more, or wants them again.
struct Preference {
  std::string account = {};
  GuestIds ids = {};
  bool stopped = false;
  std::int64_t at_ms = 0;  ///< since 1970; 0 unknown

  bool operator==(const Preference&) const = default;
};

/// Trouble of a whole number that Meta reports by itself.
struct AccountReport {
  std::string account = {};  ///< phone_number_id; empty when the body names none
  std::string waba = {};     ///< the WhatsApp Business Account; may be empty
  std::string code = {};     ///< "130429"
  std::string reason = {};   ///< title and details

  bool operator==(const AccountReport&) const = default;
};

struct WebhookBody {
  bool readable = false;  ///< false: no JSON, or nested too deeply
  std::vector<GuestMessage> messages = {};
  std::vector<DeliveryStatus> statuses = {};
  std::vector<GuestMove> moves = {};  ///< told by themselves; those of a message are in the message
  std::vector<Preference> preferences = {};
  std::vector<Notice> notices = {};
  std::vector<AccountReport> reports = {};       ///< value.errors
  std::map<std::string, std::size_t> rest = {};  ///< how many of what else, by the name of the webhook field; unknown
                                                 ///< ones as "other", unknown states as "other_status", what lacks id
                                                 ///< or sender or has ids that the host does not take as "incomplete",
                                                 ///< old messages beyond the 5,000th as "left_out"
  std::set<std::string> unknown_fields = {};     ///< names of what is "other"; some of them
};

/// Never throws but for lack of memory. Linear in the length of `body`, which must outlive the result.
[[nodiscard]] WebhookBody parse(std::string_view body);

/// "Message undeliverable: Recipient has no WhatsApp": an error object's title and what its details add.
[[nodiscard]] std::string describe(const Json& trouble);

}  // namespace agente::whatsapp
