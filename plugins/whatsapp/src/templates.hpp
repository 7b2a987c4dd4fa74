/// Templates: what a message wants of one, and whether Meta's list agrees.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <agente/sdk.hpp>

#include "json_text.hpp"
#include "settings.hpp"
#include "template_frame.hpp"

namespace agente::whatsapp {

/// A template as a message wants it sent.
struct Filling {
  std::string name = {};
  std::string language = {};
  std::vector<GapText> texts = {};
  bool by_name = false;     ///< the texts have names
  Frame frame = {};         ///< for what is around the body
  bool configured = false;  ///< it is one of our config
};

/// What a message of kind template wants; none if its details are no JSON. Throws NOT_FOUND for "answer_waiting" that
/// is not configured, INVALID for another one without name or language, and as
/// read_frame.
[[nodiscard]] std::optional<Filling> filling_of(const outbound& message, const Settings& settings);

/// The configured template in the language `theirs`, as Meta calls it.
[[nodiscard]] Filling filling_of(const Template& form, const std::string& theirs);

/// A template in one language, as Meta lists it.
struct Listed {
  std::string name = {};
  std::string language = {};
  std::string status = {};             ///< APPROVED, PAUSED, ...
  std::string category = {};           ///< UTILITY, MARKETING, AUTHENTICATION
  std::vector<std::string> gaps = {};  ///< of its body: "1", "2" or names, each once, as they come
  bool by_name = false;
  ListedFrame frame = {};  ///< what is to be filled around its body
};

/// An element of Graph's list.
[[nodiscard]] Listed read_listed(const Json& element);

/// The one that `wanted` would be sent with; null if there is none.
[[nodiscard]] const Listed* find_listed(const std::vector<Listed>& list, const Filling& wanted);

/// Why Meta would refuse it, in a sentence; empty if nothing speaks against it.
[[nodiscard]] std::string mismatch(const std::vector<Listed>& list, const Filling& wanted);

}  // namespace agente::whatsapp
