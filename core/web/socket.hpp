#pragma once

#include <cstddef>
#include <string_view>

#include <Poco/Net/ServerSocketImpl.h>
#include <Poco/Net/StreamSocketImpl.h>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "web/crowd.hpp"

namespace agente::web {

/// An accepted connection whose waits are cut by a moment, not by a time per call: a peer that drips a byte now and
/// then gains nothing. Counts itself in and out of the crowd. Used by one thread.
class Accepted final : public Poco::Net::StreamSocketImpl {
 public:
  /// Takes over the descriptor. `exempt`: no bound per address for it.
  Accepted(int descriptor, const Address& peer, Crowd& crowd, bool exempt);

  [[nodiscard]] bool is_admitted() const { return admitted_; }
  [[nodiscard]] const Address& peer() const { return peer_; }
  [[nodiscard]] const Address& local() const { return local_; }

  /// Received bytes, or one of the negative values below; 0 when the peer has ended the connection.
  static constexpr long kTooLate = -1;
  static constexpr long kBroken = -2;
  /// Waits for the first bytes of a request. One system call as long as `limit` does not change.
  [[nodiscard]] long receive_first(char* to, std::size_t size, Millis limit);
  /// Waits for more of it.
  [[nodiscard]] long receive_more(char* to, std::size_t size, Steady deadline);
  /// Sends both in one call if the peer takes them. False when broken or too late.
  [[nodiscard]] bool send_all(std::string_view head, std::string_view body, Steady deadline);
  /// No more to send: lets the peer read the answer before unread bytes of its request would reset the connection.
  void linger(Millis limit);

 protected:
  ~Accepted() override;

 private:
  Address peer_;
  Address local_;
  Crowd& crowd_;
  bool admitted_;
  Millis receive_limit_{-1};
};

/// A listening socket that hands out Accepted ones.
class Listening final : public Poco::Net::ServerSocketImpl {
 public:
  using IsExempt = bool (*)(const void* context, const Address& peer);
  Listening(Crowd& crowd, IsExempt is_exempt, const void* context)
      : crowd_(crowd), is_exempt_(is_exempt), context_(context) {}
  Poco::Net::SocketImpl* acceptConnection(Poco::Net::SocketAddress& from) override;

 private:
  Crowd& crowd_;
  IsExempt is_exempt_;
  const void* context_;
};

}  // namespace agente::web
