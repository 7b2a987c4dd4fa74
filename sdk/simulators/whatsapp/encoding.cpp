#include "simulators/whatsapp/encoding.hpp"

#include <sstream>

#include <Poco/Base64Decoder.h>
#include <Poco/Base64Encoder.h>
#include <Poco/Exception.h>
#include <Poco/SHA2Engine.h>
#include <Poco/StreamCopier.h>

namespace agente::sim::whatsapp {

std::string base64(const std::string& bytes) {
  std::ostringstream out;
  Poco::Base64Encoder encoder(out);
  encoder.rdbuf()->setLineLength(0);
  encoder << bytes;
  encoder.close();
  return out.str();
}

std::optional<std::string> from_base64(const std::string& text) {
  try {
    std::istringstream in(text);
    Poco::Base64Decoder decoder(in);
    std::string bytes;
    Poco::StreamCopier::copyToString(decoder, bytes);
    if (decoder.bad()) return std::nullopt;
    return bytes;
  } catch (const Poco::Exception&) {
    return std::nullopt;
  }
}

std::string sha256(const std::string& bytes) {
  Poco::SHA2Engine engine;  // of 256 bits, unless told otherwise
  engine.update(bytes);
  const auto& digest = engine.digest();
  return {digest.begin(), digest.end()};
}

std::string hex(const std::string& bytes) {
  constexpr const char* kDigits = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += {kDigits[byte >> 4U], kDigits[byte & 15U]};
  }
  return out;
}

}  // namespace agente::sim::whatsapp
