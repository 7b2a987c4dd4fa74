#include "plugins/http_client.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <mutex>
#include <optional>

#include <fmt/format.h>
#include <strings.h>

#include "plugins/http_answer.hpp"
#include "plugins/http_connection.hpp"
#include "plugins/http_pool.hpp"
#include "plugins/http_target.hpp"
#include "plugins/watchdog.hpp"

namespace agente::plugins {
namespace {

bool same_word(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

bool is_over(Steady deadline) { return std::chrono::steady_clock::now() >= deadline; }

bool is_token(std::string_view text) {
  static constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
    return std::isalnum(c) != 0 || kOthers.find(static_cast<char>(c)) != std::string_view::npos;
  });
}

/// Set by us, whatever the plugin says.
bool is_ours(std::string_view name) {
  static constexpr std::array<std::string_view, 6> kOurs{"host",       "content-length", "transfer-encoding",
                                                         "connection", "expect",         "upgrade"};
  return std::ranges::any_of(kOurs, [&](auto ours) { return same_word(ours, name); });
}

bool is_credential(std::string_view name) {
  return same_word(name, "authorization") || same_word(name, "cookie") || same_word(name, "proxy-authorization");
}

Result<void> check_form(const HttpRequest& request) {
  if (!is_token(request.method)) return Error{Code::kInvalid, "the method is malformed"};
  for (const auto& [name, value] : request.headers) {
    const bool bad_value = value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos;
    if (!is_token(name) || bad_value) return Error{Code::kInvalid, fmt::format("header {} is malformed", name)};
  }
  return {};
}

std::string head_of(const HttpRequest& request, const HttpTarget& target) {
  std::string head = fmt::format("{} {} HTTP/1.1\r\nHost: {}\r\n", request.method, target.path, target.authority());
  for (const auto& [name, value] : request.headers) {
    if (!is_ours(name)) head += fmt::format("{}: {}\r\n", name, value);
  }
  const bool sends =
      !request.body.empty() || request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
  if (sends) head += fmt::format("Content-Length: {}\r\n", request.body.size());
  return head + "\r\n";
}

/// How one attempt on one connection went.
struct Attempt {
  std::optional<HttpResponse> response;
  std::optional<std::string> location;
  Error error{};
  bool unsent = false;  ///< certainly not a byte has left
  bool silent = false;  ///< it ended before a byte of an answer came
};

Attempt unsent(Error error) {
  return {.response = {}, .location = {}, .error = std::move(error), .unsent = true, .silent = true};
}

Error failure(const HttpTarget& target, const Attempt& attempt, HttpAnswer::End end, Steady deadline) {
  const auto place = target.authority();
  if (end == HttpAnswer::End::kTooLarge) return {Code::kInvalid, place + " answered with more than is allowed"};
  if (attempt.unsent && is_over(deadline)) return {Code::kTimeout, fmt::format("{} took nothing in time", place)};
  if (attempt.unsent) return {Code::kRetry, fmt::format("{} closed the connection before anything was sent", place)};
  const auto* why = end == HttpAnswer::End::kMalformed ? "what came back is not HTTP"
                    : is_over(deadline)                ? "no whole answer came in time"
                                                       : "the connection ended before the whole answer had come";
  return {Code::kUnknownOutcome, fmt::format("the request went to {}, but {}", place, why)};
}

}  // namespace

struct HttpClient::Parts {
  explicit Parts(Resolver::LookUp look_up) : resolver(std::move(look_up)) {}

  Resolver resolver;
  Watchdog dog;
  HttpPool pool;
  std::once_flag tls_once;
  Poco::Net::Context::Ptr tls;

  /// Made at the first https request: reading the CAs takes time and memory.
  const Poco::Net::Context::Ptr& tls_context() {
    std::call_once(tls_once, [this] {
      using Poco::Net::Context;
      tls = new Context(Context::TLS_CLIENT_USE, "", "", "", Context::VERIFY_STRICT, 9, true);  // NOLINT: Ptr owns it
      tls->requireMinimumProtocol(Context::PROTO_TLSV1_2);
    });
    return tls;
  }

  Result<std::unique_ptr<HttpConnection>> connect(const HttpTarget& target, Steady deadline) {
    const auto found = resolver.resolve(target.host, deadline);
    if (!found) return found.error();
    std::vector<Poco::Net::SocketAddress> addresses;
    for (const auto& address : *found) {
      if (auto fine = check_address(target.host, address); !fine) return fine.error();
      addresses.emplace_back(address, target.port);
    }
    return HttpConnection::open(target, addresses, target.tls ? tls_context() : Poco::Net::Context::Ptr(), dog,
                                deadline);
  }

