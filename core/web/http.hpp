#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace agente::web {

/// Which door a request came in by. The operator's door serves everything, the public one only what is marked so.
enum class Listener { operator_, public_ };

/// Letters of ASCII compare without case; what header names and host names need.
[[nodiscard]] bool same_ignoring_case(std::string_view a, std::string_view b);

/// Names and values in the order they came; a name may occur more than once.
using Fields = std::vector<std::pair<std::string, std::string>>;

/// Header lines. Names compare without case. Not thread-safe; belongs to its request or response.
class Headers {
 public:
  /// The first value of that name, or an empty view. Valid until the headers change.
  [[nodiscard]] std::string_view get(std::string_view name) const;
  [[nodiscard]] bool has(std::string_view name) const;
  /// Replaces every value of that name by this one.
  void set(std::string_view name, std::string value);
  /// One more line, whatever is there already.
  void add(std::string name, std::string value) { lines_.emplace_back(std::move(name), std::move(value)); }
  [[nodiscard]] const Fields& lines() const { return lines_; }

 private:
  Fields lines_;
};

/// One request, fully read. Belongs to the thread that serves it.
struct Request {
  std::string method;  ///< upper case: GET, HEAD, POST ...
  std::string target;  ///< path and query exactly as sent
  std::string path;    ///< the path exactly as sent (still percent-encoded), without the query
  Fields query;        ///< decoded
  Fields params;       ///< what the route's {names} and trailing * matched, decoded; "*" names the latter
  Headers headers;
  std::string body;

  Listener listener = Listener::public_;
  std::string remote;         ///< address of the other end of the socket
  std::string client;         ///< the address to limit by: `remote`, or what a known proxy forwards; never grants trust
  bool secure = false;        ///< the guest's side is TLS (a known proxy says so)
  bool trusted = false;       ///< may use operator routes: by place (operator listener) or by bearer token (both)
  std::string_view distrust;  ///< why not, and what to do; only when not trusted
  std::string visitor;        ///< the webchat guest, 32 hex digits; empty until Visitors::welcome was asked
  std::string id;             ///< request id and trace id, 16 hex digits

  /// First value of the query's `name`, decoded; empty optional if absent.
  [[nodiscard]] std::optional<std::string_view> query_value(std::string_view name) const;
  /// What the route's {name} matched, decoded; empty if the route has no such name.
  [[nodiscard]] std::string_view param(std::string_view name) const;
};

/// One answer. The server adds Date, Content-Length, Connection and X-Request-Id itself.
struct Response {
  int status = 200;
  Headers headers{};
  std::string body{};

  [[nodiscard]] static Response json(int status, const nlohmann::json& document);
  [[nodiscard]] static Response text(int status, std::string body, std::string type = "text/plain; charset=utf-8");
  /// {"error":{"code","message","request_id"}}. `code` is a word for programs, `message` a sentence for people: what
  /// is wrong and what to do.
  [[nodiscard]] static Response error(const Request& request, int status, std::string_view code,
                                      std::string_view message);
};

/// Makes the answer; as a handler, on a thread of the server.
using Making = std::function<Response()>;

/// An answer that waits for something else than the peer, and keeps no thread waiting with it.
struct Later {
  /// Run once. Calls `ready` once, from any thread, maybe before it returns, with what makes the answer then. Until
  /// that is done the request stays where it is. A `ready` that is dropped uncalled ends the connection.
  std::function<void(std::function<void(Making)> ready)> begin;
};
using Answer = std::variant<Response, Later>;

/// An answer decided before there is a handler: what Response::error needs.
struct Refusal {
  int status = 400;
  std::string_view code;
  std::string message;
};
[[nodiscard]] Response refuse(const Request& request, const Refusal& refusal);

/// Content-Type is application/json or something+json, whatever its parameters.
[[nodiscard]] bool is_json(const Request& request);

/// Undoes %XX (and "+" as a blank if `form`). Empty optional for a broken escape or an escaped NUL.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text, bool form);

/// The value of one cookie of the request; empty if it is not there.
[[nodiscard]] std::string_view cookie(const Request& request, std::string_view name);

}  // namespace agente::web
