#include "guestbook.hpp"

#include <algorithm>
#include <charconv>

#include "numbers.hpp"

namespace agente::whatsapp {
namespace {

constexpr std::uint32_t kSchema = 1;
constexpr std::size_t kMostInMemory = 20'000;
/// What is absent may be written by another host; what is staged here is committed or dropped by then.
constexpr std::chrono::seconds kSoon{5};
/// Ids of Meta are shorter; kv takes keys of 256 bytes.
constexpr std::size_t kLongestKey = 200;
/// Of one webhook: messages and notes share what a call may stage. Who is left out is noted when he writes again.
constexpr std::size_t kMostNotes = 3'000;
/// From a number to a user id, from there to an older one: longer chains are only made by a mistake.
constexpr int kMostSteps = 8;

constexpr std::string_view kGuest = "guest/";
constexpr std::string_view kMoved = "moved/";
constexpr std::string_view kNumber = "number/";
constexpr std::string_view kNoted = "noted";
constexpr std::uint32_t kPage = 10'000;

std::string key_of(std::string_view kind, const std::string& id) { return std::string{kind} + matching_form(id); }

bool has_key(const std::string& id) { return !id.empty() && id.size() <= kLongestKey; }

std::string form_key(std::string_view recipient) { return "form/" + std::string{recipient}; }

/// "1763200100000 34699888777"
std::string written(const std::string& id, std::int64_t since_ms) { return std::to_string(since_ms) + " " + id; }

/// All of kv below `prefix`, by id.
std::vector<std::pair<std::string, std::string>> list(const host& services, std::string_view prefix) {
  std::vector<std::pair<std::string, std::string>> all;
  for (std::string after;;) {
    const auto page = services.kv_list(prefix, after, kPage);
    for (const auto& entry : page) all.emplace_back(entry.key.substr(prefix.size()), entry.value);
    if (page.size() < kPage) return all;
    after = page.back().key;
  }
}

}  // namespace

void Guestbook::read(const WebhookBody& body, News& news) {
  const auto show = [&](const GuestIds& ids) {
    if (!ids.both()) return;
    const auto sender = sender_of(ids, news);
    news.shown_[key_of(kGuest, ids.user)] = sender;
    if (!is_of_another(ids.phone, sender, news)) news.shown_[key_of(kGuest, ids.phone)] = sender;
  };
  const auto show_move = [&](const GuestIds& from, const GuestIds& to) {
    const auto sender = sender_of(from, news);
    for (const auto& id : moved_ids(to, sender, news)) news.shown_[key_of(kMoved, id)] = sender;
  };
  for (const auto& message : body.messages) show(message.ids);
  for (const auto& status : body.statuses) show(status.ids);
  for (const auto& message : body.messages)
    if (!message.moved_to.any().empty()) show_move(message.ids, message.moved_to);
  for (const auto& move : body.moves) show_move(move.from, move.to);
}

/// Where both ids are known, what Meta has told goes before what was seen, and the user id before the number, which may
/// be somebody else's by now. So of a guest whose user id is known only what was told matters of his number.
std::string Guestbook::sender_of(const GuestIds& ids, const News& news) {
  if (!ids.both()) return follow(ids.any(), news).sender;
  const auto by_user = follow(ids.user, news);
  const auto by_phone = follow(ids.phone, news, by_user.known ? Ask::kMoves : Ask::kAll);
  if (!by_user.moved && by_phone.sender != by_user.sender && has_left(by_phone.sender, ids.phone))
    return by_user.sender;
  const bool user_first = by_user.moved != by_phone.moved ? by_user.moved : by_user.known;
  return (user_first ? by_user : by_phone).sender;
}

/// The guest has another number by now: who writes from this one under an id that is not his is somebody else.
bool Guestbook::has_left(const std::string& sender, const std::string& number) {
  const auto moved = moves();
  const auto found = moved->address_of.find(sender);
  return found != moved->address_of.end() && is_number(found->second.id) &&
         matching_form(found->second.id) != matching_form(number);
}

Guestbook::Found Guestbook::follow(const std::string& id, const News& news, Ask ask) {
  Found found{.sender = id};
  for (int step = 0; step < kMostSteps; ++step) {
    auto further = next(found.sender, news, ask);
    if (!further) break;
    found.known = true;
    found.moved = found.moved || further->moved;
    if (further->sender == found.sender) break;
    found.sender = std::move(further->sender);
  }
  return found;
}

/// For whom an id stands, one step. The store is not asked for numbers while none is noted there.
std::optional<Guestbook::Found> Guestbook::next(const std::string& id, const News& news, Ask ask) {
  if (!has_key(id)) return std::nullopt;
  const auto form = matching_form(id);
  if (const auto told = news.shown_.find(std::string{kMoved} + form); told != news.shown_.end())
    return Found{.sender = told->second, .moved = true};
  const auto moved = moves();
  if (const auto told = moved->sender_of.find(form); told != moved->sender_of.end())
    return Found{.sender = told->second, .moved = true};
  const auto key = std::string{kGuest} + form;
  const bool ask_store = ask == Ask::kAll && (!is_number(id) || numbers_noted_);
  if (!ask_store && !news.shown_.contains(key)) return std::nullopt;
  auto seen = known(key, news);
  if (!seen) return std::nullopt;
  return Found{.sender = *std::move(seen)};
}

/// The number of a guest who has left it stays his, or what he is called by now would lead to whoever has it.
bool Guestbook::is_of_another(const std::string& number, const std::string& sender, const News& news) {
  const auto owner = follow(number, news, Ask::kMoves).sender;
  return owner != sender && has_left(owner, number);
}

bool Guestbook::knows(const GuestIds& ids, const News& news) { return follow(ids.any(), news).known; }

void Guestbook::learn(const GuestIds& ids, News& news, call here) {
  const auto sender = sender_of(ids, news);
  if (has_key(ids.user)) note(ids.user, sender, news, here);
  const bool written_one_way = other_form(ids.phone).empty();
  if (!has_key(ids.phone) || (written_one_way && (!ids.both() || ids.phone == sender))) return;
  if (ids.both() && is_of_another(ids.phone, sender, news)) return;
  note(ids.phone, sender, news, here);
}

void Guestbook::note(const std::string& id, const std::string& sender, News& news, call here) {
  const auto key = key_of(kGuest, id);
  if (news.staged_.size() >= kMostNotes || news.staged_.contains(key) || known(key, {}) == sender) return;
  news.shown_[key] = sender;
  stage(key, sender, news, here);
  if (!is_number(id)) return;
  numbers_noted_ = true;
  if (news.staged_.insert(std::string{kNoted}).second)
    host_.kv_stage(here, kNoted, std::to_string(to_abi(host_.now())), kSchema);
}

void Guestbook::stage(const std::string& key, const std::string& value, News& news, call here) {
  host_.kv_stage(here, key, value, kSchema);
  news.staged_.insert(key);
  remember(key, {.value = value, .until = host_.now() + kSoon, .in_doubt = true});
}

/// The new ids that do not stand for `sender` yet. A user id beside which the new number was seen is the guest's too:
/// he may have written under that alone before the news came. Or it is dead, of whoever had the number before.
std::vector<std::string> Guestbook::moved_ids(const GuestIds& to, const std::string& sender, const News& news) {
  std::vector<std::string> ids;
  for (const auto& id : {to.user, to.phone}) {
    if (!has_key(id)) continue;
    const auto found = follow(id, news);
    if (found.sender == sender) continue;
    ids.push_back(id);
    if (found.sender != id && !found.moved && !is_number(found.sender) && has_key(found.sender))
      ids.push_back(found.sender);
  }
  return ids;
}

/// Known here at once: the next message under the new id may come before the list is read again.
void Guestbook::learn(const GuestMove& move, News& news, call here) {
  if (news.staged_.size() >= kMostNotes) return;
  const auto sender = sender_of(move.from, news);
  const auto known_moves = moves();
  const auto until = host_.now() + 2 * kSoon;
  std::vector<Recent> told;
  for (const auto& id : moved_ids(move.to, sender, {})) {
    stage(key_of(kMoved, id), sender, news, here);
    told.push_back({.id = matching_form(id), .sender = sender, .address = {}, .until = until});
  }
  const auto& address = move.to.any();
  const auto found = known_moves->address_of.find(sender);
  const auto last = found == known_moves->address_of.end() ? Address{.id = sender} : found->second;
  const auto key = std::string{kNumber} + sender;
  if (has_key(address) && has_key(sender) && last.id != address && last.since_ms <= move.at_ms) {
    stage(key, written(address, move.at_ms), news, here);
    told.push_back({.id = {}, .sender = sender, .address = {address, move.at_ms}, .until = until});
  }
  if (told.empty()) return;
  const std::lock_guard lock(mutex_);
  recent_.insert(recent_.end(), told.begin(), told.end());
  moves_.reset();
}

std::shared_ptr<Guestbook::Moves> Guestbook::read_moves() const {
  auto read = std::make_shared<Moves>();
  for (auto& [id, sender] : list(host_, kMoved)) {
    if (const auto form = matching_form(id); form == id || !read->sender_of.contains(form))
      read->sender_of[form] = sender;
    read->address_of[sender] = {.id = id};
  }
  for (auto& [sender, text] : list(host_, kNumber)) {
    Address address;
    const auto* end = text.data() + text.size();
    const auto [at, failure] = std::from_chars(text.data(), end, address.since_ms);
    if (failure != std::errc{} || at == end) continue;
    address.id = text.substr(static_cast<std::size_t>(at - text.data()) + 1);
    read->address_of[sender] = std::move(address);
  }
  return read;
}

std::shared_ptr<const Guestbook::Moves> Guestbook::moves() {
  const auto now = host_.now();
  {
    const std::lock_guard lock(mutex_);
    if (moves_ && now >= moves_read_ && now - moves_read_ < kSoon) return moves_;
  }
  auto read = read_moves();
  const auto first = numbers_noted_ ? std::vector<kv_entry>{} : host_.kv_list(kGuest, {}, 1);  // digits come first
  if (!first.empty() && is_number(first.front().key.substr(kGuest.size()))) numbers_noted_ = true;
  const auto noted = numbers_noted_ ? host_.kv_get(kNoted) : std::nullopt;
  const std::lock_guard lock(mutex_);
  if (const auto revision = noted ? noted->revision : 0; revision != noted_) {
    noted_ = revision;
    ++news_of_numbers_;
  }
  std::erase_if(recent_, [now](const Recent& each) { return each.until <= now; });
  for (const auto& each : recent_) {
    if (!each.id.empty()) read->sender_of[each.id] = each.sender;
    if (!each.address.id.empty()) read->address_of[each.sender] = each.address;
  }
  moves_ = std::move(read);
  moves_read_ = now;
  return moves_;
}

/// Not remembered before it is read back: what was staged may yet be dropped with its webhook.
std::optional<std::string> Guestbook::known(const std::string& key, const News& news, std::chrono::seconds at_most) {
  if (const auto found = news.shown_.find(key); found != news.shown_.end()) return found->second;
  const auto now = host_.now();
  const bool of_number = key.starts_with(kGuest) && is_number(std::string_view{key}.substr(kGuest.size()));
  std::uint64_t news_of_numbers = 0;
  {
    const std::lock_guard lock(mutex_);
    news_of_numbers = news_of_numbers_;
    const auto found = memory_.find(key);
    if (found != memory_.end() && holds(found->second, now)) return found->second.value;
  }
  const auto entry = host_.kv_get(key);
  auto value = entry ? std::optional{entry->value} : std::nullopt;
  Memory memory{.value = value, .until = now + (value || of_number ? at_most : kSoon)};
  if (!value && of_number) memory.unless_after = news_of_numbers;
  remember(key, std::move(memory));
  return value;
}

bool Guestbook::holds(const Memory& memory, time_point now) const {
  return now < memory.until && !memory.in_doubt && memory.unless_after.value_or(news_of_numbers_) == news_of_numbers_;
}

/// What was read while another is being written may be older than that.
void Guestbook::remember(const std::string& key, Memory memory) {
  const std::lock_guard lock(mutex_);
  if (memory_.size() >= kMostInMemory) memory_.clear();
  auto& kept = memory_[key];
  const bool is_written = kept.in_doubt && host_.now() < kept.until;
  if (is_written && !memory.in_doubt && memory.value != kept.value) return;
  kept = std::move(memory);
}

std::string Guestbook::number_of(std::string_view recipient) {
  const auto moved = moves();
  if (const auto found = moved->address_of.find(recipient); found != moved->address_of.end()) return found->second.id;
  if (other_form(recipient).empty()) return std::string{recipient};
  auto number = known(form_key(recipient), {}, kSoon);  // another host may learn better
  return number ? *std::move(number) : std::string{recipient};
}

void Guestbook::reach(std::string_view recipient, const std::string& number) {
  const auto key = form_key(recipient);
  remember(key, {.value = number, .until = host_.now() + kSoon});
  try {
    host_.kv_put(key, number, kSchema);
  } catch (const error&) {  // the message is out: it must not seem to have failed for want of this note
  }
}

/// A number that accepts only one form may be called by the other all the same: what has worked is not given up for it.
void Guestbook::note_form(std::string_view recipient, const std::string& number) {
  if (number.empty()) return;
  try {
    if (number != other_form(number_of(recipient))) return;
    if (!host_.kv_get(form_key(recipient))) reach(recipient, number);
  } catch (const error&) {  // as above
  }
}

/// Told of any number of his messages, in any order, and for days once more, of which only news count.
void Guestbook::try_other_form(std::string_view sender, const std::string& number, std::int64_t at_ms) {
  const auto other = other_form(number);
  if (other.empty()) return;
  try {
    const auto now = number_of(sender);
    const bool away = number == sender && now == sender;
    const bool back = other == sender && now == number;
    if ((away || back) && is_news(sender, at_ms, back)) reach(sender, away ? other : std::string{sender});
  } catch (const error&) {  // as above
  }
}

/// The way back may be told in the same second as the way there.
bool Guestbook::is_news(std::string_view sender, std::int64_t at_ms, bool back) {
  constexpr std::size_t kMost = 10'000;
  const std::lock_guard lock(mutex_);
  if (forms_tried_.size() >= kMost) forms_tried_.clear();
  const auto [last, is_new] = forms_tried_.try_emplace(std::string{sender}, at_ms);
  if (!is_new && (back ? at_ms < last->second : at_ms <= last->second)) return false;
  last->second = at_ms;
  return true;
}

}  // namespace agente::whatsapp
