/// What the operator has set, without the secrets.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <agente/sdk.hpp>

#include "json_text.hpp"

namespace agente::whatsapp {

/// What stands in a gap of a template.
struct GapText {
  std::string gap = {};  ///< its name; empty where the texts stand for {{1}}, {{2}}, ... in their order
  std::string text = {};
};

/// A template that Meta has approved.
struct Template {
  std::string name = {};
  std::map<std::string, std::string, std::less<>> languages = {};  ///< es -> es_AR: ours, and the template's code
  std::vector<GapText> parameters = {};                            ///< for the gaps of its body
  bool by_name = false;                                            ///< the gaps have names
};

struct Settings {
  std::string graph_url = "https://graph.facebook.com";  ///< without a slash at its end
  std::string graph_version = "v25.0";
  std::string waba_id = {};
  std::string app_id = {};
  std::string public_url = {};                  ///< of the webhook, as Meta reaches it
  std::int64_t messages_per_second = 80;        ///< of each number; 0: no limit of ours, of guests neither
  std::optional<Template> answer_waiting = {};  ///< asks a guest to write, once his 24 hours are over
  bool accept_test_signature = false;
};

/// Reads the config text. Throws CONFIG for what the schema cannot tell: a test signature in production.
[[nodiscard]] Settings read_settings(std::string_view config_json, std::string_view environment);

/// Reads the texts of a list, or of an object by their names; true for an object.
bool read_gaps(const Json& parameters, std::vector<GapText>& into);

/// The access token as it is now, without the newline a file may end with. Throws AUTH for what can be none: a second
/// line, a blank or a control character would make every request to Graph a malformed one.
[[nodiscard]] std::string access_token(const host& services);

/// An account is part of a URL: throws INVALID unless it is digits.
void check_account(std::string_view account);

}  // namespace agente::whatsapp
