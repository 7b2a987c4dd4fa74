#include "config/load.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "config/diff.hpp"

namespace agente::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// "LINE:COL what" of every problem.
std::vector<std::string> lines(const LoadResult& result) {
  std::vector<std::string> all;
  for (const auto& problem : result.problems) {
    all.push_back(std::to_string(problem.at.line) + ":" + std::to_string(problem.at.column) + " " + problem.text);
  }
  return all;
}

constexpr const char* kTenMistakes = R"(environment: prod
server:
  operator: 0.0.0.0:8000
  request_deadline_ms: abc
storage: {url: "mysql://user:geheim@db/x"}
limits: {bookings_per_guest_per_day: 0}
hotels:
  - id: sol
    name: Hotel Sol
    timezone: Europe/Madird
    currency: eur
    langauge: es
    pms: {plugin: house-pms}
channels:
  - id: whatsapp
    plugin: whatsapp
    accounts: {"1": mar}
  - id: whatsapp
    plugin: webchat
)";

TEST(Load, ReportsTenMistakesAtOnceEachAtItsPlace) {
  const auto result = load_text(kTenMistakes, "hotel.yaml");

  EXPECT_FALSE(result.config.has_value());
  EXPECT_THAT(
      lines(result),
      ElementsAre("1:14 environment must be production, staging, test or demo, is \"prod\"; did you mean production?",
                  "3:13 server.operator can be reached from other machines, so it needs server.tokens or "
                  "server.trusted_networks; write one of them, or 127.0.0.1:8000",
                  "4:24 server.request_deadline_ms must be a whole number, is \"abc\"; write e.g. 10000",
                  "5:16 storage.url must start with sqlite: or postgresql://; write e.g. sqlite:data/agente.db",
                  "6:38 limits.bookings_per_guest_per_day must be at least 1, is 0",
                  "10:15 hotels[0].timezone is \"Europe/Madird\", which is no time zone known here; write an IANA name "
                  "such as Europe/Madrid",
                  "11:15 hotels[0].currency must be 3 capital letters such as EUR, is \"eur\"",
                  "12:5 hotels[0].langauge is unknown; did you mean `language`?",
                  "17:21 channels[0].accounts.1 names the hotel \"mar\", which is not in this file; write sol",
                  "18:9 channels[1].id is \"whatsapp\" as in line 15; write another id, each may be used once"));
  EXPECT_EQ(format(result.problems[0]).find("hotel.yaml:1:14: environment must be"), 0U);
}

constexpr const char* kWhatsappSchema = R"({"type": "object", "additionalProperties": false,
  "required": ["access_token", "app_secret"], "properties": {
    "access_token": {"type": "string", "writeOnly": true},
    "app_secret": {"writeOnly": true, "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
    "oauth": {"type": "object", "properties": {"client_secret": {"type": "string", "writeOnly": true}, "user": {}}},
    "graph_url": {"type": "string", "default": "https://graph.facebook.com", "x-agente-egress": true},
    "media_url": {"type": "string", "x-agente-egress": true},
    "file": {"type": "string", "format": "x-agente-path"},
    "per_second": {"type": "integer"},
    "loose": {"type": "boolean", "x-agente-not-in-production": true},
    "accept_test_signature": {"type": "boolean"}}})";

