// The way to a PostgreSQL elsewhere: encrypted, and only to the server whose certificate was named.
#include <gmock/gmock.h>

#include "base/clock.hpp"
#include "base/text.hpp"
#include "servers/postgres_server.hpp"
#include "store/store.hpp"

namespace agente::store {

namespace {

using servers::Process;
using ::testing::HasSubstr;

/// A key and the certificate of 127.0.0.1 made with it, in a folder of their own.
struct Identity {
  std::filesystem::path folder = std::filesystem::temp_directory_path() / ("agente-tls-" + random_hex(8));
  std::string certificate = folder / "server.crt";
  std::string key = folder / "server.key";

  Identity() {
    std::filesystem::create_directories(folder);
    Process openssl({"/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                     "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
                     "-keyout", key, "-out", certificate},
                    {.output = folder / "openssl.log"});
    if (openssl.wait() != 0) throw std::runtime_error("openssl could not make a certificate");
    std::filesystem::permissions(key, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    Process::give(folder);  // the server is another user's where the test is root's
  }
  ~Identity() { std::filesystem::remove_all(folder); }
  Identity(const Identity&) = delete;
  Identity& operator=(const Identity&) = delete;
};

class PostgresTls : public ::testing::Test {
 protected:
  [[nodiscard]] std::string url(const std::string& parameters) const { return database_ + "?" + parameters; }
  [[nodiscard]] std::string sessions_over_tls() const {
    return server_.ask(
        "SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name LIKE "
        "'agente%'");
  }

  Identity identity_;
  servers::PostgresServer server_{
      {"fsync=off", "ssl=on", "ssl_cert_file=" + identity_.certificate, "ssl_key_file=" + identity_.key}};
  std::string database_ = server_.new_database();
  SystemClock clock_;
};

}  // namespace

TEST_F(PostgresTls, EveryConnectionIsEncryptedToTheServerThatTheCertificateNames) {
  const auto store = open(url("sslmode=verify-full&sslrootcert=" + identity_.certificate), clock_);
  ASSERT_TRUE(store) << store.error().text;
  ASSERT_TRUE((*store)->read([](sql::Connection& c) { c.query("SELECT 1", {}, [](const sql::Row&) {}); }));
  EXPECT_EQ(sessions_over_tls(), "t\n");
}

TEST_F(PostgresTls, AServerWithAnotherCertificateIsRefusedAndTheCertificateIsNamedAsTheReason) {
  const Identity other;
  const auto store = open(url("sslmode=verify-full&sslrootcert=" + other.certificate), clock_);
  ASSERT_FALSE(store);
  EXPECT_THAT(store.error().text, HasSubstr("certificate verify failed"));
}

TEST_F(PostgresTls, AServerWithoutTlsIsRefusedWhereItIsRequired) {
  servers::PostgresServer plain({"fsync=off"});
  const auto store = open(plain.new_database() + "?sslmode=require", clock_);
  ASSERT_FALSE(store);
  EXPECT_THAT(store.error().text, HasSubstr("does not support SSL"));
}

}  // namespace agente::store
