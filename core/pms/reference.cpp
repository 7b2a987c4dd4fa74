#include "pms/reference.hpp"

#include <Poco/DigestEngine.h>
#include <Poco/SHA2Engine.h>

namespace agente::pms {

std::string reference_of(std::string_view hotel, std::string_view quote) {
  // No 0, 1, I or O: a person may have to read it out.
  static constexpr std::string_view kLetters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
  Poco::SHA2Engine sha(Poco::SHA2Engine::SHA_256);
  sha.update(hotel.data(), hotel.size());
  sha.update('\n');
  sha.update(quote.data(), quote.size());
  std::string reference = "AH";
  for (const auto byte : sha.digest()) {
    if (reference.size() == 16) break;
    reference += kLetters[byte % kLetters.size()];
  }
  return reference;
}

}  // namespace agente::pms
