#include "notice_board.hpp"

#include <algorithm>
#include <charconv>

#include "sha256.hpp"

namespace agente::whatsapp {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kPrefix = "notice/";
constexpr std::string_view kHeard = "heard/";
constexpr std::uint32_t kSchema = 1;
constexpr auto kLasts = 24h;
constexpr auto kReadAgain = 5s;

/// The name of a template is longer than a key may be.
std::string digest_of(const Notice& notice) {
  constexpr std::size_t kDigits = 32;
  return to_hex(sha256(notice.about + "\n" + notice.topic)).substr(0, kDigits);
}

time_point at(std::int64_t ms) { return time_point{std::chrono::milliseconds{ms}}; }

time_point at(const Json& ms) { return at(ms.integer().value_or(0)); }

/// "1763200100000 PAUSED: Quality dropped." was heard, and this is older than that, or the same once more.
bool is_heard(const std::string& last, std::int64_t told_ms, const std::string& reason) {
  std::int64_t last_ms = 0;
  std::from_chars(last.data(), last.data() + last.size(), last_ms);
  return told_ms < last_ms || last == std::to_string(told_ms) + " " + reason;
}

std::string member(std::string_view name, std::string_view text) {
  return "\"" + std::string{name} + "\":" + json_string(text) + ",";
}

std::string member(std::string_view name, std::int64_t number) {
  return "\"" + std::string{name} + "\":" + std::to_string(number);
}

std::string written(const Notice& notice, const std::string& reason, time_point told, time_point ends) {
  return "{" + member("about", notice.about) + member("topic", notice.topic) + member("reason", reason) +
         member("hold", static_cast<std::int64_t>(notice.hold)) + "," + member("told", to_abi(told)) + "," +
         member("ends", to_abi(ends)) + "}";
}

Hold hold_of(const Json& number) {
  const auto read = number.integer().value_or(0);
  if (read == static_cast<std::int64_t>(Hold::kEverything)) return Hold::kEverything;
  return read == static_cast<std::int64_t>(Hold::kTemplates) ? Hold::kTemplates : Hold::kNone;
}

std::optional<NoticeBoard::Posted> read(const kv_entry& entry) {
  if (!is_json(entry.value)) return std::nullopt;
  const Json value{entry.value};
  return NoticeBoard::Posted{.key = entry.key,
                             .about = value["about"].text(),
                             .topic = value["topic"].text(),
                             .reason = value["reason"].text(),
                             .hold = hold_of(value["hold"]),
                             .told = at(value["told"]),
                             .ends = at(value["ends"])};
}

}  // namespace

/// What names no time is told now.
bool NoticeBoard::post(const Notice& notice) {
  if (notice.news == Notice::News::kNeutral) return true;
  constexpr std::int64_t kOtherClock = 600'000;  // Meta's may be ahead of ours, but no notice is of tomorrow
  const auto now = to_abi(host_.now());
  const auto told_ms = notice.told_ms > 0 ? std::min(notice.told_ms, now + kOtherClock) : now;
  const auto reason = notice.event + (notice.detail.empty() ? "" : ": " + notice.detail);
  const auto digest = digest_of(notice);
  const auto heard = std::string{kHeard} + digest;
  if (const auto last = host_.kv_get(heard); last && is_heard(last->value, told_ms, reason)) return false;
  const auto key = std::string{kPrefix} + digest;
  if (notice.news == Notice::News::kGood) {
    take_down(key);
  } else {
    hang(key, notice, reason);
  }
  host_.kv_put(heard, std::to_string(told_ms) + " " + reason, kSchema);
  read_again();
  return true;
}

/// An end that has passed already, as in Meta's own examples, says nothing.
void NoticeBoard::hang(const std::string& key, const Notice& notice, const std::string& reason) {
  const auto now = host_.now();
  const auto told_end = at(notice.ends_ms);
  host_.kv_put(key, written(notice, reason, now, told_end > now ? told_end : now + kLasts), kSchema);
}

std::vector<NoticeBoard::Posted> NoticeBoard::open() {
  const auto now = host_.now();
  std::vector<Posted> hanging;
  const auto all = board();
  std::copy_if(all->begin(), all->end(), std::back_inserter(hanging), [now](const Posted& p) { return now < p.ends; });
  return hanging;
}

std::optional<NoticeBoard::Posted> NoticeBoard::holding() {
  const auto now = host_.now();
  const auto all = board();
  const Posted* gravest = nullptr;
  for (const auto& posted : *all) {
    if (now >= posted.ends || posted.hold == Hold::kNone) continue;
    if (gravest == nullptr || posted.hold > gravest->hold) gravest = &posted;
  }
  return gravest == nullptr ? std::nullopt : std::optional{*gravest};
}

void NoticeBoard::take_down_holds(const std::vector<std::string_view>& topics) {
  const auto wanted = [&](const Posted& posted) {
    return topics.empty() || std::find(topics.begin(), topics.end(), posted.topic) != topics.end();
  };
  for (const auto& posted : open())
    if (posted.hold == Hold::kEverything && wanted(posted)) take_down(posted.key);
  read_again();
}

void NoticeBoard::take_down(const std::string& key, std::uint64_t revision) {
  try {
    host_.kv_erase(key, revision);
  } catch (const error& e) {  // another host was first, or has hung up newer ones
    if (e.code() != AGENTE_E_NOT_FOUND && e.code() != AGENTE_E_CONFLICT) throw;
  }
}

void NoticeBoard::read_again() {
  const std::lock_guard lock(mutex_);
  board_.reset();
}

/// What has ended is taken down by whoever reads it first.
std::shared_ptr<const std::vector<NoticeBoard::Posted>> NoticeBoard::board() {
  const auto now = host_.now();
  std::shared_ptr<const std::vector<Posted>> last;
  {
    const std::lock_guard lock(mutex_);
    if (board_ && now >= read_ && now - read_ < kReadAgain) return board_;
    last = board_;
  }
  auto fresh = std::make_shared<std::vector<Posted>>();
  try {
    for (const auto& entry : host_.kv_list(kPrefix)) {
      auto posted = read(entry);
      if (posted && now < posted->ends) {
        fresh->push_back(*std::move(posted));
      } else {
        take_down(entry.key, entry.revision);
      }
    }
  } catch (const error&) {  // the store is down: messages wait for nothing that it says
    if (last) return last;
  }
  const std::lock_guard lock(mutex_);
  board_ = std::move(fresh);
  read_ = now;
  return board_;
}

}  // namespace agente::whatsapp
