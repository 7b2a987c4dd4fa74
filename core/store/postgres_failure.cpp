#include "store/postgres_failure.hpp"

#include <algorithm>
#include <array>

#include <pqxx/except>

namespace agente::store {

namespace {

enum class Kind { kLost, kConflict, kTransient, kPermanent };

/// What SQLSTATEs that begin so mean; the longest comes first.
struct Meaning {
  std::string_view state;
  Kind kind;
  std::string_view remedy;
};

constexpr std::array<Meaning, 24> kMeanings{{
    {"40001", Kind::kConflict, "another host or thread changed the same row; it is tried again"},
    {"40P01", Kind::kConflict, "two transactions waited for each other; it is tried again"},
    {"57P01", Kind::kLost, "the server ended the connection; a new one is made"},
    {"57P02", Kind::kLost, "the server has crashed and starts again; a new connection is made"},
    {"57P03", Kind::kLost, "the server is starting or stopping; a new connection is made"},
    {"57P05", Kind::kLost, "the server ended the idle connection; a new one is made"},
    {"57014", Kind::kTransient, "it took longer than the statement time-out; look for a lock or a slow disk"},
    {"55P03", Kind::kTransient, "a lock was not had in time; look for long transactions in pg_stat_activity"},
    {"53100", Kind::kTransient, "free space on the server's disk; writing goes on by itself"},
    {"53300", Kind::kLost, "the server has too many connections; raise max_connections or stop other programs"},
    {"25P03", Kind::kLost, "a closure was idle in its transaction for too long"},
    {"25006", Kind::kPermanent, "a reading transaction tried to write, or the server is a read-only standby"},
    {"26000", Kind::kPermanent, "a pooler between host and server drops prepared statements; connect directly"},
    {"28", Kind::kPermanent, "check user and password in storage.url, and pg_hba.conf on the server"},
    {"3D", Kind::kPermanent, "create the database, or name another one in storage.url"},
    {"42501", Kind::kPermanent, "give the user of storage.url the rights: let it own the database"},
    {"42P01", Kind::kPermanent, "the schema is not there; run `agentctl store migrate`"},
    {"53", Kind::kTransient, "the server is short of resources"},
    {"58", Kind::kTransient, "the server's disk refuses; see the server's log"},
    {"08P01", Kind::kPermanent, "the statement or its parameters are at fault"},
    {"08", Kind::kLost, "the connection broke; a new one is made"},
    {"XX001", Kind::kPermanent, "the database is damaged; stop the program and restore a backup"},
    {"23", Kind::kPermanent, "the statement or its data is at fault"},
    {"", Kind::kPermanent, "the statement or its data is at fault"},
}};

const Meaning& meaning_of(std::string_view state) {
  return *std::find_if(kMeanings.begin(), kMeanings.end(),
                       [&](const Meaning& each) { return state.starts_with(each.state); });
}

/// libpqxx 6.4 forgets the SQLSTATE of those that have a class of their own.
std::string_view state_of(const pqxx::sql_error& error) {
  if (dynamic_cast<const pqxx::insufficient_privilege*>(&error) != nullptr) return "42501";
  if (dynamic_cast<const pqxx::disk_full*>(&error) != nullptr) return "53100";
  if (dynamic_cast<const pqxx::insufficient_resources*>(&error) != nullptr) return "53000";
  if (dynamic_cast<const pqxx::undefined_table*>(&error) != nullptr) return "42P01";
  if (dynamic_cast<const pqxx::integrity_constraint_violation*>(&error) != nullptr) return "23000";
  return "";
}

/// The first line only: the others quote the rows, which are the guests' own.
std::string first_line(std::string_view text) { return std::string(text.substr(0, text.find('\n'))); }

[[noreturn]] void throw_kind(Kind kind, const std::string& text) {
  switch (kind) {
    case Kind::kLost:
      throw ConnectionLost(text);
    case Kind::kConflict:
      throw Conflict(text);
    default:
      throw sql::Failure(text, kind == Kind::kTransient);
  }
}

[[noreturn]] void fail(const std::string& database, std::string_view what, std::string_view state,
                       Circumstances circumstances) {
  const auto& meaning = meaning_of(state);
  auto text = "store " + database + ": " + first_line(what);
  if (state.empty() && !circumstances.connected) throw ConnectionLost(text);
  if (!state.empty()) text += " (SQLSTATE " + std::string(state) + ")";
  const bool standby = state == "25006" && circumstances.writing;
  throw_kind(circumstances.connected && !standby ? meaning.kind : Kind::kLost,
             text + ": " + std::string(meaning.remedy));
}

}  // namespace

void throw_as_failure(const std::string& database, Circumstances circumstances) {
  try {
    throw;
  } catch (const pqxx::broken_connection& e) {
    // Also what libpqxx calls a statement with the wrong number of parameters.
    fail(database, e.what(), circumstances.connected ? "08P01" : "", circumstances);
  } catch (const pqxx::serialization_failure& e) {
    fail(database, e.what(), "40001", circumstances);
  } catch (const pqxx::deadlock_detected& e) {
    fail(database, e.what(), "40P01", circumstances);
  } catch (const pqxx::sql_error& e) {
    fail(database, e.what(), e.sqlstate().empty() ? state_of(e) : e.sqlstate(), circumstances);
  } catch (const pqxx::pqxx_exception& e) {
    fail(database, e.base().what(), "", circumstances);
  }
}

}  // namespace agente::store
