/// What Meta tells of the account, its numbers and its templates by webhook.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "json_text.hpp"

namespace agente::whatsapp {

struct Notice {
  std::string about = {};   ///< "the account", "number 15550783881", "template arrival (es_AR)"
  std::string event = {};   ///< Meta's word: PAUSED, ACCOUNT_RESTRICTION, ...
  std::string detail = {};  ///< for people; may be empty
  bool is_bad = false;      ///< somebody should look; else it says that all is well, or merely what changed

  bool operator==(const Notice&) const = default;
};

/// The value of a webhook field, if it is such a notice.
[[nodiscard]] std::optional<Notice> notice_in(std::string_view field, const Json& value);

}  // namespace agente::whatsapp
