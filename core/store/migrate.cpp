#include "store/migrate.hpp"

#include "store/columns.hpp"
#include "store/parts.hpp"

namespace agente::store {

namespace {

constexpr std::string_view kVersions = R"(
CREATE TABLE IF NOT EXISTS schema_versions (version BIGINT PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL))";

/// Messages of before there were parts, as far as they are still to be worked on.
void deal_out(sql::Session& session, const std::string& table, const std::string& unfinished) {
  struct Row {
    std::string hotel;
    Id id;
    int part;
  };
  const auto rows = collect(session, "SELECT id, hotel_id, channel, sender FROM " + table + " WHERE " + unfinished, {},
                            [](Columns& in) {
                              const auto id = in.integer();
                              const auto guest = in.guest();
                              return Row{guest.hotel, id, part_of(guest)};
                            });
  for (const auto& row : rows) {
    session.execute("UPDATE " + table + " SET part = ?3 WHERE hotel_id = ?1 AND id = ?2",
                    values(row.hotel, row.id, row.part));
  }
}

void apply(sql::Session& session, const Migration& step, std::string_view bytes, Time now) {
  sql::Transaction transaction(session);
  session.run(in_dialect(step.script, bytes));
  if (step.name == "several_hosts") {
    deal_out(session, "inbound_messages", "status = 'received'");
    deal_out(session, "outbound_messages", "status IN ('pending', 'sending', 'doubtful')");
  }
  session.execute("INSERT INTO schema_versions (version, name, applied_at) VALUES (?1, ?2, ?3)",
                  values(step.version, step.name, now));
  transaction.commit();
}

}  // namespace

std::string in_dialect(std::string_view script, std::string_view bytes) {
  constexpr std::string_view kMark = "{{bytes}}";
  std::string text(script);
  for (auto at = text.find(kMark); at != std::string::npos; at = text.find(kMark, at)) {
    text.replace(at, kMark.size(), bytes);
  }
  return text;
}

std::int64_t present_version(sql::Session& session) {
  session.execute(kVersions, {});
  return first(session, "SELECT COALESCE(MAX(version), 0) FROM schema_versions", {},
               [](Columns& in) { return in.integer(); })
      .value_or(0);
}

void migrate(sql::Session& session, std::span<const Migration> steps, std::string_view bytes, Time now) {
  const auto present = present_version(session);
  const auto known = steps.empty() ? 0 : steps.back().version;
  if (present > known) {
    throw sql::Failure("the store's schema is version " + std::to_string(present) +
                           ", but this host knows only up to " + std::to_string(known) +
                           ": start the newer host, or restore a backup made before it",
                       false);
  }
  for (const auto& step : steps) {
    if (step.version > present) apply(session, step, bytes, now);
  }
}

}  // namespace agente::store
