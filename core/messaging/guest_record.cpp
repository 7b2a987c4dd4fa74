#include "messaging/guest_record.hpp"

#include <charconv>
#include <set>

#include <nlohmann/json.hpp>

namespace agente::messaging {
namespace {

using nlohmann::json;
using store::Id;
using store::sql::Connection;

constexpr int kPage = 1000;

bool in_word(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte >= 0x80;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char small = static_cast<char>(c | 0x20);
  return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

/// Keys spell a guest's name as it is or with %XX for what is unusual.
std::string unescaped(std::string_view key) {
  std::string text;
  for (std::size_t i = 0; i < key.size(); ++i) {
    const bool escape = key[i] == '%' && i + 2 < key.size() && hex_digit(key[i + 1]) >= 0 && hex_digit(key[i + 2]) >= 0;
    text += escape ? static_cast<char>(hex_digit(key[i + 1]) * 16 + hex_digit(key[i + 2])) : key[i];
    if (escape) i += 2;
  }
  return text;
}

std::vector<store::messages::Line> messages_of(Connection& connection, const store::GuestKey& guest) {
  std::vector<store::messages::Line> all;
  store::messages::Filter filter{.channel = guest.channel, .sender = guest.sender, .hotel = guest.hotel};
  filter.limit = kPage;
  for (;;) {
    auto page = store::messages::list(connection, filter);
    all.insert(all.end(), std::make_move_iterator(page.begin()), std::make_move_iterator(page.end()));
    if (page.size() < kPage) return all;
    filter.after = all.back().id;
  }
}

/// The number of a member that is written as one or as a text.
Id id_in(const json& body, const char* member) {
  const auto found = body.find(member);
  if (found == body.end()) return 0;
  if (found->is_number_integer()) return found->get<Id>();
  Id id = 0;
  if (const auto* text = found->get_ptr<const std::string*>()) {
    std::from_chars(text->data(), text->data() + text->size(), id);
  }
  return id;
}

std::vector<store::Event> events_of(Connection& connection, const GuestRecord& record) {
  std::set<Id> reservations;
  std::set<Id> messages;
  for (const auto& row : record.reservations) reservations.insert(row.id);
  for (const auto& line : record.messages) messages.insert(line.id);
  const auto speaks_of_guest = [&](const store::Event& event) {
    const auto body = json::parse(event.body, nullptr, false);
    if (!body.is_object()) return names(event.body, record.guest.sender);
    const auto is = [&](const char* member, const std::string& text) {
      const auto found = body.find(member);
      return found != body.end() && *found == text;
    };
    return (is("sender", record.guest.sender) && (!body.contains("channel") || is("channel", record.guest.channel))) ||
           reservations.contains(id_in(body, "reservation")) || messages.contains(id_in(body, "id"));
  };
  std::vector<store::Event> all;
  for (Id after = 0;;) {
    const auto page = store::events::list(connection, record.guest.hotel, after, kPage);
    std::ranges::copy_if(page, std::back_inserter(all), speaks_of_guest);
    if (page.size() < kPage) return all;
    after = page.back().id;
  }
}

std::vector<store::kv::Entry> channel_values_of(Connection& connection, const store::GuestKey& guest) {
  std::vector<store::kv::Entry> all;
  for (std::string after;;) {
    auto page = store::kv::list(connection, guest.channel, "", after, kPage);
    if (page.empty()) return all;
    after = page.back().key;
    for (auto& entry : page) {
      const bool is_his = names(unescaped(entry.key), guest.sender) || entry.value == guest.sender;
      if (is_his) all.push_back(std::move(entry));
    }
  }
}

}  // namespace

bool names(std::string_view text, std::string_view name) {
  if (name.empty()) return false;
  for (auto at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    const auto end = at + name.size();
    const bool begins = at == 0 || !in_word(text[at - 1]) || !in_word(name.front());
    const bool ends = end == text.size() || !in_word(text[end]) || !in_word(name.back());
    if (begins && ends) return true;
  }
  return false;
}

bool GuestRecord::empty() const {
  return !conversation && messages.empty() && reservations.empty() && intents.empty() && events.empty() &&
         channel_values.empty();
}

GuestRecord collect_record(Connection& connection, const store::GuestKey& guest) {
  GuestRecord record{.guest = guest,
                     .conversation = store::conversations::find(connection, guest),
                     .messages = messages_of(connection, guest),
                     .reservations = store::reservations::list_of_guest(connection, guest),
                     .intents = store::guests::intents(connection, guest),
                     .events = {},
                     .channel_values = {}};
  record.events = events_of(connection, record);
  // The plugin knows no hotels: its values are those of this hotel's guest only if there is one.
  if (!record.empty()) record.channel_values = channel_values_of(connection, guest);
  return record;
}

}  // namespace agente::messaging
