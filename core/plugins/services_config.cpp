#include <algorithm>
#include <cstddef>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "plugins/c_abi.hpp"
#include "plugins/tenant.hpp"

// agente.config/1 and agente.secrets/1

namespace agente::plugins {
namespace {

using nlohmann::json;

agente_status instance(const agente_host* host, agente_instance* out) noexcept {
  return serve(host, nullptr, [&](Tenant& tenant) -> Result<void> {
    if (!abi::complete(out, offsetof(agente_instance, accounts)))
      return Error{Code::kInvalid, "struct_size of agente_instance is not set"};
    out->id = abi::str(tenant.config.id);
    out->environment = abi::str(config::stage_name(tenant.house->stage));
    const auto& hotel = tenant.hotel;
    out->hotel = !hotel ? agente_str{} : abi::str(hotel->id);
    out->timezone = !hotel ? agente_str{} : abi::str(hotel->timezone);
    out->currency = !hotel ? agente_str{} : abi::str(hotel->currency);
    out->language = !hotel ? agente_str{} : abi::str(hotel->language);
    if (!abi::complete(out)) return {};  // of before 0.3
    out->accounts = tenant.accounts.data();
    out->account_count = tenant.accounts.size();
    return {};
  });
}

Result<std::string> at_pointer(const std::string& config, const std::string& pointer) {
  if (pointer.empty()) return config;
  try {
    const auto document = json::parse(config);
    const json::json_pointer at(pointer);
    if (document.contains(at)) return document.at(at).dump();
  } catch (const json::exception& e) {
    return Error{Code::kInvalid, fmt::format("\"{}\" is not a JSON pointer: {}", pointer, e.what())};
  }
  return Error{Code::kNotFound, fmt::format("the config has nothing at {}", pointer)};
}

Result<void> hand_out(const Result<std::string>& text, const agente_sink* out) {
  if (!text) return text.error();
  if (const auto status = abi::put(out, *text); status != AGENTE_OK) {
    return Error{abi::is_known(status) ? static_cast<Code>(status) : Code::kInvalid, "the sink refused the text"};
  }
  return {};
}

agente_status get_config(const agente_host* host, agente_str pointer, const agente_sink* out,
                         agente_error* err) noexcept {
  return serve(host, err, [&](Tenant& tenant) -> Result<void> {
    const auto wanted = abi::text(pointer);
    if (!wanted) return Error{Code::kInvalid, "the pointer is malformed"};
    return hand_out(at_pointer(tenant.config.config, *wanted), out);
  });
}

/// "/oauth/client_secret" -> "oauth.client_secret", as the config names its secrets.
std::string secret_name(std::string_view pointer) {
  std::string name(pointer.substr(pointer.starts_with('/') ? 1 : 0));
  std::ranges::replace(name, '/', '.');
  return name;
}

agente_status get_secret(const agente_host* host, agente_str pointer, const agente_sink* out,
                         agente_error* err) noexcept {
  return serve(host, err, [&](Tenant& tenant) -> Result<void> {
    const auto wanted = abi::text(pointer);
    if (!wanted) return Error{Code::kInvalid, "the pointer is malformed"};
    const auto& secrets = tenant.config.secrets;
    const auto found = secrets.find(secret_name(*wanted));
    if (found == secrets.end()) return Error{Code::kNotFound, fmt::format("no secret is set at {}", *wanted)};
    auto value = found->second.read();
    if (!value) return Error{Code::kConfig, value.error().text};
    return hand_out(value, out);
  });
}

}  // namespace

const agente_config_v1 kConfigService{&instance, &get_config};
const agente_secrets_v1 kSecretsService{&get_secret};

}  // namespace agente::plugins
