// Prints COUNT signed WhatsApp webhook bodies, each its own message: "<signature>\t<body>" a line, for wrk.
//   build/release/bin/webhook_bodies COUNT SECRET
#include <cstdio>
#include <cstdlib>
#include <string>

#include <Poco/DigestEngine.h>
#include <Poco/HMACEngine.h>
#include <Poco/SHA2Engine.h>

namespace {
struct Sha256 : Poco::SHA2Engine {
  enum { BLOCK_SIZE = 64, DIGEST_SIZE = 32 };
  Sha256() : Poco::SHA2Engine(SHA_256) {}
};
}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return std::fprintf(stderr, "usage: webhook_bodies COUNT SECRET\n"), 2;
  for (int i = 0; i < std::atoi(argv[1]); ++i) {
    const auto guest = "346" + std::to_string(10'000'000 + i % 50'000);
    const auto body = R"({"object":"whatsapp_business_account","entry":[{"id":"102290129340398","changes":[{"value":{)"
                      R"("messaging_product":"whatsapp","metadata":{"display_phone_number":"15550783881",)"
                      R"("phone_number_id":"106540352242922"},"contacts":[{"profile":{"name":"Ana"},"wa_id":")" +
                      guest + R"("}],"messages":[{"from":")" + guest + R"(","id":"wamid.bench.)" + std::to_string(i) +
                      R"(","timestamp":"1763200130","type":"text","text":{"body":"hola"}}]},"field":"messages"}]}]})";
    Poco::HMACEngine<Sha256> hmac(argv[2]);
    hmac.update(body);
    std::printf("%s\t%s\n", Poco::DigestEngine::digestToHex(hmac.digest()).c_str(), body.c_str());
  }
  return 0;
}
