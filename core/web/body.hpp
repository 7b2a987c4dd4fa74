#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace agente::web {

/// Undoes chunked transfer encoding piece by piece, counting as it reads. Trailers are read and dropped.
class ChunkDecoder {
 public:
  enum class State { more, done, broken, too_large };

  /// `limit`: bytes of body at most.
  explicit ChunkDecoder(std::size_t limit) : limit_(limit) {}
  /// Takes what it can off the front of `input` and appends the decoded bytes to `body`. Stops behind the last chunk.
  State feed(std::string_view& input, std::string& body);

 private:
  enum class Part { size, data, data_end, trailer };
  State step(std::string_view& input, std::string& body);
  State take_line(std::string_view& input);
  State end_of_line();
  State size_line();

  std::size_t limit_;
  std::size_t taken_ = 0;    ///< of the body
  std::size_t left_ = 0;     ///< of the present chunk
  std::size_t trailer_ = 0;  ///< bytes of trailer lines
  Part part_ = Part::size;
  std::string line_;
};

}  // namespace agente::web
