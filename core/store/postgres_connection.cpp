#include "store/postgres_connection.hpp"

#include <algorithm>
#include <charconv>
#include <forward_list>
#include <random>

#include <pqxx/pqxx>

#if defined(__SANITIZE_ADDRESS__)
/// libpqxx 6.4 does not free the answer that it gets on a connection which breaks at that moment.
extern "C" const char*
__lsan_default_suppressions() {  // NOLINT(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)
  return "leak:libpqxx\n";
}
#endif

namespace agente::store {

namespace {

constexpr unsigned kByteaOid = 17;
constexpr const char* kNow = "CAST(extract(epoch FROM clock_timestamp()) AS BIGINT)";
constexpr std::int64_t kIdsPerSecond = 4'096'000;
constexpr std::int64_t kIdLock = 0x6167656e74656964;  // "agenteid"

constexpr std::string_view kDraw = R"(
SELECT nextval('row_ids'), CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)
FROM generate_series(1, CAST(?1 AS INTEGER)))";
/// Under the lock nobody else moves the sequence but by drawing, so it cannot go back.
constexpr std::string_view kBump = R"(
SELECT setval('row_ids', ?1) FROM (SELECT pg_try_advisory_xact_lock(?2) AS mine) AS held
WHERE mine AND nextval('row_ids') + 1000000 < ?1)";

class ResultRow final : public sql::Row {
 public:
  ResultRow(const pqxx::result& result, pqxx::result::size_type row) : result_(result), row_(row) {}

  [[nodiscard]] bool is_null(int column) const override { return field(column).is_null(); }
  [[nodiscard]] std::int64_t integer(int column) const override {
    const auto text = view(column);
    std::int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
  }
  [[nodiscard]] std::string_view text(int column) const override {
    const bool bytes = result_.column_type(static_cast<pqxx::row::size_type>(column)) == kByteaOid;
    return bytes ? decoded_.emplace_front(postgres::bytes_of(view(column))) : view(column);
  }

 private:
  [[nodiscard]] pqxx::field field(int column) const { return result_[row_][static_cast<pqxx::row::size_type>(column)]; }
  [[nodiscard]] std::string_view view(int column) const {
    const auto cell = field(column);
    return {cell.c_str(), cell.size()};
  }

  const pqxx::result& result_;
  const pqxx::result::size_type row_;
  mutable std::forward_list<std::string> decoded_;
};

void each_row(const pqxx::result& result, const std::function<void(const sql::Row&)>& each) {
  for (pqxx::result::size_type row = 0; row < result.size(); ++row) each(ResultRow(result, row));
}

PostgresLimits limits_of(PostgresConnection::Mode mode, const PostgresLimits& limits) {
  constexpr Millis kNoLimit{0};
  return mode == PostgresConnection::Mode::kOwner ? PostgresLimits{kNoLimit, kNoLimit, kNoLimit} : limits;
}

/// The server gives up first; this is for one that cannot.
Millis longest_answer(PostgresConnection::Mode mode, const PostgresLimits& limits) {
  return mode == PostgresConnection::Mode::kOwner ? Millis{std::chrono::hours{24}} : limits.statement + Millis{1000};
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
/// A connection that came back by itself in the middle of a transaction would have forgotten its first half.
void never_revive(pqxx::connection& connection) { connection.inhibit_reactivation(true); }
#pragma GCC diagnostic pop

}  // namespace

struct PostgresConnection::Wire {
  Wire(const std::string& settings, PostgresWatch& watch, Millis longest)
      : connection(settings), statements(connection), line(watch, connection.sock(), longest) {
    never_revive(connection);
  }

  pqxx::connection connection;
  pqxx::nontransaction statements;  // transactions are begun and ended by our own statements
  PostgresWatch::Line line;
};

Millis shift_of(const Clock& clock) {
  return clock.now() - std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now());
}

