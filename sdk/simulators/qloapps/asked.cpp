#include "simulators/qloapps/asked.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "simulators/qloapps/xml.hpp"

namespace agente::sim::qloapps {
namespace {

std::string replace_all(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
  return text;
}

bool wants_json(const Request& request) {
  for (const auto* name : {"output_format", "io_format"}) {
    if (const auto found = request.query.find(name); found != request.query.end()) return found->second == "JSON";
  }
  return request.header("output-format") == "JSON" || request.header("io-format") == "JSON";
}

std::size_t levenshtein(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0U);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    auto diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const auto above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      diagonal = above;
    }
  }
  return row.back();
}

}  // namespace

std::string Asked::parameter(const std::string& name) const {
  const auto found = request.query.find(name);
  return found == request.query.end() ? std::string() : found->second;
}

Asked take_apart(const Request& request) {
  Asked asked{.request = request, .method = request.method, .json = wants_json(request)};
  if (asked.has("ps_method")) asked.method = asked.parameter("ps_method");
  asked.api_url = request.origin + "/api/";
  asked.language = asked.parameter("language");
  const auto path = request.path.substr(std::min<std::size_t>(request.path.size(), std::string("/api/").size()));
  const auto slash = path.find('/');
  asked.resource = path.substr(0, slash);
  if (slash != std::string::npos) asked.id = path.substr(slash + 1);
  return asked;
}

Reply enveloped(const Asked& asked, int status, std::string body) {
  return {.status = status,
          .body = std::move(body),
          .content_type = asked.json ? "application/json" : "text/xml;charset=utf-8",
          .headers = {{"X-Powered-By", "PrestaShop Webservice"}, {"PSWS-Version", "1.6.1.23"}}};
}

Reply to_reply(const Asked& asked, const Refusal& refusal) {
  if (asked.json) {
    auto errors = Record::array();
    for (const auto& complaint : refusal.complaints) {
      errors.push_back({{"code", complaint.code}, {"message", complaint.message}});
    }
    return enveloped(asked, refusal.status, php_json({{"errors", errors}}));
  }
  std::string body = kXmlHead + "<errors>\n";
  for (const auto& complaint : refusal.complaints) {
    body += "<error>\n<code>" + cdata(std::to_string(complaint.code)) + "</code>\n<message>" +
            cdata(complaint.message) + "</message>\n</error>\n";
  }
  return enveloped(asked, refusal.status, body + "</errors>\n" + kXmlTail);
}

Reply to_reply(const BareText& bare) {
  return {.status = bare.status, .body = bare.text, .content_type = "text/html; charset=utf-8"};
}

std::string php_json(const Record& value, bool ascii) {
  return replace_all(value.dump(-1, ' ', ascii, Record::error_handler_t::replace), "/", "\\/");
}

Record php_number(double amount) {
  const double rounded = std::round(amount * 1e6) / 1e6;
  if (rounded == std::floor(rounded) && std::abs(rounded) < 1e15) return static_cast<std::int64_t>(rounded);
  return rounded;
}

Refusal webservice_off() {
  return {503, {{22, "The QloApps webservice is disabled. Please activate it in the QloApps Back Office"}}};
}

Refusal key_inactive() {
  return {401, {{20, "Authentification key is not active"}, {21, "No permission for this authentication key"}}};
}

Refusal not_permitted(const std::string& resource) {
  return {401, {{26, "Resource of type \"" + resource + "\" is not allowed with this authentication key"}}};
}

Complaint php_warning(const std::string& what, const std::string& script, int line) {
  return {3, "[PHP Warning #2] " + what + " (/var/www/pms/" + script + ", line " + std::to_string(line) + ")"};
}

std::vector<Complaint> not_xml(const std::string& function, const std::string& text, const std::string& script,
                               int line) {
  constexpr std::size_t kShown = 80;
  return {php_warning(function + ": Entity: line 1: parser error : Start tag expected, '<' not found", script, line),
          php_warning(function + ": " + text.substr(0, kShown), script, line),
          php_warning(function + ": ^", script, line)};
}

std::string closest(const std::string& input, const std::vector<std::string>& words) {
  std::string best;
  auto shortest = std::string::npos;
  for (const auto& word : words) {
    const auto distance = levenshtein(input, word);
    if (distance > shortest) continue;
    shortest = distance;
    best = word;
  }
  return best;
}

std::string quoted_list(const std::vector<std::string>& words) {
  std::string list;
  for (const auto& word : words) list.append(list.empty() ? "\"" : ", \"").append(word).append("\"");
  return list;
}

}  // namespace agente::sim::qloapps