LoadOptions with_whatsapp() {
  LoadOptions options;
  options.environment = [](const std::string& name) -> std::optional<std::string> {
    if (name == "TOKEN") return "geheim";
    if (name == "RATE") return "80";
    return std::nullopt;
  };
  options.schema_of = [](const PluginsConfig&, const std::string& plugin, PluginKind kind) -> Result<std::string> {
    if (plugin == "whatsapp" && kind == PluginKind::kChannel) return std::string(kWhatsappSchema);
    if (plugin == "house-pms" && kind == PluginKind::kPms) return std::string("{}");
    if (plugin == "broken") return std::string(R"({"$ref": "#"})");
    return Error{Code::kNotFound, "no " + plugin + ".so"};
  };
  return options;
}

std::string whatsapp(const std::string& config, const std::string& before = "environment: test\n") {
  return before + "plugins: {path: [plugins, /opt/p]}\nhotels:\n" +
         "  - {id: sol, name: Sol, timezone: Europe/Madrid, currency: EUR, pms: {plugin: house-pms}}\n" +
         "channels:\n  - id: wa\n    plugin: whatsapp\n    egress: [Extra.example]\n    config: " + config + "\n";
}

TEST(Load, TakesSecretsOutOfTheConfigAndNamesThem) {
  const auto result = load_text(whatsapp("{access_token: \"${TOKEN}\", app_secret: [eins, \"${TOKEN}\"], "
                                         "oauth: {client_secret: zwei, user: u}}"),
                                "/etc/agente/h.yaml", with_whatsapp());

  ASSERT_TRUE(result.ok()) << format(result.problems.at(0));
  const auto& instance = *result.config->instance("wa");
  EXPECT_EQ(instance.config, R"({"oauth":{"user":"u"}})");
  ASSERT_EQ(instance.secrets.size(), 4U);
  EXPECT_EQ(*instance.secrets.at("access_token").read(), "geheim");
  EXPECT_EQ(*instance.secrets.at("app_secret.0").read(), "eins");
  EXPECT_EQ(*instance.secrets.at("app_secret.1").read(), "geheim");
  EXPECT_EQ(*instance.secrets.at("oauth.client_secret").read(), "zwei");
}

TEST(Load, CollectsTheHostsAnInstanceMayCall) {
  const auto result =
      load_text(whatsapp("{access_token: a, app_secret: b, media_url: \"https://u:p@Media.Example:8443/x?y\"}"),
                "/e/h.yaml", with_whatsapp());

  ASSERT_TRUE(result.ok());
  EXPECT_THAT(result.config->instance("wa")->egress,
              ::testing::UnorderedElementsAre("extra.example", "graph.facebook.com", "media.example"));
}

TEST(Load, ResolvesPathsFromTheFolderOfTheFileAndNumbersFromVariables) {
  const auto result =
      load_text(whatsapp("{access_token: a, app_secret: b, file: data/x.json, per_second: \"${RATE}\"}"),
                "/etc/agente/h.yaml", with_whatsapp());

  ASSERT_TRUE(result.ok());
  EXPECT_EQ(nlohmann::json::parse(result.config->instance("wa")->config),
            (nlohmann::json{{"file", "/etc/agente/data/x.json"}, {"per_second", 80}}));
  EXPECT_EQ(result.config->store.file, "/etc/agente/data/agente.db");
  EXPECT_THAT(result.config->plugins.path, ElementsAre("/etc/agente/plugins", "/opt/p"));
}

TEST(Load, ABadInstanceIsReportedAndTheRestOfTheConfigStaysUsable) {
  const auto result = load_text(whatsapp("{access_token: [geheim], app_secret: \"${NOPE}\", acces: 1, media_url: ''}"),
                                "/e/h.yaml", with_whatsapp());

  EXPECT_FALSE(result.ok());
  ASSERT_TRUE(result.config.has_value());
  EXPECT_THAT(lines(result),
              ElementsAre("9:28 channels[0].config.access_token must be text",
                          HasSubstr("9:50 channels[0].config.app_secret needs the environment variable NOPE"),
                          HasSubstr("9:61 channels[0].config.acces is unknown"),
                          "9:82 channels[0].config.media_url must be a URL such as https://host/"));
  EXPECT_EQ(result.config->instance("wa")->problems.size(), 4U);
  EXPECT_TRUE(result.config->instance("sol/pms")->problems.empty());
}

TEST(Load, LimitsOfAProcessHoldOnlyWhereThereIsOne) {
  const auto with = [](const char* isolation) {
    return load_text(
        whatsapp(std::string("{}\n    isolation: ") + isolation + "\n    memory_mb: 256\n    open_files: 32"),
        "/e/h.yaml");
  };
  const auto isolated = with("process");
  ASSERT_TRUE(isolated.ok()) << lines(isolated).at(0);
  EXPECT_EQ(isolated.config->instance("wa")->memory_mb, 256);
  EXPECT_EQ(isolated.config->instance("wa")->open_files, 32);
  EXPECT_EQ(isolated.config->instance("sol/pms")->memory_mb, 512);
  const auto in_process = with("in-process");
  EXPECT_THAT(lines(in_process),
              ElementsAre(HasSubstr("channels[0].memory_mb holds only for a plugin in a process of its own; add "
                                    "`isolation: process`, or delete it"),
                          HasSubstr("channels[0].open_files holds only")));
  EXPECT_EQ(in_process.config->instance("wa")->problems.size(), 2U);
}

TEST(Load, AMissingConfigIsReportedAtTheChannel) {
  const auto result = load_text(
      "hotels:\n  - {id: sol, name: S, timezone: UTC, currency: EUR, pms: {plugin: house-pms}}\n"
      "channels:\n  - id: wa\n    plugin: whatsapp\n",
      "/e/h.yaml", with_whatsapp());

  EXPECT_THAT(lines(result), ElementsAre(HasSubstr("4:5 channels[0].config.access_token is missing"),
                                         HasSubstr("4:5 channels[0].config.app_secret is missing")));
}

TEST(Load, AnUnknownPluginIsReportedWithTheFoldersSearched) {
  auto text = whatsapp("{}");
  text.replace(text.find("plugin: whatsapp"), 16, "plugin: whatsap");

  EXPECT_THAT(lines(load_text(text, "/e/h.yaml", with_whatsapp())),
              ElementsAre("7:13 channels[0].plugin \"whatsap\" is no channel plugin that can be found (no whatsap.so); "
                          "searched: /e/plugins, /opt/p; correct the name or plugins.path"));
}

TEST(Load, APluginWithAHostileSchemaIsAProblemOfItsInstanceOnly) {
  auto text = whatsapp("{}");
  text.replace(text.find("plugin: whatsapp"), 16, "plugin: broken");
  const auto result = load_text(text, "/e/h.yaml", with_whatsapp());

  ASSERT_TRUE(result.config.has_value());
  EXPECT_THAT(lines(result), ElementsAre(HasSubstr("refers to itself")));
}

TEST(Load, WhatIsOnlyForTestsIsRefusedInProduction) {
  const std::string config = "{access_token: a, app_secret: b, loose: true, accept_test_signature: true}";

  const auto result = load_text(whatsapp(config, "environment: production\n"), "/e/h.yaml", with_whatsapp());
  EXPECT_FALSE(result.config.has_value());
  EXPECT_THAT(lines(result), ElementsAre(HasSubstr("config.loose is for tests and not allowed in production"),
                                         HasSubstr("config.accept_test_signature is for tests")));
  EXPECT_FALSE(load_text(whatsapp(config, ""), "/e/h.yaml").config.has_value()) << "also by default, without a schema";
  EXPECT_TRUE(load_text(whatsapp(config), "/e/h.yaml", with_whatsapp()).ok());
}

TEST(Load, AnEmptySecretIsRefused) {
  EXPECT_THAT(lines(load_text(whatsapp("{access_token: '', app_secret: \"${X:-}\"}"), "/e/h.yaml", with_whatsapp())),
              ElementsAre(HasSubstr("9:28 channels[0].config.access_token is an empty secret"),
                          HasSubstr("channels[0].config.app_secret is an empty secret")));
}

TEST(Load, DefaultsAreThoseOfTheExample) {
  const auto result = load_text(whatsapp("{}", ""), "/e/h.yaml");

  ASSERT_TRUE(result.ok());
  const Config& config = *result.config;
  EXPECT_EQ(config.stage, Stage::kProduction);
  EXPECT_EQ(config.server.operator_address, (Address{"127.0.0.1", 8000}));
  EXPECT_FALSE(config.server.public_address);
  EXPECT_EQ(config.limits, (LimitsConfig{.bookings_per_guest_per_day = 5,
                                         .send_settle = std::chrono::seconds{60},
                                         .booking_settle = std::chrono::seconds{30},
                                         .booking_wait = std::chrono::seconds{900},
                                         .pms_pause = std::chrono::seconds{30},
                                         .availability_stale = std::chrono::seconds{600},
                                         .self_test = std::chrono::minutes{15}}));
  EXPECT_EQ(config.retention, RetentionConfig{}) << "nothing is removed unless the hotel says so";
  EXPECT_EQ(config.media, (MediaConfig{"/e/data/media", std::size_t{16} << 20U}));
  EXPECT_EQ(config.hotels.at(0).language, "es");
  EXPECT_FALSE(config.cache_url);
  EXPECT_FALSE(config.log.file);
}

TEST(Load, TheFilesThatShipAreRight) {
  const std::filesystem::path folder = AGENTE_CONFIG_FOLDER;
  const auto demo = load(folder / "demo.yaml");
  ASSERT_TRUE(demo.ok()) << format(demo.problems.at(0));
  EXPECT_EQ(demo.config->stage, Stage::kDemo);
  EXPECT_EQ(demo.config->instance("whatsapp")->accounts.at("106540352242922"), "sol");
  EXPECT_EQ(demo.config->store.file, (folder / "data/demo.db").lexically_normal());

  LoadOptions everything_set;
  everything_set.environment = [](const std::string&) { return std::optional<std::string>("x"); };
  for (const auto& problem : load(folder / "example.yaml", everything_set).problems) {
    EXPECT_THAT(problem.text, HasSubstr("names the file")) << format(problem);
  }
}

TEST(Load, AFileThatIsNotThereIsAProblemAndNoCrash) {
  EXPECT_THAT(lines(load("/nowhere/h.yaml")), ElementsAre("1:1 there is no such file; correct the path"));
  EXPECT_THAT(lines(load("/tmp")), ElementsAre("1:1 there is no such file; correct the path"));
}

TEST(Diff, TellsWhatAReloadHasToDo) {
  const auto before = load_text(whatsapp("{access_token: a, app_secret: b}"), "/e/h.yaml", with_whatsapp());
  auto text = whatsapp("{access_token: a, app_secret: c}") + "exporters: [{id: csv, plugin: csv}]\n" +
              "limits: {bookings_per_guest_per_day: 9}\nstorage: {url: \"sqlite:data/other.db\"}\n";
  text.replace(text.find("id: sol"), 7, "id: mar");
  const auto after = load_text(text, "/e/h.yaml", with_whatsapp());
  ASSERT_TRUE(before.config && after.config);

  const auto diff = compare(*before.config, *after.config);

  EXPECT_THAT(diff.added, ElementsAre("mar/pms", "csv"));
  EXPECT_THAT(diff.removed, ElementsAre("sol/pms"));
  EXPECT_THAT(diff.changed, ElementsAre("wa"));
  EXPECT_TRUE(diff.hotels_changed);
  EXPECT_TRUE(diff.limits_changed);
  EXPECT_THAT(diff.needs_restart, ElementsAre("storage"));
  EXPECT_TRUE(compare(*before.config, *before.config).empty());
}

std::string hotel_with(const std::string& pms) {
  return "hotels: [{id: sol, name: Sol, timezone: Europe/Madrid, currency: EUR, pms: " + pms + "}]\n";
}

TEST(FormerPms, IsAnInstanceOfItsOwnBeforeTheOneWhereTheHotelBooks) {
  const auto loaded =
      load_text(hotel_with("{plugin: new, former: [{plugin: old, config: {file: a}, deadline_ms: 700}]}"), "/e/h.yaml");
  ASSERT_TRUE(loaded.ok()) << format(loaded.problems.at(0));
  const auto& instances = loaded.config->instances;
  ASSERT_EQ(instances.size(), 2U);
  EXPECT_EQ(instances[0].id, "sol/pms/old");
  EXPECT_TRUE(instances[0].former);
  EXPECT_EQ(instances[0].hotel, "sol");
  EXPECT_EQ(instances[0].config, R"({"file":"a"})");
  EXPECT_EQ(instances[0].deadline, Millis{700});
  EXPECT_EQ(instances[1].id, "sol/pms");
  EXPECT_FALSE(instances[1].former);
}

TEST(FormerPms, KeepsWhatItWroteDownWhenTheHotelMovesAndBack) {
  const auto before = load_text(hotel_with("{plugin: old}"), "/e/h.yaml");
  const auto after = load_text(hotel_with("{plugin: new, former: [{plugin: old}]}"), "/e/h.yaml");
  ASSERT_TRUE(before.ok() && after.ok());
  EXPECT_EQ(before.config->instance("sol/pms")->kv_owner(), after.config->instance("sol/pms/old")->kv_owner());
  EXPECT_NE(before.config->instance("sol/pms")->kv_owner(), after.config->instance("sol/pms")->kv_owner());

  const auto diff = compare(*before.config, *after.config);
  EXPECT_THAT(diff.added, ElementsAre("sol/pms/old"));
  EXPECT_THAT(diff.changed, ElementsAre("sol/pms"));
}

TEST(FormerPms, MayNotBeThePresentOneNorStandTwice) {
  EXPECT_THAT(lines(load_text(hotel_with("{plugin: old, former: [{plugin: old}]}"), "/e/h.yaml")),
              ElementsAre(HasSubstr("which this hotel has already")));
  EXPECT_THAT(lines(load_text(hotel_with("{plugin: a, former: [{plugin: old}, {plugin: old}]}"), "/e/h.yaml")),
              ElementsAre(HasSubstr("former[1].plugin")));
}

TEST(Diff, ARetentionThatChangedNeedsNoRestart) {
  const auto before = load_text(whatsapp("{}", ""), "/e/h.yaml");
  const auto after = load_text(whatsapp("{}", "") + "retention: {messages_days: 10, events_days: 730}\n", "/e/h.yaml");
  ASSERT_TRUE(before.config && after.config);

  const auto diff = compare(*before.config, *after.config);

  EXPECT_EQ(after.config->retention, (RetentionConfig{std::chrono::days{10}, std::chrono::days{730}}));
  EXPECT_TRUE(diff.limits_changed);
  EXPECT_THAT(diff.needs_restart, ElementsAre());
  EXPECT_THAT(diff.changed, ElementsAre());
}

TEST(Load, FilesOfGuestsLieBesideTheStoreUnlessTheYamlSaysWhere) {
  const auto directory_of = [](const std::string& more) {
    const auto loaded = load_text(whatsapp("{}", "") + more, "/e/h.yaml");
    return loaded.config ? loaded.config->media.directory : std::filesystem::path("(refused)");
  };
  EXPECT_EQ(directory_of("storage: {url: \"sqlite:/var/lib/agente.db\"}\n"), "/var/lib/media");
  EXPECT_EQ(directory_of("storage: {url: \"postgresql://u:p@h/d\"}\n"), "/e/data/media");
  EXPECT_EQ(directory_of("media: {directory: shared}\n"), "/e/shared");
  EXPECT_FALSE(load_text(whatsapp("{}", "") + "media: {max_bytes: 100}\n", "/e/h.yaml").ok());
  EXPECT_FALSE(load_text(whatsapp("{}", "") + "media: {max_bytes: 100000000}\n", "/e/h.yaml").ok());
}

TEST(Diff, AnotherFolderForFilesWaitsForTheNextStart) {
  const auto before = load_text(whatsapp("{}", ""), "/e/h.yaml");
  const auto after = load_text(whatsapp("{}", "") + "media: {directory: shared}\n", "/e/h.yaml");
  ASSERT_TRUE(before.config && after.config);
  EXPECT_THAT(compare(*before.config, *after.config).needs_restart, ElementsAre("media"));
}

}  // namespace
}  // namespace agente::config
