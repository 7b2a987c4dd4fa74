#include "store/postgres_membership.hpp"

#include <bit>
#include <utility>

#include "store/columns.hpp"
#include "telemetry/log.hpp"

namespace agente::store {
namespace {

std::string with_now(std::string_view before, std::string_view after) {
  return std::string(before).append(kServersTime).append(after);
}

Parts only(int part) { return Parts{1} << part; }

/// So many of `parts`, the highest first.
Parts surplus(Parts parts, int count) {
  Parts chosen = 0;
  for (int part = kParts - 1; part >= 0 && count > 0; --part) {
    if (!contains(parts, part)) continue;
    chosen |= only(part);
    --count;
  }
  return chosen;
}

int size_of(Parts parts) { return std::popcount(static_cast<std::uint64_t>(parts)); }

}  // namespace

PostgresMembership::PostgresMembership(PostgresAddress address, std::string name, Told told, SetHost set_host,
                                       Settings settings)
    : address_(std::move(address)),
      name_(std::move(name)),
      told_(std::move(told)),
      set_host_(std::move(set_host)),
      settings_(settings) {
  told_.hold(0);
  thread_ = std::jthread([this](const std::stop_token& stop) { work(stop); });
}

PostgresMembership::~PostgresMembership() { leave(); }

void PostgresMembership::leave() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
  hold(0);
  if (!id_ || !told_.rests(kAllParts)) return;  // what is under way may still want to write: the lease runs out
  try {
    transact([this] {
      connection_->execute("UPDATE parts SET host_id = 0 WHERE host_id = ?1", values(*id_));
      connection_->execute("DELETE FROM hosts WHERE id = ?1", values(*id_));
    });
  } catch (const sql::Failure& failure) {
    log::warn("store",
              std::string("this host could not take leave of the others, who notice it soon: ") + failure.what());
  }
}

void PostgresMembership::work(const std::stop_token& stop) {
  auto next = std::chrono::steady_clock::now();
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    if (std::chrono::steady_clock::now() >= next) {
      beat();
      next = std::chrono::steady_clock::now() + settings_.beat;
    }
    if (held_ != 0) told_.look();
    wake_.wait_for(lock, stop, settings_.look, [] { return false; });
  }
}

Parts PostgresMembership::held() const {
  const bool ours = std::chrono::steady_clock::now() - renewed_at_.load() < settings_.lease;
  return ours ? held_.load() : Parts{0};
}

void PostgresMembership::beat() {
  const auto now = std::chrono::steady_clock::now();
  try {
    if (!id_) join();
    if (!id_) return;
    std::optional<Parts> parts;
    transact([&] {
      parts.reset();
      if (!renew()) return;
      put_out_the_silent();
      parts = deal();
    });
    if (parts) {
      renewed_at_ = now;
      return hold(*parts);
    }
    log::warn("store", "this host was silent for too long; others do its work until it has come to rest",
              {{"host", name_}, {"host_id", std::to_string(*id_)}});
    id_.reset();
    hold(0);
  } catch (const sql::Failure& failure) {
    log::warn("store", std::string("this host cannot renew its place: ") + failure.what(), {{"host", name_}});
  }
}

/// An earlier process of this name is put out at once. What this one began under an earlier id must have ended, since
/// the store writes under the new one from here on.
void PostgresMembership::join() {
  if (!told_.rests(kAllParts)) return;
  transact([this] {
    connection_->execute("DELETE FROM hosts WHERE name = ?1", values(name_));
    const auto insert = with_now(with_now("INSERT INTO hosts (id, name, joined_at, expires_at) SELECT "
                                          "nextval('row_ids'), ?1, ",
                                          ", ?2 + "),
                                 " RETURNING id");
    id_ = first(*connection_, insert, values(name_, settings_.lease.count()), [](Columns& in) { return in.integer(); });
  });
  set_host_(id_);
  log::info("store", "this host has joined those on its database",
            {{"host", name_}, {"host_id", std::to_string(*id_)}});
}

/// False: it was put out.
bool PostgresMembership::renew() {
  const auto statement = with_now("UPDATE hosts SET expires_at = ?2 + ", " WHERE id = ?1");
  return connection_->execute(statement, values(*id_, settings_.lease.count())) == 1;
}

/// A host that is in the middle of a transaction keeps its row: the server ends the sessions of those that sleep in
/// one.
void PostgresMembership::put_out_the_silent() {
  // When the database comes back after a while, everybody's time is over: each gets the chance to say so first.
  const bool knows_better = std::chrono::steady_clock::now() - connected_at_ >= settings_.lease;
  if (knows_better) delete_the_silent();
  connection_->execute("UPDATE parts SET host_id = 0 WHERE host_id <> 0 AND host_id NOT IN (SELECT id FROM hosts)", {});
}

void PostgresMembership::delete_the_silent() {
  // Who has time left for far longer than anybody is given had it before the database's clock was set back.
  const auto statement =
      with_now(with_now("DELETE FROM hosts WHERE id IN (SELECT id FROM hosts WHERE expires_at < ", " OR expires_at > "),
               " + 10 * ?1 FOR UPDATE SKIP LOCKED) RETURNING name");
  connection_->query(statement, values(settings_.lease.count()), [](const sql::Row& row) {
    log::warn("store", "another host is silent; its work is taken over", {{"host", row.text(0)}});
  });
}

/// Gives away what rests of what is too much, and takes what is nobody's up to the fair share. What to hold then.
Parts PostgresMembership::deal() {
  const auto mine = ours();
  const int fair = fair_share();
  if (size_of(mine) > fair) {
    const auto leaving = surplus(mine, size_of(mine) - fair);
    hold(mine & ~leaving);
    for (int part = 0; part < kParts; ++part) {
      if (!contains(leaving, part) || !told_.rests(only(part))) continue;
      connection_->execute("UPDATE parts SET host_id = 0 WHERE number = ?1 AND host_id = ?2", values(part, *id_));
    }
    return mine & ~leaving;
  }
  constexpr std::string_view kTake =
      "UPDATE parts SET host_id = ?1 WHERE number IN (SELECT number FROM parts WHERE host_id = 0 ORDER BY number "
      "LIMIT ?2 FOR UPDATE SKIP LOCKED)";
  if (size_of(mine) < fair) connection_->execute(kTake, values(*id_, fair - size_of(mine)));
  return ours();
}

void PostgresMembership::hold(Parts parts) {
  if (held_.exchange(parts) != parts) told_.hold(parts);
}

Parts PostgresMembership::ours() {
  Parts parts = 0;
  connection_->query("SELECT number FROM parts WHERE host_id = ?1", values(*id_),
                     [&](const sql::Row& row) { parts |= only(static_cast<int>(row.integer(0))); });
  return parts;
}

int PostgresMembership::fair_share() {
  const auto hosts = first(*connection_, "SELECT COUNT(*) FROM hosts", {}, [](Columns& in) { return in.number(); });
  return (kParts + hosts.value_or(1) - 1) / hosts.value_or(1);
}

/// One transaction in which every statement sees what others have just committed. What fails ends the connection.
void PostgresMembership::transact(const std::function<void()>& body) {
  if (!connection_) {
    connection_ = std::make_unique<PostgresConnection>(address_, PostgresConnection::Mode::kWriter,
                                                       PostgresConnection::Surroundings{watch_});
    connected_at_ = std::chrono::steady_clock::now();
  }
  try {
    connection_->run("BEGIN");
    body();
    connection_->run("COMMIT");
  } catch (...) {
    connection_.reset();
    throw;
  }
}

}  // namespace agente::store
