#pragma once

#include <concepts>
#include <cstdint>
#include <cstring>
#include <vector>

#include <agente/channel.h>
#include <agente/exporter.h>
#include <agente/pms.h>

#include "plugins/isolation/operations.hpp"

/// The records of plugin-api as fields of a frame. Each is described once, member by member; the members' places are
/// their tags, so a new member goes to the end, as in plugin-api.
namespace agente::plugins::isolation {

template <class V>
void members(agente_call& r, V&& visit) {
  visit(r.flags, r.id, r.deadline_ms, r.trace);
}
template <class V>
void members(agente_check& r, V&& visit) {
  visit(r.ok, r.stage, r.cause, r.remedy);
}
template <class V>
void members(agente_field& r, V&& visit) {
  visit(r.key, r.value);
}
template <class V>
void members(agente_header& r, V&& visit) {
  visit(r.name, r.value);
}
template <class V>
void members(agente_instance& r, V&& visit) {  // accounts: a list of the frame
  visit(r.id, r.environment, r.hotel, r.timezone, r.currency, r.language);
}
template <class V>
void members(agente_http_request& r, V&& visit) {  // headers: a list of the frame
  visit(r.timeout_ms, r.method, r.url, r.body, r.max_response_bytes, r.max_redirects);
}
template <class V>
void members(agente_kv_entry& r, V&& visit) {
  visit(r.schema, r.revision, r.key, r.value);
}
template <class V>
void members(agente_inbound& r, V&& visit) {
  visit(r.flags, r.account, r.external_id, r.sender, r.sender_name, r.kind, r.text, r.reply_to, r.raw,
        r.provider_time_ms, r.choice);
}
template <class V>
void members(agente_receipt& r, V&& visit) {
  visit(r.state, r.account, r.key, r.external_id, r.code, r.reason, r.provider_time_ms);
}
template <class V>
void members(agente_outbound& r, V&& visit) {
  visit(r.attempt, r.key, r.account, r.recipient, r.kind, r.text, r.language, r.reply_to, r.details, r.guest_wrote_ms);
}
template <class V>
void members(agente_media_request& r, V&& visit) {
  visit(r.max_bytes, r.account, r.external_id, r.kind, r.raw);
}
template <class V>
void members(agente_media_about& r, V&& visit) {
  visit(r.mime_type, r.file_name, r.sha256, r.transcript);
}
template <class V>
void members(agente_media_file& r, V&& visit) {
  visit(r.account, r.mime_type, r.bytes);
}
template <class V>
void members(agente_http_in& r, V&& visit) {  // headers: a list of the frame
  visit(r.flags, r.method, r.path, r.query, r.body, r.remote, r.visitor);
}
template <class V>
void members(agente_room_type& r, V&& visit) {
  visit(r.count, r.capacity, r.id, r.name_es, r.name_en, r.name_pt);
}
template <class V>
void members(agente_stay_query& r, V&& visit) {
  visit(r.checkin, r.checkout, r.adults, r.children, r.rooms, r.room_type, r.except_booking);
}
template <class V>
void members(agente_offer& r, V&& visit) {
  visit(r.units_left, r.capacity, r.room_type, r.total.minor, r.total.currency);
}
template <class V>
void members(agente_booking& r, V&& visit) {
  visit(r.status, r.booking_id, r.reference, r.room_type, r.checkin, r.checkout, r.adults, r.children, r.rooms,
        r.guest_name, r.phone, r.email, r.total.minor, r.total.currency, r.created_ms, r.updated_ms);
}
template <class V>
void members(agente_booking_request& r, V&& visit) {
  visit(r.adults, r.children, r.rooms, r.reference, r.room_type, r.checkin, r.checkout, r.guest_name, r.phone, r.email,
        r.language, r.expected_total.minor, r.expected_total.currency);
}
template <class V>
void members(agente_booking_change& r, V&& visit) {
  visit(r.adults, r.children, r.rooms, r.booking_id, r.key, r.room_type, r.checkin, r.checkout, r.expected_total.minor,
        r.expected_total.currency);
}
template <class V>
void members(agente_event& r, V&& visit) {
  visit(r.sequence, r.time_ms, r.hotel, r.type, r.body_json);
}
template <class V>
void members(agente_batch& r, V&& visit) {  // events: a list of the frame
  visit(r.id);
}

template <class Record>
concept Sized = requires(Record r) {
  r.struct_size;
};

namespace detail {

struct Write {
  FrameWriter& out;
  Tag tag = 0;
  template <class... Member>
  void operator()(const Member&... member) {
    (one(member), ...);
  }
  template <class T>
  void one(const T& member) {
    ++tag;
    if constexpr (std::is_arithmetic_v<T>) {
      out.number(tag, member);
    } else {
      out.text(tag, member);
    }
  }
};

struct Read {
  Fields& in;
  Tag tag = 0;
  template <class... Member>
  void operator()(Member&... member) {
    (one(member), ...);
  }
  template <class T>
  requires std::is_arithmetic_v<T>
  void one(T& member) { member = in.number<T>(++tag); }
  void one(agente_str& member) {
    const auto text = in.text(++tag);
    member = {text.data(), text.size()};
  }
  void one(agente_bytes& member) {
    const auto bytes = in.text(++tag);
    member = {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
  }
};

}  // namespace detail

/// Writes a record as one field.
template <class Record>
void put_record(FrameWriter& out, Tag tag, const Record& record) {
  const auto opened = out.open(tag);
  members(const_cast<Record&>(record), detail::Write{out});  // NOLINT: `members` serves readers too; Write reads
  out.close(opened);
}

/// The record in a field, its texts pointing into the frame. What is malformed condemns `from`.
template <class Record>
Record read_record(std::string_view bytes, Fields& from) {
  Record record{};
  if constexpr (Sized<Record>) record.struct_size = sizeof record;
  Fields in(bytes);
  members(record, detail::Read{in});
  if (in.is_broken()) from.condemn();
  return record;
}

/// The record with this tag; all zero when it is missing.
template <class Record>
Record find_record(Fields& in, Tag tag) {
  return read_record<Record>(in.text(tag), in);
}

/// The records of a list, from here to the end of the frame. More than `most` condemns the frame.
template <class Record>
std::vector<Record> read_list(Fields& in, std::size_t most) {
  std::vector<Record> list;
  while (const auto item = in.find(tag::kItem)) {
    if (list.size() == most) in.condemn();
    if (in.is_broken()) return {};
    list.push_back(read_record<Record>(*item, in));
  }
  return list;
}

}  // namespace agente::plugins::isolation
