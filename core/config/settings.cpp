#include <nlohmann/json.hpp>

#include "config/draft.hpp"

namespace agente::config {
namespace {

using nlohmann::json;

/// The number at `path`, or what stands in `value` already. The schema has checked type and range.
template <class Number>
void read_number(const Draft& draft, const Path& path, Number& value) {
  const auto* found = draft.document.find(path);
  if (found != nullptr && found->is_number_integer()) value = Number(found->get<int>());
}

void read_text(const Draft& draft, const Path& path, std::string& value) {
  if (const auto* found = draft.text(path)) value = *found;
}

void read_path(const Draft& draft, const Path& path, std::optional<std::filesystem::path>& value) {
  if (const auto* found = draft.text(path)) value = draft.resolve(*found);
}

void read_days(const Draft& draft, const Path& path, std::optional<std::chrono::days>& value) {
  const auto* found = draft.document.find(path);
  if (found != nullptr && found->is_number_integer()) value = std::chrono::days{found->get<int>()};
}

std::vector<Network> networks(const Draft& draft, const Path& list) {
  std::vector<Network> all;
  for (std::size_t i = 0; i < draft.size(list); ++i) {
    const auto* text = draft.text(list / i);
    const auto network = text == nullptr ? Result<Network>(Error{}) : Network::parse(*text);
    if (network) all.push_back(*network);
  }
  return all;
}

std::vector<Token> tokens(const Draft& draft) {
  const Path list = {"server", "tokens"};
  std::vector<Token> all;
  for (std::size_t i = 0; i < draft.size(list); ++i) {
    const auto* name = draft.text(list / i / "name");
    all.push_back(name != nullptr ? Token{*name, draft.secret(list / i / "token")}
                                  : Token{"token-" + std::to_string(i + 1), draft.secret(list / i)});
  }
  return all;
}

void read_server(Draft& draft, ServerConfig& server) {
  if (const auto* text = draft.text({"server", "operator"})) server.operator_address = *parse_address(*text);
  if (const auto* text = draft.text({"server", "public"})) server.public_address = *parse_address(*text);
  read_number(draft, {"server", "request_deadline_ms"}, server.request_deadline);
  read_number(draft, {"server", "max_connections_per_address"}, server.max_connections_per_address);
  server.trusted_networks = networks(draft, {"server", "trusted_networks"});
  server.proxies = networks(draft, {"server", "proxies"});
  server.tokens = tokens(draft);
}

void read_store(Draft& draft, StoreConfig& store) {
  const Path path = {"storage", "url"};
  const auto* url = draft.text(path);
  const std::string scheme = "sqlite:";
  if (url == nullptr || url->starts_with(scheme)) {
    store.file = draft.resolve(url == nullptr ? "data/agente.db" : url->substr(scheme.size()));
    return;
  }
  store.kind = StoreConfig::Kind::kPostgres;
  store.url = draft.secret(path);
}

/// Beside the store's file, so that whoever may write the one may write the other.
void read_media(Draft& draft) {
  auto& media = draft.config.media;
  const auto& store = draft.config.store;
  const auto* folder = draft.text({"media", "directory"});
  const bool beside = folder == nullptr && store.kind == StoreConfig::Kind::kSqlite;
  media.directory =
      beside ? store.file.parent_path() / "media" : draft.resolve(folder == nullptr ? "data/media" : *folder);
  read_number(draft, {"media", "max_bytes"}, media.max_bytes);
}

void read_hotels(Draft& draft, std::vector<HotelConfig>& hotels) {
  for (std::size_t i = 0; i < draft.size({"hotels"}); ++i) {
    const auto path = Path{"hotels"} / i;
    HotelConfig hotel;
    read_text(draft, path / "id", hotel.id);
    read_text(draft, path / "name", hotel.name);
    read_text(draft, path / "timezone", hotel.timezone);
    read_text(draft, path / "currency", hotel.currency);
    read_text(draft, path / "language", hotel.language);
    hotels.push_back(std::move(hotel));
  }
}

Stage stage_of(const Draft& draft) {
  const auto* text = draft.text({"environment"});
  for (const auto stage : {Stage::kStaging, Stage::kTest, Stage::kDemo}) {
    if (text != nullptr && *text == stage_name(stage)) return stage;
  }
  return Stage::kProduction;
}

}  // namespace

void read_plugin_folders(Draft& draft) {
  auto& plugins = draft.config.plugins;
  const Path list = {"plugins", "path"};
  for (std::size_t i = 0; i < draft.size(list); ++i) {
    if (const auto* folder = draft.text(list / i)) plugins.path.push_back(draft.resolve(*folder));
  }
  if (const auto* watch = draft.document.find({"plugins", "watch"}); watch != nullptr && watch->is_boolean()) {
    plugins.watch = watch->get<bool>();
  }
  read_path(draft, {"plugins", "lock"}, plugins.lock);
  const auto* state = draft.text({"plugins", "state"});
  plugins.state = draft.resolve(state == nullptr ? "data/plugins" : *state);
  draft.config.stage = stage_of(draft);
}

void read_settings(Draft& draft) {
  Config& config = draft.config;
  config.file = draft.file;
  read_server(draft, config.server);
  read_store(draft, config.store);
  if (draft.text({"cache", "url"}) != nullptr) config.cache_url = draft.secret({"cache", "url"});
  read_path(draft, {"log", "file"}, config.log.file);
  read_text(draft, {"log", "level"}, config.log.level);
  read_number(draft, {"limits", "bookings_per_guest_per_day"}, config.limits.bookings_per_guest_per_day);
  read_number(draft, {"limits", "gather_ms"}, config.limits.gather);
  read_number(draft, {"limits", "answer_within_minutes"}, config.limits.answer_within);
  read_number(draft, {"limits", "send_within_minutes"}, config.limits.send_within);
  read_number(draft, {"limits", "send_settle_seconds"}, config.limits.send_settle);
  read_number(draft, {"limits", "booking_settle_seconds"}, config.limits.booking_settle);
  read_number(draft, {"limits", "booking_wait_seconds"}, config.limits.booking_wait);
  read_number(draft, {"limits", "pms_pause_seconds"}, config.limits.pms_pause);
  read_number(draft, {"limits", "availability_stale_seconds"}, config.limits.availability_stale);
  read_number(draft, {"limits", "self_test_minutes"}, config.limits.self_test);
  read_days(draft, {"retention", "messages_days"}, config.retention.messages);
  read_days(draft, {"retention", "events_days"}, config.retention.events);
  read_media(draft);
  read_hotels(draft, config.hotels);
}

}  // namespace agente::config
