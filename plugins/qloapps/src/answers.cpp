#include "answers.hpp"

#include <algorithm>

#include "values.hpp"

namespace qloapps {
namespace {

using agente::error;
using nlohmann::json;

// QloApps' own numbers of errors.
constexpr std::int64_t kPhpWarning = 3;
constexpr std::int64_t kSwitchedOff = 22;
constexpr std::int64_t kMethodForbidden = 25;
constexpr std::int64_t kResourceForbidden = 26;

/// The first words of a text, readable: no tags and no styles of HTML, one line.
std::string words_of(std::string_view text) {
  if (const auto page = text.find("<body"); page != text.npos) text.remove_prefix(page);
  constexpr std::size_t kMost = 100;
  std::string words;
  bool in_tag = false;
  for (const char c : text.substr(0, 2000)) {
    const bool is_gap = c == '>' || static_cast<unsigned char>(c) <= ' ';
    if (c == '<') in_tag = true;
    if (!in_tag && !is_gap) words += c;
    if (is_gap && !words.empty() && words.back() != ' ') words += ' ';
    if (c == '>') in_tag = false;
  }
  if (words.size() > kMost) words.resize(kMost);
  return json::parse(json(words).dump(-1, ' ', false, json::error_handler_t::replace)).get<std::string>();
}

struct Complaint {
  std::int64_t code = 0;
  std::string message = {};
};

/// QloApps' complaint, if the body is its error list. Warnings of PHP stand first in it, its own complaint last.
Complaint complaint_of(const json& body) {
  const auto found = body.is_object() ? body.find("errors") : body.end();
  if (found == body.end() || !found->is_array() || found->empty()) return {};
  auto message = text_at(found->back(), "message");
  message.erase(std::min(message.find(" (/"), message.size()));  // where on the server: of no use, and not ours to tell
  return {id_at(found->back(), "code"), words_of(message)};
}

bool is_json(const agente::http_response& answer) {
  return answer.header("content-type").starts_with("application/json");
}

[[noreturn]] void refuse_key(const std::string& asked, const Complaint& complaint) {
  if (complaint.code == kResourceForbidden || complaint.code == kMethodForbidden)
    throw error(AGENTE_E_AUTH, asked +
                                   ": the key lacks this right; tick it for the key in QloApps under Advanced "
                                   "Parameters, Webservice");
  throw error(AGENTE_E_AUTH, asked + ": QloApps does not take api_key" +
                                 (complaint.message.empty() ? "" : " (" + complaint.message + ")") +
                                 "; copy it anew from Advanced Parameters, Webservice");
}

[[noreturn]] void report_redirect(const agente::http_response& answer, const std::string& asked) {
  throw error(AGENTE_E_CONFIG, asked + ": base_url leads on to " + words_of(answer.header("location")) +
                                   "; set base_url to where the shop is, with https if it uses it");
}

/// Answers that come before anything is done.
void throw_if_nothing_happened(const agente::http_response& answer, const Complaint& complaint,
                               const std::string& asked) {
  const auto said = asked + ": QloApps answers " + std::to_string(answer.status);
  if (answer.status >= 300 && answer.status < 400) report_redirect(answer, asked);
  if (answer.status == 401 || (answer.status == 405 && complaint.code == kMethodForbidden))
    refuse_key(asked, complaint);
  if (answer.status == 503 && complaint.code == kSwitchedOff)
    throw error(AGENTE_E_RETRY, asked +
                                    ": the webservice of QloApps is switched off; enable it under Advanced "
                                    "Parameters, Webservice");
  if (answer.status == 404) throw error(AGENTE_E_NOT_FOUND, asked + ": QloApps knows no such thing");
  if (answer.status == 429) throw error(AGENTE_E_RATE, said + " and asks to slow down");
  if (answer.status == 403) throw error(AGENTE_E_AUTH, said + ": something in front of it refuses us; let our host in");
  if (answer.status >= 400 && answer.status < 500)
    throw error(AGENTE_E_INVALID,
                said + ": " + (complaint.message.empty() ? words_of(answer.body) : complaint.message));
}

std::string what_is_odd(const agente::http_response& answer, const json& body, const Complaint& complaint,
                        const std::string& root) {
  const auto status = std::to_string(answer.status);
  if (complaint.code == kPhpWarning) return status + " with a warning of PHP: " + complaint.message;
  if (!complaint.message.empty()) return status + ": " + complaint.message;
  if (answer.body.find("Warning</b>") != std::string::npos || answer.body.find("Notice</b>") != std::string::npos)
    return status + " with PHP warnings in it; set display_errors to Off on its server";
  if (answer.status == 503) return status + ", as in maintenance: " + words_of(answer.body);
  if (answer.body.empty()) return status + " without a body";
  if (!is_json(answer) || body.is_discarded()) return status + " with what is no JSON: " + words_of(answer.body);
  return status + " without `" + root + "`";
}

}  // namespace

json judged(const agente::http_response& answer, const std::string& root, Effect effect, const std::string& asked) {
  auto body = is_json(answer) ? json::parse(answer.body, nullptr, false) : json(json::value_t::discarded);
  if ((answer.status == 200 || answer.status == 201) && !body.is_discarded()) {
    if (body.is_array() && body.empty()) return {{root, json::array()}};
    if (body.is_object() && body.contains(root)) return body;
  }
  const auto complaint = complaint_of(body);
  throw_if_nothing_happened(answer, complaint, asked);
  const auto text = asked + ": QloApps answers " + what_is_odd(answer, body, complaint, root);
  if (effect == Effect::none) throw error(AGENTE_E_RETRY, text);
  throw error(AGENTE_E_UNKNOWN_OUTCOME, text + ": it may have happened");
}

}  // namespace qloapps
