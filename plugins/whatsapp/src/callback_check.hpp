/// Whether Meta's events can reach us: what Meta has been told, and a walk through our own public URL.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <agente/sdk.hpp>

#include "settings.hpp"

namespace agente::whatsapp {

/// What Meta has noted for our app: the callback is `public_url`, active, and the field `messages` is subscribed. All
/// is well without the other fields that we read, but the cause names them. Needs app_id.
[[nodiscard]] check check_callback(const host& services, const Settings& settings, call here);

struct Loop {
  bool as_stranger = true;  ///< with a wrong verify token, too; the host logs that it was refused
};
/// Calls `public_url` as Meta would: the handshake with the right verify token, and a signed body that carries no
/// message. Finds faults of name, TLS, proxy, path and secret. Sends a guest nothing.
[[nodiscard]] check check_loop(const host& services, const Settings& settings, Loop loop, call here);

/// What the walk above posts, as it is read at its end: the marker to be given back; nothing for any other body.
[[nodiscard]] std::optional<std::string> loop_marker(std::string_view body);

}  // namespace agente::whatsapp
