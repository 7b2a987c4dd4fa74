#include <algorithm>

#include "graph_errors.hpp"
#include "json_text.hpp"
#include "sha256.hpp"
#include "whatsapp.hpp"

// Files of the hotel's, handed to Meta before a message names them.

namespace agente::whatsapp {
namespace {

/// "image/png", and nothing that could end a line of the form.
bool is_type(std::string_view text) {
  const bool harmless = std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~' && c != '"'; });
  return harmless && text.size() <= 255 && text.find('/') != std::string_view::npos;
}

std::string part(const std::string& boundary, const std::string& about, std::string_view content) {
  return "--" + boundary + "\r\nContent-Disposition: form-data; " + about + "\r\n\r\n" + std::string{content} + "\r\n";
}

/// What stands between the parts is in none of them: nothing has its own digest in it.
http_request as_form(const media_file& file, std::string url, const std::string& token) {
  const std::string type{file.mime_type};
  const auto boundary = "agente-" + to_hex(sha256(file.bytes));
  auto body = part(boundary, R"(name="messaging_product")", "whatsapp") + part(boundary, R"(name="type")", type) +
              part(boundary,
                   R"(name="file"; filename="file")"
                   "\r\nContent-Type: " +
                       type,
                   file.bytes) +
              "--" + boundary + "--\r\n";
  return {
      .method = "POST",
      .url = std::move(url),
      .headers = {{"Authorization", "Bearer " + token}, {"Content-Type", "multipart/form-data; boundary=" + boundary}},
      .body = std::move(body)};
}

}  // namespace

std::string WhatsApp::upload(const media_file& file, call here) {
  check_account(file.account);
  if (!is_type(file.mime_type)) throw error(AGENTE_E_INVALID, "a file needs a type such as image/png");
  const auto url = settings_.graph_url + "/" + settings_.graph_version + "/" + std::string{file.account} + "/media";
  http_response answer;
  try {
    answer = host_.http(here, as_form(file, url, access_token(host_)));
  } catch (const error& e) {
    if (e.code() != AGENTE_E_UNKNOWN_OUTCOME) throw;
    throw error(AGENTE_E_RETRY, e.what());  // twice there does no harm
  }
  if (!answer.ok()) throw read_refusal(answer, {.now = host_.now()}).failure;
  const auto given = is_json(answer.body) ? Json{answer.body}["id"].text() : std::string{};
  if (given.empty()) throw error(AGENTE_E_RETRY, "Graph took the file and named no id");
  return given;
}

}  // namespace agente::whatsapp
