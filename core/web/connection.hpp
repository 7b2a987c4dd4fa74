#pragma once

#include <optional>
#include <string>
#include <vector>

#include <Poco/Net/TCPServerConnection.h>

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
  Crowd& crowd;
};

/// Serves the requests of one connection, one after the other, on one thread. Poco owns it and runs it once.
class Connection final : public Poco::Net::TCPServerConnection {
 public:
  Connection(const Poco::Net::StreamSocket& socket, const Desk& desk);
  void run() override;

 private:
  /// One request on its way to an answer.
  struct Exchange {
    Request request;
    Framing framing;
    Steady started;
    Steady deadline;
    std::string_view pattern = "unmatched";
    bool whole = false;  ///< all of it is read: what follows is the next request
  };

  [[nodiscard]] bool serve_one(Crowd::Seat& seat);
  [[nodiscard]] bool await_request();
  [[nodiscard]] std::optional<Response> answer(Exchange& exchange);
  [[nodiscard]] std::optional<Refusal> read_head(Exchange& exchange);
  void skip_body(Exchange& exchange);
  [[nodiscard]] std::optional<Refusal> read_body(Exchange& exchange);
  [[nodiscard]] std::optional<Refusal> read_counted(Exchange& exchange);
  [[nodiscard]] std::optional<Refusal> read_chunked(Exchange& exchange);
  [[nodiscard]] std::optional<Refusal> receive_more(Steady deadline);
  [[nodiscard]] bool send(const Exchange& exchange, const Response& response, bool keep_alive);
  [[nodiscard]] std::string_view unread() const { return {buffer_.data() + begin_, end_ - begin_}; }

  const Desk& desk_;
  Accepted& socket_;
  Ends ends_;
  std::vector<char> buffer_;  ///< holds one whole head and whatever came with it
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool first_ = true;
  std::string out_;
};

}  // namespace agente::web
