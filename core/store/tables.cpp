#include "store/tables.hpp"

#include <algorithm>

#include "store/columns.hpp"

namespace agente::store {

namespace {

Column::Type type_of(std::string_view declared) {
  if (declared == "BLOB") return Column::Type::kBytes;
  return declared == "TEXT" ? Column::Type::kText : Column::Type::kInteger;
}

std::string join(const std::string& list, const std::string& next) { return list.empty() ? next : list + ", " + next; }

}  // namespace

bool Table::has_id() const {
  return std::any_of(columns.begin(), columns.end(), [](const Column& each) { return each.name == "id"; });
}

std::string Table::column_list() const {
  std::string list;
  for (const auto& column : columns) list = join(list, column.name);
  return list;
}

std::string Table::order(const std::string& collation) const {
  std::vector<Column> key;
  std::copy_if(columns.begin(), columns.end(), std::back_inserter(key),
               [](const Column& each) { return each.place_in_key > 0; });
  if (key.empty()) key = columns;
  std::stable_sort(key.begin(), key.end(),
                   [](const Column& a, const Column& b) { return a.place_in_key < b.place_in_key; });
  std::string list;
  for (const auto& column : key) {
    list = join(list, column.name + (column.type == Column::Type::kText ? collation : ""));
  }
  return list;
}

std::vector<Table> tables_of(sql::Connection& sqlite) {
  auto tables = collect(sqlite,
                        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name <> "
                        "'schema_versions' ORDER BY name",
                        {}, [](Columns& in) { return Table{.name = in.text(), .columns = {}}; });
  for (auto& table : tables) {
    table.columns = collect(
        sqlite, "SELECT name, type, pk FROM pragma_table_info(?1)", values(std::string_view(table.name)),
        [](Columns& in) { return Column{.name = in.text(), .type = type_of(in.text()), .place_in_key = in.number()}; });
  }
  return tables;
}

Cells cells_of(const sql::Row& row, const Table& table) {
  Cells cells;
  cells.reserve(table.columns.size());
  for (int i = 0; const auto& column : table.columns) {
    if (row.is_null(i)) {
      cells.emplace_back();
    } else if (column.type == Column::Type::kInteger) {
      cells.emplace_back(row.integer(i));
    } else {
      cells.emplace_back(std::string(row.text(i)));
    }
    ++i;
  }
  return cells;
}

std::vector<sql::Value> values_of(const Cells& cells, const Table& table) {
  std::vector<sql::Value> all;
  all.reserve(cells.size());
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (const auto* number = std::get_if<std::int64_t>(&cells[i])) {
      all.emplace_back(*number);
    } else if (const auto* text = std::get_if<std::string>(&cells[i])) {
      const bool bytes = table.columns[i].type == Column::Type::kBytes;
      all.push_back(bytes ? sql::Value(sql::Bytes{*text}) : sql::Value(std::string_view(*text)));
    } else {
      all.emplace_back();
    }
  }
  return all;
}

std::int64_t number(sql::Connection& connection, const std::string& question) {
  return first(connection, question, {}, [](Columns& in) { return in.integer(); }).value_or(0);
}

}  // namespace agente::store
