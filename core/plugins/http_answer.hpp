#pragma once

#include <functional>
#include <optional>
#include <string>

#include "plugins/http_client.hpp"
#include "plugins/http_connection.hpp"

namespace agente::plugins {

/// Reads one HTTP/1.1 answer to its end.
///
/// Not Poco's: its chunked stream takes a connection that is cut, or a chunk size that is none, for the end of the
/// body, and a cut answer must not look like a whole one.
class HttpAnswer {
 public:
  enum class End { kWhole, kCut, kMalformed, kTooLarge };
  using Came = HttpConnection::Came;
  /// Appends what has come.
  using More = std::function<Came(std::string& buffer)>;

  HttpAnswer(More more, std::size_t max_body) : more_(std::move(more)), max_body_(max_body) {}

  /// `to_head`: the request was HEAD, so no body follows.
  [[nodiscard]] End read(bool to_head);

  [[nodiscard]] HttpResponse& response() { return response_; }
  [[nodiscard]] bool has_begun() const { return begun_; }  ///< at least one byte came
  [[nodiscard]] bool is_reusable() const { return keep_alive_ && buffer_.empty(); }
  /// The value of the first header with this name.
  [[nodiscard]] std::optional<std::string> header(std::string_view name) const;

 private:
  std::optional<std::string> line(End& end);
  Came fetch();
  End read_head();
  End read_status(const std::string& line);
  End read_headers();
  End read_body(bool to_head);
  End read_sized(std::size_t size);
  End read_chunks();
  End read_to_close();

  More more_;
  std::size_t max_body_;
  std::string buffer_;  // what has come and is not used yet
  std::size_t head_size_ = 0;
  bool begun_ = false;
  bool keep_alive_ = false;
  HttpResponse response_;
};

}  // namespace agente::plugins
