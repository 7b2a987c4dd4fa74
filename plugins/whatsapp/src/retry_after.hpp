/// How long the other side asks us to wait.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include <agente/sdk.hpp>

namespace agente::whatsapp {

/// "Sun, 06 Nov 1994 08:49:37 GMT"; none for anything else.
[[nodiscard]] std::optional<time_point> http_date(std::string_view text);

/// The header Retry-After, in seconds or as an HTTP date; 0 when it is missing, past or malformed. At most a day.
[[nodiscard]] std::chrono::milliseconds retry_after(const http_response& answer, time_point now);

/// The longest estimated_time_to_regain_access (minutes) in X-Business-Use-Case-Usage; 0 when there is none.
[[nodiscard]] std::chrono::milliseconds regain_access(const http_response& answer);

}  // namespace agente::whatsapp
