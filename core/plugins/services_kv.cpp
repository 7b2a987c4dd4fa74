#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "plugins/c_abi.hpp"
#include "plugins/staging.hpp"
#include "plugins/tenant.hpp"

// agente.kv/1

namespace agente::plugins {
namespace {

constexpr std::size_t kLongestKey = 256;
constexpr std::size_t kLargestValue = std::size_t{1} << 20U;
constexpr std::uint32_t kMostListed = 10'000;

Error bad_key() { return {Code::kInvalid, "a key is 1 to 256 bytes of UTF-8"}; }
Error bad_value() { return {Code::kInvalid, "a value has at most 1 MiB"}; }
Error not_live() { return {Code::kCancelled, "the instance is not live yet: write once it is"}; }

std::optional<std::string> key_of(agente_str key) {
  auto out = abi::text(key, kLongestKey);
  return out && !out->empty() ? out : std::nullopt;
}

std::optional<std::uint64_t> revision_of(std::uint64_t expected) {
  return expected == AGENTE_KV_ANY ? std::nullopt : std::optional(expected);
}

Result<void> hand_out(const KvEntry& entry, const agente_kv_sink* out) {
  if (out == nullptr || out->write == nullptr) return Error{Code::kInvalid, "there is no sink"};
  const agente_kv_entry record{sizeof record, entry.schema, entry.revision, abi::str(entry.key),
                               abi::bytes(entry.value)};
  const auto status = out->write(out->ctx, &record);
  if (status == AGENTE_OK) return {};
  return Error{abi::is_known(status) ? static_cast<Code>(status) : Code::kInvalid, "the sink refused the entry"};
}

agente_status get(const agente_host* host, agente_str key, const agente_kv_sink* out, agente_error* err) noexcept {
  return serve(host, err, [&](Tenant& tenant) -> Result<void> {
    const auto wanted = key_of(key);
    if (!wanted) return bad_key();
    const auto entry = tenant.house->services.kv.get(tenant.config.kv_owner(), *wanted);
    return entry ? hand_out(*entry, out) : Result<void>(entry.error());
  });
}

agente_status put(const agente_host* host, agente_str key, agente_bytes value, std::uint32_t schema,
                  std::uint64_t expected, std::uint64_t* revision, agente_error* err) noexcept {
  return serve(host, err, [&](Tenant& tenant) -> Result<void> {
    const auto name = key_of(key);
    const auto bytes = abi::view(value, kLargestValue);
    if (!name) return bad_key();
    if (!bytes) return bad_value();
    if (!tenant.live) return not_live();
    const auto done =
        tenant.house->services.kv.put(tenant.config.kv_owner(), *name, *bytes, schema, revision_of(expected));
    if (!done) return done.error();
    if (revision != nullptr) *revision = *done;
    return {};
  });
}

agente_status erase(const agente_host* host, agente_str key, std::uint64_t expected, agente_error* err) noexcept {
  return serve(host, err, [&](Tenant& tenant) -> Result<void> {
    const auto name = key_of(key);
    if (!name) return bad_key();
    if (!tenant.live) return not_live();
    return tenant.house->services.kv.erase(tenant.config.kv_owner(), *name, revision_of(expected));
  });
}

agente_status list(const agente_host* host, agente_str prefix, agente_str after, std::uint32_t limit,
                   const agente_kv_sink* out, agente_error* err) noexcept {
  return serve(host, err, [&](Tenant& tenant) -> Result<void> {
    const auto begins = abi::text(prefix, kLongestKey);
    const auto beyond = abi::text(after, kLongestKey);
    if (!begins || !beyond) return Error{Code::kInvalid, "prefix and after are at most 256 bytes of UTF-8"};
    const auto most = static_cast<int>(std::min(limit, kMostListed));
    const auto entries = tenant.house->services.kv.list(tenant.config.kv_owner(), *begins, *beyond, most);
    if (!entries) return entries.error();
    for (const auto& entry : *entries) {
      if (auto done = hand_out(entry, out); !done) return done;
    }
    return {};
  });
}

agente_status stage(const agente_host* host, const agente_call* call, agente_str key, agente_bytes value,
                    std::uint32_t schema, agente_error* err) noexcept {
  return serve(host, err, [&](Tenant& tenant) -> Result<void> {
    const auto name = key_of(key);
    const auto bytes = abi::view(value, kLargestValue);
    if (!name) return bad_key();
    if (!bytes) return bad_value();
    return with_staged(tenant, call, [&](Staged& staged) -> Result<void> {
      staged.kv.push_back({*name, std::string(*bytes), schema});
      return {};
    });
  });
}

}  // namespace

const agente_kv_v1 kKvService{&get, &put, &erase, &list, &stage};

}  // namespace agente::plugins
