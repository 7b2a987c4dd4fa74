#include <cstdlib>
#include <filesystem>

#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/StreamCopier.h>
#include <Poco/TemporaryFile.h>
#include <Poco/URI.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "simulators/whatsapp/testing.hpp"

namespace agente::sim::whatsapp::testing {
namespace {

constexpr int kCut = -1;

/// A certificate for localhost that is its own CA, made once.
struct Files {
  Files() {
    folder.createDirectories();
    const auto command =
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost "
        "-keyout " +
        key() + " -out " + certificate() + " 2>/dev/null";
    EXPECT_EQ(std::system(command.c_str()), 0);
  }
  [[nodiscard]] std::string certificate() const { return folder.path() + "/cert.pem"; }
  [[nodiscard]] std::string key() const { return folder.path() + "/key.pem"; }

  Poco::TemporaryFile folder;
};

const Files& files() {
  static const Files made;
  return made;
}

Options with_tls(Options options = {}) {
  options.ports = {.control = 0, .certificate = files().certificate(), .key = files().key()};
  return options;
}

/// One request over TLS that trusts `ca` alone.
HttpAnswer https(const std::string& method, const std::string& url, const std::string& body = {},
                 const std::string& ca = files().certificate()) {
  HttpAnswer answer;
  try {
    const Poco::URI uri(url);
    const Poco::Net::Context::Ptr context =
        new Poco::Net::Context(Poco::Net::Context::TLS_CLIENT_USE, ca, Poco::Net::Context::VERIFY_STRICT);
    Poco::Net::HTTPSClientSession session(uri.getHost(), uri.getPort(), context);
    session.setTimeout(Poco::Timespan(5, 0));
    Poco::Net::HTTPRequest request(method, uri.getPathAndQuery(), "HTTP/1.1");
    request.set("Authorization", "Bearer demo-token");
    request.set("User-Agent", "test");
    request.setContentType("application/json");
    request.setContentLength64(static_cast<Poco::Int64>(body.size()));
    session.sendRequest(request) << body;
    Poco::Net::HTTPResponse response;
    Poco::StreamCopier::copyToString(session.receiveResponse(response), answer.body);
    answer.status = response.getStatus();
  } catch (const Poco::Exception& problem) {
    answer.error = problem.displayText();
  }
  return answer;
}

/// What a client that trusts the CA and wants "localhost" finds wrong with the server (X509_V_...), or kCut.
int verdict(const Simulator& simulator) {
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  SSL_CTX_load_verify_locations(context.get(), files().certificate().c_str(), nullptr);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  const std::unique_ptr<SSL, decltype(&SSL_free)> tls(SSL_new(context.get()), SSL_free);
  SSL_set1_host(tls.get(), "localhost");
  const Poco::Net::StreamSocket socket(Poco::Net::SocketAddress("127.0.0.1", Poco::URI(simulator.url()).getPort()));
  SSL_set_fd(tls.get(), socket.impl()->sockfd());
  if (SSL_connect(tls.get()) == 1) return X509_V_OK;
  const auto why = SSL_get_verify_result(tls.get());
  return why == X509_V_OK ? kCut : static_cast<int>(why);
}

TEST(Tls, IsSpokenAtGraphsPortAndPlainHttpAtTheControls) {
  const Bench bench(with_tls());
  const auto url = bench.simulator.url();
  ASSERT_TRUE(url.starts_with("https://localhost:")) << url;
  EXPECT_EQ(https("POST", url + "v25.0/" + kNumber + "/messages", message().dump()).status, 200);
  EXPECT_EQ(bench.last_request()["text"], "Hola") << "as the control tells over plain http";
  EXPECT_EQ(http("GET", "http://127.0.0.1:" + std::to_string(Poco::URI(url).getPort()) + "/").status, 0);
  EXPECT_NE(https("GET", url, {}, "").status, 200) << "by who does not know the CA";
  EXPECT_EQ(bench.log()["requests"].size(), 1U) << "neither was heard";
}

TEST(Tls, FailsInTheWayAFaultSaysForOneConnection) {
  const Bench bench(with_tls());
  ASSERT_EQ(verdict(bench.simulator), X509_V_OK);
  for (const auto& [fault, wrong] : std::map<std::string, int>{{"tls_handshake", kCut},
                                                               {"tls_expired", X509_V_ERR_CERT_HAS_EXPIRED},
                                                               {"tls_wrong_host", X509_V_ERR_HOSTNAME_MISMATCH}}) {
    bench.arm({{"name", fault}, {"next", 2}});
    EXPECT_EQ(verdict(bench.simulator), wrong) << fault;
    EXPECT_EQ(https("GET", bench.simulator.url()).status, 0) << fault;
    EXPECT_EQ(verdict(bench.simulator), X509_V_OK) << fault;
    EXPECT_EQ(bench.last_request()["fault"], fault);
    EXPECT_EQ(bench.last_request()["status"], 0);
  }
  EXPECT_EQ(https("POST", bench.simulator.url() + "v25.0/" + kNumber + "/messages", message().dump()).status, 200);
}

TEST(Tls, FaultsAreDrawnFromTheSeed) {
  const auto drawn = [](std::uint64_t seed) {
    auto options = with_tls();
    options.seed = seed;
    const Bench bench(options);
    bench.arm({{"name", "tls_handshake"}, {"rate", 0.5}});
    std::string cuts;
    for (int i = 0; i < 24; ++i) cuts += verdict(bench.simulator) == kCut ? 'x' : '.';
    return cuts;
  };
  const auto one = drawn(7);
  EXPECT_EQ(one, drawn(7));
  EXPECT_NE(one, drawn(8));
  EXPECT_NE(one.find('x'), std::string::npos);
  EXPECT_NE(one.find('.'), std::string::npos);
}

TEST(Tls, GivesFilesAnAddressThatIsHttpsToo) {
  Webhook hook;
  const Bench bench(with_tls(hook.options()));
  bench.control("guest", {{"from", kGuest}, {"media", {{"mime_type", "text/plain"}, {"text", "IBAN"}}}});
  const auto file = json::parse(hook.wait_for(1)[0].body)["entry"][0]["changes"][0]["value"]["messages"][0]["document"];
  const auto described = https("GET", bench.simulator.url() + "v25.0/" + file["id"].get<std::string>()).parsed();
  for (const auto& address : {file["url"].get<std::string>(), described["url"].get<std::string>()}) {
    EXPECT_TRUE(address.starts_with(bench.simulator.url())) << address;
    EXPECT_EQ(https("GET", address).body, "IBAN");
  }
}

TEST(Tls, CarriesTheFaultsThatCutAnAcceptedMessage) {
  const Bench bench(with_tls());
  for (const auto* fault : {"reset_after", "timeout_after", "reset_before"}) {
    bench.arm({{"name", fault}, {"next", 1}, {"hold_ms", 20}});
    EXPECT_EQ(https("POST", bench.simulator.url() + "v25.0/" + kNumber + "/messages", message().dump()).status, 0);
    EXPECT_EQ(bench.last_request()["fault"], fault);
  }
}

TEST(Tls, OptionsThatMakeNoSenseAreRefusedAtOnce) {
  auto no_control = with_tls();
  no_control.ports.control.reset();
  EXPECT_THROW(Simulator{no_control}, std::invalid_argument);
  auto no_key = with_tls();
  no_key.ports.key.clear();
  EXPECT_THROW(Simulator{no_key}, std::invalid_argument);
  auto no_file = with_tls();
  no_file.ports.certificate = "/nowhere/cert.pem";
  EXPECT_THROW(Simulator{no_file}, std::runtime_error);
  const Bench plain;
  const auto refused = plain.control("fault", {{"name", "tls_expired"}, {"next", 1}});
  EXPECT_EQ(refused.status, 400);
  EXPECT_NE(refused.body.find("--tls-certificate"), std::string::npos) << refused.body;
}

}  // namespace
}  // namespace agente::sim::whatsapp::testing
