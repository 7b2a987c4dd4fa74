#include "web/router.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <future>
#include <memory>
#include <stdexcept>

namespace agente::web {
namespace {

std::vector<std::string_view> split_path(std::string_view path) {
  std::vector<std::string_view> segments;
  segments.reserve(6);
  path.remove_prefix(1);
  for (;;) {
    const auto slash = path.find('/');
    segments.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return segments;
    path.remove_prefix(slash + 1);
  }
}

bool is_name(std::string_view segment) { return segment.starts_with('{') && segment.ends_with('}'); }

char rank_of(std::string_view segment) {
  if (segment == "*") return 'c';
  return is_name(segment) ? 'b' : 'a';
}

bool matches(const std::vector<std::string>& pattern, const std::vector<std::string_view>& path) {
  const bool open_end = !pattern.empty() && pattern.back() == "*";
  if (open_end ? path.size() < pattern.size() : path.size() != pattern.size()) return false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (open_end && i + 1 == pattern.size()) return true;
    if (is_name(pattern[i]) ? path[i].empty() : path[i] != pattern[i]) return false;
  }
  return true;
}

/// False if an escape in the path is broken.
bool fill_params(const std::vector<std::string>& pattern, const std::vector<std::string_view>& path, Request& request) {
  request.params.clear();
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const std::string_view segment = pattern[i];
    if (segment != "*" && !is_name(segment)) continue;
    const auto* begin = path[i].data();
    const auto end = segment == "*" ? std::string_view(request.path).end() : path[i].end();
    auto value = percent_decode({begin, static_cast<std::size_t>(end - begin)}, false);
    if (!value) return false;
    const auto name = segment == "*" ? segment : segment.substr(1, segment.size() - 2);
    request.params.emplace_back(name, std::move(*value));
  }
  return true;
}

/// On the public listener a route that is not for this caller does not exist.
bool is_visible(const Route& route, const Request& request) {
  if (request.listener == Listener::operator_ || route.access == Access::public_) return true;
  return request.trusted && route.from_outside;
}

bool answers(const Route& route, std::string_view method) {
  return route.method == method || (method == "HEAD" && route.method == "GET");
}

Response unauthorized(const Request& request) {
  auto response = Response::error(request, 401, "unauthorized", "operators only: " + std::string(request.distrust));
  response.headers.set("WWW-Authenticate", "Bearer");
  return response;
}

}  // namespace

void Router::add(Route route) {
  if (!route.pattern.starts_with('/')) throw std::invalid_argument("route '" + route.pattern + "' must begin with '/'");
  for (const auto& entry : entries_) {
    if (entry.route.method == route.method && entry.route.pattern == route.pattern) {
      throw std::invalid_argument("route " + route.method + " " + route.pattern + " exists already");
    }
  }
  Entry entry;
  for (const auto segment : split_path(route.pattern)) {
    entry.segments.emplace_back(segment);
    entry.rank += rank_of(segment);
  }
  entry.route = std::move(route);
  entries_.push_back(std::move(entry));
}

const Router::Entry* Router::best_pattern(const Segments& path, const Request& request) const {
  const Entry* best = nullptr;
  for (const auto& entry : entries_) {
    if (!matches(entry.segments, path) || !is_visible(entry.route, request)) continue;
    if (!best || entry.rank < best->rank) best = &entry;
  }
  return best;
}

const Router::Entry* Router::same_pattern(const Entry& entry, const Request& request) const {
  for (const auto& other : entries_) {
    const bool same = other.route.pattern == entry.route.pattern && is_visible(other.route, request);
    if (same && answers(other.route, request.method)) return &other;
  }
  return nullptr;
}

Response Router::wrong_method(const Entry& entry, const Request& request) const {
  std::string allow;
  for (const auto& other : entries_) {
    if (other.route.pattern != entry.route.pattern || !is_visible(other.route, request)) continue;
    allow += (allow.empty() ? "" : ", ") + other.route.method;
    if (other.route.method == "GET") allow += ", HEAD";
  }
  auto response = Response::error(request, 405, "method_not_allowed", request.path + " takes " + allow);
  response.headers.set("Allow", allow);
  return response;
}

Router::Match Router::find(Request& request) const {
  const auto path = split_path(request.path);
  const Entry* entry = best_pattern(path, request);
  if (!entry) return {.refusal = Response::error(request, 404, "not_found", "there is nothing at " + request.path)};
  Match match{.pattern = entry->route.pattern};
  const Entry* pattern = entry;
  entry = same_pattern(*pattern, request);
  if (!entry) {
    match.refusal = wrong_method(*pattern, request);
  } else if (entry->route.access == Access::operator_ && !request.trusted) {
    match.refusal = unauthorized(request);
  } else if (!fill_params(entry->segments, path, request)) {
    match.refusal = Response::error(request, 400, "bad_request", "the path has a broken %-escape");
  } else if (entry->route.json && !is_json(request)) {
    match.refusal = Response::error(request, 415, "not_json", "send JSON with 'Content-Type: application/json'");
  } else {
    match.route = &entry->route;
  }
  return match;
}

template <class Made>
Made Router::guarded(const Request& request, const std::function<Made()>& making) const {
  try {
    return making();
  } catch (const std::exception& thrown) {
    if (thrown_) thrown_(request, thrown.what());
  } catch (...) {
    if (thrown_) thrown_(request, "not a std::exception");
  }
  return Response::error(request, 500, "internal", "a defect of the server; its log has this request_id");
}

Answer Router::serve(const Route& route, Request& request) const {
  return guarded<Answer>(request, [&] { return route.handler(request); });
}

Response Router::finish(const Request& request, const Making& making) const {
  return guarded<Response>(request, making);
}

Response Router::handle(Request& request) const {
  auto match = find(request);
  if (!match.route) return std::move(match.refusal);
  auto answer = serve(*match.route, request);
  if (auto* response = std::get_if<Response>(&answer)) return std::move(*response);
  const auto ready = std::make_shared<std::promise<Making>>();
  auto making = ready->get_future();
  std::get<Later>(answer).begin([ready](Making made) { ready->set_value(std::move(made)); });
  return finish(request, making.get());
}

void Router::finished(std::string_view pattern, std::string_view method, int status, double seconds) const {
  static constexpr std::array<std::string_view, 7> kKnown{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};
  if (!finished_) return;
  const bool known = std::ranges::find(kKnown, method) != kKnown.end();
  finished_(pattern, known ? method : "OTHER", status, seconds);
}

}  // namespace agente::web
