#include "proxy.hpp"

#include <Poco/Exception.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>
#include <gtest/gtest.h>

namespace agente::chaos {
namespace {

using Poco::Net::ServerSocket;
using Poco::Net::SocketAddress;
using Poco::Net::StreamSocket;

std::string receive(StreamSocket& socket) {
  char text[64];
  const int got = socket.receiveBytes(text, sizeof text);
  return {text, static_cast<std::size_t>(got)};
}

TEST(Proxy, CarriesBothWaysUntilItIsCutAndThenAgain) {
  ServerSocket server(SocketAddress("127.0.0.1", 0));
  Proxy proxy({server.address().port()});
  for (int round = 0; round < 2; ++round) {
    StreamSocket near(SocketAddress("127.0.0.1", static_cast<Poco::UInt16>(proxy.port())));
    auto far = server.acceptConnection();
    near.sendBytes("ping", 4);
    EXPECT_EQ(receive(far), "ping");
    far.sendBytes("pong", 4);
    EXPECT_EQ(receive(near), "pong");
    proxy.cut();
    EXPECT_THROW(receive(near), Poco::Exception) << "reset, not closed";
    EXPECT_THROW(receive(far), Poco::Exception);
  }
}

TEST(Proxy, GoesToTheNextTargetWhenOneDoesNotTakeIt) {
  ServerSocket dead(SocketAddress("127.0.0.1", 0));
  const int nobody = dead.address().port();
  dead.close();
  ServerSocket server(SocketAddress("127.0.0.1", 0));
  Proxy proxy({nobody, server.address().port()});
  for (int i = 0; i < 3; ++i) {
    StreamSocket near(SocketAddress("127.0.0.1", static_cast<Poco::UInt16>(proxy.port())));
    auto far = server.acceptConnection();
    near.sendBytes("here", 4);
    EXPECT_EQ(receive(far), "here");
  }
}

}  // namespace
}  // namespace agente::chaos
