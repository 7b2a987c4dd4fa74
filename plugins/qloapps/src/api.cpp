#include "api.hpp"

#include "answers.hpp"
#include "values.hpp"

namespace qloapps {
namespace {

using agente::error;
using nlohmann::json;

constexpr const char* kXml = "text/xml; charset=utf-8";
constexpr const char* kJson = "application/json";

std::string as_json(const std::string& resource) { return resource + "?output_format=JSON"; }

std::string key_of(const agente::host& host) {
  constexpr std::size_t kKeyLength = 32;
  auto key = host.secret("/api_key");
  key.erase(key.find_last_not_of(" \t\r\n") + 1);
  if (key.size() != kKeyLength)
    throw error(AGENTE_E_AUTH,
                "api_key has " + std::to_string(key.size()) +
                    " characters, a key of QloApps has 32; copy it from Advanced Parameters, Webservice");
  return key;
}

}  // namespace

agente::http_response Api::send(agente::call call, std::string method, const std::string& path, const char* type,
                                std::string body) const {
  agente::http_request request{.method = std::move(method),
                               .url = settings_.base_url + "/api/" + path,
                               .headers = {{"Authorization", "Basic " + base64(key_of(host_) + ":")}},
                               .body = std::move(body),
                               .timeout = settings_.timeout};
  if (!request.body.empty()) request.headers.push_back({"Content-Type", type});
  return host_.http(call, request);
}

/// What changes nothing can be asked again, however far it came.
agente::http_response Api::read(agente::call call, std::string method, const std::string& path,
                                std::string body) const {
  try {
    return send(call, std::move(method), path, kXml, std::move(body));
  } catch (const error& e) {
    if (e.code() == AGENTE_E_UNKNOWN_OUTCOME) throw error(AGENTE_E_RETRY, e.what());
    throw;
  }
}

json Api::get(agente::call call, const std::string& resource, const std::string& root, Query query) const {
  auto path = as_json(resource);
  for (const auto& [name, value] : query) path += "&" + url_encoded(name) + "=" + url_encoded(value);
  return judged(read(call, "GET", path, {}), root, Effect::none, "GET " + resource);
}

json Api::ari(agente::call call, const std::string& xml) const {
  return judged(read(call, "POST", as_json("hotel_ari"), xml), "hotel_ari", Effect::none, "POST hotel_ari");
}

json Api::write_booking(agente::call call, const json& body, std::int64_t id) const {
  const auto* method = id == 0 ? "POST" : "PUT";
  const auto path = id == 0 ? std::string{"bookings"} : "bookings/" + std::to_string(id);
  auto text = body.dump(-1, ' ', false, json::error_handler_t::replace);
  return judged(send(call, method, as_json(path), kJson, std::move(text)), "booking", Effect::writes,
                std::string{method} + " " + path);
}

void Api::write_state(agente::call call, std::int64_t order, int state) const {
  const auto xml = "<qloapps><order_history><id_order>" + std::to_string(order) + "</id_order><id_order_state>" +
                   std::to_string(state) + "</id_order_state></order_history></qloapps>";
  static_cast<void>(judged(send(call, "POST", as_json("order_histories"), kXml, xml), "order_history", Effect::writes,
                           "POST order_histories"));
}

std::string Api::row_xml(agente::call call, std::int64_t row) const {
  const auto path = "room_bookings/" + std::to_string(row);
  auto answer = read(call, "GET", path, {});
  const bool is_xml = answer.header("content-type").find("xml") != std::string_view::npos;
  if (answer.status == 200 && is_xml && answer.body.find("</booking>") != std::string::npos) return answer.body;
  static_cast<void>(judged(answer, "booking", Effect::none, "GET " + path));  // says what is wrong
  throw error(AGENTE_E_RETRY, "GET " + path + ": QloApps answers with what is no XML");
}

void Api::write_row(agente::call call, std::int64_t row, const std::string& xml) const {
  const auto path = "room_bookings/" + std::to_string(row);
  static_cast<void>(judged(send(call, "PUT", as_json(path), kXml, xml), "booking", Effect::writes, "PUT " + path));
}

}  // namespace qloapps
