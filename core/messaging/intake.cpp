#include "messaging/intake.hpp"

#include <algorithm>
#include <atomic>
#include <limits>
#include <utility>
#include <vector>

#include "base/killpoint.hpp"
#include "messaging/receipts.hpp"
#include "store/repositories.hpp"
#include "telemetry/log.hpp"

namespace agente::messaging {
namespace {

store::Inbound row_of(const std::string& channel, const plugins::InboundMessage& message, std::string_view trace,
                      Time now) {
  return {.guest = {.hotel = message.hotel, .channel = channel, .sender = message.sender},
          .account = message.account,
          .external_id = message.external_id,
          .provider_time = message.provider_time,
          .received_at = now,
          .sender_name = message.sender_name,
          .kind = message.kind,
          .text = message.text,
          .reply_to = message.reply_to,
          .raw = message.raw,
          .trace = std::string(trace)};
}

void write_kv(store::sql::Connection& connection, const std::string& channel,
              const std::vector<plugins::KvWrite>& writes) {
  for (const auto& write : writes) {
    store::kv::put(connection, channel, {.key = write.key, .value = write.value, .schema = write.schema}, std::nullopt);
  }
}

}  // namespace

Intake::Intake(store::Store& store, const Clock& clock, Meter& meter, Told told)
    : store_(store),
      clock_(clock),
      meter_(meter),
      told_(std::move(told)),
      most_leaders_(store.is_remote() ? kBatches : std::numeric_limits<int>::max()) {}

/// Lives on the stack of its caller, who sleeps on `state`.
struct Intake::Request {
  enum State { kWaiting, kLeads, kDone };

  const std::string& channel;
  const plugins::Staged& staged;
  Time now;
  std::vector<store::Inbound> rows;
  Accepted accepted{};
  std::vector<store::Outbound> changed{};
  std::optional<Error> error{};
  Batch batch{};  ///< that it leads, itself among it
  std::atomic<int> state = kWaiting;

  [[nodiscard]] std::size_t bytes() const {
    std::size_t sum = 0;
    for (const auto& row : rows) sum += row.raw.size() + row.text.size();
    return sum;
  }
  void go_on(State to) {
    state.store(to, std::memory_order_release);
    state.notify_one();  // uses the address only: the caller may be gone already
  }
};

Result<Intake::Accepted> Intake::commit(const std::string& channel, const plugins::Staged& staged,
                                        std::string_view trace) {
  if (staged.empty()) return Accepted{};
  Request request{.channel = channel, .staged = staged, .now = clock_.now(), .rows = {}};
  request.rows.reserve(staged.messages.size());
  for (const auto& message : staged.messages) request.rows.push_back(row_of(channel, message, trace, request.now));
  kill_point("intake.before_commit");
  wait_or_lead(request);
  if (request.error) return std::move(*request.error);
  kill_point("intake.after_commit");
  tell(request);
  return request.accepted;
}

store::Backlog Intake::backlog() {
  const std::lock_guard lock(mutex_);
  if (waiting_.empty()) return {};
  return {waiting_.size(), std::max(Millis{0}, clock_.now() - waiting_.front()->now)};
}

void Intake::wait_or_lead(Request& request) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(&request);
    if (leaders_ < most_leaders_) {
      ++leaders_;
      appoint();
    }
  }
  request.state.wait(Request::kWaiting, std::memory_order_acquire);
  if (request.state != Request::kLeads) return;
  serve(request.batch);
  {
    const std::lock_guard lock(mutex_);
    waiting_.empty() ? static_cast<void>(--leaders_) : appoint();
  }
  for (auto* served : request.batch) {
    if (served != &request) served->go_on(Request::kDone);
  }
}

/// The first of those that wait leads the others. Under `mutex_`.
void Intake::appoint() {
  auto& leader = *waiting_.front();
  std::size_t bytes = 0;
  while (!waiting_.empty() && leader.batch.size() < kMostTogether && bytes < kMostBytes) {
    bytes += waiting_.front()->bytes();
    leader.batch.push_back(waiting_.front());
    waiting_.pop_front();
  }
  leader.go_on(Request::kLeads);
}

void Intake::serve(const Batch& batch) {
  auto written = write(batch);
  // Without the bad one, unless the store itself is at fault.
  if (!written && written.error().code != Code::kRetry && batch.size() > 1) {
    for (auto* request : batch) serve({request});
    return;
  }
  for (auto* request : batch) {
    if (!written) request->error = written.error();
  }
}

Result<void> Intake::write(const Batch& batch) {
  return store_.write([&](store::sql::Connection& connection) {
    std::vector<const store::Inbound*> rows;
    for (auto* request : batch) {
      for (auto& row : request->rows) {
        row.id = connection.next_id();  // here, so that ids grow in the order of commits
        rows.push_back(&row);
      }
    }
    const auto inserted = store::inbound::insert(connection, rows);
    const std::unordered_set<store::Id> fresh(inserted.begin(), inserted.end());
    for (auto* request : batch) finish(connection, *request, fresh);
  });
}

void Intake::finish(store::sql::Connection& connection, Request& request, const std::unordered_set<store::Id>& fresh) {
  request.accepted = {};
  request.changed.clear();
  for (const auto& row : request.rows)
    ++(fresh.contains(row.id) ? request.accepted.fresh : request.accepted.duplicates);
  for (const auto& receipt : request.staged.receipts) {
    ++request.accepted.receipts;
    if (auto message = apply_receipt(connection, request.channel, receipt, request.now)) {
      request.changed.push_back(std::move(*message));
    }
  }
  write_kv(connection, request.channel, request.staged.kv);
}

void Intake::tell(const Request& request) {
  const auto& accepted = request.accepted;
  if (accepted.fresh > 0) {
    meter_.inbound(request.channel, "received", accepted.fresh);
    told_.message_came();
  }
  if (accepted.duplicates > 0) meter_.inbound(request.channel, "duplicate", accepted.duplicates);
  for (const auto& message : request.changed) told_.receipt_changed(message);
}

}  // namespace agente::messaging
