/// Exporters: carry the hotel's events and figures elsewhere. See <agente/exporter.h> for what the host promises.
///
///     agente::feed describe(agente::call call);
///         Which events it wants to be fed, and how many at most at once.
///     void export_batch(const agente::batch& batch, agente::call call);
///         Returns once all of it is safe there. It comes at least once: the same batch::id again is the same batch.
///         throw RETRY, RATE, TIMEOUT, UNKNOWN_OUTCOME: it comes again. INVALID: it is set aside. One at a time.
///
/// Optional:
///     std::vector<agente::check> self_test(agente::call call);
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <agente/exporter.h>
#include <agente/sdk/plugin.hpp>
#include <agente/sdk/self_test.hpp>

namespace agente {

/// What an exporter wants. Patterns such as "reservation.*"; "*" is everything.
struct feed {
  std::vector<std::string> events = {"*"};
  std::uint32_t max_batch = 500;
};

/// Something that happened at a hotel.
struct event {
  std::uint64_t sequence = 0;  ///< grows within a hotel; gaps are possible
  time_point time = {};
  std::string_view hotel = {};
  std::string_view type = {};       ///< "reservation.confirmed", "message.received", "kpi.daily", ...
  std::string_view body_json = {};  ///< an object
};

struct batch {
  std::string_view id = {};  ///< the same when it comes again
  std::vector<event> events = {};
};

namespace detail {

inline std::string json_string(std::string_view text) {
  static constexpr std::string_view hex = "0123456789abcdef";
  std::string json = "\"";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      (json += '\\') += c;
    else if (code < 0x20U)
      ((json += "\\u00") += hex[code >> 4U]) += hex[code & 0xFU];
    else
      json += c;
  }
  return json += '"';
}

inline std::string to_json(const feed& wanted) {
  std::string json = "{\"events\": [";
  for (std::size_t i = 0; i < wanted.events.size(); ++i) (json += i == 0 ? "" : ", ") += json_string(wanted.events[i]);
  return json + "], \"max_batch\": " + std::to_string(wanted.max_batch) + "}";
}

inline batch from_abi(const agente_batch* given) {
  const auto raw = read(given);
  batch all{.id = view(raw.id)};
  all.events.reserve(raw.event_count);
  const auto* at = reinterpret_cast<const unsigned char*>(raw.events);
  for (std::size_t i = 0; i < raw.event_count; ++i, at += raw.events->struct_size) {
    const auto one = read(reinterpret_cast<const agente_event*>(at));
    all.events.push_back({.sequence = one.sequence,
                          .time = from_abi_time(one.time_ms),
                          .hotel = view(one.hotel),
                          .type = view(one.type),
                          .body_json = view(one.body_json)});
  }
  return all;
}

template <class P>
concept describes = requires(P& p, call c) {
  { p.describe(c) } -> std::convertible_to<feed>;
};
template <class P>
concept exports = requires(P& p, const batch& b, call c) {
  p.export_batch(b, c);
};

template <class P>
struct exporter_glue {
  static agente_status describe(void* self, const agente_call* c, const agente_sink* json, agente_error* err) noexcept {
    return enter<P>(named_call(AGENTE_EXPORTER_V1, "describe"), self, c, err,
                    [&](P& p, call here) -> agente_status { return write(json, to_json(p.describe(here))); });
  }
  static agente_status export_batch(void* self, const agente_call* c, const agente_batch* given,
                                    agente_error* err) noexcept {
    return enter<P>(named_call(AGENTE_EXPORTER_V1, "export_batch"), self, c, err,
                    [&](P& p, call here) -> agente_status {
                      p.export_batch(from_abi(given), here);
                      return AGENTE_OK;
                    });
  }
};

template <class P>
constexpr agente_exporter_v1 exporter_table() {
  agente_exporter_v1 table{};
  if constexpr (describes<P>) table.describe = &exporter_glue<P>::describe;
  if constexpr (exports<P>) table.export_batch = &exporter_glue<P>::export_batch;
  table.self_test = &self_test<P>;
  return table;
}

struct exporter_kind {
  static constexpr std::uint32_t number = AGENTE_KIND_EXPORTER;
  static constexpr std::string_view interface = AGENTE_EXPORTER_V1;
  template <class P>
  static constexpr agente_exporter_v1 table = exporter_table<P>();

  template <class P>
  static constexpr bool is() {
    static_assert(describes<P>, "agente: an exporter needs: agente::feed describe(agente::call call)");
    static_assert(exports<P>,
                  "agente: an exporter needs: void export_batch(const agente::batch& batch, agente::call call)");
    static_assert(well_formed_self_test<P>,
                  "agente: self_test must be: std::vector<agente::check> self_test(agente::call call)");
    return is_plugin<P>();
  }
};

}  // namespace detail
}  // namespace agente

/// Put it once, at global scope, at the end of the plugin's source: AGENTE_EXPORTER_PLUGIN(Report);
#define AGENTE_EXPORTER_PLUGIN(Class) AGENTE_PLUGIN_OF_KIND(Class, ::agente::detail::exporter_kind)
