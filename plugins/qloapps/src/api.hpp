/// The webservice of QloApps: one request and its answer.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include <agente/sdk.hpp>
#include <nlohmann/json.hpp>

#include "settings.hpp"

namespace qloapps {

/// Parts of a query, e.g. {"filter[id_order]", "[58]"}; encoded here.
using Query = std::initializer_list<std::pair<std::string_view, std::string>>;

/// Thread-safe. Reads the key at each request. Every function throws what answers.hpp lists, and what the host's HTTP
/// service throws.
class Api {
 public:
  Api(agente::host host, const Settings& settings) : host_(host), settings_(settings) {}

  /// Reads a resource, e.g. "orders" or "bookings/58".
  [[nodiscard]] nlohmann::json get(agente::call call, const std::string& resource, const std::string& root,
                                   Query query = {}) const;
  /// What hotels have free; a POST that changes nothing, and takes XML only.
  [[nodiscard]] nlohmann::json ari(agente::call call, const std::string& xml) const;
  /// Writes a booking: POST without an id, PUT with one.
  [[nodiscard]] nlohmann::json write_booking(agente::call call, const nlohmann::json& body, std::int64_t id = 0) const;
  /// Moves an order to another state.
  void write_state(agente::call call, std::int64_t order, int state) const;
  /// A booked room as XML, and back: QloApps takes only the whole document.
  [[nodiscard]] std::string row_xml(agente::call call, std::int64_t row) const;
  void write_row(agente::call call, std::int64_t row, const std::string& xml) const;

 private:
  [[nodiscard]] agente::http_response send(agente::call call, std::string method, const std::string& path,
                                           const char* type, std::string body) const;
  [[nodiscard]] agente::http_response read(agente::call call, std::string method, const std::string& path,
                                           std::string body) const;

  agente::host host_;
  Settings settings_;
};

}  // namespace qloapps
