#pragma once

#include <string>
#include <string_view>

#include <agente/sdk.hpp>

namespace webchat {

/// What a guest's browser posts.
struct Post {
  std::string id{};  ///< made by the browser, the same when it tries again
  std::string text{};
};

/// Throws Refusal: 415 no JSON, 413 too large, 400 broken, 422 id or text out of bounds.
[[nodiscard]] Post read_post(const agente::http_in& request);

}  // namespace webchat
