#include <array>

#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "messaging/guest_record.hpp"
#include "store/media.hpp"
#include "telemetry/log.hpp"

namespace agente::messaging {
namespace {

using nlohmann::json;
using store::Id;
using store::guests::Pseudonym;
using store::guests::UnderWay;
using store::sql::Connection;

constexpr int kAttempts = 3;
constexpr std::string_view kErased = "erased-";
constexpr std::array kPersonal{"name", "guest_name", "sender_name", "phone", "email", "note", "text", "why", "remark"};

std::string dump(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

void clean(json& value, const Pseudonym& who) {
  if (value.is_object()) {
    for (auto& [key, member] : value.items()) {
      const bool personal = std::ranges::find(kPersonal, key) != kPersonal.end();
      if (personal && member.is_string()) member = "";
      clean(member, who);
    }
  } else if (value.is_array()) {
    for (auto& item : value) clean(item, who);
  } else if (value.is_string() && names(value.get_ref<const std::string&>(), who.guest.sender)) {
    value = who.name;
  }
}

/// The same JSON without what tells who it was; a text that cannot be read goes altogether.
std::string cleaned(const std::string& text, const Pseudonym& who) {
  if (text.empty()) return text;
  auto value = json::parse(text, nullptr, false);
  if (value.is_discarded()) return "{}";
  clean(value, who);
  return dump(value);
}

std::optional<Error> refusal(const UnderWay& under_way, const store::GuestKey& guest) {
  if (!under_way.any()) return std::nullopt;
  std::string what;
  const auto add = [&](std::int64_t count, const char* of) {
    if (count > 0) what += (what.empty() ? "" : ", ") + std::to_string(count) + " " + of;
  };
  add(under_way.received, "message(s) not handled yet");
  add(under_way.unsent, "reply(s) not sent yet");
  add(under_way.intents, "booking(s) whose outcome in the PMS is open");
  return Error{Code::kConflict,
               "something of this guest's is under way: " + what +
                   "; nothing was erased. Try again in a minute. If it is still refused then, `agentctl "
                   "conversation " +
                   guest.channel +
                   " SENDER` shows what waits and why; a reply that cannot be sent is given up after "
                   "24 hours"};
}

void apply(Connection& connection, const GuestRecord& record, const Pseudonym& who, Time now) {
  std::vector<Id> received;
  std::vector<Id> sent;
  for (const auto& line : record.messages) (line.direction == "in" ? received : sent).push_back(line.id);
  const Id keys_from = Id{(now - kKeysOutlive).time_since_epoch().count()} * 4096;
  store::guests::erase_inbound(connection, who, received, keys_from);
  store::media::forget(connection, who.guest.hotel, received);
  store::guests::erase_outbound(connection, who, sent);
  store::guests::erase_conversation(connection, who);
  store::guests::erase_reservations(connection, who, record.reservations);
  for (auto intent : record.intents) {
    intent.guest.sender = who.name;
    intent.request = cleaned(intent.request, who);
    intent.result = cleaned(intent.result, who);
    store::guests::rewrite(connection, intent);
  }
  for (auto event : record.events) {
    event.body = cleaned(event.body, who);
    store::guests::rewrite(connection, event);
  }
  for (const auto& entry : record.channel_values) {
    store::kv::erase(connection, record.guest.channel, entry.key, std::nullopt);
  }
}

/// Whether the guest wrote or was told something since `record` was read: only then can there be more to erase.
bool talked_since(Connection& connection, const GuestRecord& record) {
  store::messages::Filter newer{
      .channel = record.guest.channel, .sender = record.guest.sender, .hotel = record.guest.hotel};
  newer.after = record.messages.empty() ? 0 : record.messages.back().id;
  newer.limit = 1;
  return !store::messages::list(connection, newer).empty();
}

store::guests::Action note(const GuestRecord& record, const Pseudonym& who, const std::string& actor) {
  return {.hotel = record.guest.hotel,
          .actor = actor,
          .action = "guest.erase",
          .subject = who.name,
          .detail = dump({{"channel", record.guest.channel},
                          {"messages", record.messages.size()},
                          {"reservations", record.reservations.size()}})};
}

}  // namespace

bool is_pseudonym(std::string_view sender) { return sender.starts_with(kErased); }

Result<Erasure> erase_guest(store::Store& store, const Clock& clock, const store::GuestKey& guest,
                            const std::string& actor) {
  const Pseudonym who{.guest = guest, .name = std::string(kErased) + random_hex(16)};
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    GuestRecord record;
    UnderWay under_way;
    bool talked = false;
    const auto read = store.read([&](Connection& connection) {
      under_way = store::guests::under_way(connection, guest);
      if (!under_way.any()) record = collect_record(connection, guest);
    });
    if (!read) return read.error();
    if (auto refused = refusal(under_way, guest)) return *refused;
    if (record.empty()) {
      return Error{Code::kNotFound,
                   "nothing is stored of this guest on " + guest.channel + " for hotel " + guest.hotel};
    }
    auto action = note(record, who, actor);
    const auto written = store.write([&](Connection& connection) {
      under_way = store::guests::under_way(connection, guest);
      talked = talked_since(connection, record);
      if (under_way.any() || talked) return;
      action.id = connection.next_id();
      action.at = clock.now();
      apply(connection, record, who, action.at);
      store::guests::append(connection, action);
    });
    if (!written) return written.error();
    if (auto refused = refusal(under_way, guest)) return *refused;
    if (talked) continue;
    log::info("guest", "what was stored of a guest is erased", {{"hotel", guest.hotel}, {"guest", who.name}});
    return Erasure{who.name, record.messages.size(), record.reservations.size()};
  }
  return Error{Code::kConflict, "the guest is writing just now; nothing was erased. Try again in a minute"};
}

}  // namespace agente::messaging
