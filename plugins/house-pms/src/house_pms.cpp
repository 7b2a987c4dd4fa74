#include "house_pms.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "file_vault.hpp"
#include "kv_vault.hpp"

namespace house {
namespace {

constexpr int kMostAttempts = 100;
constexpr std::size_t kMostChangeKeys = 50;

std::unique_ptr<Vault> open_vault(const agente::host& host, const std::string& file) {
  if (file.empty()) return std::make_unique<KvVault>(host);
  return std::make_unique<FileVault>(file, std::string{host.instance().hotel});
}

/// A guest's words as they can be kept: valid UTF-8. Throws INVALID when there are too many of them.
std::string kept(std::string_view text, const char* what) {
  constexpr std::size_t kMost = 1000;
  if (text.size() > kMost)
    throw agente::error(AGENTE_E_INVALID, std::string{what} + " has " + std::to_string(text.size()) +
                                              " bytes; at most " + std::to_string(kMost) + " are kept");
  using nlohmann::json;
  return json::parse(json(text).dump(-1, ' ', false, json::error_handler_t::replace)).get<std::string>();
}

void must_be_reference(std::string_view reference) {
  const auto is_ours = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'; };
  if (reference.empty() || reference.size() > 32 || !std::all_of(reference.begin(), reference.end(), is_ours))
    throw agente::error(AGENTE_E_INVALID, "a reference is 1 to 32 of A-Z, 0-9 and -");
}

void must_be_key(std::string_view key) {
  if (key.empty() || key.size() > 128) throw agente::error(AGENTE_E_INVALID, "a change needs a key of 1 to 128 bytes");
}

[[noreturn]] void conflict(const agente::booking& booking, const std::string& why) {
  throw agente::error(AGENTE_E_CONFLICT, "booking " + booking.booking_id + " " + why);
}

void must_be_changeable(const agente::booking& booking, const Stay& stay) {
  using enum agente::stay_status;
  if (booking.status == cancelled) conflict(booking, "is cancelled and cannot be changed");
  if (booking.status == left) conflict(booking, "is over: the guest has left");
  if (booking.status == in_house && booking.checkin != stay.nights.from)
    conflict(booking, "has begun: its first day cannot be changed");
}

Record new_record(const agente::booking_request& request, const Stay& stay, agente::time_point now) {
  return {.booking = {.reference = std::string{request.reference},
                      .room_type = std::string{request.room_type},
                      .checkin = stay.nights.from,
                      .checkout = stay.nights.to,
                      .adults = stay.adults,
                      .children = stay.children,
                      .rooms = stay.units,
                      .guest_name = kept(request.guest_name, "the guest's name"),
                      .phone = kept(request.phone, "the phone"),
                      .email = kept(request.email, "the e-mail address"),
                      .total = request.expected_total,
                      .created = now}};
}

void apply(Record& record, const agente::booking_change& wish, const Stay& stay) {
  auto& b = record.booking;
  b.room_type = wish.room_type;
  b.checkin = stay.nights.from;
  b.checkout = stay.nights.to;
  b.adults = stay.adults;
  b.children = stay.children;
  b.rooms = stay.units;
  b.total = wish.expected_total;
  record.change_keys.emplace_back(wish.key);
  if (record.change_keys.size() > kMostChangeKeys) record.change_keys.erase(record.change_keys.begin());
}

}  // namespace

HousePms::HousePms(agente::host host, std::string_view config_json)
    : host_(host),
      books_(read_config(config_json, host.instance().currency)),
      vault_(open_vault(host, books_.config().file)) {
  if (!books_.config().file.empty()) refresh();
}

/// What we hold is what is written. Under the mutex.
void HousePms::refresh() {
  if (loaded_ && !vault_->changed()) return;
  loaded_ = false;
  books_.ledger = vault_->load();
  books_.must_agree_with_config();
  loaded_ = true;
}

template <class Ask>
auto HousePms::read(Ask&& ask) {
  const std::lock_guard lock(mutex_);
  refresh();
  return ask(std::as_const(books_));
}

/// `decide(books)` gives the record as it shall be, throws, or gives a booking that needs no writing. It is asked again
/// when another writer was faster. A failed save is forgotten by reading again what is written.
template <class Decide>
agente::booking HousePms::write(Decide&& decide) {
  const std::lock_guard lock(mutex_);
  for (int attempt = 0; attempt < kMostAttempts; ++attempt) {
    refresh();
    std::optional<Record> wanted;
    if (const std::optional<agente::booking> settled = decide(books_, wanted)) return *settled;
    loaded_ = false;
    try {
      const auto& entered = books_.enter(*std::move(wanted), host_.now());
      vault_->save(books_.ledger, entered);
      loaded_ = true;
      return entered.booking;
    } catch (const Stale&) {
      continue;
    }
  }
  throw agente::error(AGENTE_E_RETRY, "the bookings are being changed by too many at once");
}

std::vector<agente::room_type> HousePms::rooms(agente::call /*call*/) {
  std::vector<agente::room_type> told;
  for (const auto& type : books_.config().types) told.push_back(type.told);
  return told;
}

std::vector<agente::offer> HousePms::availability(const agente::stay_query& query, agente::call /*call*/) {
  const auto stay = checked_stay({query.checkin, query.checkout}, query.adults, query.children, query.rooms);
  return read([&](const Books& books) {
    const auto offer = [&](const UnitType& type) {
      return agente::offer{.room_type = type.told.id,
                           .units_left = books.units_left(type, stay.nights, query.except_booking),
                           .capacity = type.told.capacity,
                           .total = books.price(type, stay)};
    };
    if (!query.room_type.empty()) return std::vector{offer(books.type(query.room_type))};
    std::vector<agente::offer> offers;
    for (const auto& type : books.config().types) offers.push_back(offer(type));
    return offers;
  });
}

agente::booking HousePms::book(const agente::booking_request& request, agente::call call) {
  must_be_reference(request.reference);
  const auto booked = write([&](Books& books, std::optional<Record>& wanted) -> std::optional<agente::booking> {
    if (const auto already = books.with_reference(request.reference); !already.empty()) return already.front();
    const auto stay =
        checked_stay({request.checkin, request.checkout}, request.adults, request.children, request.rooms);
    books.must_be_sellable(books.type(request.room_type), stay, {}, request.expected_total);
    wanted = new_record(request, stay, host_.now());
    wanted->booking.booking_id = books.take_id();
    return std::nullopt;
  });
  host_.info(call, "booked", {{"booking", booked.booking_id}, {"reference", booked.reference}});
  return booked;
}

std::vector<agente::booking> HousePms::find_by_reference(std::string_view reference, agente::call /*call*/) {
  return read([&](const Books& books) { return books.with_reference(reference); });
}

agente::booking HousePms::get(std::string_view booking_id, agente::call /*call*/) {
  return read([&](const Books& books) { return books.record(booking_id).booking; });
}

agente::booking HousePms::change(const agente::booking_change& wish, agente::call call) {
  must_be_key(wish.key);
  const auto changed = write([&](Books& books, std::optional<Record>& wanted) -> std::optional<agente::booking> {
    auto record = books.record(wish.booking_id);
    const auto& keys = record.change_keys;
    if (std::find(keys.begin(), keys.end(), wish.key) != keys.end()) return record.booking;
    const auto stay = checked_stay({wish.checkin, wish.checkout}, wish.adults, wish.children, wish.rooms);
    must_be_changeable(record.booking, stay);
    books.must_be_sellable(books.type(wish.room_type), stay, wish.booking_id, wish.expected_total);
    apply(record, wish, stay);
    wanted = std::move(record);
    return std::nullopt;
  });
  host_.info(call, "booking changed", {{"booking", changed.booking_id}});
  return changed;
}

agente::booking HousePms::cancel(std::string_view booking_id, std::string_view reason, agente::call call) {
  const auto why = kept(reason, "the reason");
  const auto gone = write([&](Books& books, std::optional<Record>& wanted) -> std::optional<agente::booking> {
    auto record = books.record(booking_id);
    using enum agente::stay_status;
    if (record.booking.status == cancelled) return record.booking;
    if (record.booking.status != booked) conflict(record.booking, "cannot be cancelled: the guest has arrived");
    record.booking.status = cancelled;
    record.cancel_reason = why;
    wanted = std::move(record);
    return std::nullopt;
  });
  host_.info(call, "booking cancelled", {{"booking", gone.booking_id}});
  return gone;
}

agente::booking HousePms::set_stay_status(std::string_view booking_id, agente::stay_status status,
                                          agente::call /*call*/) {
  using enum agente::stay_status;
  if (status != in_house && status != left)
    throw agente::error(AGENTE_E_INVALID, "a stay is set to in house (2) or left (3), not to " +
                                              std::to_string(static_cast<std::int32_t>(status)));
  return write([&](Books& books, std::optional<Record>& wanted) -> std::optional<agente::booking> {
    auto record = books.record(booking_id);
    if (record.booking.status == status) return record.booking;
    const auto before = status == in_house ? booked : in_house;
    if (record.booking.status != before)
      conflict(record.booking, status == in_house ? "is not awaited: cancelled, or the guest has left"
                                                  : "cannot end: the guest is not in house");
    record.booking.status = status;
    wanted = std::move(record);
    return std::nullopt;
  });
}

agente::changes HousePms::changes_since(std::string_view cursor, std::uint32_t limit, agente::call /*call*/) {
  return read([&](const Books& books) { return books.changes_since(cursor, limit); });
}

void HousePms::health(agente::call /*call*/) {
  const std::lock_guard lock(mutex_);
  refresh();
  vault_->probe();
}

}  // namespace house
