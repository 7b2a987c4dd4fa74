#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <agente/sdk.hpp>

/// One small plugin of each kind, which the tests steer by the texts they send.
namespace samples {

/// Its `send` does what the text of the message says.
class Parrot {
 public:
  static constexpr std::string_view id = "parrot";
  static constexpr std::string_view version = "1.2.3";
  static constexpr std::string_view schema = R"({"type": "object", "properties": {"name": {"type": "string"}}})";

  Parrot(agente::host host, std::string_view config_json) : host_(host) {
    if (config_json.find("refuse") != std::string_view::npos)
      throw agente::error(AGENTE_E_CONFIG, "name: must not be refuse");
    if (config_json.find("write early") != std::string_view::npos) host_.kv_put("k", "v", 1);
    if (config_json.find("tick") != std::string_view::npos)
      timer_.emplace(host_, std::chrono::seconds{30}, std::chrono::seconds{60}, [this](agente::call c) { tick(c); });
  }

  std::string send(const agente::outbound& message, agente::call call) {
    if (message.text == "retry") throw agente::error(AGENTE_E_RETRY, "later", std::chrono::seconds{2});
    if (message.text == "long") throw agente::error(AGENTE_E_INVALID, std::string(239, 'x') + "ñandú");
    if (message.text == "defect") throw std::out_of_range("index 7");
    if (message.text == "odd") throw 42;
    if (message.text == "accept") host_.accept(call, {.external_id = "1", .sender = "ana"});
    if (message.text == "keep the call") kept_.emplace(call);
    if (message.text == "use the kept call") host_.accept(*kept_, {.external_id = "1", .sender = "ana"});
    if (message.text == "post")
      return host_.http(call, {.method = "POST", .url = "http://provider/send", .body = "Hola"}).body;
    if (message.text == "remaining") return std::to_string(call.remaining().count());
    host_.info(call, "sent", {{"attempt", message.attempt}, {"to", message.recipient}});
    host_.count("parrot_sent_total", 1, {{"lang", message.language}, {"kind", message.kind}});
    return "id-" + std::string{message.key};
  }

  agente::http_out on_http(const agente::http_in& request, agente::call call) {
    host_.accept(call, {.account = std::string{request.query},
                        .external_id = std::string{request.header("X-Id")},
                        .sender = "ana",
                        .text = std::string{request.body},
                        .provider_time = host_.now()});
    host_.receipt(call, {.state = agente::receipt_state::failed, .key = "k1", .code = "131026"});
    if (request.path == "/break") throw agente::error(AGENTE_E_RETRY, "store is slow");
    return {.status = request.path == "/refuse" ? 401 : 200, .headers = {{"x-a", "1"}}, .body = "done"};
  }

  std::chrono::milliseconds poll(agente::call call) {
    const auto cursor = host_.kv_get("cursor");
    const int next = cursor ? std::stoi(cursor->value) + 1 : 1;
    host_.kv_stage(call, "cursor", std::to_string(next), 1);
    host_.accept(call, {.external_id = std::to_string(next), .sender = "ana"});
    if (next == 3) throw agente::error(AGENTE_E_RETRY, "third time unlucky");
    return std::chrono::seconds{-5 + 10 * next};
  }

  std::optional<std::string> lookup(std::string_view key, agente::call) {
    if (key == "doubt") throw agente::error(AGENTE_E_UNKNOWN_OUTCOME, "cannot tell");
    return key == "k1" ? std::optional<std::string>{"id-k1"} : std::nullopt;
  }

  void seen(const agente::seen_message& message, agente::call call) {
    if (message.external_id.empty()) throw agente::error(AGENTE_E_INVALID, "seen what?");
    host_.info(call, "seen", {{"external_id", message.external_id}, {"answering", message.answering ? 1 : 0}});
  }

  agente::media fetch(const agente::media_request& request, agente::call) {
    if (request.raw.size() > request.max_bytes) throw agente::error(AGENTE_E_INVALID, "it is too large");
    return {.mime_type = "audio/ogg",
            .file_name = std::string{request.external_id} + ".ogg",
            .sha256 = std::string{request.account},
            .transcript = std::string{request.kind},
            .bytes = std::string{request.raw}};
  }

  std::string upload(const agente::media_file& file, agente::call) {
    if (file.bytes.empty()) throw agente::error(AGENTE_E_INVALID, "it is empty");
    return std::string{file.account} + " " + std::string{file.mime_type} + " " + std::string{file.bytes};
  }

  std::vector<agente::check> self_test(agente::call) {
    return {{.stage = "token", .ok = true}, {.stage = "webhook", .cause = "no route", .remedy = "open port 443"}};
  }

 private:
  void tick(agente::call call) {
    if (++ticks_ == 2) throw agente::error(AGENTE_E_RETRY, "tick failed");
    host_.accept(call, {.external_id = "tick-" + std::to_string(ticks_), .sender = "clock"});
  }

