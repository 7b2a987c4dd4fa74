#pragma once

#include <exception>
#include <string>
#include <string_view>

#include "store/sql.hpp"

/// What goes wrong with PostgreSQL, told apart by what may be done about it.
namespace agente::store {

/// The connection is gone: a new one may do. What was not committed has not happened.
class ConnectionLost : public sql::Failure {
 public:
  explicit ConnectionLost(const std::string& text) : sql::Failure(text, true) {}
};

/// Another transaction was in the way (serialization failure, deadlock): the same may do the next time.
class Conflict : public sql::Failure {
 public:
  explicit Conflict(const std::string& text) : sql::Failure(text, true) {}
};

/// The row of this host in `hosts` is gone: others do its work now.
class LostPlace : public sql::Failure {
 public:
  explicit LostPlace(const std::string& text) : sql::Failure(text, false) {}
};

struct Circumstances {
  bool connected;  ///< the connection still stands
  bool writing;    ///< a server that only reads is the wrong one
};
/// Throws the exception of libpqxx that is being handled as one of ours.
[[noreturn]] void throw_as_failure(const std::string& database, Circumstances circumstances);

}  // namespace agente::store
