#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "plugins/channel.hpp"
#include "store/repositories.hpp"

namespace agente::messaging {

/// "out-<id>": what a provider gets as our name of a message and gives back in its receipts.
[[nodiscard]] std::string key_of(store::Id outbound);
[[nodiscard]] std::optional<store::Id> outbound_of(std::string_view key);

/// Writes what a receipt says into its outbound message. States never go back (sent < delivered < read); a failure
/// before or after delivery is kept beside it as a reason. What did not arrive and may be sent once more waits to be
/// sent again, three times at most. Returns the message as it is now if its state has changed.
std::optional<store::Outbound> apply_receipt(store::sql::Connection& connection, std::string_view channel,
                                             const plugins::Receipt& receipt, Time now);

}  // namespace agente::messaging
