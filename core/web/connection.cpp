#include "web/connection.hpp"

#include <algorithm>
#include <utility>

#include "web/wire.hpp"

namespace agente::web {
namespace {

constexpr Millis kLinger{1000};
constexpr Millis kForAFile{60'000};  // longer: where a body may be longer than elsewhere
constexpr Millis kTimeToSend{2000};  // at least, for an answer whose handler took all of the deadline
constexpr std::size_t kFirstBuffer = 4096;

auto now() { return std::chrono::steady_clock::now(); }

Refusal too_slow() {
  return {.status = 408, .code = "too_slow", .message = "the request did not arrive within the deadline"};
}

Refusal too_large(std::size_t limit) {
  return {.status = 413,
          .code = "body_too_large",
          .message = "the body may have at most " + std::to_string(limit) + " bytes"};
}

}  // namespace

Connection::Connection(Socket socket, Crowd::Place place, const Desk& desk)
    : desk_(desk),
      socket_(std::move(socket)),
      place_(std::move(place)),
      ends_{.peer = place_.address(),
            .local = socket_.local(),
            .bound_host = desk.bound_host,
            .listener = desk.options.listener},
      until_(now() + desk.options.bounds.request_deadline) {}

Connection::Next Connection::serve() {
  for (;;) {
    if (const auto next = proceed()) return *next;
    const auto count = receive();
    if (count > 0) continue;
    const bool may_wait = count == Socket::kNothing && now() < until() && (is_midway() || !desk_.closing);
    if (may_wait) break;
    if (count != Socket::kNothing || !exchange_) return Next::over;
    return proceed().value_or(Next::peer);  // says that it was too slow
  }
  if (unread().empty()) std::vector<char>().swap(buffer_);  // thousands may wait like this
  return Next::peer;
}

/// Answers what has been read.
std::optional<Connection::Next> Connection::proceed() {
  if (lingering_) begin_ = end_;
  for (;;) {
    if (!exchange_) {
      if (unread().empty()) return stays() ? std::nullopt : std::optional(Next::over);
      begin();
    }
    auto answer = advance(*exchange_);
    if (!answer && now() < exchange_->deadline) return std::nullopt;
    if (!answer) answer = refuse(exchange_->request, too_slow());
    if (auto* later = std::get_if<Later>(&*answer)) {
      exchange_->later = std::move(*later);
      return Next::answer;
    }
    if (!finish(std::get<Response>(*answer))) return lingering_ ? std::nullopt : std::optional(Next::over);
  }
}

bool Connection::stays() const { return now() < until_ && (lingering_ || !desk_.closing); }

void Connection::begin() {
  exchange_.emplace();
  exchange_->request.id = new_request_id();
  exchange_->started = now();
  exchange_->deadline = exchange_->started + desk_.options.bounds.request_deadline;
}

/// The answer, or empty: more of the request is needed.
std::optional<Answer> Connection::advance(Exchange& exchange) {
  auto& request = exchange.request;
  if (exchange.making) return desk_.router.finish(request, exchange.making);
  if (!exchange.has_head) {
    const auto head = read_head(exchange);
    if (const auto* refusal = std::get_if<Refusal>(&head)) return refuse(request, *refusal);
    if (std::get<Part>(head) == Part::more) return std::nullopt;
    exchange.has_head = true;
    introduce(desk_.rules, ends_, request);
    exchange.match = desk_.router.find(request);
    if (!exchange.match.route) {
      skip_body(exchange);
      return std::move(exchange.match.refusal);
    }
    if (const auto refusal = begin_body(exchange)) return refuse(request, *refusal);
  }
  const auto body = read_body(exchange);
  if (const auto* refusal = std::get_if<Refusal>(&body)) return refuse(request, *refusal);
  if (std::get<Part>(body) == Part::more) return std::nullopt;
  exchange.whole = true;
  return desk_.router.serve(*exchange.match.route, request);
}

Connection::Progress Connection::read_head(Exchange& exchange) {
  const auto& bounds = desk_.options.bounds;
  while (begin_ < end_ && (buffer_[begin_] == '\r' || buffer_[begin_] == '\n')) ++begin_;
  const auto text = unread();
  // Waiting for the rest would be in vain: TLS on the wrong port, noise.
  if (!text.empty() && (text.front() < 'A' || text.front() > 'Z')) {
    return Refusal{.code = "bad_request", .message = "this is not HTTP; this port does not speak TLS either"};
  }
  const auto end = text.find("\r\n\r\n");
  if (end != std::string_view::npos) {
    begin_ += end + 4;
    auto refusal = parse_head(text.substr(0, end), bounds.header_lines, exchange.request, exchange.framing);
    return refusal ? Progress(std::move(*refusal)) : Part::whole;
  }
  if (text.find("\n\n") != std::string_view::npos) {
    return Refusal{.code = "bad_request", .message = "lines of a request end with CR LF"};
  }
  if (text.size() >= bounds.head) {
    return Refusal{.status = 431,
                   .code = "headers_too_large",
                   .message = "request line and headers may have " + std::to_string(bounds.head) + " bytes"};
  }
  return Part::more;
}

void Connection::skip_body(Exchange& exchange) {
  // Only what is here already: an upload nobody wants is not waited for, the connection ends instead.
  if (exchange.framing.chunked || exchange.framing.length > unread().size()) return;
  begin_ += exchange.framing.length;
  exchange.whole = true;
}

std::size_t Connection::longest_body(const Exchange& exchange) const {
  return std::max(desk_.options.bounds.body, exchange.match.route->longest_body);
}

std::optional<Refusal> Connection::begin_body(Exchange& exchange) {
  const auto& framing = exchange.framing;
  const auto limit = longest_body(exchange);
  if (framing.length > limit) return too_large(limit);
  if (framing.chunked) exchange.chunks.emplace(limit);
  if (exchange.match.route->longest_body > 0) exchange.deadline += kForAFile;
  if (framing.has_body() && framing.expects_continue && unread().empty()) {
    // Whoever does not take it will send nothing either, and is noticed then.
    (void)socket_.send_all("HTTP/1.1 100 Continue\r\n\r\n", {}, exchange.deadline);
  }
  return std::nullopt;
}

Connection::Progress Connection::read_body(Exchange& exchange) {
  if (exchange.chunks) return read_chunks(exchange);
  // Grows as bytes come in: announcing three megabytes must not cost three megabytes.
  auto& body = exchange.request.body;
  const auto piece = unread().substr(0, exchange.framing.length - body.size());
  body.append(piece);
  begin_ += piece.size();
  return body.size() == exchange.framing.length ? Part::whole : Part::more;
}

Connection::Progress Connection::read_chunks(Exchange& exchange) {
  auto input = unread();
  const auto state = exchange.chunks->feed(input, exchange.request.body);
  begin_ = end_ - input.size();
  switch (state) {
    case ChunkDecoder::State::done:
      return Part::whole;
    case ChunkDecoder::State::too_large:
      return too_large(longest_body(exchange));
    case ChunkDecoder::State::broken:
      return Refusal{.code = "bad_request", .message = "a chunk is malformed"};
    case ChunkDecoder::State::more:
      break;
  }
  return Part::more;
}

/// Sends the answer. False: no request follows it.
bool Connection::finish(const Response& response) {
  const bool keep_alive = exchange_->whole && exchange_->framing.keep_alive && !desk_.closing;
  const bool sent = send(*exchange_, response, keep_alive);
  lingering_ = sent && !exchange_->whole;
  exchange_.reset();
  until_ = now() + (lingering_ ? kLinger : desk_.options.bounds.idle_limit);
  if (lingering_) socket_.end_sending();
  return sent && keep_alive;
}

bool Connection::send(const Exchange& exchange, const Response& response, bool keep_alive) {
  const auto& request = exchange.request;
  write_head(response, {.keep_alive = keep_alive, .old_client = exchange.framing.old_client, .request_id = request.id},
             out_);
  const bool with_body = request.method != "HEAD" && may_have_body(response.status);
  const auto deadline = std::max(exchange.deadline, now() + kTimeToSend);
  const bool sent = socket_.send_all(out_, with_body ? std::string_view(response.body) : std::string_view{}, deadline);
  const std::chrono::duration<double> took = now() - exchange.started;
  desk_.router.finished(exchange.match.pattern, request.method, response.status, took.count());
  return sent;
}

long Connection::receive() {
  make_space();
  const auto count = socket_.receive(buffer_.data() + end_, buffer_.size() - end_);
  if (count > 0) end_ += static_cast<std::size_t>(count);
  return count;
}

void Connection::make_space() {
  if (begin_ == end_) begin_ = end_ = 0;
  if (end_ < buffer_.size()) return;
  std::copy(unread().begin(), unread().end(), buffer_.begin());
  end_ -= begin_;
  begin_ = 0;
  const auto most = desk_.options.bounds.head;
  if (end_ == buffer_.size()) buffer_.resize(std::min(most, std::max(kFirstBuffer, 2 * buffer_.size())));
}

}  // namespace agente::web
