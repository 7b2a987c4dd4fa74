#include "app/kv_over_store.hpp"

#include "store/repositories.hpp"

namespace agente::app {
namespace {

plugins::KvEntry entry_of(store::kv::Entry row) {
  return {.key = std::move(row.key), .value = std::move(row.value), .schema = row.schema, .revision = row.revision};
}

Error conflict(std::string_view key) {
  return {Code::kConflict, "kv: '" + std::string(key) + "' has another revision; read it again"};
}

}  // namespace

Result<plugins::KvEntry> KvOverStore::get(const std::string& instance, std::string_view key) {
  std::optional<store::kv::Entry> row;
  const auto read = store_.read([&](store::sql::Connection& c) { row = store::kv::get(c, instance, key); });
  if (!read) return read.error();
  if (!row) return Error{Code::kNotFound, "kv: there is no '" + std::string(key) + "'"};
  return entry_of(std::move(*row));
}

Result<std::uint64_t> KvOverStore::put(const std::string& instance, std::string_view key, std::string_view value,
                                       unsigned schema, std::optional<std::uint64_t> expected) {
  const store::kv::Entry row{.key = std::string(key), .value = std::string(value), .schema = schema};
  std::optional<std::uint64_t> revision;
  const auto written =
      store_.write([&](store::sql::Connection& c) { revision = store::kv::put(c, instance, row, expected); });
  if (!written) return written.error();
  if (!revision) return conflict(key);
  return *revision;
}

Result<void> KvOverStore::erase(const std::string& instance, std::string_view key,
                                std::optional<std::uint64_t> expected) {
  bool erased = false;
  auto written =
      store_.write([&](store::sql::Connection& c) { erased = store::kv::erase(c, instance, key, expected); });
  if (!written) return written;
  return erased ? Result<void>{} : conflict(key);
}

Result<std::vector<plugins::KvEntry>> KvOverStore::list(const std::string& instance, std::string_view prefix,
                                                        std::string_view after, int limit) {
  std::vector<plugins::KvEntry> entries;
  const auto read = store_.read([&](store::sql::Connection& c) {
    entries.clear();
    for (auto& row : store::kv::list(c, instance, prefix, after, limit)) entries.push_back(entry_of(std::move(row)));
  });
  if (!read) return read.error();
  return entries;
}

}  // namespace agente::app
