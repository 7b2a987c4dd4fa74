#include "web/body.hpp"

#include <algorithm>
#include <charconv>

namespace agente::web {
namespace {

constexpr std::size_t kLongestLine = 256;
constexpr std::size_t kLongestTrailer = 8192;

}  // namespace

ChunkDecoder::State ChunkDecoder::feed(std::string_view& input, std::string& body) {
  auto state = State::more;
  while (state == State::more && !input.empty()) state = step(input, body);
  return state;
}

ChunkDecoder::State ChunkDecoder::step(std::string_view& input, std::string& body) {
  if (part_ != Part::data) return take_line(input);
  const auto count = std::min(left_, input.size());
  body.append(input.substr(0, count));
  input.remove_prefix(count);
  left_ -= count;
  if (left_ == 0) part_ = Part::data_end;
  return State::more;
}

ChunkDecoder::State ChunkDecoder::take_line(std::string_view& input) {
  const auto end = input.find('\n');
  line_.append(input.substr(0, std::min(end, kLongestLine + 1)));
  if (line_.size() > kLongestLine) return State::broken;
  input.remove_prefix(std::min(end == std::string_view::npos ? end : end + 1, input.size()));
  if (end == std::string_view::npos) return State::more;
  if (line_.empty() || line_.back() != '\r') return State::broken;
  line_.pop_back();
  const auto state = end_of_line();
  line_.clear();
  return state;
}

ChunkDecoder::State ChunkDecoder::end_of_line() {
  if (part_ == Part::size) return size_line();
  if (part_ == Part::data_end) {
    part_ = Part::size;
    return line_.empty() ? State::more : State::broken;
  }
  trailer_ += line_.size();
  if (line_.empty()) return State::done;
  return trailer_ > kLongestTrailer ? State::broken : State::more;
}

ChunkDecoder::State ChunkDecoder::size_line() {
  const auto* first = line_.data();
  const auto* last = first + line_.size();
  const auto [end, error] = std::from_chars(first, last, left_, 16);
  if (error == std::errc::result_out_of_range) return State::too_large;
  if (error != std::errc{} || (end != last && *end != ';' && *end != ' ' && *end != '\t')) return State::broken;
  if (left_ > limit_ - taken_) return State::too_large;
  taken_ += left_;
  part_ = left_ == 0 ? Part::trailer : Part::data;
  return State::more;
}

}  // namespace agente::web
