#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "web/http.hpp"

namespace agente::web {

/// Who may call a route: anyone (both listeners), or operators only.
enum class Access { public_, operator_ };

/// Makes the answer. Runs on a thread of the server, several at once; may throw (500, the text goes to on_thrown only).
using Handler = std::function<Answer(Request&)>;

/// One resource: router.add({.method = "GET", .pattern = "/health/live", .handler = ...}).
struct Route {
  std::string method = "GET";  ///< a GET route answers HEAD too
  std::string pattern;         ///< "/webhook/{channel}"; a last segment "*" takes the rest ("/chat/*", also "/chat/")
  Access access = Access::operator_;
  bool from_outside = true;      ///< an operator route also answers a valid bearer token on the public listener
  bool json = false;             ///< its body must be JSON by Content-Type, else 415
  std::size_t longest_body = 0;  ///< bytes, where it may be longer than the listener's bounds say; it has a minute more
  Handler handler{};
};

/// Finds the route of a request and runs it. Fill it first, share it read-only then; `find` and `serve` are
/// thread-safe.
class Router {
 public:
  /// Throws std::invalid_argument if the pattern does not begin with "/" or is already taken for that method.
  void add(Route route);

  /// Told about every answer, refusals included: the route's pattern ("unmatched" if none; never the raw path), the
  /// method ("OTHER" if unknown), the status and the seconds from the first byte to the answer's last. Must not block.
  using Finished = std::function<void(std::string_view route, std::string_view method, int status, double seconds)>;
  void on_finished(Finished hook) { finished_ = std::move(hook); }
  /// Told what a handler threw; the caller only sees a request id.
  using Thrown = std::function<void(const Request& request, std::string_view what)>;
  void on_thrown(Thrown hook) { thrown_ = std::move(hook); }

  /// The route, or what to answer instead; `pattern` is set if there is such a path at this listener.
  struct Match {
    const Route* route = nullptr;
    std::string_view pattern = "unmatched";
    Response refusal{};
  };
  /// Needs no body, so that a refused request need not be read. Fills `request.params`. Expects `introduce` done.
  [[nodiscard]] Match find(Request& request) const;
  /// Runs the handler of a match that has a route. Never throws.
  [[nodiscard]] Answer serve(const Route& route, Request& request) const;
  /// Makes the answer that was to come later. Never throws.
  [[nodiscard]] Response finish(const Request& request, const Making& making) const;
  /// All steps, waiting; what a test without sockets calls.
  [[nodiscard]] Response handle(Request& request) const;
  void finished(std::string_view pattern, std::string_view method, int status, double seconds) const;

 private:
  template <class Made>
  Made guarded(const Request& request, const std::function<Made()>& making) const;

  struct Entry {
    Route route;
    std::vector<std::string> segments;
    std::string rank;  ///< a letter per segment; the pattern that sorts first is the more specific one
  };
  using Segments = std::vector<std::string_view>;
  [[nodiscard]] const Entry* best_pattern(const Segments& path, const Request& request) const;
  [[nodiscard]] const Entry* same_pattern(const Entry& entry, const Request& request) const;
  [[nodiscard]] Response wrong_method(const Entry& entry, const Request& request) const;

  std::vector<Entry> entries_;
  Finished finished_;
  Thrown thrown_;
};

}  // namespace agente::web
