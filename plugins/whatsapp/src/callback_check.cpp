#include "callback_check.hpp"

#include <array>
#include <random>

#include "graph_get.hpp"
#include "json_text.hpp"
#include "sha256.hpp"
#include "webhook_fields.hpp"

namespace agente::whatsapp {
namespace {

constexpr std::string_view kOpening = R"({"object":"agente_self_test")";

std::string random_word() {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::random_device random;
  std::string word;
  for (int i = 0; i < 24; ++i) word += kDigits[random() % kDigits.size()];
  return word;
}

std::string trimmed(std::string text) {
  text.erase(text.find_last_not_of(" \t\r\n") + 1);
  return text;
}

std::string verify_token(const host& services) { return trimmed(services.find_secret("/verify_token").value_or("")); }

std::string status_of(const http_response& answer) { return "status " + std::to_string(answer.status); }

http_response handshake(const host& services, const Settings& settings, const std::string& token,
                        const std::string& word, call here) {
  return services.http(here, {.url = settings.public_url + "?hub.mode=subscribe&hub.challenge=" + word +
                                     "&hub.verify_token=" + url_encoded(token)});
}

/// Written as Meta writes: what is not ASCII escaped, the slash too. Who re-encodes bodies on the way spoils it.
std::string body_with(const std::string& word) {
  return std::string{kOpening} + R"(,"entry":[],"marker":")" + word + R"( \u00f1 \ud83d\ude0a \/ @"})";
}

std::optional<check> try_handshake(const host& services, const Settings& settings, const std::string& word, call here) {
  const auto right = handshake(services, settings, verify_token(services), word, here);
  if (right.status == 200 && right.body == word) return std::nullopt;
  return bad(
      "loop",
      "public_url answers Meta's handshake with " + status_of(right) + (right.status == 200 ? " and another body" : ""),
      "let the proxy pass GET and POST of this path to server.public unchanged; a second host needs the same "
      "verify_token");
}

/// With the signature that belongs to `signed_body`.
http_response post(const host& services, const Settings& settings, const std::string& body,
                   const std::string& signed_body, call here) {
  std::string secret;
  for (const auto& each : services.secrets("/app_secret")) {
    if (secret.empty()) secret = each;
  }
  return services.http(here,
                       {.method = "POST",
                        .url = settings.public_url,
                        .headers = {{"Content-Type", "application/json"},
                                    {"X-Hub-Signature-256", "sha256=" + to_hex(hmac_sha256(secret, signed_body))}},
                        .body = body});
}

std::optional<check> try_as_stranger(const host& services, const Settings& settings, const std::string& word,
                                     call here) {
  const auto wrong = handshake(services, settings, verify_token(services) + "x", word, here);
  const auto body = body_with(word);
  const auto forged = post(services, settings, body_with(word + "0"), body, here);
  if (forged.status != 401) {
    return bad("loop", "public_url answers a body that nobody signed with " + status_of(forged) + " and not 401",
               "something on the way answers in the place of the host: look at the proxy");
  }
  if (wrong.status == 403) return std::nullopt;
  return bad("loop", "public_url answers a wrong verify_token with " + status_of(wrong) + " and not 403",
             "something on the way answers in the host's place: look at the proxy");
}

std::optional<check> try_post(const host& services, const Settings& settings, const std::string& word, call here) {
  const auto body = body_with(word);
  const auto answer = post(services, settings, body, body, here);
  if (answer.status == 200 && answer.body == loop_marker(body)) return std::nullopt;
  if (answer.status == 401) {
    return bad("loop", "a signed body is refused at the end of public_url",
               "the proxy changes bodies, or the host behind it has another app_secret");
  }
  return bad("loop", "a signed body did not arrive by public_url: " + status_of(answer),
             "let the proxy pass POST of this path to server.public, with its headers and bytes");
}

/// Those of the fields we need that are not subscribed to: "a, b".
std::string missing_in(const Json& fields) {
  std::string missing;
  for (const auto needed : kNeededFields) {
    bool found = false;
    fields.elements([&](const Json& each) { found = found || each.text() == needed || each["name"].text() == needed; });
    if (!found) missing += (missing.empty() ? "" : ", ") + std::string{needed};
  }
  return missing;
}

/// What Meta's list says of our object: whether messages reach us, and what else does not.
check judged(const Json& subscription, const Settings& settings) {
  const auto url = subscription["callback_url"].text();
  const std::string remedy = "in the app's dashboard at Meta: WhatsApp > Configuration";
  if (subscription["active"].raw() == "false") return bad("callback", "Meta has switched the callback off", remedy);
  if (!settings.public_url.empty() && url != settings.public_url) {
    return bad("callback", "Meta calls " + url + " and not public_url " + settings.public_url, remedy);
  }
  const auto missing = missing_in(subscription["fields"]);
  if (missing.starts_with(kNeededFields.front()))
    return bad("callback", "the app is not subscribed to the field messages, so no message arrives", remedy);
  auto result = good("callback");
  if (!missing.empty()) {
    result.cause = "it would hear more of Meta with the fields " + missing;
    result.remedy = "`agentctl whatsapp webhook set` subscribes to them";
  }
  return result;
}

}  // namespace

check check_callback(const host& services, const Settings& settings, call here) {
  auto asked = ask_as_app(services, settings, "/" + settings.app_id + "/subscriptions", here);
  if (asked.problem) return named(*std::move(asked.problem), "callback");
  auto result = bad("callback", "Meta knows no callback of app " + settings.app_id,
                    "in the app's dashboard at Meta: WhatsApp > Configuration");
  Json{asked.body}["data"].elements([&](const Json& subscription) {
    if (subscription["object"].text() == "whatsapp_business_account") result = judged(subscription, settings);
  });
  return result;
}

check check_loop(const host& services, const Settings& settings, Loop loop, call here) {
  const auto word = random_word();
  try {
    if (auto fault = try_handshake(services, settings, word, here)) return *std::move(fault);
    if (loop.as_stranger) {
      if (auto fault = try_as_stranger(services, settings, word, here)) return *std::move(fault);
    }
    if (auto fault = try_post(services, settings, word, here)) return *std::move(fault);
  } catch (const error& e) {
    return bad("loop", "public_url cannot be called: " + std::string{e.what()},
               "check the name, the certificate, and that this machine may call its own public address");
  }
  return good("loop");
}

std::optional<std::string> loop_marker(std::string_view body) {
  if (!body.starts_with(kOpening) || !is_json(body)) return std::nullopt;
  return Json{body}["marker"].text();
}

}  // namespace agente::whatsapp
