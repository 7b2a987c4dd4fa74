#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "conformance/trial_host.hpp"

namespace agente::conformance {

/// The tables behind agente_host::query.
struct TrialServices {
  static const void* query(const agente_host* host, agente_str id);

  static TrialHost& of(const agente_host* host) { return *reinterpret_cast<const TrialHost::Raw*>(host)->self; }

  // Each is one entry of a table of host.h.
  static void log_write(const agente_host* host, const agente_call* call, int32_t level, agente_str message,
                        const agente_field* fields, size_t count);
  static agente_status instance(const agente_host* host, agente_instance* out);
  static agente_status config_get(const agente_host* host, agente_str pointer, const agente_sink* out,
                                  agente_error* err);
  static agente_status secret_get(const agente_host* host, agente_str pointer, const agente_sink* out,
                                  agente_error* err);
  static int64_t now_ms(const agente_host* host);
  static int64_t monotonic_ms(const agente_host* host);
  static agente_status local_day(const agente_host* host, int64_t time_ms, agente_str zone, agente_day* out);
  static agente_status measure(const agente_host* host, agente_str name, const agente_field* labels, size_t count,
                               double value);
  static agente_status http(const agente_host* host, const agente_call* call, const agente_http_request* request,
                            const agente_http_response_sink* out, agente_error* err);
  static agente_status kv_get(const agente_host* host, agente_str key, const agente_kv_sink* out, agente_error* err);
  static agente_status kv_put(const agente_host* host, agente_str key, agente_bytes value, uint32_t schema,
                              uint64_t expected, uint64_t* revision, agente_error* err);
  static agente_status kv_erase(const agente_host* host, agente_str key, uint64_t expected, agente_error* err);
  static agente_status kv_list(const agente_host* host, agente_str prefix, agente_str after, uint32_t limit,
                               const agente_kv_sink* out, agente_error* err);
  static agente_status kv_stage(const agente_host* host, const agente_call* call, agente_str key, agente_bytes value,
                                uint32_t schema, agente_error* err);
  static agente_status timer_start(const agente_host* host, uint32_t delay_ms, uint32_t period_ms,
                                   agente_status (*fn)(void*, const agente_call*, agente_error*), void* ctx,
                                   uint64_t* id, agente_error* err);
  static agente_status timer_stop(const agente_host* host, uint64_t id);
  static agente_status take(const agente_host* host, agente_str name, uint32_t at_once, uint32_t window_ms,
                            agente_error* err);
  static agente_status accept(const agente_host* host, const agente_call* call, const agente_inbound* message,
                              agente_error* err);
  static agente_status receipt(const agente_host* host, const agente_call* call, const agente_receipt* receipt,
                               agente_error* err);

 private:
  /// Lets the instance in and fails as the script says; AGENTE_OK: go on.
  static agente_status enter(TrialHost& host, Service service, const char* what, agente_error* err);
  /// A text the plugin hands over; what is wrong with it is noted.
  static std::string taken(TrialHost& host, agente_str text, const char* what);
  static agente_status kv_write(TrialHost& host, const char* what, const std::string& key, size_t size,
                                agente_error* err);
  static agente_status stage(TrialHost& host, const agente_call* call, const char* what, agente_error* err);
};

namespace detail {
void keep(std::vector<TrialHost::Request>& all, TrialHost::Request one);
void keep(std::string& log, std::string_view line);
/// Well-formed UTF-8 (no overlong forms, surrogates or numbers beyond U+10FFFF).
[[nodiscard]] bool is_utf8(std::string_view text);
}  // namespace detail

}  // namespace agente::conformance
