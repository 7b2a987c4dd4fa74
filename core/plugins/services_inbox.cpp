#include <algorithm>
#include <cstddef>

#include <agente/channel.h>
#include <fmt/format.h>

#include "base/text.hpp"
#include "plugins/c_abi.hpp"
#include "plugins/staging.hpp"
#include "plugins/tenant.hpp"

// agente.inbox/1

namespace agente::plugins {

Result<void> with_staged(Tenant& tenant, const agente_call* call, const std::function<Result<void>(Staged&)>& work) {
  constexpr std::size_t kMost = 10'000;
  const auto of = tenant.calls.find(call);
  if (!of) return Error{Code::kCancelled, "the call is over"};
  if (!tenant.live) return Error{Code::kCancelled, "the instance is not live yet"};
  const std::lock_guard lock(of->mutex);
  if (of->over) return Error{Code::kCancelled, "the call is over"};
  if (of->staged == nullptr) return Error{Code::kInvalid, "only on_http, poll and timer calls may stage"};
  auto& staged = *of->staged;
  if (staged.messages.size() + staged.receipts.size() + staged.kv.size() >= kMost) {
    return Error{Code::kInvalid, "one call may stage 10,000 things: return and go on in the next"};
  }
  return work(staged);
}

std::function<Result<void>()> committing(Tenant& tenant, const Staged& staged, const Duty::Shift& shift) {
  return [&]() -> Result<void> {
    if (staged.empty()) return {};
    if (!shift.may_commit()) {
      return Error{Code::kCancelled, fmt::format("{} took longer than its deadline, and another host has gone on: what "
                                                 "it brought is left to that one",
                                                 tenant.config.id)};
    }
    return tenant.house->services.inbox.commit(tenant.config.id, staged);
  };
}

namespace {

constexpr std::size_t kLongestText = 64 * 1024;
constexpr std::size_t kLargestRaw = std::size_t{3} << 20U;
constexpr std::size_t kLongestBeforeCut = std::size_t{16} << 20U;

/// Clean, and cut between characters.
std::optional<std::string> prose(agente_str from, std::size_t limit) {
  const auto seen = abi::view(from, kLongestBeforeCut);
  if (!seen) return std::nullopt;
  auto text = clean_utf8(seen->substr(0, limit + 4));  // a longer character than this there is not
  if (text.size() <= limit) return text;
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0U) == 0x80U) --limit;
  text.resize(limit);
  return text;
}

struct Address {
  std::string account;
  std::string hotel;
};

/// Which hotel an account belongs to, by the YAML.
Result<Address> find_hotel(const config::InstanceConfig& config, const std::string& account) {
  const auto& accounts = config.accounts;
  if (account.empty() && accounts.size() == 1) return Address{accounts.begin()->first, accounts.begin()->second};
  if (const auto found = accounts.find(account); found != accounts.end()) return Address{account, found->second};
  if (accounts.empty() && !config.hotel.empty()) return Address{account, config.hotel};
  return Error{
      Code::kNotFound,
      account.empty()
          ? fmt::format("channel {} has {} accounts, so each message must name one", config.id, accounts.size())
          : fmt::format("account {} belongs to no hotel: add it to accounts of channel {}", account, config.id)};
}

Error malformed() { return {Code::kInvalid, "a field of the record is malformed or too long"}; }

Time time_of(std::int64_t ms) { return Time{Millis{std::max<std::int64_t>(ms, 0)}}; }

Result<InboundMessage> read_message(const agente_inbound& from, const config::InstanceConfig& config) {
  const auto account = abi::text(from.account);
  const auto raw = abi::view(from.raw, kLongestBeforeCut);
  const auto id = prose(from.external_id, abi::kNameLimit);
  const auto sender = prose(from.sender, abi::kNameLimit);
  const auto name = prose(from.sender_name, abi::kNameLimit);
  const auto kind = prose(from.kind, abi::kNameLimit);
  const auto text = prose(from.text, kLongestText);
  const auto reply_to = prose(from.reply_to, abi::kNameLimit);
  const auto choice = prose(from.choice, abi::kNameLimit);
  if (!account || !raw || !id || !sender || !name || !kind || !text || !reply_to || !choice) return malformed();
  if (id->empty() || sender->empty()) return Error{Code::kInvalid, "external_id and sender must be set"};
  if (from.external_id.len > abi::kNameLimit || from.sender.len > abi::kNameLimit) return malformed();
  auto address = find_hotel(config, *account);
  if (!address) return address.error();
  return InboundMessage{.hotel = address->hotel,
                        .account = address->account,
                        .external_id = *id,
                        .sender = *sender,
                        .sender_name = *name,
                        .kind = (from.flags & AGENTE_INBOUND_GROUP) != 0 ? "group"
                                : kind->empty()                          ? "text"
                                                                         : *kind,
                        .text = *text,
                        .reply_to = *reply_to,
                        .raw = std::string(raw->substr(0, kLargestRaw)),
                        .provider_time = time_of(from.provider_time_ms),
                        .choice = *choice};
}

agente_status accept(const agente_host* host, const agente_call* call, const agente_inbound* message,
                     agente_error* err) noexcept {
  return serve(host, err, [&](Tenant& tenant) -> Result<void> {
    const auto given = abi::copy_of(message, offsetof(agente_inbound, choice));
    if (!given) return malformed();
    return with_staged(tenant, call, [&](Staged& staged) -> Result<void> {
      auto read = read_message(*given, tenant.config);
      if (!read) return read.error();
      staged.messages.push_back(std::move(*read));
      return {};
    });
  });
}

Result<Receipt> read_receipt(const agente_receipt& from, const config::InstanceConfig& config) {
  const auto account = abi::text(from.account);
  const auto key = abi::text(from.key);
  const auto id = abi::text(from.external_id);
  const auto code = prose(from.code, abi::kNameLimit);
  const auto reason = prose(from.reason, abi::kNameLimit);
  if (!account || !key || !id || !code || !reason) return malformed();
  if (from.state < AGENTE_RECEIPT_SENT || from.state > AGENTE_RECEIPT_AGAIN) {
    return Error{Code::kInvalid, fmt::format("receipt state {} does not exist", from.state)};
  }
  if (key->empty() && id->empty()) return Error{Code::kInvalid, "a receipt needs key or external_id"};
  auto address = find_hotel(config, *account);
  if (!address) return address.error();
  return Receipt{static_cast<ReceiptState>(from.state), address->account, *key, *id, *code, *reason,
                 time_of(from.provider_time_ms)};
}

agente_status receipt(const agente_host* host, const agente_call* call, const agente_receipt* from,
                      agente_error* err) noexcept {
  return serve(host, err, [&](Tenant& tenant) -> Result<void> {
    if (!abi::complete(from)) return malformed();
    return with_staged(tenant, call, [&](Staged& staged) -> Result<void> {
      auto read = read_receipt(*from, tenant.config);
      if (!read) return read.error();
      staged.receipts.push_back(std::move(*read));
      return {};
    });
  });
}

}  // namespace

const agente_inbox_v1 kInboxService{&accept, &receipt};

}  // namespace agente::plugins
