#include "store/postgres_statement.hpp"

#include <array>
#include <stdexcept>

namespace agente::store::postgres {

namespace {

using Rows = std::span<const std::vector<sql::Value>>;

constexpr std::string_view kDigits = "0123456789abcdef";

struct Writer {
  Parameter operator()(std::monostate) const { return std::nullopt; }
  Parameter operator()(std::int64_t number) const { return std::to_string(number); }
  Parameter operator()(std::string_view text) const {
    if (text.find('\0') != std::string_view::npos) {
      throw sql::Failure("a text with a NUL inside cannot be stored: clean it first, or store it as bytes", false);
    }
    return std::string(text);
  }
  Parameter operator()(sql::Bytes bytes) const {
    std::string hex = "\\x";
    hex.reserve(2 + 2 * bytes.data.size());
    for (const char c : bytes.data) {
      const auto byte = static_cast<unsigned char>(c);
      hex += kDigits[byte >> 4U];
      hex += kDigits[byte & 15U];
    }
    return hex;
  }
};

int digit(char c) { return static_cast<int>(kDigits.find(c)); }

/// What PostgreSQL calls the type of a column, by its first value that is not NULL; empty when there is none.
std::string_view type_of(Rows rows, std::size_t column) {
  constexpr std::array<std::string_view, 4> kTypes{"", "bigint", "text", "bytea"};
  for (const auto& row : rows) {
    if (const auto kind = row.at(column).index(); kind != 0) return kTypes.at(kind);
  }
  return "";
}

void append_element(std::string& array, const sql::Value& value) {
  const auto text = parameter(value);
  if (!text) {
    array += "NULL";
    return;
  }
  array += '"';
  for (const char c : *text) {
    if (c == '"' || c == '\\') array += '\\';
    array += c;
  }
  array += '"';
}

std::string array_of(Rows rows, std::size_t column) {
  std::string array = "{";
  for (const auto& row : rows) {
    if (array.size() > 1) array += ',';
    append_element(array, row.at(column));
  }
  return array + "}";
}

std::string join(const std::string& list, const std::string& next) { return list.empty() ? next : list + ", " + next; }

}  // namespace

std::string numbered(std::string_view statement) {
  std::string text;
  text.reserve(statement.size());
  bool quoted = false;
  for (const char c : statement) {
    if (c == '\'') quoted = !quoted;
    text += c == '?' && !quoted ? '$' : c;
  }
  return text;
}

Parameter parameter(const sql::Value& value) { return std::visit(Writer{}, value); }

std::string bytes_of(std::string_view hex) {
  std::string bytes;
  bytes.reserve(hex.size() / 2);
  for (std::size_t i = 2; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1]));
  }
  return bytes;
}

Insert insert_of(std::string_view statement, Rows rows) {
  constexpr std::string_view kMark = "VALUES (?1";
  const auto begin = statement.find(kMark);
  const auto end = statement.find(')', begin);
  if (begin == std::string_view::npos || end == std::string_view::npos) {
    throw std::logic_error("insert_rows wants INSERT ... VALUES (?1, ..., ?n), not " + std::string(statement));
  }
  Insert insert;
  std::string chosen, arrays, names;
  for (std::size_t column = 0; column < rows.front().size(); ++column) {
    const auto type = type_of(rows, column);
    const auto name = "c" + std::to_string(column + 1);
    chosen = join(chosen, type.empty() ? "NULL" : name);
    if (type.empty()) continue;
    insert.parameters.push_back(array_of(rows, column));
    names = join(names, name);
    arrays = join(arrays, "$" + std::to_string(insert.parameters.size()) + "::" + std::string(type) + "[]");
  }
  insert.statement = numbered(statement.substr(0, begin)) + "SELECT " + chosen + " FROM unnest(" + arrays +
                     ") AS given (" + names + ")" + numbered(statement.substr(end + 1));
  return insert;
}

}  // namespace agente::store::postgres
