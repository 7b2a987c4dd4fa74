#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <agente/sdk.hpp>
#include <agente_schema.hpp>

/// A bell desk with a board. Guests hand in slips; the hotel's replies hang on the board, in the host's kv, until
/// somebody takes them down, whatever is upgraded or restarted meanwhile. Below /webhook/<channel>:
///
///     POST /slips/<guest>   a slip of this guest; x-slip: its number
///     GET                   the board, a line per reply: key, guest, text
///     POST /taken/<key>     a reply was taken down: the guest has read it
class Porter {
 public:
  static constexpr std::string_view id = "porter";
  static constexpr std::string_view version = "1.0.0";
  static constexpr std::string_view schema = agente_schema;

  Porter(agente::host host, std::string_view /*config_json*/)
      : host_(host), places_(static_cast<std::uint32_t>(std::stoul(host.config("/places").value_or("64")))) {}

  /// Several guests at once. Our key names the place: the same message sent twice hangs there once.
  std::string send(const agente::outbound& message, agente::call /*call*/) {
    const auto where = place(message.key);
    if (hanging().size() >= places_ && !host_.kv_get(where))
      throw agente::error(AGENTE_E_RETRY, "the board is full: take a reply down, or set places",
                          std::chrono::seconds{5});
    host_.kv_put(where, std::string{message.recipient} + '\t' + std::string{message.text}, 1);
    return std::string{message.key};
  }

  agente::http_out on_http(const agente::http_in& request, agente::call call) {
    if (!agente::same_secret(request.header("authorization"), "Bearer " + host_.secret("/token")))
      return {.status = 401};
    if (request.method == "GET") return {.body = board()};
    if (request.path.starts_with("/slips/")) return take_in(request, request.path.substr(7), call);
    if (request.path.starts_with("/taken/")) return take_down(std::string{request.path.substr(7)}, call);
    return {.status = 404};
  }

  /// Asked before this version becomes the live one, so it changes nothing.
  std::vector<agente::check> self_test(agente::call /*call*/) {
    host_.info("the board can be read", {{"replies", hanging().size()}, {"places", places_}});
    return {{.stage = "board", .ok = true}};
  }

 private:
  static std::string place(std::string_view key) { return "reply/" + std::string{key}; }
  std::vector<agente::kv_entry> hanging() { return host_.kv_list(place(""), {}, places_); }

  /// The host stores what was accepted before our 200 goes out, and knows a slip that is handed in twice.
  agente::http_out take_in(const agente::http_in& slip, std::string_view guest, agente::call call) {
    if (guest.empty() || slip.header("x-slip").empty()) return {.status = 400};
    host_.accept(call, {.external_id = std::string{slip.header("x-slip")},
                        .sender = std::string{guest},
                        .text = std::string{slip.body}});
    return {};
  }
  std::string board() {
    std::string lines;
    for (const auto& reply : hanging()) lines += reply.key.substr(place("").size()) + '\t' + reply.value + '\n';
    return lines;
  }
  agente::http_out take_down(const std::string& key, agente::call call) {
    if (!host_.kv_get(place(key))) return {.status = 404};
    host_.receipt(call, {.state = agente::receipt_state::read, .key = key, .external_id = key});
    host_.kv_erase(place(key));
    return {.status = 204};
  }

  agente::host host_;
  std::uint32_t places_;
};
