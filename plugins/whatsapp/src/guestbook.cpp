#include "guestbook.hpp"

#include <algorithm>
#include <vector>

#include "numbers.hpp"

namespace agente::whatsapp {
namespace {

constexpr std::uint32_t kSchema = 1;
constexpr std::size_t kMostInMemory = 20'000;
constexpr std::chrono::minutes kRemembered{10};
/// Ids of Meta are shorter; kv takes keys of 256 bytes.
constexpr std::size_t kLongestKey = 200;

/// The keys of kv under which the guest may be known; none for a number that is always written the same way.
std::vector<std::string> keys_of(const GuestMessage& message) {
  std::vector<std::string> keys;
  if (!message.user.empty() && message.user.size() <= kLongestKey) keys.push_back("guest/" + message.user);
  if (!other_form(message.sender).empty()) keys.push_back("guest/" + matching_form(message.sender));
  return keys;
}

constexpr std::string_view kMoved = "moved/";
constexpr std::chrono::seconds kMovesRemembered{5};
constexpr std::uint32_t kMostMoves = 10'000;

std::string form_key(std::string_view recipient) { return "form/" + std::string{recipient}; }

}  // namespace

std::string Guestbook::sender_of(const GuestMessage& message, const News& news) {
  for (const auto& key : keys_of(message))
    if (auto sender = known(key, news)) return *std::move(sender);
  const auto moved = moves();
  const auto found = moved->sender_of.find(message.sender);
  return found == moved->sender_of.end() ? message.sender : found->second;
}

void Guestbook::learn(const GuestMessage& message, const std::string& sender, News& news, call here) {
  for (const auto& key : keys_of(message)) {
    if (known(key, news)) continue;
    host_.kv_stage(here, key, sender, kSchema);
    news.emplace(key, sender);
  }
  if (!message.moved_to.empty() && message.moved_to.size() <= kLongestKey)
    host_.kv_stage(here, std::string{kMoved} + message.moved_to, sender, kSchema);
}

std::shared_ptr<const Guestbook::Moves> Guestbook::moves() {
  const auto now = host_.now();
  {
    const std::lock_guard lock(mutex_);
    if (moves_ && now >= moves_read_ && now - moves_read_ < kMovesRemembered) return moves_;
  }
  auto entries = host_.kv_list(kMoved, {}, kMostMoves);
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.revision < b.revision; });
  auto read = std::make_shared<Moves>();
  for (const auto& entry : entries) {
    const auto number = entry.key.substr(kMoved.size());
    read->sender_of[number] = entry.value;
    read->number_of[entry.value] = number;
  }
  const std::lock_guard lock(mutex_);
  moves_ = std::move(read);
  moves_read_ = now;
  return moves_;
}

/// Not remembered before it is read back: what was staged may yet be dropped with its webhook.
std::optional<std::string> Guestbook::known(const std::string& key, const News& news) {
  if (const auto found = news.find(key); found != news.end()) return found->second;
  {
    const std::lock_guard lock(mutex_);
    const auto found = memory_.find(key);
    if (found != memory_.end() && host_.now() < found->second.until) return found->second.value;
  }
  const auto entry = host_.kv_get(key);
  if (!entry) return std::nullopt;
  remember(key, entry->value);
  return entry->value;
}

void Guestbook::remember(const std::string& key, const std::string& value) {
  const std::lock_guard lock(mutex_);
  if (memory_.size() >= kMostInMemory) memory_.clear();
  memory_.insert_or_assign(key, Memory{.value = value, .until = host_.now() + kRemembered});
}

std::string Guestbook::number_of(std::string_view recipient) {
  const auto moved = moves();
  if (const auto found = moved->number_of.find(recipient); found != moved->number_of.end()) return found->second;
  if (other_form(recipient).empty()) return std::string{recipient};
  const auto key = form_key(recipient);
  if (auto number = known(key, {})) return *std::move(number);
  remember(key, std::string{recipient});  // asked once; another host that learns better costs us one refusal
  return std::string{recipient};
}

void Guestbook::reach(std::string_view recipient, const std::string& number) {
  const auto key = form_key(recipient);
  remember(key, number);
  try {
    host_.kv_put(key, number, kSchema);
  } catch (const error&) {  // the message is out: it must not seem to have failed for want of this note
  }
}

}  // namespace agente::whatsapp
