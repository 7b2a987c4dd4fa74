#include "webchat.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "errors.hpp"
#include "origin.hpp"
#include "page.hpp"
#include "post.hpp"
#include "talk.hpp"

namespace webchat {
namespace {

using nlohmann::json;

constexpr int kMostAttempts = 20;

std::vector<std::string> origins_of(std::string_view config_json) {
  std::vector<std::string> origins;
  const auto config = json::parse(config_json);
  for (const auto& origin : config.value("allowed_origins", json::array()))
    origins.push_back(normal_origin(origin.get<std::string>()));
  return origins;
}

/// The value of `after` in "after=5&x=y"; 0 when it is not there.
std::uint64_t after_of(std::string_view query) {
  while (!query.empty()) {
    const auto part = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), part.size() + 1));
    if (!part.starts_with("after=")) continue;
    const auto digits = part.substr(6);
    std::uint64_t n = 0;
    const auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), n);
    if (ec != std::errc{} || end != digits.data() + digits.size())
      throw Refusal{400, "bad_request", "`after` must be the number of a message"};
    return n;
  }
  return 0;
}

/// "2026-09-15T12:00:00.000Z"
std::string written(agente::time_point moment) {
  const auto today = std::chrono::floor<std::chrono::days>(moment);
  const std::chrono::year_month_day date{today};
  const std::chrono::hh_mm_ss time{moment - today};
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()), static_cast<int>(time.subseconds().count()));
  return text;
}

json shown(const Line& line) {
  json message{
      {"n", line.n}, {"from", line.from}, {"text", line.text}, {"at", written(agente::from_abi_time(line.at_ms))}};
  if (line.from == "guest") message["id"] = line.name;
  return message;
}

const Line* find(const std::vector<Line>& lines, std::string_view from, std::string_view name) {
  const auto found =
      std::find_if(lines.begin(), lines.end(), [&](const Line& l) { return l.from == from && l.name == name; });
  return found == lines.end() ? nullptr : &*found;
}

std::uint64_t last_of(const std::vector<Line>& lines) { return lines.empty() ? 0 : lines.back().n; }

}  // namespace

Webchat::Webchat(agente::host host, std::string_view config_json)
    : host_(host), allowed_origins_(origins_of(config_json)), policy_(page_policy(allowed_origins_)) {}

std::string Webchat::send(const agente::outbound& message, agente::call /*call*/) {
  const Talk talk(host_, message.recipient);
  Line line{.from = "hotel",
            .text = std::string{message.text},
            .at_ms = agente::to_abi(host_.now()),
            .name = std::string{message.key}};
  for (int attempt = 0; attempt < kMostAttempts; ++attempt) {
    const auto lines = talk.after(0);
    if (const auto* sent = find(lines, "hotel", message.key)) return "webchat-" + std::to_string(sent->n);
    line.n = visitors_.number(message.recipient, "hotel/" + line.name + "/" + std::to_string(attempt), false,
                              last_of(lines));
    if (!talk.append(line)) continue;  // another version of this plugin was faster
    talk.prune(lines);
    return "webchat-" + std::to_string(line.n);
  }
  throw agente::error(AGENTE_E_RETRY, "the talk is being written by too many at once");
}

agente::http_out Webchat::on_http(const agente::http_in& request, agente::call call) {
  try {
    return route(request, call);
  } catch (const Refusal& refusal) {
    return answer(refusal);
  }
}

agente::http_out Webchat::route(const agente::http_in& request, agente::call call) {
  const bool is_page = request.path.empty() || request.path == "/";
  if (!is_page && request.path != "/messages")
    throw Refusal{404, "not_found", "there is the page, /chat, and /chat/messages"};
  if (request.method == "GET" && is_page) return page();
  if (request.method != "GET" && (is_page || request.method != "POST"))
    throw Refusal{
        405, "method_not_allowed", "use GET, and POST for messages", {{"Allow", is_page ? "GET" : "GET, POST"}}};
  if (request.visitor.empty())
    throw Refusal{401, "no_visitor", "open /chat in a browser first: its cookie says who you are"};
  return request.method == "GET" ? told(request) : taken(request, call);
}

agente::http_out Webchat::page() const {
  auto out = answer(200, "text/html; charset=utf-8", std::string{kPage});
  out.headers.push_back({"Content-Security-Policy", policy_});
  return out;
}

agente::http_out Webchat::told(const agente::http_in& request) const {
  json messages = json::array();
  for (const auto& line : Talk(host_, request.visitor).after(after_of(request.query))) messages.push_back(shown(line));
  return answer(200, "application/json", json{{"messages", std::move(messages)}}.dump());
}

agente::http_out Webchat::taken(const agente::http_in& request, agente::call call) {
  // A browser always says where a post comes from; whoever does not is no browser that could be misled.
  const auto origin = request.header("origin");
  if (!origin.empty() && !may_write(origin, request.header("host"), allowed_origins_))
    throw Refusal{403, "foreign_origin",
                  "messages are taken from our own page only; add the origin to `allowed_origins` to take its too"};
  const auto post = read_post(request);
  const auto now = host_.now();
  if (const auto pause = visitors_.admit(request.visitor, now); pause.count() > 0)
    throw Refusal{
        429, "too_fast", "too many messages; wait a moment", {{"Retry-After", std::to_string(pause.count())}}};

  const Talk talk(host_, request.visitor);
  const auto lines = talk.after(0);
  const auto* known = find(lines, "guest", post.id);
  const auto n = known ? known->n : visitors_.number(request.visitor, "guest/" + post.id, true, last_of(lines));
  // With the visitor in the id, nobody can take another's. Without a time, a retry is the same message.
  host_.accept(call, {.external_id = std::string{request.visitor} + ":" + post.id,
                      .sender = std::string{request.visitor},
                      .text = post.text});
  if (!known)
    talk.stage(call, {.n = n, .from = "guest", .text = post.text, .at_ms = agente::to_abi(now), .name = post.id});
  talk.prune(lines);
  return answer(202, "application/json", json{{"n", n}}.dump());
}

std::vector<agente::check> Webchat::self_test(agente::call /*call*/) {
  std::vector<agente::check> checks{{.stage = "page", .ok = !kPage.empty()}};
  try {
    (void)Talk(host_, "self-test").after(0);
    checks.push_back({.stage = "store", .ok = true});
  } catch (const agente::error& e) {
    checks.push_back({.stage = "store", .ok = false, .cause = e.what(), .remedy = "look at the host's storage"});
  }
  return checks;
}

}  // namespace webchat
