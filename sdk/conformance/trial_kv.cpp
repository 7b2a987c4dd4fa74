#include "conformance/trial_services.hpp"

namespace agente::conformance {
namespace {

using Rule = Breach::Rule;
using agente::detail::report;
using agente::detail::view;

constexpr std::size_t kLongestKey = 256;
constexpr std::size_t kLargestValue = std::size_t{1} << 20U;

agente_status write_entry(const std::string& key, const Kv::Entry& entry, const agente_kv_sink* out) {
  auto raw = agente::detail::sized<agente_kv_entry>();
  raw.schema = entry.schema;
  raw.revision = entry.revision;
  raw.key = agente::detail::str(key);
  raw.value = agente::detail::bytes(entry.value);
  return out->write(out->ctx, &raw);
}

}  // namespace

/// What put, erase and stage refuse alike.
agente_status TrialServices::kv_write(TrialHost& host, const char* what, const std::string& key, size_t size,
                                      agente_error* err) {
  if (const auto code = enter(host, Service::kKv, what, err); code != AGENTE_OK) return code;
  if (!host.live_) {
    host.note(Rule::kBeforeLive, std::string(what) + " wrote \"" + key + "\"");
    return report(err, AGENTE_E_CANCELLED, "the instance is not live yet");
  }
  if (key.empty() || key.size() > kLongestKey || size > kLargestValue)
    return report(err, AGENTE_E_INVALID, "a key has 1 to 256 bytes, a value at most 1 MiB");
  return AGENTE_OK;
}

agente_status TrialServices::kv_get(const agente_host* raw, agente_str key, const agente_kv_sink* out,
                                    agente_error* err) {
  auto& host = of(raw);
  if (const auto code = enter(host, Service::kKv, "kv.get", err); code != AGENTE_OK) return code;
  const auto name = taken(host, key, "a kv key");
  Kv::Entry entry;
  {
    const std::lock_guard lock(host.kv_.mutex);
    const auto found = host.kv_.entries.find(name);
    if (found == host.kv_.entries.end()) return report(err, AGENTE_E_NOT_FOUND, "no such key");
    entry = found->second;
  }
  return write_entry(name, entry, out);
}

agente_status TrialServices::kv_put(const agente_host* raw, agente_str key, agente_bytes value, uint32_t schema,
                                    uint64_t expected, uint64_t* revision, agente_error* err) {
  auto& host = of(raw);
  const auto name = taken(host, key, "a kv key");
  if (const auto code = kv_write(host, "kv.put", name, value.len, err); code != AGENTE_OK) return code;
  const auto broken = host.next_break();
  if (broken == TrialHost::Break::kBefore) return report(err, AGENTE_E_RETRY, "the store is down");
  const std::lock_guard lock(host.kv_.mutex);
  const auto found = host.kv_.entries.find(name);
  const auto now = found == host.kv_.entries.end() ? 0 : found->second.revision;
  if (expected != AGENTE_KV_ANY && expected != now) return report(err, AGENTE_E_CONFLICT, "it has another revision");
  host.kv_.entries[name] = {std::string(view(value)), schema, ++host.kv_.revision};
  if (broken == TrialHost::Break::kAfter)
    return report(err, AGENTE_E_UNKNOWN_OUTCOME, "the store broke off after it had written");
  if (revision != nullptr) *revision = host.kv_.revision;
  return AGENTE_OK;
}

agente_status TrialServices::kv_erase(const agente_host* raw, agente_str key, uint64_t expected, agente_error* err) {
  auto& host = of(raw);
  const auto name = taken(host, key, "a kv key");
  if (const auto code = kv_write(host, "kv.erase", name, 0, err); code != AGENTE_OK) return code;
  const std::lock_guard lock(host.kv_.mutex);
  const auto found = host.kv_.entries.find(name);
  const auto now = found == host.kv_.entries.end() ? 0 : found->second.revision;
  if (expected != AGENTE_KV_ANY && expected != now) return report(err, AGENTE_E_CONFLICT, "it has another revision");
  if (found != host.kv_.entries.end()) host.kv_.entries.erase(found);
  return AGENTE_OK;
}

agente_status TrialServices::kv_list(const agente_host* raw, agente_str prefix, agente_str after, uint32_t limit,
                                     const agente_kv_sink* out, agente_error* err) {
  auto& host = of(raw);
  if (const auto code = enter(host, Service::kKv, "kv.list", err); code != AGENTE_OK) return code;
  const auto start = taken(host, prefix, "a kv prefix");
  const auto past = taken(host, after, "a kv key");
  std::vector<std::pair<std::string, Kv::Entry>> chosen;
  {
    const std::lock_guard lock(host.kv_.mutex);
    for (const auto& [key, entry] : host.kv_.entries) {
      if (chosen.size() < limit && key.starts_with(start) && key > past) chosen.emplace_back(key, entry);
    }
  }
  for (const auto& [key, entry] : chosen) {
    if (const auto status = write_entry(key, entry, out); status != AGENTE_OK) return status;
  }
  return AGENTE_OK;
}

agente_status TrialServices::kv_stage(const agente_host* raw, const agente_call* call, agente_str key,
                                      agente_bytes value, uint32_t schema, agente_error* err) {
  auto& host = of(raw);
  const auto name = taken(host, key, "a kv key");
  if (const auto code = kv_write(host, "kv.stage", name, value.len, err); code != AGENTE_OK) return code;
  if (const auto code = stage(host, call, "kv.stage", err); code != AGENTE_OK) return code;
  const auto known = host.find(call, "kv.stage");
  if (!known) return agente::detail::report(err, AGENTE_E_CANCELLED, "this call is over");
  const std::lock_guard lock(host.mutex_);
  --known->staged;  // a value is no message
  known->values.emplace_back(name, Kv::Entry{std::string(view(value)), schema, 0});
  return AGENTE_OK;
}

namespace detail {
namespace {

/// How many bytes a character has that begins so; 0: none begins so.
std::size_t length_of(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return 2;
  if (first >= 0xe0 && first <= 0xef) return 3;
  return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

/// Overlong, a surrogate, or beyond U+10FFFF.
bool is_forbidden(unsigned char first, unsigned char second) {
  return (first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) || (first == 0xf0 && second < 0x90) ||
         (first == 0xf4 && second > 0x8f);
}

}  // namespace

bool is_utf8(std::string_view text) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  for (std::size_t at = 0; at < text.size();) {
    const auto length = length_of(byte(at));
    if (length == 0 || at + length > text.size()) return false;
    if (length > 1 && is_forbidden(byte(at), byte(at + 1))) return false;
    for (std::size_t i = 1; i < length; ++i) {
      if ((byte(at + i) & 0xc0U) != 0x80U) return false;
    }
    at += length;
  }
  return true;
}

}  // namespace detail
}  // namespace agente::conformance
