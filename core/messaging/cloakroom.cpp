#include "messaging/cloakroom.hpp"

#include <algorithm>
#include <utility>

#include "base/killpoint.hpp"
#include "base/thread.hpp"
#include "messaging/file_name.hpp"
#include "store/repositories.hpp"
#include "telemetry/log.hpp"

namespace agente::messaging {

using store::media::Row;
using store::media::State;

namespace {

constexpr int kAtOnce = 10;  // so that what must go does not wait long for what is fetched slowly
constexpr Millis kFirstPause{15'000};
constexpr Millis kLongestPause{3'600'000};

/// After the n-th attempt: 15 s, a minute, 4 minutes, 16, then each hour.
Millis pause_after(int attempts, const Error& error) {
  auto pause = kFirstPause;
  for (int i = 1; i < attempts && pause < kLongestPause; ++i) pause *= 4;
  return std::max(std::min(pause, kLongestPause), error.retry_after.value_or(Millis{0}));
}

/// Trying again brings nothing else.
bool is_final(Code code) { return code == Code::kInvalid || code == Code::kUnsupported || code == Code::kNotFound; }

}  // namespace

Cloakroom::Cloakroom(store::Store& store, const Clock& clock, Settings settings, FindChannel find,
                     std::function<bool()> duty)
    : store_(store),
      clock_(clock),
      settings_(std::move(settings)),
      files_(settings_.folder),
      find_(std::move(find)),
      duty_(std::move(duty)),
      complaints_(clock) {}

void Cloakroom::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void Cloakroom::stop() { thread_.request_stop(); }

void Cloakroom::wake() {
  {
    const std::lock_guard lock(mutex_);
    news_ = true;
  }
  changed_.notify_all();
}

void Cloakroom::run(const std::stop_token& stop) {
  name_thread("cloakroom");
  yield_to_others();
  while (wait(stop, clock_.steady() + kLooksEvery)) {
    if (!duty_ || duty_()) work(stop);
  }
}

/// False when it must stop.
bool Cloakroom::wait(const std::stop_token& stop, Steady moment) {
  std::unique_lock lock(mutex_);
  const bool goes_on = clock_.wait_until(
      lock, changed_, stop, moment, [](void* self) { return static_cast<Cloakroom*>(self)->news_; }, this);
  news_ = false;
  return goes_on;
}

void Cloakroom::work(const std::stop_token& stop) {
  std::vector<Row> due;
  const auto read = store_.read(
      [&](store::sql::Connection& connection) { due = store::media::list_due(connection, clock_.now(), kAtOnce); });
  if (!read) return;
  bool moved = false;
  for (auto& row : due) {
    if (stop.stop_requested()) return;
    if (!claim(row)) continue;
    moved = true;
    row.state == State::kGone ? clear_away(row) : fetch(row);
  }
  if (moved && due.size() == kAtOnce) wake();
}

/// False: another host has it, or the store is away.
bool Cloakroom::claim(Row& row) {
  bool claimed = false;
  const auto until = clock_.now() + kAttempt;
  const auto written =
      store_.write([&](store::sql::Connection& connection) { claimed = store::media::claim(connection, row, until); });
  if (!written || !claimed) return false;
  ++row.attempts;
  row.next_try = until;
  kill_point("cloakroom.claimed");
  return true;
}

void Cloakroom::clear_away(const Row& row) {
  const bool is_away = !row.path.empty() && !files_.is_at_hand(row.path);
  if (!is_away && files_.keep_only(row.message, "")) {
    // Should this not be written, the row is found again.
    static_cast<void>(store_.write([&](store::sql::Connection& connection) { store::media::remove(connection, row); }));
  } else if (complaints_.is_due("remove")) {
    log::warn("messaging", "a guest's file cannot be removed and is tried again",
              {{"message", std::to_string(row.message)}, {"folder", settings_.folder.string()}});
  }
}

Result<plugins::Media> Cloakroom::ask_for(const Row& row) {
  std::optional<store::Inbound> message;
  const auto read =
      store_.read([&](store::sql::Connection& connection) { message = store::inbound::find(connection, row.message); });
  if (!read) return read.error();
  if (!message) return Error{Code::kNotFound, "its message is gone"};
  auto* channel = find_(message->guest.channel);
  if (channel == nullptr) return Error{Code::kRetry, message->guest.channel + " is not running"};
  return channel->fetch({.account = message->account,
                         .external_id = message->external_id,
                         .kind = message->kind,
                         .raw = message->raw,
                         .max_bytes = settings_.max_bytes},
                        message->trace);
}

void Cloakroom::fetch(Row& row) {
  auto media = ask_for(row);
  const bool late = clock_.now() >= row.next_try;  // another attempt may have begun, and then nothing is written here
  if (late) {
    refuse(row, {Code::kTimeout, "it took longer than an attempt may"});
  } else if (media) {
    take(row, std::move(*media));
  } else {
    refuse(row, media.error());
  }
  settle(row);
}

void Cloakroom::take(Row& row, plugins::Media media) {
  if (media.bytes.size() > settings_.max_bytes) {
    return refuse(row, {Code::kInvalid, "it has " + std::to_string(media.bytes.size()) + " bytes, media.max_bytes is " +
                                            std::to_string(settings_.max_bytes)});
  }
  auto path = files_.save(row.message, row.attempts, media.bytes);
  if (!path) return refuse(row, path.error());
  kill_point("cloakroom.saved");
  row.state = State::kStored;
  row.mime_type = std::move(media.mime_type);
  row.size = static_cast<std::int64_t>(media.bytes.size());
  row.sha256 = std::move(media.sha256);
  row.file_name = clean_file_name(media.file_name);
  row.transcript = std::move(media.transcript);
  row.path = std::move(*path);
  row.reason.clear();
}

void Cloakroom::refuse(Row& row, const Error& error) {
  row.reason = error.text;
  row.next_try = clock_.now() + pause_after(row.attempts, error);
  if (is_final(error.code)) {
    row.state = error.code == Code::kNotFound ? State::kFailed : State::kRefused;
  } else if (row.next_try - row.wanted_at >= kGivesUpAfter) {
    row.state = State::kFailed;
  }
  if (!complaints_.is_due(error.text)) return;
  log::warn("messaging", "a guest's file was not fetched",
            {{"message", std::to_string(row.message)},
             {"reason", error.text},
             {"next", row.state == State::kWanted ? "it is tried again" : "it is given up"}});
}

/// What was saved for a guest who was forgotten meanwhile goes again; so does what earlier attempts left.
void Cloakroom::settle(const Row& row) {
  bool stands = false;
  const auto written =
      store_.write([&](store::sql::Connection& connection) { stands = store::media::settle(connection, row); });
  if (!written || row.state != State::kStored) return;
  if (stands) {
    files_.keep_only(row.message, row.path);
  } else {
    files_.remove(row.path);
  }
}

Result<Cloakroom::File> Cloakroom::open(store::Id message) const {
  std::optional<Row> row;
  const auto read =
      store_.read([&](store::sql::Connection& connection) { row = store::media::find(connection, message); });
  if (!read) return read.error();
  if (!row || row->state == State::kGone) {
    return Error{Code::kNotFound, "message " + std::to_string(message) + " brought no file"};
  }
  if (row->state != State::kStored) {
    return Error{Code::kNotFound, "the file of message " + std::to_string(message) + " is " +
                                      std::string(store::media::name_of(row->state)) +
                                      (row->reason.empty() ? "" : ": " + row->reason)};
  }
  auto bytes = files_.read(row->path);
  if (!bytes) return bytes.error();
  return File{std::move(*row), std::move(*bytes)};
}

}  // namespace agente::messaging
