/// What an answer of QloApps means. A 2xx is not yet a success, and any other is not yet a failure.
#pragma once

#include <string>

#include <agente/sdk.hpp>
#include <nlohmann/json.hpp>

namespace qloapps {

/// Whether asking may have changed something.
enum class Effect : std::uint8_t { none, writes };

/// The answer's JSON when it is a success: 200 or 201, application/json, parses, and holds `root` (an empty list is [],
/// which comes back as an object with an empty `root`). Otherwise throws:
///   AUTH             wrong key, or a right is missing; the text says which
///   INVALID          QloApps refused what was asked, in its own words
///   NOT_FOUND        404
///   CONFIG           base_url leads elsewhere
///   RETRY, RATE      nothing happened
///   UNKNOWN_OUTCOME  only for Effect::writes: it may have happened (5xx, 200 with `Fatal error`, warnings of PHP)
/// `asked` names the request in the text, e.g. "POST bookings".
[[nodiscard]] nlohmann::json judged(const agente::http_response& answer, const std::string& root, Effect effect,
                                    const std::string& asked);

}  // namespace qloapps
