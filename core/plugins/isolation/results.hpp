#pragma once

#include <optional>

#include "plugins/c_abi.hpp"
#include "plugins/isolation/records.hpp"
#include "plugins/isolation/remote.hpp"

/// How the results in an answer reach the sinks of the host's caller. Each of these takes one field, or leaves it
/// alone.
namespace agente::plugins::isolation {

using Taken = std::optional<agente_status>;

/// What the plugin wrote under `wanted` could not be read there; its sink shall see that, as it would in this process.
inline bool is_broken(const Field& field, Tag wanted) {
  return field.tag == tag::kBroken && field.bytes.size() == sizeof wanted &&
         std::memcmp(field.bytes.data(), &wanted, sizeof wanted) == 0;
}

inline constexpr agente_bytes kUnreadable{nullptr, 1};

inline Taken to_sink(const agente_sink* out, const Field& field) {
  if (is_broken(field, tag::kPiece)) return out->write(out->ctx, kUnreadable);
  return field.tag == tag::kPiece ? out->write(out->ctx, abi::bytes(field.bytes)) : AGENTE_OK;
}

template <class Record, class Sink>
Taken to_records(const Sink* out, const Field& field) {
  if (is_broken(field, tag::kItem)) return out->write(out->ctx, nullptr);
  if (field.tag != tag::kItem) return AGENTE_OK;
  Fields checked;
  const auto record = read_record<Record>(field.bytes, checked);
  return checked.is_broken() ? std::nullopt : Taken(out->write(out->ctx, &record));
}

inline Remote& remote(void* self) { return *static_cast<Remote*>(self); }

}  // namespace agente::plugins::isolation
