#include "messaging/intake.hpp"

#include <algorithm>
#include <future>
#include <limits>
#include <unordered_set>
#include <utility>

#include "base/killpoint.hpp"
#include "messaging/receipts.hpp"
#include "store/media.hpp"
#include "store/repositories.hpp"

namespace agente::messaging {
namespace {

store::Inbound row_of(const std::string& channel, plugins::InboundMessage&& message, std::string_view trace, Time now) {
  return {.guest = {.hotel = std::move(message.hotel), .channel = channel, .sender = std::move(message.sender)},
          .account = std::move(message.account),
          .external_id = std::move(message.external_id),
          .provider_time = message.provider_time,
          .received_at = now,
          .sender_name = std::move(message.sender_name),
          .kind = std::move(message.kind),
          .text = std::move(message.text),
          .reply_to = std::move(message.reply_to),
          .raw = std::move(message.raw),
          .trace = std::string(trace),
          .choice = std::move(message.choice)};
}

void write_kv(store::sql::Connection& connection, const std::string& channel,
              const std::vector<plugins::KvWrite>& writes) {
  for (const auto& write : writes) {
    store::kv::put(connection, channel, {.key = write.key, .value = write.value, .schema = write.schema}, std::nullopt);
  }
}

}  // namespace

/// What one call of a channel staged, on its way into the store.
struct Intake::Arrival {
  std::string channel;
  std::vector<plugins::Receipt> receipts;
  std::vector<plugins::KvWrite> kv;
  Time now;
  std::function<void(Outcome)> durable;
  std::vector<store::Inbound> rows{};
  std::size_t bytes = 0;
  Accepted accepted{};
  std::vector<store::Outbound> changed{};  ///< messages of ours that its receipts moved on
  std::optional<Error> error{};
  bool brought_file = false;