  /// Sends the request once and reads the answer. A connection that stays usable goes back to the pool.
  Attempt attempt(const HttpRequest& request, const HttpTarget& target, std::unique_ptr<HttpConnection> connection) {
    Attempt made;
    HttpAnswer answer(
        [&](std::string& buffer) {
          const auto came = connection->read(buffer);
          return is_over(request.deadline) ? HttpConnection::Came::kBroken
                                           : came;  // the watchdog's end is not the peer's
        },
        request.max_response);
    auto end = HttpAnswer::End::kCut;
    {
      const Watchdog::Guard guard(dog, connection->socket(), request.deadline);
      connection->begin_request();
      const bool sent = connection->write(head_of(request, target) + request.body);
      // A server may answer and close before it has read all of a body: its answer counts.
      if (sent || connection->may_have_sent()) end = answer.read(request.method == "HEAD");
    }
    made.unsent = !connection->may_have_sent();
    made.silent = !answer.has_begun();
    if (end != HttpAnswer::End::kWhole) {
      made.error = failure(target, made, end, request.deadline);
      return made;
    }
    made.location = answer.header("Location");
    if (answer.is_reusable() && !is_over(request.deadline)) pool.give(target.key(), std::move(connection));
    made.response = std::move(answer.response());
    return made;
  }

  /// On a pooled connection if there is one. One that turns out to be dead is replaced once by a fresh one: when
  /// nothing was sent, or when asking twice does no harm and no byte of an answer had come.
  Attempt exchange(const HttpRequest& request, const HttpTarget& target) {
    if (is_over(request.deadline)) return unsent({Code::kTimeout, "no time was left to send the request"});
    const bool harmless = request.method == "GET" || request.method == "HEAD";
    if (auto pooled = pool.take(target.key())) {
      auto made = attempt(request, target, std::move(pooled));
      const bool again = made.unsent || (harmless && made.silent);
      if (made.response || !again || is_over(request.deadline)) return made;
    }
    auto fresh = connect(target, request.deadline);
    if (fresh) return attempt(request, target, std::move(*fresh));
    return unsent(fresh.error());
  }
};

HttpClient::HttpClient(Resolver::LookUp look_up) : parts_(std::make_unique<Parts>(std::move(look_up))) {}
HttpClient::~HttpClient() = default;

namespace {

bool is_redirect(const Attempt& made) {
  if (!made.response || !made.location) return false;
  const auto status = made.response->status;
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/// What is sent to the next place.
void follow(HttpRequest& request, const HttpTarget& from, const HttpTarget& to, int status) {
  const bool as_get = status == 303 || (status < 303 && request.method == "POST");
  if (as_get && request.method != "HEAD") {
    request.method = "GET";
    request.body.clear();
    std::erase_if(request.headers, [](const auto& h) { return same_word(h.first, "content-type"); });
  }
  if (from.key() != to.key()) std::erase_if(request.headers, [](const auto& h) { return is_credential(h.first); });
}

/// Behind a redirect "nothing was sent" holds for the last place only: the first one has had its request.
Error after_redirect(const HttpRequest& wanted, Error error) {
  const bool harmless = wanted.method == "GET" || wanted.method == "HEAD";
  const bool denies = error.code == Code::kRetry || error.code == Code::kTimeout;
  if (denies && !harmless) error.code = Code::kUnknownOutcome;
  return error;
}

}  // namespace

Result<HttpResponse> HttpClient::request(const HttpRequest& wanted) {
  auto target = read_url(wanted.url);
  if (!target) return target.error();
  if (auto fine = check_form(wanted); !fine) return fine.error();
  auto request = wanted;
  for (int redirects = 0;; ++redirects) {
    if (auto fine = check_egress(*target, *request.egress); !fine) return fine.error();
    auto made = parts_->exchange(request, *target);
    if (!made.response) return redirects == 0 ? made.error : after_redirect(wanted, made.error);
    if (!is_redirect(made) || redirects >= request.max_redirects) return std::move(*made.response);
    auto next = read_location(*target, *made.location);
    if (!next) return next.error();
    follow(request, *target, *next, made.response->status);
    target = std::move(next);
  }
}

}  // namespace agente::plugins
