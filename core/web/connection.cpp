#include "web/connection.hpp"

#include <algorithm>
#include <cstring>

#include "web/body.hpp"
#include "web/wire.hpp"

namespace agente::web {
namespace {

constexpr Millis kLinger{1000};
constexpr Millis kTimeToSend{2000};  ///< at least, for an answer whose handler took all of the deadline
constexpr std::size_t kBodyStep = 65536;

/// A refusal nobody can hear: the peer has gone.
Refusal gone() { return {.status = 0, .code = {}, .message = {}}; }

Refusal too_slow() {
  return {.status = 408, .code = "too_slow", .message = "the request did not arrive within the deadline"};
}

Refusal too_large(std::size_t limit) {
  return {.status = 413,
          .code = "body_too_large",
          .message = "the body may have at most " + std::to_string(limit) + " bytes"};
}

}  // namespace

Connection::Connection(const Poco::Net::StreamSocket& socket, const Desk& desk)
    : TCPServerConnection(socket),
      desk_(desk),
      socket_(static_cast<Accepted&>(*socket.impl())),  // Listening makes no others
      ends_{.peer = socket_.peer(),
            .local = socket_.local(),
            .bound_host = desk.bound_host,
            .listener = desk.options.listener},
      buffer_(desk.options.bounds.head) {}

void Connection::run() {
  Crowd::Seat seat(socket_.sockfd());
  desk_.crowd.sit_down(seat);
  try {
    while (serve_one(seat)) {
    }
  } catch (...) {  // out of memory: this connection ends, the others go on
  }
  desk_.crowd.stand_up(seat);
}

bool Connection::await_request() {
  if (begin_ < end_) return true;  // pipelined behind the one before
  begin_ = end_ = 0;
  const auto& bounds = desk_.options.bounds;
  const auto count =
      socket_.receive_first(buffer_.data(), buffer_.size(), first_ ? bounds.request_deadline : bounds.idle_limit);
  first_ = false;
  if (count <= 0) return false;
  end_ = static_cast<std::size_t>(count);
  return true;
}

bool Connection::serve_one(Crowd::Seat& seat) {
  if (!await_request() || !seat.begin_request()) return false;
  Exchange exchange;
  exchange.request.id = new_request_id();
  exchange.started = std::chrono::steady_clock::now();
  exchange.deadline = exchange.started + desk_.options.bounds.request_deadline;

  const auto response = answer(exchange);
  if (!response) return false;
  const bool keep_alive =
      exchange.whole && exchange.framing.keep_alive && !desk_.crowd.is_crowded() && !desk_.crowd.is_closing();
  const bool sent = send(exchange, *response, keep_alive);
  if (sent && !exchange.whole) socket_.linger(kLinger);
  return sent && keep_alive && desk_.crowd.end_request(seat);
}

std::optional<Response> Connection::answer(Exchange& exchange) {
  auto& request = exchange.request;
  const auto refused = [&](const Refusal& refusal) {
    return refusal.status == 0 ? std::nullopt : std::optional(refuse(request, refusal));
  };
  if (const auto refusal = read_head(exchange)) return refused(*refusal);
  introduce(desk_.rules, ends_, request);
  auto match = desk_.router.find(request);
  exchange.pattern = match.pattern;
  if (!match.route) {
    skip_body(exchange);
    return std::move(match.refusal);
  }
  if (const auto refusal = read_body(exchange)) return refused(*refusal);
  exchange.whole = true;
  return desk_.router.serve(*match.route, request);
}

std::optional<Refusal> Connection::read_head(Exchange& exchange) {
  for (;;) {
    while (begin_ < end_ && (buffer_[begin_] == '\r' || buffer_[begin_] == '\n')) ++begin_;
    const auto text = unread();
    // Waiting for the rest would be in vain: TLS on the wrong port, noise.
    if (!text.empty() && (text.front() < 'A' || text.front() > 'Z')) {
      return Refusal{.code = "bad_request", .message = "this is not HTTP; this port does not speak TLS either"};
    }
    const auto end = text.find("\r\n\r\n");
    if (end != std::string_view::npos) {
      begin_ += end + 4;
      return parse_head(text.substr(0, end), desk_.options.bounds.header_lines, exchange.request, exchange.framing);
    }
    if (text.find("\n\n") != std::string_view::npos) {
      return Refusal{.code = "bad_request", .message = "lines of a request end with CR LF"};
    }
    if (text.size() == buffer_.size()) {
      return Refusal{.status = 431,
                     .code = "headers_too_large",
                     .message = "request line and headers may have " + std::to_string(buffer_.size()) + " bytes"};
    }
    if (auto refusal = receive_more(exchange.deadline)) return refusal;
  }
}

std::optional<Refusal> Connection::receive_more(Steady deadline) {
  if (end_ == buffer_.size()) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  const auto count = socket_.receive_more(buffer_.data() + end_, buffer_.size() - end_, deadline);
  if (count == Accepted::kTooLate) return too_slow();
  if (count <= 0) return gone();
  end_ += static_cast<std::size_t>(count);
  return std::nullopt;
}

void Connection::skip_body(Exchange& exchange) {
  // Only what is here already: an upload nobody wants is not waited for, the connection ends instead.
  if (exchange.framing.chunked || exchange.framing.length > unread().size()) return;
  begin_ += exchange.framing.length;
  exchange.whole = true;
}

std::optional<Refusal> Connection::read_body(Exchange& exchange) {
  const auto& framing = exchange.framing;
  if (!framing.has_body()) return std::nullopt;
  if (framing.length > desk_.options.bounds.body) return too_large(desk_.options.bounds.body);
  if (framing.expects_continue && unread().empty() &&
      !socket_.send_all("HTTP/1.1 100 Continue\r\n\r\n", {}, exchange.deadline)) {
    return gone();
  }
  return framing.chunked ? read_chunked(exchange) : read_counted(exchange);
}

std::optional<Refusal> Connection::read_counted(Exchange& exchange) {
  const auto length = exchange.framing.length;
  auto& body = exchange.request.body;
  body = unread().substr(0, length);
  begin_ += body.size();
  while (body.size() < length) {
    // Grows as bytes come in: announcing three megabytes must not cost three megabytes.
    const auto had = body.size();
    body.resize(std::min(length, had + kBodyStep));
    const auto count = socket_.receive_more(body.data() + had, body.size() - had, exchange.deadline);
    if (count == Accepted::kTooLate) return too_slow();
    if (count <= 0) return gone();
    body.resize(had + static_cast<std::size_t>(count));
  }
  return std::nullopt;
}

std::optional<Refusal> Connection::read_chunked(Exchange& exchange) {
  ChunkDecoder decoder(desk_.options.bounds.body);
  for (;;) {
    auto input = unread();
    const auto state = decoder.feed(input, exchange.request.body);
    begin_ = end_ - input.size();
    switch (state) {
      case ChunkDecoder::State::done:
        return std::nullopt;
      case ChunkDecoder::State::too_large:
        return too_large(desk_.options.bounds.body);
      case ChunkDecoder::State::broken:
        return Refusal{.code = "bad_request", .message = "a chunk is malformed"};
      case ChunkDecoder::State::more:
        break;
    }
    if (auto refusal = receive_more(exchange.deadline)) return refusal;
  }
}

bool Connection::send(const Exchange& exchange, const Response& response, bool keep_alive) {
  const auto& request = exchange.request;
  write_head(response, {.keep_alive = keep_alive, .old_client = exchange.framing.old_client, .request_id = request.id},
             out_);
  const bool with_body = request.method != "HEAD" && may_have_body(response.status);
  const auto deadline = std::max(exchange.deadline, std::chrono::steady_clock::now() + kTimeToSend);
  const bool sent = socket_.send_all(out_, with_body ? std::string_view(response.body) : std::string_view{}, deadline);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - exchange.started;
  desk_.router.finished(exchange.pattern, request.method, response.status, took.count());
  return sent;
}

}  // namespace agente::web