PostgresConnection::PostgresConnection(const PostgresAddress& address, Mode mode, const Surroundings& around)
    : name_(address.name()), mode_(mode), clock_(around.clock) {
  try {
    wire_ = std::make_unique<Wire>(address.settings(limits_of(mode, around.limits)), around.watch,
                                   longest_answer(mode, around.limits));
  } catch (const pqxx::pqxx_exception&) {
    throw_as_failure(name_, {.connected = false, .writing = mode_ != Mode::kReader});
  }
  // It writes by keys and in batches: the plan is the same each time, and making it cost a tenth of the server's work.
  if (mode_ == Mode::kWriter) run("SET plan_cache_mode = force_generic_plan");
}

PostgresConnection::~PostgresConnection() = default;

std::int64_t PostgresConnection::execute(std::string_view statement, std::span<const sql::Value> parameters) {
  return static_cast<std::int64_t>(ask(statement, parameters).affected_rows());
}

void PostgresConnection::query(std::string_view statement, std::span<const sql::Value> parameters,
                               const std::function<void(const sql::Row&)>& each) {
  each_row(ask(statement, parameters), each);
}

void PostgresConnection::insert_rows(std::string_view statement, std::span<const std::vector<sql::Value>> rows,
                                     const std::function<void(const sql::Row&)>& each) {
  if (rows.empty()) return;
  if (rows.size() == 1) return query(statement, rows.front(), each);
  const auto insert = postgres::insert_of(statement, rows);
  each_row(carry_out(prepared(insert.statement), insert.parameters), each);
}

std::int64_t PostgresConnection::next_id() {
  if (mode_ == Mode::kReader) throw std::logic_error("ids are made by the writing connection only");
  if (ids_.empty()) draw();
  const auto id = ids_.back();
  ids_.pop_back();
  ++drawn_;
  return id;
}

/// Draws as many as the last transaction wanted; what is left over at the end is thrown away, so that every id is
/// greater than those committed before its transaction began.
void PostgresConnection::draw() {
  const auto shift = clock_ == nullptr ? Millis{0} : shift_of(*clock_);
  for (int attempt = 0; attempt < 5; ++attempt) {
    ids_.clear();
    std::int64_t now = 0;
    const std::array<sql::Value, 1> count{std::clamp<std::int64_t>(std::max(block_, drawn_), 8, 512)};
    query(kDraw, count, [&](const sql::Row& row) {
      ids_.push_back(row.integer(0));
      now = (row.integer(1) + shift.count()) * (kIdsPerSecond / 1000);
    });
    if (ids_.back() + kIdsPerSecond >= now) break;
    bump(now);
  }
  std::reverse(ids_.begin(), ids_.end());
}

void PostgresConnection::bump(std::int64_t least) {
  const std::array<sql::Value, 2> parameters{least, kIdLock};
  query(kBump, parameters, [](const sql::Row&) {});
}

void PostgresConnection::run(const std::string& script) {
  guarded([&] { return wire_->statements.exec(script); });
}

void PostgresConnection::begin() {
  constexpr std::array<const char*, 3> kBegin{"BEGIN ISOLATION LEVEL REPEATABLE READ",
                                              "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", "BEGIN"};
  failed_ = false;
  run(kBegin.at(static_cast<std::size_t>(mode_)));
  in_transaction_ = true;
}

PostgresConnection::Mark PostgresConnection::begin_as(std::optional<Id> host) {
  if (mark_.session == 0) begin_marks();
  const auto mark = prepared_mark(host);
  failed_ = false;
  in_transaction_ = true;  // even if only the half of it succeeds
  ++mark_.number;
  const auto result = guarded([&] {
    return wire_->statements.exec("BEGIN ISOLATION LEVEL REPEATABLE READ; EXECUTE " + mark + "(" +
                                  std::to_string(mark_.number) + ")");
  });
  if (result.empty()) refuse_place(host.value_or(0));
  return mark_;
}

/// Begun and marked in one round trip, which only a query without parameters can; planned once for each host id.
std::string PostgresConnection::prepared_mark(std::optional<Id> host) {
  const auto name = "mark_" + (host ? std::to_string(*host) : "of_nobody");
  if (marks_.contains(name)) return name;
  const auto place =
      host ? " FROM (SELECT id FROM hosts WHERE id = " + std::to_string(*host) + " FOR KEY SHARE) AS place" : "";
  run("PREPARE " + name + " (BIGINT) AS UPDATE commit_marks SET number = $1, used_at = " + kNow + place +
      " WHERE session = " + std::to_string(mark_.session) + " RETURNING number");
  marks_.insert(name);  // not before: a server in trouble may have refused it
  return name;
}

