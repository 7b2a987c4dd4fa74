#include "graph_get.hpp"

#include <utility>

#include "graph_errors.hpp"
#include "json_text.hpp"

namespace agente::whatsapp {

check good(std::string stage) { return {.stage = std::move(stage), .ok = true}; }

check bad(std::string stage, std::string cause, std::string remedy) {
  return {.stage = std::move(stage), .ok = false, .cause = std::move(cause), .remedy = std::move(remedy)};
}

check named(check result, std::string stage) {
  result.stage = std::move(stage);
  return result;
}

namespace {

Asked exchange(const host& services, http_request request, call here) {
  const auto place = request.url.substr(0, request.url.find('?'));
  try {
    auto answer = services.http(here, request);
    if (answer.ok() && is_json(answer.body)) return {.body = std::move(answer.body)};
    if (answer.ok()) return {.problem = bad("", place + " answers with something that is no JSON", "check graph_url")};
    const auto refusal = read_refusal(answer, {.now = services.now()});
    return {.refusal = refusal.code,
            .subcode = refusal.subcode,
            .problem = bad("", refusal.failure.what(), "check access_token, its permissions, waba_id and app_id")};
  } catch (const error& e) {
    return {.problem = bad("", e.what(), "check graph_url and the network")};
  }
}

/// Graph knows no app of this id and secret.
bool is_no_app(const Asked& asked) { return asked.refusal == "0" || asked.refusal == "101" || asked.refusal == "190"; }

/// Of the secrets of a rotation one is dead before it, and another after it.
template <class Ask>
Asked as_app(const host& services, const Settings& settings, Ask ask_with) {
  const std::string remedy = "copy the App Secret of this app again, from its dashboard at Meta";
  Asked asked{.problem = bad("", "app_secret is empty", remedy)};
  for (const auto& secret : services.secrets("/app_secret")) {
    if (secret.empty()) continue;
    asked = ask_with(settings.app_id + "|" + secret);
    if (!is_no_app(asked)) return asked;
    asked.problem = bad("", "app_id and app_secret do not belong together", remedy);
  }
  return asked;
}

}  // namespace

Asked ask(const host& services, const Settings& settings, const std::string& path, const std::string& bearer,
          call here) {
  return exchange(services,
                  {.url = settings.graph_url + "/" + settings.graph_version + path,
                   .headers = {{"Authorization", "Bearer " + bearer}}},
                  here);
}

/// The address of the next page holds the token, as Graph writes it: only its cursor is taken.
Pages ask_all(const host& services, const Settings& settings, const std::string& path, const std::string& bearer,
              call here) {
  constexpr std::size_t kMostPages = 50;
  Pages pages;
  for (std::string after; pages.bodies.size() < kMostPages;) {
    auto asked = ask(services, settings, path + (after.empty() ? "" : "&after=" + url_encoded(after)), bearer, here);
    if (asked.problem) return {.refusal = std::move(asked.refusal), .problem = std::move(asked.problem)};
    const auto paging = Json{asked.body}["paging"];
    const auto next = paging["next"] ? paging["cursors"]["after"].text() : std::string{};
    pages.whole = !paging["next"];
    pages.bodies.push_back(std::move(asked.body));
    if (next.empty() || next == after) break;
    after = next;
  }
  return pages;
}

Asked tell(const host& services, const Settings& settings, const std::string& path, const std::string& bearer,
           std::string body, call here) {
  auto said = exchange(services,
                       {.method = "POST",
                        .url = settings.graph_url + "/" + settings.graph_version + path,
                        .headers = {{"Authorization", "Bearer " + bearer}, {"Content-Type", "application/json"}},
                        .body = std::move(body)},
                       here);
  if (!said.problem && Json{said.body}["success"].raw() == "false")
    return {.problem = bad("", "Graph took POST " + path + " and did not do it", "try again; then ask Meta's support")};
  return said;
}

std::string url_encoded(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
    if (plain) {
      out += c;
    } else {
      out += {'%', kDigits[byte >> 4U], kDigits[byte & 15U]};
    }
  }
  return out;
}

Asked ask_as_app(const host& services, const Settings& settings, const std::string& path, call here) {
  return as_app(services, settings, [&](const auto& bearer) { return ask(services, settings, path, bearer, here); });
}

Asked tell_as_app(const host& services, const Settings& settings, const std::string& path, const std::string& body,
                  call here) {
  return as_app(services, settings,
                [&](const auto& bearer) { return tell(services, settings, path, bearer, body, here); });
}

}  // namespace agente::whatsapp
