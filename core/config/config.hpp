#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "config/network.hpp"
#include "config/secret.hpp"

namespace agente::config {

enum class Stage { kProduction, kStaging, kTest, kDemo };
enum class PluginKind { kChannel, kPms, kExporter };
enum class Isolation { kInProcess, kProcess };

/// "channel", "pms", "exporter".
[[nodiscard]] const char* kind_name(PluginKind kind);
/// "production", "staging", "test", "demo".
[[nodiscard]] const char* stage_name(Stage stage);

/// A bearer token of the operator API. The name is what the audit shows.
struct Token {
  std::string name;
  SecretSource secret;

  bool operator==(const Token&) const = default;
};

struct ServerConfig {
  Address operator_address{"127.0.0.1", 8000};  ///< REST API, metrics, console; webhooks and chat too
  std::optional<Address> public_address;        ///< webhooks and chat only
  Millis request_deadline{10'000};              ///< from the first byte of a request to the last of its answer
  int max_connections_per_address = 100;        ///< addresses in `proxies` are exempt
  std::vector<Network> trusted_networks;        ///< may use the operator API without a token
  std::vector<Network> proxies;                 ///< whose forwarding headers count
  std::vector<Token> tokens;

  bool operator==(const ServerConfig&) const = default;
};

struct StoreConfig {
  enum class Kind { kSqlite, kPostgres };
  Kind kind = Kind::kSqlite;
  std::filesystem::path file;       ///< SQLite: absolute
  std::optional<SecretSource> url;  ///< PostgreSQL: holds a password, so it is read where it is used

  bool operator==(const StoreConfig&) const = default;
};

struct LogConfig {
  std::optional<std::filesystem::path> file;  ///< absolute; none: only stderr
  std::string level = "info";                 ///< debug, info, warn, error

  bool operator==(const LogConfig&) const = default;
};

struct PluginsConfig {
  std::vector<std::filesystem::path> path;    ///< absolute; empty: the folder that came with the host
  bool watch = true;                          ///< take up new plugin files while running
  std::optional<std::filesystem::path> lock;  ///< absolute; the file that lists the digests allowed to load
  std::filesystem::path state;                ///< absolute; private copies and marks

  bool operator==(const PluginsConfig&) const = default;
};

struct LimitsConfig {
  int bookings_per_guest_per_day = 5;
  std::chrono::milliseconds gather{1000};        ///< a guest's message waits for what he wrote before it
  std::chrono::minutes answer_within{15};        ///< an older message is left to a person; 0: however old
  std::chrono::minutes send_within{1440};        ///< what waits for longer to be sent is a dead letter
  std::chrono::seconds send_settle{60};          ///< before a send of unknown outcome is tried again
  std::chrono::seconds booking_settle{30};       ///< before a booking of unknown outcome is looked up
  std::chrono::seconds booking_wait{900};        ///< for a PMS, before what the guest accepted is given to a person
  std::chrono::seconds pms_pause{30};            ///< how long calls to a PMS that failed again and again pause
  std::chrono::seconds availability_stale{600};  ///< how old an offer may be that a silent PMS cannot renew; 0: none
  std::chrono::minutes self_test{15};            ///< between two self-tests of the channels; 0: none

  bool operator==(const LimitsConfig&) const = default;
};

/// How long what is done is kept; none: for ever.
struct RetentionConfig {
  std::optional<std::chrono::days> messages;
  std::optional<std::chrono::days> events;

  bool operator==(const RetentionConfig&) const = default;
};

/// Where the files that guests send are kept, and how large they may be.
struct MediaConfig {
  std::filesystem::path directory;  ///< absolute
  std::size_t max_bytes = std::size_t{16} << 20U;

  bool operator==(const MediaConfig&) const = default;
};

struct HotelConfig {
  std::string id;
  std::string name;
  std::string timezone;         ///< IANA name, checked
  std::string currency;         ///< ISO 4217
  std::string language = "es";  ///< es, en or pt: when a guest's own is not known

  bool operator==(const HotelConfig&) const = default;
};

/// One configured use of a plugin: a channel, a hotel's PMS or an exporter.
struct InstanceConfig {
  std::string id;  ///< of the channel or exporter; "<hotel>/pms", of a former PMS "<hotel>/pms/<plugin>"
  PluginKind kind = PluginKind::kChannel;
  bool former = false;                          ///< PMS: holds bookings from before, gets no new ones
  std::string plugin;                           ///< the plugin's id
  std::string config = "{}";                    ///< JSON object for the plugin: `${X}` expanded, secrets taken out
  std::map<std::string, SecretSource> secrets;  ///< "app_secret", "oauth.client_secret", "app_secret.0" in a list
  std::vector<std::string> egress;              ///< host names it may call, lower case
  Isolation isolation = Isolation::kInProcess;
  int memory_mb = 512;  ///< of address space; only in a process of its own, as open_files
  int open_files = 64;
  int max_concurrency = 64;
  Millis deadline{10'000};                      ///< of one call
  std::map<std::string, std::string> accounts;  ///< channels: the provider's account -> hotel id
  std::string hotel;                            ///< channels: for accounts not listed; PMS: its hotel; may be empty
  std::vector<std::string> problems;            ///< not empty: it must not be started; the reasons

  /// Whose durable kv it has: its own, but that of a PMS stays with the vendor, whether the hotel books there or did.
  [[nodiscard]] std::string kv_owner() const;

  bool operator==(const InstanceConfig&) const = default;
};

/// A config file, checked and typed. A value; share it as shared_ptr<const Config>.
struct Config {
  std::filesystem::path file;  ///< absolute
  std::string text;            ///< as it was read; may hold secrets
  Stage stage = Stage::kProduction;
  ServerConfig server;
  StoreConfig store;
  std::optional<SecretSource> cache_url;  ///< redis://…; none: in-process
  LogConfig log;
  PluginsConfig plugins;
  LimitsConfig limits;
  RetentionConfig retention;
  MediaConfig media;
  std::vector<HotelConfig> hotels;
  std::vector<InstanceConfig> instances;  ///< PMS of each hotel, then channels, then exporters; in file order

  [[nodiscard]] const HotelConfig* hotel(const std::string& id) const;
  [[nodiscard]] const InstanceConfig* instance(const std::string& id) const;
};

}  // namespace agente::config
