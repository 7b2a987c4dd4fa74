#include "simulators/common/tls_door.hpp"

#include <array>
#include <memory>
#include <stdexcept>
#include <utility>

#include <Poco/Net/Context.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SecureStreamSocketImpl.h>
#include <Poco/Net/ServerSocketImpl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

namespace agente::sim {
namespace {

namespace net = Poco::Net;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

net::Context::Ptr own_context(const Tls& tls) {
  try {
    net::Context::Ptr context =
        new net::Context(net::Context::TLS_SERVER_USE, tls.key, tls.certificate, "", net::Context::VERIFY_NONE);
    context->requireMinimumProtocol(net::Context::PROTO_TLSV1_2);
    return context;
  } catch (const Poco::Exception& problem) {
    throw std::runtime_error("cannot do TLS with " + tls.certificate + " and " + tls.key + ": " +
                             problem.displayText());
  }
}

void end_yesterday(X509& certificate) {
  constexpr long kDay = 24 * 3600;
  X509_gmtime_adj(X509_getm_notBefore(&certificate), -2 * kDay);
  X509_gmtime_adj(X509_getm_notAfter(&certificate), -kDay);
}

void name_no_host(X509& certificate) {
  const int names = X509_get_ext_by_NID(&certificate, NID_subject_alt_name, -1);
  if (names >= 0) X509_EXTENSION_free(X509_delete_ext(&certificate, names));
}

/// One that whoever trusts the server's own as a CA would trust, but for the one thing that is wrong with it.
Certificate wrong_certificate(SSL_CTX* own, Shown wrong) {
  auto* model = SSL_CTX_get0_certificate(own);
  auto* key = SSL_CTX_get0_privatekey(own);
  Certificate made(X509_dup(model), X509_free);
  const std::unique_ptr<X509_NAME, decltype(&X509_NAME_free)> subject(X509_NAME_new(), X509_NAME_free);
  const auto* host = reinterpret_cast<const unsigned char*>("another-host.example");
  X509_NAME_add_entry_by_txt(subject.get(), "CN", MBSTRING_ASC, host, -1, -1, 0);
  X509_set_subject_name(made.get(), subject.get());
  X509_set_issuer_name(made.get(), X509_get_subject_name(model));
  ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 100 + static_cast<long>(wrong));
  if (wrong == Shown::kExpired) end_yesterday(*made);
  if (wrong == Shown::kWrongHost) name_no_host(*made);
  // The second is for keys that bring their own digest.
  const bool is_signed = X509_sign(made.get(), key, EVP_sha256()) > 0 || X509_sign(made.get(), key, nullptr) > 0;
  if (!is_signed) throw std::runtime_error("the key of the TLS certificate cannot sign");
  return made;
}

net::Context::Ptr wrong_context(const net::Context::Ptr& own, Shown wrong) {
  net::Context::Ptr context = new net::Context(net::Context::TLS_SERVER_USE, "", net::Context::VERIFY_NONE);
  const auto certificate = wrong_certificate(own->sslContext(), wrong);
  SSL_CTX_use_certificate(context->sslContext(), certificate.get());
  SSL_CTX_use_PrivateKey(context->sslContext(), SSL_CTX_get0_privatekey(own->sslContext()));
  return context;
}

/// Shut by another thread, it ends the connection and no more: OpenSSL's part belongs to the thread that reads.
class Line final : public net::SecureStreamSocketImpl {
 public:
  Line(net::StreamSocketImpl* plain, const net::Context::Ptr& context) : SecureStreamSocketImpl(plain, context) {
    acceptSSL();
  }
  void shutdown() override { ::shutdown(sockfd(), SHUT_RDWR); }
};

class Door final : public net::ServerSocketImpl {
 public:
  explicit Door(const Tls& tls) : shown_(tls.shown) {
    const auto own = own_context(tls);
    contexts_ = {own, wrong_context(own, Shown::kExpired), wrong_context(own, Shown::kWrongHost)};
  }

  /// Poco's server goes on with the next connection when this one throws.
  net::SocketImpl* acceptConnection(net::SocketAddress& client) override {
    Poco::AutoPtr<net::SocketImpl> plain(ServerSocketImpl::acceptConnection(client));
    const auto shown = shown_ ? shown_() : Shown::kOwn;
    if (shown == Shown::kNothing) throw net::ConnectionAbortedException("cut instead of a handshake");
    return new Line(static_cast<net::StreamSocketImpl*>(plain.get()), contexts_.at(static_cast<std::size_t>(shown)));
  }

 private:
  const std::function<Shown()> shown_;
  std::array<net::Context::Ptr, 3> contexts_;  ///< as Shown counts
};

/// Gives a socket of Poco's its inside.
struct Socket : net::ServerSocket {
  explicit Socket(net::SocketImpl* inside) : ServerSocket(inside, true) {}
};

}  // namespace

net::ServerSocket tls_socket(const Tls& tls) { return Socket(new Door(tls)); }

}  // namespace agente::sim
