#include "plugins/isolation/link.hpp"

#include <algorithm>
#include <cerrno>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace agente::plugins::isolation {
namespace {

constexpr std::size_t kPiece = std::size_t{64} * 1024;
constexpr std::size_t kKeptBuffer = std::size_t{1} << 20U;

/// For poll: -1 for ever; rounded up, so that it does not spin through the last millisecond.
int wait_ms(std::optional<Steady> until) {
  if (!until) return -1;
  const auto left = *until - std::chrono::steady_clock::now();
  const auto ms = std::chrono::ceil<Millis>(left).count();
  return static_cast<int>(std::clamp<std::int64_t>(ms, 0, 1'000'000));
}

}  // namespace

Link::~Link() { ::close(socket_); }

bool Link::send(std::string_view frame, std::optional<Steady> until) {
  const std::lock_guard lock(sending_);
  if (half_sent_) return false;
  half_sent_ = true;
  while (!frame.empty()) {
    const auto sent = ::send(socket_, frame.data(), frame.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent > 0) {
      frame.remove_prefix(static_cast<std::size_t>(sent));
      continue;
    }
    if (errno == EINTR) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK) return false;
    pollfd poll{socket_, POLLOUT, 0};
    const auto ready = ::poll(&poll, 1, wait_ms(until));
    if (ready == 0 || (ready < 0 && errno != EINTR)) return false;
  }
  half_sent_ = false;
  return true;
}

Link::Receipt Link::receive(Letter& into, std::optional<Steady> until, int other) {
  for (;;) {
    if (const auto got = take(into); got != Receipt::kTimeout) return got;
    pollfd polls[] = {{socket_, POLLIN, 0}, {other, POLLIN, 0}};
    const auto ready = ::poll(polls, 2, wait_ms(until));
    if (ready < 0 && errno != EINTR) return Receipt::kEnd;
    if (ready == 0) return Receipt::kTimeout;
    if (ready > 0 && polls[0].revents == 0) return Receipt::kOther;
    if (ready > 0) {
      if (const auto got = fill(); got != Receipt::kFrame) return got;
    }
  }
}

/// The next frame out of the buffer; kTimeout when it is not all there yet.
Link::Receipt Link::take(Letter& into) {
  const auto here = buffer_.size() - at_;
  if (here < sizeof(FrameHead)) return Receipt::kTimeout;
  std::memcpy(&into.head, buffer_.data() + at_, sizeof into.head);
  if (into.head.length > kLargestFrame) return Receipt::kMalformed;
  if (here - sizeof(FrameHead) < into.head.length) return Receipt::kTimeout;
  into.body.assign(buffer_, at_ + sizeof(FrameHead), into.head.length);
  at_ += sizeof(FrameHead) + into.head.length;
  if (at_ == buffer_.size()) {
    buffer_.clear();
    at_ = 0;
    if (buffer_.capacity() > kKeptBuffer) buffer_.shrink_to_fit();
  }
  return Receipt::kFrame;
}

/// Reads what is there. The buffer grows with what has really come, not with what a length announces.
Link::Receipt Link::fill() {
  if (at_ > 0) {
    buffer_.erase(0, at_);
    at_ = 0;
  }
  const auto had = buffer_.size();
  buffer_.resize(had + kPiece);
  const auto got = ::recv(socket_, buffer_.data() + had, kPiece, MSG_DONTWAIT);
  const auto why = errno;
  buffer_.resize(had + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  if (got > 0) return Receipt::kFrame;
  return got < 0 && (why == EAGAIN || why == EINTR) ? Receipt::kFrame : Receipt::kEnd;
}

}  // namespace agente::plugins::isolation
