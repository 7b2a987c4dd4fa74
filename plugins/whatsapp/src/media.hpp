/// Files that guests send: where they lie at Meta, and who may be shown the token on the way.
#pragma once

#include <string_view>

#include "settings.hpp"

namespace agente::whatsapp {

/// The token may be sent there: the host of graph_url as it stands in the config, or by https one of facebook.com,
/// fbsbx.com, fbcdn.net or below them. A webhook could name any address.
[[nodiscard]] bool is_metas(std::string_view url, const Settings& settings);

}  // namespace agente::whatsapp
