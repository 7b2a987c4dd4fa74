#include "web/visitor.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace agente::web {
namespace {

constexpr std::string_view kCookie = "agente_guest";
constexpr std::chrono::hours kMemory{1};

bool is_well_formed(std::string_view id) {
  const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return id.size() == 32 && std::ranges::all_of(id, is_digit);
}

}  // namespace

Visitors::Visitors(Limits limits, Now now) : limits_(limits), now_(std::move(now)) {}

Result<void> Visitors::welcome(Request& request, Response& response) {
  const auto shown = cookie(request, kCookie);
  const bool known = is_well_formed(shown);
  std::string visitor = known ? std::string(shown) : random_hex(16);
  if (!request.trusted) {
    if (auto admitted = admit(request.client, visitor); !admitted) return admitted;
  }
  if (!known) {
    response.headers.add("Set-Cookie", std::string(kCookie) + "=" + visitor +
                                           "; HttpOnly; SameSite=Lax; Path=/chat; Max-Age=31536000" +
                                           (request.secure ? "; Secure" : ""));
  }
  request.visitor = std::move(visitor);
  return {};
}

Result<void> Visitors::admit(const std::string& client, const std::string& visitor) {
  const auto now = now_();
  const std::lock_guard lock(mutex_);
  auto& bucket = bucket_of(Address::parse(client).value_or(Address{}).subscriber(), now);
  const auto guest = std::hash<std::string>{}(visitor);
  if (const auto seen = bucket.seen.find(guest); seen != bucket.seen.end() && now - seen->second < kMemory) {
    seen->second = now;
    return {};
  }
  std::erase_if(bucket.seen, [&](const auto& entry) { return now - entry.second >= kMemory; });
  if (bucket.tokens < 1) {
    const auto wait = std::chrono::duration<double>(3600.0 * (1 - bucket.tokens) / std::max(limits_.per_hour, 1U));
    return Error{Code::kRate, "too many new guests from this address; try again later",
                 std::chrono::ceil<Millis>(wait)};
  }
  bucket.tokens -= 1;
  bucket.seen.emplace(guest, now);
  return {};
}

Visitors::Bucket& Visitors::bucket_of(const Address& address, Steady now) {
  const double full = limits_.per_hour;
  if (const auto found = by_address_.find(address); found != by_address_.end()) {
    buckets_.splice(buckets_.begin(), buckets_, found->second);
    auto& bucket = buckets_.front();
    const double hours = std::chrono::duration<double, std::ratio<3600>>(now - bucket.filled).count();
    bucket.tokens = std::min(full, bucket.tokens + hours * full);
    bucket.filled = now;
    return bucket;
  }
  if (buckets_.size() >= limits_.addresses) {
    by_address_.erase(buckets_.back().address);
    buckets_.pop_back();
  }
  buckets_.push_front({.address = address, .tokens = full, .filled = now});
  by_address_[address] = buckets_.begin();
  return buckets_.front();
}

}  // namespace agente::web
