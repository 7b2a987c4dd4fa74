#include "simulators/qloapps/key.hpp"

#include <sstream>

#include <Poco/Base64Decoder.h>
#include <Poco/Exception.h>

namespace agente::sim::qloapps {

std::string key_of(const Request& request) {
  const auto authorization = request.header("authorization");
  if (!authorization.starts_with("Basic ")) {
    const auto found = request.query.find("ws_key");
    return found == request.query.end() ? std::string() : found->second;
  }
  std::istringstream encoded(authorization.substr(6));
  Poco::Base64Decoder decoder(encoded);
  std::string user;
  try {
    std::getline(decoder, user, ':');
  } catch (const Poco::Exception&) {
    return "?";  // a key, though of no form
  }
  return user.empty() ? "?" : user;
}

}  // namespace agente::sim::qloapps
