#include "messaging/dispatch.hpp"

#include <utility>

#include "store/repositories.hpp"
#include "telemetry/log.hpp"

namespace agente::messaging {

Dispatch::Dispatch(store::Store& store, const Clock& clock, Turn& turn, std::function<bool()> gives_way)
    : lanes_(clock, {.load = [&store](store::Parts parts, store::Id after,
                                      int limit) -> std::optional<std::vector<store::Inbound>> {
                       std::vector<store::Inbound> page;
                       const auto read = store.read([&](store::sql::Connection& connection) {
                         page = store::inbound::list_received(connection, parts, after, limit);
                       });
                       if (read) return page;
                       log::warn("messaging", "cannot read the inbox: " + read.error().text);
                       return std::nullopt;
                     },
                     .handle = [&turn](store::Inbound& message) { return turn.handle(message); },
                     .behind = [&turn](const store::Inbound& waiting,
                                       const store::Inbound& later) { turn.keep_company(waiting, later); },
                     .gives_way = std::move(gives_way)}) {}

}  // namespace agente::messaging
