#include "messaging/intake.hpp"

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
    : store_(store), clock_(clock), meter_(meter), told_(std::move(told)) {}

Result<Intake::Accepted> Intake::commit(const std::string& channel, const plugins::Staged& staged,
                                        std::string_view trace) {
  if (staged.empty()) return Accepted{};
  const auto now = clock_.now();
  std::vector<store::Inbound> rows;
  rows.reserve(staged.messages.size());
  for (const auto& message : staged.messages) rows.push_back(row_of(channel, message, trace, now));

  Accepted accepted;
  std::vector<store::Outbound> changed;
  kill_point("intake.before_commit");
  const auto written = store_.write([&](store::sql::Connection& connection) {
    accepted = {};
    changed.clear();
    for (auto& row : rows) {
      row.id = connection.next_id();  // here, so that ids grow in the order of commits
      ++(store::inbound::insert(connection, row) ? accepted.fresh : accepted.duplicates);
    }
    for (const auto& receipt : staged.receipts) {
      ++accepted.receipts;
      if (auto message = apply_receipt(connection, channel, receipt, now)) changed.push_back(std::move(*message));
    }
    write_kv(connection, channel, staged.kv);
  });
  if (!written) return written.error();
  kill_point("intake.after_commit");

  if (accepted.fresh > 0) {
    meter_.inbound(channel, "received", accepted.fresh);
    told_.message_came();
  }
  if (accepted.duplicates > 0) meter_.inbound(channel, "duplicate", accepted.duplicates);
  for (const auto& message : changed) told_.receipt_changed(message);
  return accepted;
}

}  // namespace agente::messaging
