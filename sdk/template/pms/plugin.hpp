#pragma once

#include <agente/sdk.hpp>
#include <agente_schema.hpp>

#include <string>
#include <string_view>
#include <vector>

/// Reads and writes the hotel's books. The comments of <agente/sdk/pms.hpp> say what each member promises.
class @Class@ {
 public:
  static constexpr std::string_view id = "@name@";
  static constexpr std::string_view version = "0.1.0";
  static constexpr std::string_view schema = agente_schema;

  @Class@(agente::host host, std::string_view /*config_json*/)
      : host_(host), api_url_(unquoted(host.config("/api_url").value_or("\"\""))) {}

  std::vector<agente::room_type> rooms(agente::call) { unwritten("rooms"); }
  std::vector<agente::offer> availability(const agente::stay_query&, agente::call) { unwritten("availability"); }
  agente::booking book(const agente::booking_request&, agente::call) { unwritten("book"); }
  std::vector<agente::booking> find_by_reference(std::string_view, agente::call) { unwritten("find_by_reference"); }
  agente::booking get(std::string_view, agente::call) { unwritten("get"); }
  agente::booking change(const agente::booking_change&, agente::call) { unwritten("change"); }
  agente::booking cancel(std::string_view, std::string_view, agente::call) { unwritten("cancel"); }
  agente::booking set_stay_status(std::string_view, agente::stay_status, agente::call) { unwritten("set_stay_status"); }
  agente::changes changes_since(std::string_view, std::uint32_t, agente::call) { unwritten("changes_since"); }

  void health(agente::call call) {
    const auto answer = host_.http(call, {.url = api_url_ + "/health"});
    if (!answer.ok()) throw agente::error(AGENTE_E_RETRY, "the PMS answers " + std::to_string(answer.status));
  }

 private:
  [[noreturn]] static void unwritten(const std::string& job) {
    throw agente::error(AGENTE_E_UNSUPPORTED, job + " is still to be written");
  }

  /// A URL as JSON text is the URL between quotes.
  static std::string unquoted(const std::string& json) { return json.substr(1, json.size() - 2); }

  agente::host host_;
  std::string api_url_;
};
