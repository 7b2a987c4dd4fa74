/// Everything a plugin author includes: the C ABI of <agente/*.h> as C++20 values. Header-only; nothing to link.
///
/// A plugin is one class. It has no base class; the macro at its end looks for members by name:
///
///     #include <agente/sdk.hpp>
///
///     class Board {
///      public:
///       static constexpr std::string_view id = "board";         // [a-z0-9-]+, the .so is called board.so
///       static constexpr std::string_view version = "1.0.0";    // semantic version
///       static constexpr std::string_view schema = R"({"type": "object"})";  // JSON Schema of its config
///
///       Board(agente::host host, std::string_view config_json) : host_(host) {}
///       std::string send(const agente::outbound& message, agente::call call);
///
///      private:
///       agente::host host_;
///     };
///     AGENTE_CHANNEL_PLUGIN(Board)
///
/// Members of a channel: sdk/channel.hpp. Of a PMS: sdk/pms.hpp. Of an exporter: sdk/exporter.hpp.
/// What the host does for you (log, secrets, clock, metrics, http, kv, inbox): sdk/host.hpp; timers: sdk/timer.hpp.
///
/// Rules that hold everywhere
///   Given     What you are given holds std::string_view: yours to read until you return. Copy what you keep.
///   Give      What you hand over holds std::string: nothing to keep alive.
///   Failing   throw agente::error(AGENTE_E_..., "what failed, which value, what to do"). The code decides what the
///   host
///             does next (sdk/error.hpp). Any other exception counts as a defect of the plugin. Nothing crosses.
///   Threads   Calls come on any host thread, several at once, except where a member says "one at a time". Guard what
///             they share; start no threads. The constructor and destructor run alone.
///   Globals   None with constructors, and no thread_local: they keep an old version of the plugin in memory.
#pragma once

#include <agente/sdk/channel.hpp>
#include <agente/sdk/exporter.hpp>
#include <agente/sdk/host.hpp>
#include <agente/sdk/pms.hpp>
#include <agente/sdk/timer.hpp>
