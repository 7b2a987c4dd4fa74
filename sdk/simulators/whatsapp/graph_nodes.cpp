#include <algorithm>
#include <array>
#include <charconv>
#include <sstream>

#include <nlohmann/json.hpp>

#include "simulators/whatsapp/graph.hpp"

namespace agente::sim::whatsapp {
namespace {

using nlohmann::json;
using namespace std::chrono;

json phone_number(const World& world, const std::string& id) {
  json node{{"id", id},
            {"display_phone_number", "+" + world.options.display_number},
            {"verified_name", "Agente Hotel"},
            {"code_verification_status", "VERIFIED"},
            {"quality_rating", "GREEN"},
            {"status", "CONNECTED"},
            {"platform_type", "CLOUD_API"},
            {"throughput", {{"level", "STANDARD"}}},
            {"name_status", "APPROVED"},
            {"account_mode", "LIVE"}};
  if (auto told = world.subscriptions.configuration_of(id); !told.is_null())
    node["webhook_configuration"] = std::move(told);
  return node;
}

/// The members of `node` that `fields` names, and always its id.
Reply select(const json& node, const std::string& fields) {
  json chosen{{"id", node.at("id")}};
  std::istringstream in(fields);
  for (std::string field; std::getline(in, field, ',');) {
    if (field == "webhook_configuration" && !node.contains(field)) continue;  // Graph leaves it out
    if (!node.contains(field)) {
      return to_reply({.message = "(#100) Tried accessing nonexisting field (" + field +
                                  ") on node type (WhatsAppBusinessPhoneNumber)"});
    }
    chosen[field] = node.at(field);
  }
  return {.body = chosen.dump()};
}

Reply list(json entries) { return {.body = json{{"data", std::move(entries)}}.dump()}; }

std::size_t number_in(const Request& request, const char* name, std::size_t otherwise) {
  const auto found = request.query.find(name);
  std::size_t number = otherwise;
  if (found != request.query.end())
    std::from_chars(found->second.data(), found->second.data() + found->second.size(), number);
  return number;
}

/// `limit` entries (25, as at Meta) from the cursor `after`, which here is how many came before.
Reply page_of(const json& entries, const Request& request) {
  const auto first = std::min(number_in(request, "after", 0), entries.size());
  const auto count = std::min(std::max<std::size_t>(number_in(request, "limit", 25), 1), entries.size() - first);
  const auto last = first + count;
  json page{{"data", json::array()}};
  for (auto i = first; i < last; ++i) page["data"].push_back(entries[i]);
  if (count == 0) return {.body = page.dump()};
  page["paging"]["cursors"] = {{"before", std::to_string(first)}, {"after", std::to_string(last)}};
  if (last < entries.size()) {
    page["paging"]["next"] =
        request.origin + request.path + "?limit=" + std::to_string(count) + "&after=" + std::to_string(last);
  }
  return {.body = page.dump()};
}

json token_error(const GraphError& error) {
  json told{{"code", error.code}, {"message", error.message}};
  if (error.subcode != 0) told["subcode"] = error.subcode;
  return told;
}

Reply debug_token(const World& world, const Request& request) {
  const auto& options = world.options;
  const auto asked = request.query.find("input_token");
  if (asked == request.query.end()) return to_reply(missing_parameter("input_token"));
  if (asked->second != options.token) {
    return {.body = json{{"data",
                          {{"is_valid", false},
                           {"scopes", json::array()},
                           {"error", {{"code", 190}, {"message", "Invalid OAuth access token."}}}}}}
                        .dump()};
  }
  const auto ends = world.token_ends.load();
  json token{{"app_id", options.app_id},
             {"type", "SYSTEM_USER"},
             {"application", "Agente Hotel"},
             {"expires_at", ends.count()},
             {"is_valid", !world.token_is_over()},
             {"scopes", {"whatsapp_business_management", "whatsapp_business_messaging"}}};
  if (world.token_is_over()) token["error"] = token_error(expired_token(world.now(), ends));
  return {.body = json{{"data", std::move(token)}}.dump()};
}

Reply phone_numbers(const World& world) {
  auto numbers = json::array();
  for (const auto& id : world.options.phone_number_ids) numbers.push_back(phone_number(world, id));
  return list(std::move(numbers));
}

}  // namespace

std::string served_version(const std::string& asked, system_clock::time_point now) {
  struct Version {
    const char* name;
    sys_days gone;
  };
  static constexpr std::array kVersions{
      Version{"v20.0", 2026y / September / 24}, Version{"v21.0", 2027y / January / 21},
      Version{"v22.0", 2027y / May / 20},       Version{"v23.0", 2027y / October / 8},
      Version{"v24.0", 2028y / February / 18},  Version{"v25.0", 2028y / July / 29},
  };
  const auto alive = std::find_if(kVersions.begin(), kVersions.end(), [&](const Version& v) { return now < v.gone; });
  const std::string oldest = alive == kVersions.end() ? "v26.0" : alive->name;
  const auto number = [](const std::string& version) {
    return version.size() > 1 ? std::atof(version.c_str() + 1) : 0.0;
  };
  return number(asked) < number(oldest) ? oldest : asked;
}

std::optional<Reply> read_node(const World& world, const Request& request, const std::vector<std::string>& path) {
  const auto& options = world.options;
  const auto& numbers = options.phone_number_ids;
  const auto edge = path.size() == 2 ? path[1] : "";
  if (path.size() > 2) return std::nullopt;
  if (path[0] == "debug_token" && path.size() == 1) return debug_token(world, request);
  if (path[0] == "me" && path.size() == 1) return Reply{.body = json{{"id", "122100000000000001"}}.dump()};
  if (path[0] == options.waba && edge == "phone_numbers") return phone_numbers(world);
  if (path[0] == options.waba && edge == "message_templates") return page_of(world.templates.all(), request);
  if (path.size() == 1 && std::find(numbers.begin(), numbers.end(), path[0]) != numbers.end()) {
    const auto fields = request.query.find("fields");
    return select(phone_number(world, path[0]),
                  fields != request.query.end()
                      ? fields->second
                      : "verified_name,code_verification_status,display_phone_number,quality_rating,platform_type,"
                        "throughput");
  }
  return std::nullopt;
}

}  // namespace agente::sim::whatsapp
