#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace webchat {

/// "https://www.hotel.example", lower case and without the port its scheme has anyway.
[[nodiscard]] std::string normal_origin(std::string_view origin);

/// Whether a page of `origin` (the header of that name) may write to us at `host` (also the header). The scheme is not
/// compared for our own: in front of us may stand a proxy that ends TLS.
[[nodiscard]] bool may_write(std::string_view origin, std::string_view host, const std::vector<std::string>& allowed);

}  // namespace webchat
