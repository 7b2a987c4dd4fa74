#include "kv_vault.hpp"

#include <nlohmann/json.hpp>

namespace house {
namespace {

using nlohmann::json;

constexpr const char* kHead = "head";
constexpr const char* kPrefix = "b/";
constexpr int kMostReads = 20;

std::string key_of(const Record& record) { return kPrefix + fold(record.booking.booking_id); }

json parsed(const agente::kv_entry& entry) {
  if (entry.schema > kSchema)
    throw agente::error(AGENTE_E_CONFIG, "the bookings in the store were written by a newer house-pms; install that");
  return json::parse(entry.value);
}

/// Counters and latest record of the head.
Record read_head(const agente::kv_entry& entry, Ledger& ledger) {
  const auto value = parsed(entry);
  ledger.last_number = value.at("last_number").get<std::uint64_t>();
  ledger.last_sequence = value.at("last_sequence").get<std::uint64_t>();
  return record_of(value.at("latest"));
}

std::uint64_t revision_of(const std::optional<agente::kv_entry>& head) {
  return head ? head->revision : agente::kv_absent;
}

}  // namespace

bool KvVault::changed() { return revision_of(host_.kv_get(kHead)) != head_; }

Ledger KvVault::load() {
  try {
    for (int attempt = 0; attempt < kMostReads; ++attempt) {
      auto ledger = read_once();
      if (!changed()) return ledger;  // else somebody wrote while we were reading
    }
  } catch (const agente::error&) {
    throw;
  } catch (const std::exception& e) {
    throw agente::error(AGENTE_E_CONFIG, std::string{"the bookings in the store cannot be read: "} + e.what());
  }
  throw agente::error(AGENTE_E_RETRY, "the bookings in the store change faster than they can be read");
}

Ledger KvVault::read_once() {
  Ledger ledger;
  revisions_.clear();
  pending_.reset();
  const auto head = host_.kv_get(kHead);
  head_ = revision_of(head);
  for (auto page = host_.kv_list(kPrefix); !page.empty(); page = host_.kv_list(kPrefix, page.back().key)) {
    for (const auto& entry : page) {
      auto record = record_of(parsed(entry));
      revisions_[entry.key] = entry.revision;
      ledger.records.insert_or_assign(fold(record.booking.booking_id), std::move(record));
    }
  }
  if (head) {
    pending_ = read_head(*head, ledger);
    ledger.records.insert_or_assign(fold(pending_->booking.booking_id), *pending_);
  }
  return ledger;
}

void KvVault::put(const std::string& key, const std::string& value, std::uint64_t& revision) {
  try {
    revision = host_.kv_put(key, value, kSchema, revision);
  } catch (const agente::error& e) {
    if (e.code() == AGENTE_E_CONFLICT) throw Stale{};
    throw;
  }
}

void KvVault::settle_pending() {
  if (!pending_) return;
  const auto key = key_of(*pending_);
  put(key, to_json(*pending_).dump(), revisions_.try_emplace(key, agente::kv_absent).first->second);
  pending_.reset();
}

void KvVault::save(const Ledger& ledger, const Record& latest) {
  settle_pending();
  const json head{
      {"last_number", ledger.last_number}, {"last_sequence", ledger.last_sequence}, {"latest", to_json(latest)}};
  put(kHead, head.dump(), head_);
  pending_ = latest;
}

void KvVault::probe() { (void)host_.kv_get(kHead); }

}  // namespace house
