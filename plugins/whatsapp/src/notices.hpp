/// What Meta tells of the account, its numbers and its templates by webhook.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "json_text.hpp"

namespace agente::whatsapp {

/// What a notice means for sending.
enum class Hold {
  kNone,
  kTemplates,  ///< Meta takes no message that a guest has not asked for
  kEverything
};

struct Notice {
  enum class News {
    kBad,     ///< somebody should look
    kGood,    ///< what was bad of the same about and topic is over
    kNeutral  ///< says what has changed
  };
  std::string about = {};   ///< "the account", "number 15550783881", "template arrival (es_AR)"
  std::string topic = {};   ///< what good news end: a ban ends no restriction
  std::string event = {};   ///< Meta's word: PAUSED, ACCOUNT_RESTRICTION, ...
  std::string detail = {};  ///< for people, with what to do; may be empty
  News news = News::kNeutral;
  Hold hold = Hold::kNone;   ///< of bad news
  std::int64_t ends_ms = 0;  ///< since 1970, as Meta says; 0: it does not
  std::string waba = {};     ///< the WhatsApp Business Account it is about; may be empty
  std::int64_t told_ms = 0;  ///< when Meta said it, since 1970; 0: it does not say

  bool operator==(const Notice&) const = default;
};

/// The notices in the value of a webhook field; none if it is no such field.
[[nodiscard]] std::vector<Notice> notices_in(std::string_view field, const Json& value);

}  // namespace agente::whatsapp