/// A session is one connection's alone, so nobody waits for the lock of a broken one. Rows that no connection has used
/// for a month are left over from processes that were killed.
void PostgresConnection::begin_marks() {
  std::random_device random;
  const std::array<sql::Value, 1> session{std::uniform_int_distribution<std::int64_t>(1)(random)};
  execute(std::string("DELETE FROM commit_marks WHERE session IN (SELECT session FROM commit_marks WHERE used_at < ") +
              kNow + " - 2592000 FOR UPDATE SKIP LOCKED)",
          {});
  execute(std::string("INSERT INTO commit_marks (session, number, used_at) VALUES (?1, 0, ") + kNow + ")", session);
  mark_ = {.session = std::get<std::int64_t>(session[0]), .number = 0};
}

void PostgresConnection::refuse_place(Id host) {
  const std::array<sql::Value, 1> session{mark_.session};
  bool marked = false;
  query("SELECT number FROM commit_marks WHERE session = ?1", session, [&](const sql::Row&) { marked = true; });
  if (!marked) throw ConnectionLost(name_ + ": its row in commit_marks has been removed");
  throw LostPlace("this host has lost its place (host id " + std::to_string(host) + "): its work goes on elsewhere");
}

bool PostgresConnection::has_happened(const Mark& mark) {
  const std::array<sql::Value, 1> session{mark.session};
  std::int64_t number = 0;
  query("SELECT number FROM commit_marks WHERE session = ?1 FOR UPDATE", session,
        [&](const sql::Row& row) { number = row.integer(0); });
  return number == mark.number;
}

void PostgresConnection::commit() {
  // PostgreSQL would answer this COMMIT with a ROLLBACK and call it success.
  if (failed_) throw sql::Failure("a statement of this transaction failed, but its closure went on", false);
  run("COMMIT");
  block_ = drawn_;
  in_transaction_ = failed_ = false;
  ids_.clear();
  drawn_ = 0;
}

void PostgresConnection::rollback() noexcept {
  ids_.clear();
  drawn_ = 0;
  if (!std::exchange(in_transaction_, false)) return;
  try {
    run("ROLLBACK");
  } catch (const sql::Failure&) {
    return;  // the connection is gone: whoever goes on with it is told so by its next statement
  }
}

pqxx::result PostgresConnection::guarded(const std::function<pqxx::result()>& ask) {
  try {
    wire_->line.asked();
    auto result = ask();
    wire_->line.answered();
    return result;
  } catch (const pqxx::pqxx_exception&) {
    wire_->line.answered();
    failed_ = true;
    throw_as_failure(name_, {.connected = wire_->connection.is_open(), .writing = mode_ != Mode::kReader});
  }
}

pqxx::result PostgresConnection::carry_out(const std::string& name,
                                           const std::vector<postgres::Parameter>& parameters) {
  std::vector<const char*> texts;
  texts.reserve(parameters.size());
  for (const auto& parameter : parameters) texts.push_back(parameter ? parameter->c_str() : nullptr);
  return guarded([&] { return wire_->statements.exec_prepared(name, pqxx::prepare::make_dynamic_params(texts)); });
}

pqxx::result PostgresConnection::ask(std::string_view statement, std::span<const sql::Value> parameters) {
  std::vector<postgres::Parameter> texts;
  texts.reserve(parameters.size());
  for (const auto& value : parameters) texts.push_back(postgres::parameter(value));
  return carry_out(prepared(statement), texts);
}

const std::string& PostgresConnection::prepared(std::string_view statement) {
  const auto found = statements_.find(statement);
  if (found != statements_.end()) return found->second;
  const auto name = "s" + std::to_string(statements_.size() + 1);
  wire_->connection.prepare(name, postgres::numbered(statement));
  return statements_.emplace(statement, name).first->second;
}

}  // namespace agente::store
