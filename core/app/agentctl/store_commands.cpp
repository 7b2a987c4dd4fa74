// agentctl store status|migrate|copy (offline: they speak to the store itself).
#include <cstdio>
#include <memory>

#include <nlohmann/json.hpp>

#include "app/agentctl/commands.hpp"
#include "config/load.hpp"
#include "config/store_url.hpp"
#include "plugins/plugin_host.hpp"
#include "store/offline.hpp"

namespace agente::agentctl {
namespace {

using nlohmann::json;

/// Which store is meant: the one that a configuration names, or one by its URL.
struct Where {
  std::string config;
  std::string url;
};

Result<std::string> url_of(const Where& where) {
  if (!where.url.empty()) return where.url;
  if (where.config.empty()) return Error{Code::kInvalid, "which store? Name --config FILE or --store URL"};
  const auto loaded = config::load(where.config, {.schema_of = plugins::read_schema});
  if (!loaded.config) {
    return Error{Code::kConfig,
                 loaded.problems.empty() ? where.config + " cannot be read" : config::format(loaded.problems.front())};
  }
  return config::url_of(loaded.config->store);
}

json as_json(const store::Status& status) {
  json rows = json::object();
  for (const auto& [table, count] : status.rows) rows[table] = count;
  return {{"back_end", status.back_end},
          {"schema", status.schema},
          {"newest_schema", status.newest},
          {"bytes", status.bytes},
          {"rows", rows}};
}

void print(const store::Status& status) {
  std::printf("%s, schema %lld (this program knows %lld), %.1f MiB\n", status.back_end.c_str(),
              static_cast<long long>(status.schema), static_cast<long long>(status.newest),
              static_cast<double>(status.bytes) / 1048576.0);
  for (const auto& [table, count] : status.rows) {
    std::printf("%12lld  %s\n", static_cast<long long>(count), table.c_str());
  }
}

int show_status(const Where& where, bool json_wanted) {
  const auto url = url_of(where);
  if (!url) return failed(url.error());
  const auto status = store::status(*url);
  if (!status) return failed(status.error());
  if (json_wanted) {
    std::printf("%s\n", as_json(*status).dump().c_str());
  } else {
    print(*status);
  }
  return 0;
}

int migrate(const Where& where, bool json_wanted) {
  const auto url = url_of(where);
  if (!url) return failed(url.error());
  const SystemClock clock;
  if (const auto done = store::migrate(*url, clock); !done) return failed(done.error());
  return show_status({.config = {}, .url = *url}, json_wanted);
}

void tell(const store::Progress& progress) {
  std::fprintf(stderr, "%s %s: %lld of %lld\n", progress.comparing ? "compared" : "copied", progress.table.c_str(),
               static_cast<long long>(progress.done), static_cast<long long>(progress.total));
}

int copy(const std::string& from, const std::string& to, bool json_wanted) {
  const SystemClock clock;
  const auto rows = store::copy(from, to, clock, tell);
  if (!rows) return failed(rows.error());
  if (json_wanted) {
    std::printf("%s\n", json{{"rows", *rows}, {"verified", true}}.dump().c_str());
  } else {
    std::printf(
        "%lld rows are in the new store, each compared with the old one.\n"
        "Now let storage.url name it and start the host; keep the old file until you are content.\n",
        static_cast<long long>(*rows));
  }
  return 0;
}

void add_where(CLI::App& command, Where& where) {
  auto* config = command.add_option("--config", where.config, "the configuration whose storage.url is meant");
  command.add_option("--store", where.url, "sqlite:PATH or postgresql://USER:PASSWORD@HOST/DATABASE")->excludes(config);
}

}  // namespace

void add_store(CLI::App& app, Common& common, Chosen& chosen) {
  auto* store = app.add_subcommand("store", "the database: what is in it, its schema, moving to PostgreSQL");
  store->require_subcommand(1);
  auto where = std::make_shared<Where>();
  add_where(*add_command(*store, common, chosen, "status",
                         "offline: back end, version of the schema, size, rows of each table; a host may be running",
                         [&common, where] { return show_status(*where, common.json); }),
            *where);
  add_where(*add_command(*store, common, chosen, "migrate",
                         "offline: bring the schema up to date, as a starting host does; make a backup first",
                         [&common, where] { return migrate(*where, common.json); }),
            *where);
  auto from = std::make_shared<std::string>();
  auto to = std::make_shared<std::string>();
  auto* command = add_command(*store, common, chosen, "copy",
                              "offline, hosts stopped: move a store from SQLite to an empty PostgreSQL database. "
                              "Every row is compared afterwards. Stopped half-way it leaves nothing: run it again.",
                              [&common, from, to] { return copy(*from, *to, common.json); });
  command->add_option("--from", *from, "sqlite:PATH")->required();
  command->add_option("--to", *to, "postgresql://USER:PASSWORD@HOST/DATABASE; or with PGPASSWORD in the environment")
      ->required();
}

}  // namespace agente::agentctl