  void count(const std::unordered_set<store::Id>& fresh) {
    accepted = {};
    for (const auto& row : rows) ++(fresh.contains(row.id) ? accepted.fresh : accepted.duplicates);
  }
  void want_files(store::sql::Connection& connection, const std::unordered_set<store::Id>& fresh) {
    brought_file = false;
    for (const auto& row : rows) {
      if (!store::media::has_file(row.kind) || !fresh.contains(row.id)) continue;
      store::media::want(connection, row);
      brought_file = true;
    }
  }
  void write_the_rest(store::sql::Connection& connection) {
    changed.clear();
    for (const auto& receipt : receipts) {
      ++accepted.receipts;
      if (auto message = apply_receipt(connection, channel, receipt, now)) changed.push_back(std::move(*message));
    }
    write_kv(connection, channel, kv);
  }
};

Intake::Intake(store::Store& store, const Clock& clock, Meter& meter, Told told)
    : store_(store),
      clock_(clock),
      meter_(meter),
      told_(std::move(told)),
      most_under_way_(store.is_remote() ? kBatches : std::numeric_limits<int>::max()) {}

Result<Intake::Accepted> Intake::commit(const std::string& channel, plugins::Staged staged, std::string_view trace) {
  // Shared: who waits may be gone before set_value has returned.
  const auto durable = std::make_shared<std::promise<Outcome>>();
  auto ended = durable->get_future();
  commit_later(channel, std::move(staged), trace,
               [durable](Outcome outcome) { durable->set_value(std::move(outcome)); });
  return ended.get()();
}

void Intake::commit_later(const std::string& channel, plugins::Staged staged, std::string_view trace,
                          std::function<void(Outcome)> durable) {
  if (staged.empty()) return durable([] { return Accepted{}; });
  const auto arrival = std::make_shared<Arrival>(Arrival{.channel = channel,
                                                         .receipts = std::move(staged.receipts),
                                                         .kv = std::move(staged.kv),
                                                         .now = clock_.now(),
                                                         .durable = std::move(durable)});
  arrival->rows.reserve(staged.messages.size());
  for (auto& message : staged.messages) {
    const auto& row = arrival->rows.emplace_back(row_of(channel, std::move(message), trace, arrival->now));
    arrival->bytes += row.raw.size() + row.text.size();
  }
  kill_point("intake.before_commit");
  if (const auto entered = enter(arrival); !entered) {
    return arrival->durable([error = entered.error()] { return error; });
  }
  send_off();
}

Result<void> Intake::enter(const std::shared_ptr<Arrival>& arrival) {
  const std::lock_guard lock(mutex_);
  if (bytes_inside_ > kMostBytesInside) {
    return Error{Code::kRetry, "the store is behind: too much waits to be written already", std::chrono::seconds{1}};
  }
  bytes_inside_ += arrival->bytes;
  if (++inside_ >= kCrowd) crowded_until_ = clock_.steady() + kCrowdLasts;
  waiting_.push_back(arrival);
  return {};
}

bool Intake::is_crowded() const { return clock_.steady() < crowded_until_.load(); }

store::Backlog Intake::backlog() {
  const std::lock_guard lock(mutex_);
  if (waiting_.empty()) return {};
  return {waiting_.size(), std::max(Millis{0}, clock_.now() - waiting_.front()->now)};
}

/// Those that wait, unless enough are under way: the next batch to be settled calls again.
void Intake::send_off() {
  if (auto batch = next_batch(); !batch.empty()) write(std::move(batch));
}

Intake::Batch Intake::next_batch() {
  const std::lock_guard lock(mutex_);
  Batch batch;
  if (under_way_ >= most_under_way_) return batch;
  for (std::size_t bytes = 0; !waiting_.empty() && batch.size() < kMostTogether && bytes < kMostBytes;) {
    bytes += waiting_.front()->bytes;
    batch.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  if (!batch.empty()) ++under_way_;
  return batch;
}

void Intake::write(Batch batch) {
  const auto together = std::make_shared<const Batch>(std::move(batch));
  const auto work = [together](store::sql::Connection& connection) {
    std::vector<const store::Inbound*> rows;
    for (const auto& arrival : *together) {
      for (auto& row : arrival->rows) {
        row.id = connection.next_id();  // here, so that ids grow in the order of commits
        rows.push_back(&row);
      }
    }
    const auto inserted = store::inbound::insert(connection, rows);
    const std::unordered_set<store::Id> fresh(inserted.begin(), inserted.end());
    for (const auto& arrival : *together) {
      arrival->count(fresh);
      arrival->want_files(connection, fresh);
      arrival->write_the_rest(connection);
    }
  };
  store_.write_later(work, [this, together](const Result<void>& written) { settle(*together, written); });
}

void Intake::settle(const Batch& batch, const Result<void>& written) {
  // Without the bad one, unless the store itself is at fault.
  const bool apart = !written && written.error().code != Code::kRetry && batch.size() > 1;
  {
    const std::lock_guard lock(mutex_);
    under_way_ += apart ? static_cast<int>(batch.size()) - 1 : -1;
    inside_ -= apart ? 0 : batch.size();
    for (const auto& arrival : batch) bytes_inside_ -= apart ? 0 : arrival->bytes;
  }
  for (const auto& arrival : batch) {
    if (apart) {
      write({arrival});
      continue;
    }
    if (!written) arrival->error = written.error();
    std::exchange(arrival->durable, {})([this, arrival] { return outcome(*arrival); });
  }
  send_off();
}

Result<Intake::Accepted> Intake::outcome(const Arrival& arrival) {
  if (arrival.error) return *arrival.error;
  kill_point("intake.after_commit");
  const auto& accepted = arrival.accepted;
  if (accepted.fresh > 0) {
    meter_.inbound(arrival.channel, "received", accepted.fresh);
    told_.message_came();
  }
  if (arrival.brought_file) told_.file_came();
  if (accepted.duplicates > 0) meter_.inbound(arrival.channel, "duplicate", accepted.duplicates);
  for (const auto& message : arrival.changed) told_.receipt_changed(message);
  return accepted;
}

}  // namespace agente::messaging