  agente::host host_;
  std::optional<agente::call> kept_;
  int ticks_ = 0;
  std::optional<agente::timer> timer_;
};

/// Only what every channel must have.
class Mute {
 public:
  static constexpr std::string_view id = "mute", version = "0.1.0", schema = "{}";
  Mute(agente::host, std::string_view) {}
  std::string send(const agente::outbound&, agente::call) { return ""; }
};

/// Keeps bookings in memory: one double room, 100.00 EUR a night.
class Ledger {
 public:
  static constexpr std::string_view id = "ledger", version = "1.0.0", schema = R"({"type": "object"})";
  Ledger(agente::host host, std::string_view) : host_(host) {}

  std::vector<agente::room_type> rooms(agente::call) {
    return {{.id = "double", .count = 1, .capacity = 2, .name_es = "Doble"},
            {.id = "suite", .count = 2, .capacity = 4}};
  }
  std::vector<agente::offer> availability(const agente::stay_query& query, agente::call) {
    if (query.checkout <= query.checkin) throw agente::error(AGENTE_E_INVALID, "checkout must follow checkin");
    return {{.room_type = "double", .units_left = 1, .capacity = 2, .total = price(query.checkin, query.checkout)}};
  }
  agente::booking book(const agente::booking_request& r, agente::call) {
    for (const auto& b : bookings_)
      if (b.reference == r.reference) return b;
    bookings_.push_back({.booking_id = "B" + std::to_string(bookings_.size() + 1),
                         .reference = std::string{r.reference},
                         .room_type = std::string{r.room_type},
                         .checkin = r.checkin,
                         .checkout = r.checkout,
                         .adults = r.adults,
                         .children = r.children,
                         .rooms = r.rooms,
                         .guest_name = std::string{r.guest_name},
                         .phone = std::string{r.phone},
                         .email = std::string{r.email},
                         .total = r.expected_total,
                         .created = host_.now(),
                         .updated = host_.now()});
    return bookings_.back();
  }
  std::vector<agente::booking> find_by_reference(std::string_view reference, agente::call) {
    std::vector<agente::booking> found;
    for (const auto& b : bookings_)
      if (b.reference == reference) found.push_back(b);
    return found;
  }
  agente::booking get(std::string_view booking_id, agente::call) { return at(booking_id); }
  agente::booking change(const agente::booking_change& wish, agente::call) {
    auto& b = at(wish.booking_id);
    b.checkin = wish.checkin;
    b.checkout = wish.checkout;
    b.total = wish.expected_total;
    return b;
  }
  agente::booking cancel(std::string_view booking_id, std::string_view reason, agente::call) {
    host_.info("cancelled", {{"reason", reason}});
    return set(booking_id, agente::stay_status::cancelled);
  }
  agente::booking set_stay_status(std::string_view booking_id, agente::stay_status status, agente::call) {
    return set(booking_id, status);
  }
  agente::changes changes_since(std::string_view cursor, std::uint32_t limit, agente::call) {
    const auto from = cursor.empty() ? 0U : static_cast<std::size_t>(std::stoul(std::string{cursor}));
    const auto to = std::min(bookings_.size(), from + limit);
    const auto at = [&](std::size_t i) { return bookings_.begin() + static_cast<std::ptrdiff_t>(i); };
    return {.bookings = {at(from), at(to)}, .next_cursor = std::to_string(to)};
  }
  void health(agente::call) {
    if (bookings_.empty()) throw agente::error(AGENTE_E_RETRY, "ledger is empty");
  }

 private:
  static agente::money price(agente::day in, agente::day out) { return {agente::nights(in, out) * 10000, "EUR"}; }
  agente::booking& at(std::string_view booking_id) {
    for (auto& b : bookings_)
      if (b.booking_id == booking_id) return b;
    throw agente::error(AGENTE_E_NOT_FOUND, "no booking " + std::string{booking_id});
  }
  agente::booking& set(std::string_view booking_id, agente::stay_status status) {
    auto& b = at(booking_id);
    b.status = status;
    return b;
  }

  agente::host host_;
  std::vector<agente::booking> bookings_;
};

/// Logs what it is fed.
class Diary {
 public:
  static constexpr std::string_view id = "diary", version = "1.0.0", schema = R"({"type": "object"})";
  Diary(agente::host host, std::string_view) : host_(host) {}

  agente::feed describe(agente::call) { return {.events = {"reservation.*", "odd \"one\""}, .max_batch = 20}; }
  void export_batch(const agente::batch& batch, agente::call call) {
    for (const auto& event : batch.events)
      host_.info(call, event.type, {{"batch", batch.id}, {"hotel", event.hotel}, {"sequence", event.sequence}});
  }

 private:
  agente::host host_;
};

}  // namespace samples
