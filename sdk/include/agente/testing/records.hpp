/// What the fake host keeps for the test to look at.
#pragma once

#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <agente/sdk.hpp>

namespace agente::testing {

/// The plugin broke a rule of the ABI: accepted a message in a send, used a call after it was over, ...
/// Thrown at the end of the call in which it happened, so that the test fails and says why.
struct misuse : std::logic_error {
  using std::logic_error::logic_error;
};

struct log_line {
  std::int32_t level = 0;  ///< AGENTE_LOG_*
  std::string text = {};
  std::map<std::string, std::string> fields = {};
  std::string trace = {};
};

/// The instance's place in the YAML. Change it before the instance is made.
struct identity {
  std::string id = "test";
  std::string environment = "test";
  std::string hotel = "sol";
  std::string timezone = "Europe/Madrid";
  std::string currency = "EUR";
  std::string language = "es";
};

namespace detail {

using namespace agente::detail;  // NOLINT: the SDK's own conversions

/// What one call put aside until it is committed or dropped.
struct staging {
  bool allowed = false;
  std::vector<inbound> messages = {};
  std::vector<receipt> receipts = {};
  std::vector<kv_entry> kv = {};
};

struct pending_timer {
  std::int64_t due_ms = 0;
  std::uint32_t delay_ms = 0;
  std::uint32_t period_ms = 0;
  agente_status (*fn)(void*, const agente_call*, agente_error*) = nullptr;
  void* ctx = nullptr;
};

/// A scripted end of an HTTP request.
struct outcome {
  http_response response = {};
  agente_status code = AGENTE_OK;
  std::string text = {};
  std::uint32_t retry_after_ms = 0;
  std::function<http_response(const http_request&)> otherwise = {};
};

inline inbound from_abi(const agente_inbound* given) {
  const auto raw = read(given);
  return {.account = copy(raw.account),
          .external_id = copy(raw.external_id),
          .sender = copy(raw.sender),
          .sender_name = copy(raw.sender_name),
          .kind = copy(raw.kind),
          .text = copy(raw.text),
          .reply_to = copy(raw.reply_to),
          .raw = std::string{view(raw.raw)},
          .provider_time = from_abi_time(raw.provider_time_ms),
          .group = (raw.flags & AGENTE_INBOUND_GROUP) != 0,
          .choice = copy(raw.choice)};
}

inline receipt from_abi(const agente_receipt* given) {
  const auto raw = read(given);
  return {.state = static_cast<receipt_state>(raw.state),
          .account = copy(raw.account),
          .key = copy(raw.key),
          .external_id = copy(raw.external_id),
          .code = copy(raw.code),
          .reason = copy(raw.reason),
          .provider_time = from_abi_time(raw.provider_time_ms)};
}

inline http_request from_abi(const agente_http_request* given) {
  const auto raw = read(given);
  http_request request{.method = copy(raw.method),
                       .url = copy(raw.url),
                       .body = std::string{view(raw.body)},
                       .timeout = std::chrono::milliseconds{raw.timeout_ms},
                       .max_response_bytes = raw.max_response_bytes,
                       .max_redirects = raw.max_redirects};
  for (std::size_t i = 0; i < raw.header_count; ++i)
    request.headers.push_back({copy(raw.headers[i].key), copy(raw.headers[i].value)});
  return request;
}

inline room_type from_abi(const agente_room_type& raw) {
  return {copy(raw.id), raw.count, raw.capacity, copy(raw.name_es), copy(raw.name_en), copy(raw.name_pt)};
}
inline offer from_abi(const agente_offer& raw) {
  return {copy(raw.room_type), raw.units_left, raw.capacity, agente::detail::from_abi(raw.total)};
}
inline booking from_abi(const agente_booking& raw) {
  return {.booking_id = copy(raw.booking_id),
          .reference = copy(raw.reference),
          .status = static_cast<stay_status>(raw.status),
          .room_type = copy(raw.room_type),
          .checkin = from_abi_day(raw.checkin),
          .checkout = from_abi_day(raw.checkout),
          .adults = raw.adults,
          .children = raw.children,
          .rooms = raw.rooms,
          .guest_name = copy(raw.guest_name),
          .phone = copy(raw.phone),
          .email = copy(raw.email),
          .total = agente::detail::from_abi(raw.total),
          .created = from_abi_time(raw.created_ms),
          .updated = from_abi_time(raw.updated_ms)};
}

template <class Record, class Raw>
agente_status take(void* records, const Raw* given) noexcept {
  return guarded(nullptr, [&]() -> agente_status {
    static_cast<std::vector<Record>*>(records)->push_back(from_abi(read(given)));
    return AGENTE_OK;
  });
}
/// "name{a=1,b=2}", whatever the order of the labels.
inline std::string series(std::string_view name, const std::map<std::string, std::string>& labels) {
  std::string key{name};
  key += '{';
  for (const auto& [label, value] : labels) ((((key += label) += '=') += value) += ',');
  return key += '}';
}

}  // namespace detail
}  // namespace agente::testing
