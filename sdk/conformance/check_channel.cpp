#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>

#include "conformance/check.hpp"

// Channels: what can be judged without the provider.
namespace agente::conformance {
namespace {

using nlohmann::json;
using Rule = Breach::Rule;

const agente_channel_v1& table_of(const Instance& instance) {
  return instance.table<agente_channel_v1>(AGENTE_CHANNEL_V1);
}

/// In one of its strings, also of JSON within a string.
bool holds(const json& value, const std::string& text) {
  if (value.is_structured()) return std::ranges::any_of(value, [&](const json& item) { return holds(item, text); });
  if (!value.is_string()) return false;
  const auto& own = value.get_ref<const std::string&>();
  if (own.find(text) != std::string::npos) return true;
  const auto inner = json::parse(own, nullptr, false);
  return inner.is_structured() && holds(inner, text);
}

/// As in URLs and forms: %C3%B1 is a byte each, + a space.
std::string decoded(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned byte = 0;
    const auto* digits = text.data() + i + 1;
    const bool coded =
        text[i] == '%' && i + 2 < text.size() && std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2;
    out += coded ? static_cast<char>(byte) : text[i] == '+' ? ' ' : text[i];
    i += coded ? 2 : 0;
  }
  return out;
}

/// The request carries the whole text: as it is, within JSON, or percent-encoded in a form or the URL.
bool carries(const TrialHost::Request& request, const std::string& text) {
  for (const auto& part : {request.body, request.headers, decoded(request.body), decoded(request.url)}) {
    if (part.find(text) != std::string::npos) return true;
  }
  const auto parsed = json::parse(request.body, nullptr, false);
  return !parsed.is_discarded() && holds(parsed, text);
}

/// A form or XML, which may write the text in ways that are not looked for here.
bool is_encoded(const std::string& body) {
  constexpr std::string_view kOfForms = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789%+-._*~=&";
  const auto first = body.find_first_not_of(" \r\n\t\xEF\xBB\xBF");
  const bool is_form = body.find('=') != std::string::npos && body.find_first_not_of(kOfForms) == std::string::npos;
  return is_form || (first != std::string::npos && body[first] == '<');
}

/// The request carries a part of the text where the whole would be seen: within JSON, or as it is.
bool carries_part(const TrialHost::Request& request, const std::string& part) {
  const auto parsed = json::parse(request.body, nullptr, false);
  if (!parsed.is_discarded()) return holds(parsed, part);
  return !is_encoded(request.body) && request.body.find(part) != std::string::npos;
}

Finding text_arrives_whole(Trial& trial) {
  constexpr std::size_t kLongest = 4096;
  const std::string mark = "qx7z";  // begins each text, and nothing else
  const std::string texts[] = {
      mark + " Señor, ¿a qué hora? 你好 \xF0\x9F\x8F\xA8",
      mark + " \xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D \xD8\xA7\xD9\x84\xD8\xB3\xD9\x84\xD8\xA7\xD9\x85 \xE2\x80\x8F(RTL)",
      mark + " line\nbreak\ttab \"quote\" \\ back </end>", mark + std::string(kLongest - 8, 'a') + " end"};
  const auto life = trial.start();
  int whole = 0;
  for (const auto& text : texts) {
    life.host.forget();
    perform(life.instance, send_job(table_of(life.instance), {.text = text}));
    const auto requests = life.host.requests();
    if (std::ranges::any_of(requests, [&](const auto& r) { return carries(r, text); })) {
      ++whole;
    } else if (std::ranges::any_of(requests, [&](const auto& r) { return carries_part(r, mark); })) {
      return fail("a text of " + std::to_string(text.size()) + " bytes beginning \"" + text.substr(0, 15) +
                  "\" is sent changed or cut: send it whole, or answer INVALID");
    }
  }
  if (whole == 0) return skip("no request shows the text in a form known here");
  return pass(std::to_string(whole) +
              " of 4 texts seen whole in a request: other scripts, right to left, quotes, 4096 "
              "characters");
}

Finding kinds_say_their_text(Trial& trial) {
  const std::string text = "qx7z ¿Confirma?";
  const auto life = trial.start();
  const auto& table = table_of(life.instance);
  int keys = 0;  // a channel may know one that it has sent
  Outcome outcome;
  const auto sends_text = [&](Message message) {
    message.key.back() = static_cast<char>('0' + keys++);
    message.text = text;
    life.host.forget();
    outcome = perform(life.instance, send_job(table, message));
    return std::ranges::any_of(life.host.requests(), [&](const auto& r) { return carries(r, text); });
  };
  if (!sends_text({})) return skip("no request shows the text in a form known here");
  const Message messages[] = {{.kind = "a-kind-of-tomorrow", .details = R"({"colour": "red"})"},
                              {.kind = "choices"},
                              {.kind = "choices", .details = "{"},
                              {.kind = "choices", .details = R"({"label": 7, "choices": "none"})"},
                              {.kind = "text", .details = "[]"}};
  for (const auto& message : messages) {
    if (sends_text(message)) continue;
    return fail("a message of kind \"" + message.kind + "\" with details \"" + message.details + "\" is not sent (" +
                described(outcome) + "): send its text");
  }
  return pass("5 messages of other kinds and with unusable details are sent as their text");
}

Finding key_repeated(Trial& trial) {
  const auto life = trial.start();
  const Message message;
  std::vector<std::vector<TrialHost::Request>> attempts;
  for (const std::uint32_t attempt : {1U, 2U}) {
    life.host.forget();
    auto again = message;
    again.attempt = attempt;
    perform(life.instance, send_job(table_of(life.instance), again));
    attempts.push_back(life.host.requests());
  }
  const auto shows = [&](const auto& requests) {
    return std::ranges::any_of(
        requests, [&](const auto& r) { return (r.url + r.headers + r.body).find(message.key) != std::string::npos; });
  };
  if (attempts[0].empty() || attempts[1].empty()) return skip("it sends nothing over agente.http/1");
  if (shows(attempts[0]) && shows(attempts[1])) return pass("both attempts carry the key");
  if (shows(attempts[0]))
    return fail(
        "the first attempt carries the message's key and the second does not: a provider that knows the key "
        "would send it twice");
  if (attempts[0].back().body != attempts[1].back().body)
    return fail(
        "a second attempt at the same message asks the provider for something else, and carries no key by which it "
        "could be told: send the key, or the same");
  return warn(
      "no attempt carries the message's key: if the provider takes one (such as the header Idempotency-Key), send it, "
      "so that a message that is tried again arrives once");
}

/// What is wrong with an answer to a request that no provider sends.
std::string flaw_of(const Outcome& outcome, const Answer& answer) {
  if (outcome.status == AGENTE_E_INTERNAL || outcome.threw) return described(outcome);
  if (outcome.status != AGENTE_OK) return {};
  if (answer.http_status == 0) return "on_http answered OK without a status";
  if (answer.http_status >= 500 || answer.http_status < 100)
    return "on_http answered with status " + std::to_string(answer.http_status);
  return {};
}

Finding odd_webhooks(Trial& trial) {
  const auto life = trial.start();
  const auto& table = table_of(life.instance);
  if (table.on_http == nullptr) return skip("it takes no webhooks");
  const std::string deep(20'000, '[');
  const std::string large(std::size_t{1} << 20U, 'x');
  const WebRequest requests[] = {{.method = "BREW"},
                                 {.method = "DELETE"},
                                 {.method = ""},
                                 {.path = "/no/such/path"},
                                 {.path = "/../../etc/passwd"},
                                 {.method = "GET", .query = "a=%zz&b&&=&hub.mode=%00"},
                                 {.body = "{"},
                                 {.body = "\xff\xfe\xfd"},
                                 {.body = "{\"text\":\"\\ud800\"}"},
                                 {.body = "null"},
                                 {.body = deep},
                                 {.body = large}};
  for (const auto& request : requests) {
    Answer answer;
    const auto outcome = perform(life.instance, webhook_job(table, request), {}, answer);
    if (const auto flaw = flaw_of(outcome, answer); !flaw.empty())
      return fail(flaw + " to " + std::string(request.method) + " \"" + std::string(request.path) +
                  "\" with a body of " + std::to_string(request.body.size()) +
                  " bytes: answer 4xx; 5xx makes the provider come again for ever");
  }
  return pass("12 odd requests answered with a status below 500, or refused with a code");
}

Finding staged_in_its_place(Trial& trial) {
  const auto life = trial.start();
  perform_all(life.instance);
  const auto breaches = life.host.breaches(Rule::kStaging);
  if (breaches.empty()) return pass("nothing is accepted outside of on_http, poll and timers");
  return fail(breaches.front().text + ": what is accepted there is never stored");
}

Finding accepted_means_2xx(Trial& trial) {
  const auto life = trial.start();
  std::size_t staged = 0;
  for (const auto& job : jobs_of(life.instance)) {
    if (job.name != "on_http") continue;
    Answer answer;
    const auto outcome = perform(life.instance, job, {}, answer);
    staged += outcome.staged;
    const bool refused = outcome.status == AGENTE_OK && answer.http_status >= 300 && answer.http_status < 500;
    if (outcome.staged > 0 && refused)
      return fail("on_http accepts a message and answers " + std::to_string(answer.http_status) +
                  ": then nothing is kept and the provider gives up; answer 2xx");
  }
  return pass(staged == 0 ? "nothing was accepted from strangers" : "accepted, and answered 2xx");
}

constexpr auto kChannel = static_cast<std::uint32_t>(AGENTE_KIND_CHANNEL);

constexpr Check kChecks[] = {
    {.id = "kind/text-arrives-whole",
     .about = "Texts in other scripts, from right to left, with quotes and line breaks, and one of 4096 characters are "
              "sent whole or refused, never cut or changed. Looked for as it is, within JSON, and percent-encoded in a "
              "form or "
              "URL; in XML, and in forms of another making, a text that is not seen whole is not judged.",
     .run = &text_arrives_whole,
     .needs = kWorks,
     .kind = kChannel},
    {.id = "kind/other-kinds-as-text",
     .about =
         "A message of a kind that the channel cannot know, or whose details are missing or broken, is sent as its "
         "text, which says all of it.",
     .run = &kinds_say_their_text,
     .needs = kWorks,
     .kind = kChannel},
    {.id = "kind/key-repeated",
     .about = "A second attempt at a message carries the same key as the first, whatever else differs, such as a time. "
              "Without a key it must ask for the very same thing, and that is a warning: not every provider takes one.",
     .run = &key_repeated,
     .needs = kWorks,
     .kind = kChannel},
    {.id = "kind/odd-webhooks-refused",
     .about =
         "Unknown methods and paths, broken JSON and UTF-8, deep nesting and a megabyte of nothing are answered with "
         "a status below 500 or a code, never INTERNAL.",
     .run = &odd_webhooks,
     .needs = kWorks,
     .kind = kChannel},
    {.id = "kind/accepted-in-its-place",
     .about = "accept, receipt and stage are used only in on_http, poll and timers.",
     .run = &staged_in_its_place,
     .needs = kWorks,
     .kind = kChannel},
    {.id = "kind/accepted-means-2xx",
     .about = "A webhook whose message was accepted is not answered with 3xx or 4xx: nothing would be kept, and the "
              "provider would not come again.",
     .run = &accepted_means_2xx,
     .needs = kWorks,
     .kind = kChannel},
};

}  // namespace

std::span<const Check> channel_checks() { return kChecks; }

}  // namespace agente::conformance
