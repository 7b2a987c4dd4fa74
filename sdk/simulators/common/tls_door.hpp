#pragma once

#include <Poco/Net/ServerSocket.h>

#include "simulators/common/tls.hpp"

namespace agente::sim {

/// A socket, not yet bound, whose connections are TLS. The handshake is done by the thread that reads first, so that a
/// silent client keeps nobody else out. Throws std::runtime_error when the files cannot be used.
Poco::Net::ServerSocket tls_socket(const Tls& tls);

}  // namespace agente::sim
