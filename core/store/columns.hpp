#pragma once

#include <array>
#include <concepts>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "store/records.hpp"
#include "store/sql.hpp"

/// How C++ values become parameters and columns become C++ values again; for the repositories only.
namespace agente::store {

[[nodiscard]] inline sql::Value value(std::string_view text) { return text; }
[[nodiscard]] inline sql::Value value(sql::Bytes bytes) { return bytes; }
[[nodiscard]] inline sql::Value value(std::integral auto number) { return static_cast<std::int64_t>(number); }
[[nodiscard]] inline sql::Value value(Time time) { return std::int64_t{time.time_since_epoch().count()}; }
template <class T>
[[nodiscard]] sql::Value value(const std::optional<T>& maybe) {
  return maybe ? value(*maybe) : sql::Value{};
}

/// The array of parameters of one statement.
template <class... T>
[[nodiscard]] std::array<sql::Value, sizeof...(T)> values(const T&... each) {
  return {value(each)...};
}

/// Reads the columns of a row from left to right.
class Columns {
 public:
  explicit Columns(const sql::Row& row) : row_(row) {}

  [[nodiscard]] std::int64_t integer() { return row_.integer(next_++); }
  [[nodiscard]] int number() { return static_cast<int>(integer()); }
  [[nodiscard]] std::string text() { return std::string(row_.text(next_++)); }
  [[nodiscard]] Time time() { return Time{Millis{integer()}}; }
  [[nodiscard]] GuestKey guest() {
    GuestKey key{text(), text(), text()};
    return key;
  }
  [[nodiscard]] std::optional<std::int64_t> maybe_integer() {
    const int column = next_++;
    return row_.is_null(column) ? std::nullopt : std::optional(row_.integer(column));
  }
  [[nodiscard]] std::optional<Time> maybe_time() {
    const auto count = maybe_integer();
    return count ? std::optional(Time{Millis{*count}}) : std::nullopt;
  }
  [[nodiscard]] std::optional<Day> maybe_day() { return parse_day(row_.text(next_++)); }

 private:
  const sql::Row& row_;
  int next_ = 0;
};

/// The enumerator called `name`; a name nobody knows means that the row is damaged.
template <class Enum>
[[nodiscard]] Enum parse_name(std::string_view name, Enum last) {
  for (int i = 0; i <= static_cast<int>(last); ++i) {
    if (name_of(static_cast<Enum>(i)) == name) return static_cast<Enum>(i);
  }
  throw sql::Failure("the store holds the unknown state '" + std::string(name) + "': the row is damaged", false);
}

/// All rows of a query, each made by `make(Columns&)`.
template <class Make>
[[nodiscard]] auto collect(sql::Connection& connection, std::string_view statement,
                           std::span<const sql::Value> parameters, Make make) {
  std::vector<decltype(make(std::declval<Columns&>()))> rows;
  connection.query(statement, parameters, [&](const sql::Row& row) {
    Columns columns(row);
    rows.push_back(make(columns));
  });
  return rows;
}

/// The first row of a query, if there is one.
template <class Make>
[[nodiscard]] auto first(sql::Connection& connection, std::string_view statement,
                         std::span<const sql::Value> parameters, Make make) {
  std::optional<decltype(make(std::declval<Columns&>()))> found;
  connection.query(statement, parameters, [&](const sql::Row& row) {
    Columns columns(row);
    if (!found) found = make(columns);
  });
  return found;
}

/// What the first of these statements finds that finds a number, each given the same parameters.
[[nodiscard]] inline std::optional<std::int64_t> first_number(sql::Connection& connection,
                                                              std::initializer_list<std::string_view> statements,
                                                              std::span<const sql::Value> parameters) {
  for (const auto statement : statements) {
    const auto number = first(connection, statement, parameters, [](Columns& in) { return in.maybe_integer(); });
    if (number && *number) return *number;
  }
  return std::nullopt;
}

/// The conditions of a filter, joined by AND, with their parameters numbered as they come.
class Where {
 public:
  /// `condition` holds one `?` where the parameter goes. Views in `parameter` must outlive the statement.
  void add(std::string_view condition, sql::Value parameter) {
    parameters_.push_back(parameter);
    const auto mark = condition.find('?');
    text_.append(text_.empty() ? " WHERE " : " AND ").append(condition.substr(0, mark + 1));
    text_.append(std::to_string(parameters_.size())).append(condition.substr(mark + 1));
  }
  /// Takes up a parameter outside the conditions; returns its mark, "?7".
  [[nodiscard]] std::string mark(sql::Value parameter) {
    parameters_.push_back(parameter);
    return std::string("?").append(std::to_string(parameters_.size()));
  }
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] const std::vector<sql::Value>& parameters() const { return parameters_; }

 private:
  std::string text_;
  std::vector<sql::Value> parameters_;
};

}  // namespace agente::store
