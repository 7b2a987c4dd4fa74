#include <algorithm>
#include <optional>

#include <nlohmann/json.hpp>

#include "base/calendar.hpp"
#include "config/draft.hpp"
#include "config/nearest.hpp"

namespace agente::config {
namespace {

void unique_ids(Draft& draft, const std::vector<Path>& lists) {
  std::map<std::string, int> first;
  for (const auto& list : lists) {
    for (std::size_t i = 0; i < draft.size(list); ++i) {
      const auto path = list / i / "id";
      const auto* id = draft.text(path);
      if (id == nullptr) continue;
      const auto [before, is_new] = first.emplace(*id, draft.document.where(path).line);
      if (!is_new) {
        draft.at_value(path, "is " + draft.shown(path) + " as in line " + std::to_string(before->second) +
                                 "; write another id, each may be used once");
      }
    }
  }
}

std::vector<std::string> hotel_ids(const Draft& draft) {
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < draft.size({"hotels"}); ++i) {
    if (const auto* id = draft.text(Path{"hotels"} / i / "id")) ids.push_back(*id);
  }
  return ids;
}

void known_hotel(Draft& draft, const Path& path, const std::vector<std::string>& hotels) {
  const auto* id = draft.text(path);
  if (id == nullptr || hotels.empty() || std::ranges::find(hotels, *id) != hotels.end()) return;
  draft.at_value(path, "names the hotel " + draft.shown(path) + ", which is not in this file; write " + one_of(hotels));
}

void check_channels(Draft& draft) {
  const auto hotels = hotel_ids(draft);
  for (std::size_t i = 0; i < draft.size({"channels"}); ++i) {
    const auto channel = Path{"channels"} / i;
    const auto* value = draft.document.find(channel);
    if (!value->is_object()) continue;
    known_hotel(draft, channel / "hotel", hotels);
    const auto accounts = value->find("accounts");
    if (accounts != value->end() && accounts->is_object()) {
      for (const auto& [account, hotel] : accounts->items()) known_hotel(draft, channel / "accounts" / account, hotels);
    }
    if (accounts == value->end() && !value->contains("hotel") && hotels.size() > 1) {
      draft.at_value(channel, "does not say which hotel its guests write to; write `hotel: " + hotels.front() +
                                  "` or `accounts:`");
    }
  }
}

void check_hotels(Draft& draft) {
  for (std::size_t i = 0; i < draft.size({"hotels"}); ++i) {
    const auto path = Path{"hotels"} / i / "timezone";
    const auto* zone = draft.text(path);
    if (zone == nullptr || is_time_zone(*zone)) continue;
    draft.at_value(path, "is " + draft.shown(path) +
                             ", which is no time zone known here; write an IANA name such as Europe/Madrid");
  }
}

/// Bookings remember the plugin that holds them, so each may stand for one system only.
void check_former(Draft& draft) {
  for (std::size_t i = 0; i < draft.size({"hotels"}); ++i) {
    const auto pms = Path{"hotels"} / i / "pms";
    const auto* now = draft.text(pms / "plugin");
    std::set<std::string> taken;
    if (now != nullptr) taken.insert(*now);
    for (std::size_t j = 0; j < draft.size(pms / "former"); ++j) {
      const auto path = pms / "former" / j / "plugin";
      const auto* plugin = draft.text(path);
      if (plugin == nullptr || taken.insert(*plugin).second) continue;
      draft.at_value(path,
                     "is " + draft.shown(path) + ", which this hotel has already; delete it, each may stand once");
    }
  }
}

std::optional<Address> check_address(Draft& draft, const Path& path) {
  const auto* text = draft.text(path);
  if (text == nullptr) return std::nullopt;
  const auto address = parse_address(*text);
  if (!address) {
    draft.at_value(path, address.error().text);
    return std::nullopt;
  }
  const auto* stage = draft.text({"environment"});
  if (address->port == 0 && (stage == nullptr || *stage != "test")) {
    draft.at_value(path, "has port 0, which only `environment: test` may use; write a port from 1 to 65535");
  }
  return *address;
}

std::vector<Network> check_networks(Draft& draft, const Path& list) {
  std::vector<Network> networks;
  for (std::size_t i = 0; i < draft.size(list); ++i) {
    const auto* text = draft.text(list / i);
    if (text == nullptr) continue;
    const auto network = Network::parse(*text);
    if (!network) {
      draft.at_value(list / i, network.error().text);
    } else if (network->is_everything()) {
      draft.at_value(list / i, "covers every address there is; name the networks that are meant");
    } else {
      networks.push_back(*network);
    }
  }
  return networks;
}

void check_proxies(Draft& draft, const std::vector<Network>& trusted) {
  const Path list = {"server", "proxies"};
  check_networks(draft, list);
  for (std::size_t i = 0; i < draft.size(list); ++i) {
    const auto* text = draft.text(list / i);
    const auto proxy = text == nullptr ? Result<Network>(Error{}) : Network::parse(*text);
    if (!proxy) continue;
    const bool overlaps = std::ranges::any_of(
        trusted, [&](const Network& network) { return network.contains(*proxy) || proxy->contains(network); });
    if (!overlaps) continue;
    draft.at_value(list / i,
                   "is also in server.trusted_networks, so everyone on the internet would be trusted; "
                   "make trusted_networks narrower");
  }
}

void check_server(Draft& draft) {
  const Path operator_path = {"server", "operator"};
  const auto trusted = check_networks(draft, {"server", "trusted_networks"});
  check_proxies(draft, trusted);
  const auto address = check_address(draft, operator_path);
  const auto open = check_address(draft, {"server", "public"});
  if (open && *open == address.value_or(ServerConfig{}.operator_address) && open->port != 0) {
    draft.at_value({"server", "public"}, "is the operator's address too; write another port");
  }
  if (!address || is_loopback(*address)) return;
  if (draft.size({"server", "tokens"}) > 0 || draft.size({"server", "trusted_networks"}) > 0) return;
  draft.at_value(operator_path,
                 "can be reached from other machines, so it needs server.tokens or "
                 "server.trusted_networks; write one of them, or 127.0.0.1:8000");
}

/// No value in these sentences: the URL may hold a password.
void check_storage(Draft& draft) {
  const Path path = {"storage", "url"};
  const auto* url = draft.text(path);
  if (url == nullptr || url->starts_with("postgresql://") || url->starts_with("postgres://")) return;
  if (!url->starts_with("sqlite:")) {
    return draft.at_value(path, "must start with sqlite: or postgresql://; write e.g. sqlite:data/agente.db");
  }
  const auto file = url->substr(std::string_view("sqlite:").size());
  if (file.empty() || file.ends_with('/') || file.starts_with(':') || (file.starts_with("//") && file[2] != '/')) {
    draft.at_value(path, "must name a file; write e.g. sqlite:data/agente.db or sqlite:/var/lib/agente/agente.db");
  }
}

void check_cache(Draft& draft) {
  const Path path = {"cache", "url"};
  const auto* url = draft.text(path);
  if (url == nullptr || url->starts_with("redis://")) return;
  if (url->starts_with("rediss://")) {
    return draft.at_value(path,
                          "asks for TLS, which the Redis client here does not speak; write redis:// and keep Redis "
                          "on a private network, or run a TLS tunnel beside the host");
  }
  draft.at_value(path, "must start with redis://; write e.g. redis://127.0.0.1:6379/0, or leave out `cache`");
}

/// Here and not in the schema, because whoever writes a small number should learn why not.
void check_retention(Draft& draft) {
  constexpr std::int64_t kLeast = 10;
  const auto at_least = [&](const char* key, const std::string& why) {
    const Path path = {"retention", key};
    const auto* days = draft.document.find(path);
    if (days == nullptr || !days->is_number_integer() || days->get<std::int64_t>() >= kLeast) return;
    const auto is = draft.written.contains(path) ? "less" : std::to_string(days->get<std::int64_t>());
    draft.at_value(path, "must be at least " + std::to_string(kLeast) + " days, is " + is + ": " + why + "; write " +
                             std::to_string(kLeast) + " or more, or leave it out to keep them for ever");
  };
  at_least("messages_days",
           "providers send a message again for 7 days, and only by the stored one is it known that it came before");
  at_least("events_days", "the figures of the last week are made of them");
}

}  // namespace

void check_rules(Draft& draft) {
  unique_ids(draft, {{"hotels"}});
  unique_ids(draft, {{"channels"}, {"exporters"}});
  check_hotels(draft);
  check_former(draft);
  check_channels(draft);
  check_server(draft);
  check_storage(draft);
  check_cache(draft);
  check_retention(draft);
}

}  // namespace agente::config
