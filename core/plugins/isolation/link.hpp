#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "plugins/isolation/frame.hpp"

namespace agente::plugins::isolation {

/// A frame that came in.
struct Letter {
  FrameHead head;
  std::string body;  ///< its fields

  [[nodiscard]] FrameKind kind() const { return static_cast<FrameKind>(head.kind); }
  [[nodiscard]] Fields fields() const { return Fields(body); }
};

/// One end of the connected stream socket between host and runner.
///
/// A stream and not SOCK_SEQPACKET: a packet must fit the socket's buffer (212 KB by default), while a webhook's body
/// has up to 3 MiB and an HTTP answer 64. Any thread sends, one frame at a time; one thread at a time receives.
class Link {
 public:
  enum class Receipt { kFrame, kEnd, kMalformed, kTimeout, kOther };

  explicit Link(int socket) : socket_(socket) {}
  ~Link();
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  /// Sends the whole frame. False: the other side is gone, or did not take it until then; half a frame may have gone
  /// then, so no other follows it.
  bool send(std::string_view frame, std::optional<Steady> until);

  /// Waits for a frame. kOther: `other`, a descriptor that may be watched besides, became readable, and there is no
  /// frame to be had at once.
  Receipt receive(Letter& into, std::optional<Steady> until = {}, int other = -1);

 private:
  Receipt take(Letter& into);
  Receipt fill();

  const int socket_;
  std::mutex sending_;
  bool half_sent_ = false;  // guarded by it
  std::string buffer_;      // received; what is before `at_` has been taken
  std::size_t at_ = 0;
};

}  // namespace agente::plugins::isolation
