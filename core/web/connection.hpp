#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "web/body.hpp"
#include "web/crowd.hpp"
#include "web/head.hpp"
#include "web/server.hpp"
#include "web/socket.hpp"

namespace agente::web {

/// What the connections of one listener share.
struct Desk {
  const ServerOptions& options;
  const std::string& bound_host;
  const AccessRules& rules;
  const Router& router;
  const std::atomic<bool>& closing;
};

/// One request on its way to an answer.
struct Exchange {
  Request request;
  Framing framing;
  Steady started;
  Steady deadline;
  Router::Match match{};
  std::optional<ChunkDecoder> chunks{};
  bool has_head = false;
  bool whole = false;  ///< all of it is read: what follows is the next request
  Later later{};       ///< where the answer will come from
  Making making{};     ///< it has come
};

/// One connection and the request on it. It needs a thread only while there is something to do: what it has read of a
/// request is kept between two calls of `serve`. Used by one thread at a time.
class Connection {
 public:
  Connection(Socket socket, Crowd::Place place, const Desk& desk);

  enum class Next {
    over,
    peer,    ///< `serve` again when there is more to read, or at `until`
    answer,  ///< `take_later`, and `serve` again once that was brought
  };
  /// Answers the requests that are here, one after the other.
  [[nodiscard]] Next serve();
  [[nodiscard]] Later take_later() { return std::move(exchange_->later); }
  /// What `Later` brought; makes the answer in the next `serve`.
  void bring(Making making) { exchange_->making = std::move(making); }

  [[nodiscard]] int descriptor() const { return socket_.descriptor(); }
  /// In the midst of something: not to be ended without need.
  [[nodiscard]] bool is_midway() const { return exchange_ || lingering_; }
  [[nodiscard]] bool has_bytes() const { return socket_.has_bytes(); }
  [[nodiscard]] Steady until() const { return exchange_ ? exchange_->deadline : until_; }

 private:
  /// How far a part of a request is: read to its end, wanting more bytes, or not acceptable.
  enum class Part { whole, more };
  using Progress = std::variant<Part, Refusal>;

  /// Nothing: more bytes are needed.
  [[nodiscard]] std::optional<Next> proceed();
  void begin();
  [[nodiscard]] std::optional<Answer> advance(Exchange& exchange);
  [[nodiscard]] Progress read_head(Exchange& exchange);
  [[nodiscard]] std::size_t longest_body(const Exchange& exchange) const;
  [[nodiscard]] std::optional<Refusal> begin_body(Exchange& exchange);
  [[nodiscard]] Progress read_body(Exchange& exchange);
  [[nodiscard]] Progress read_chunks(Exchange& exchange);
  void skip_body(Exchange& exchange);
  [[nodiscard]] bool finish(const Response& response);
  [[nodiscard]] bool send(const Exchange& exchange, const Response& response, bool keep_alive);
  [[nodiscard]] long receive();
  void make_space();
  /// Without a request.
  [[nodiscard]] bool stays() const;
  [[nodiscard]] std::string_view unread() const { return {buffer_.data() + begin_, end_ - begin_}; }

  const Desk& desk_;
  Socket socket_;
  Crowd::Place place_;
  Ends ends_;
  std::optional<Exchange> exchange_;
  Steady until_;            ///< without a request: how long to wait for one
  bool lingering_ = false;  ///< what the peer still sends is dropped, so that it can read our last answer
  std::vector<char> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::string out_;
};

}  // namespace agente::web
