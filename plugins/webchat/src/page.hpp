#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace webchat {

extern const std::string_view kPage;          ///< one HTML document that needs nothing else
extern const std::string_view kStyleSha256;   ///< of its only <style>, in hex
extern const std::string_view kScriptSha256;  ///< of its only <script>, in hex

/// Content-Security-Policy of the page: its own style and script by their digests, requests to its own origin, nothing
/// else. `framers` may show it in a frame.
[[nodiscard]] std::string page_policy(const std::vector<std::string>& framers);

}  // namespace webchat
