#include "simulators/qloapps/webservice.hpp"

#include <algorithm>

#include "simulators/qloapps/availability.hpp"
#include "simulators/qloapps/front_desk.hpp"
#include "simulators/qloapps/key.hpp"
#include "simulators/qloapps/listing.hpp"
#include "simulators/qloapps/query.hpp"
#include "simulators/qloapps/xml.hpp"

namespace agente::sim::qloapps {
namespace {

bool contains(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

Reply without_key() {
  auto reply = to_reply(BareText{401, "401 Unauthorized"});
  reply.headers.emplace_back(
      "WWW-Authenticate",
      "Basic realm=\"Welcome to PrestaShop Webservice, please enter the authentication key as the login. No password "
      "required.\"");
  return reply;
}

Reply list_of_resources(const Asked& asked, const std::vector<std::string>& resources) {
  if (asked.json) return enveloped(asked, 200, php_json(resources));
  std::string xml = kXmlHead + "<api>\n";
  for (const auto& resource : resources) {
    xml.append("<").append(resource).append(" xlink:href=\"").append(asked.api_url).append(resource).append("\"/>\n");
  }
  return enveloped(asked, 200, xml + "</api>\n" + kXmlTail);
}

[[noreturn]] void refuse_method(const Asked& asked) {
  throw Refusal{405, {{23, "Method " + asked.method + " is not valid"}}};
}

}  // namespace

Reply Webservice::answer(const Request& request) {
  auto asked = take_apart(request);
  nlohmann::json note{{"method", request.method}, {"path", request.path}, {"accepted", false}};
  auto reply = respond(asked, note);
  if (asked.method == "HEAD") reply.body.clear();
  reply.hold += world_.options.latency;
  note["status"] = reply.ending == Ending::kAnswer ? reply.status : 0;  // a connection that is cut has none
  if (world_.story && request.path.starts_with("/api")) {
    world_.story(asked.method + ' ' + request.path + ' ' + note["status"].dump());
  }
  world_.journal.add(Journal::Kind::kRequest, std::move(note));
  return reply;
}

/// The answer with whatever fault strikes before or after it.
Reply Webservice::respond(Asked& asked, nlohmann::json& note) {
  try {
    check_key(asked);
    {
      const std::lock_guard lock(world_.at_book);
      asked.languages = static_cast<std::size_t>(world_.shop.languages);
    }
    if (const auto fault = strike("before", asked)) {
      note["fault"] = fault->name;
      return fail_before(*fault, asked);
    }
    const auto after = strike("after", asked);
    Reply reply;
    try {
      reply = dispatch(asked);
    } catch (const BareText& bare) {
      reply = to_reply(bare);
    } catch (const Refusal& refusal) {
      reply = to_reply(asked, refusal);
    }
    note["accepted"] = reply.status < 300 && reply.content_type != "text/html; charset=utf-8";
    if (after) {
      note["fault"] = after->name;
      fail_after(*after, asked, reply);
    }
    return reply;
  } catch (const Refusal& refusal) {
    return to_reply(asked, refusal);
  } catch (const BareText& bare) {
    return bare.status == 401 ? without_key() : to_reply(bare);
  }
}

void Webservice::check_key(const Asked& asked) {
  const auto key = key_of(asked.request);
  bool webservice = true;
  {
    const std::lock_guard lock(world_.at_book);
    if (!world_.shop.database) throw BareText{500, kDatabaseDownPage};
    webservice = world_.shop.webservice;
  }
  if (key.empty()) throw BareText{401, ""};
  if (!webservice) throw webservice_off();
  const bool ours = key == world_.options.key;
  const bool reads_only = !world_.options.readonly_key.empty() && key == world_.options.readonly_key;
  if (!ours && !reads_only) {
    constexpr std::size_t kKeyLength = 32;
    if (key.size() != kKeyLength) throw Refusal{401, {{18, "Invalid authentication key format"}}};
    throw key_inactive();
  }
  check_rights(asked, ours);
}

void Webservice::check_rights(const Asked& asked, bool full_rights) const {
  static const std::vector<std::string> kMethods{"GET", "HEAD", "POST", "PUT", "DELETE"};
  if (!contains(kMethods, asked.method)) refuse_method(asked);
  if (asked.resource.empty()) return;
  const auto resources = world_.hotel.resources();
  if (!contains(resources, asked.resource)) {
    throw Refusal{400,
                  {{27, "Resource of type \"" + asked.resource + "\" does not exists. Did you mean: \"" +
                            closest(asked.resource, resources) + "\"? The full list is: " + quoted_list(resources)}}};
  }
  bool resource_allowed = contains(world_.hotel.permitted(), asked.resource);
  bool method_allowed = true;
  if (!full_rights) {
    resource_allowed = resource_allowed && asked.resource != "customers";
    method_allowed = asked.method == "GET" || asked.method == "HEAD";
  }
  {
    const std::lock_guard lock(world_.at_book);
    const auto& rights = world_.shop.rights;
    if (const auto limited = rights.find(asked.resource); full_rights && limited != rights.end()) {
      resource_allowed = !limited->second.empty();
      method_allowed = limited->second.contains(asked.method);
    }
  }
  if (!resource_allowed) throw not_permitted(asked.resource);
  if (!method_allowed) {
    throw Refusal{405,
                  {{25, "Method " + asked.method + " is not allowed for the resource " + asked.resource +
                            " with this authentication key"}}};
  }
}

Reply Webservice::dispatch(const Asked& asked) {
  const bool reads = asked.method == "GET" || asked.method == "HEAD";
  if (asked.resource.empty()) return list_of_resources(asked, world_.hotel.permitted());
  if (reads && asked.parameter("schema") == "synopsis") {
    if (auto text = world_.hotel.synopsis(asked.resource); !text.empty()) {
      auto reply = enveloped(asked, 200, std::move(text));
      reply.content_type = "text/xml;charset=utf-8";
      return reply;
    }
  }
  if (asked.resource == "hotel_ari") {
    if (asked.method != "POST") refuse_method(asked);
    return quote(world_, asked);
  }
  if (asked.resource == "bookings") {
    if (asked.method == "POST") return bookings_.create(asked);
    if (asked.method == "PUT") return bookings_.change(asked);
    if (reads) return bookings_.read(asked);
    throw Refusal{405, {{101, "Method DELETE is not allowed for the resource bookings"}}};
  }
  if (asked.resource == "order_histories" && asked.method == "POST") return change_state(world_, asked);
  if (asked.resource == "room_bookings" && asked.method == "PUT") return rewrite_row(world_, asked);
  const bool has_rows = asked.resource == "orders" || asked.resource == "room_bookings";
  if (asked.method == "DELETE" && has_rows) return delete_rows(world_, asked);
  if (!reads) refuse_method(asked);
  return generic(asked);
}

Reply Webservice::generic(const Asked& asked) {
  auto records = world_.hotel.records(asked.resource);
  if (records.empty()) {
    const std::lock_guard lock(world_.at_book);
    records = records_of(world_.book, world_.hotel, asked.resource);
  }
  if (asked.resource == "languages") records.resize(std::min(records.size(), asked.languages));
  if (!asked.id.empty()) {
    for (const auto& record : records) {
      if (text_of(record.at("id")) == asked.id) return enveloped(asked, 200, one_of(asked, world_.hotel, record));
    }
    return {.status = 404, .content_type = ""};
  }
  const auto blank = records.empty() ? blank_record(world_.hotel, asked.resource) : records.front();
  return enveloped(asked, 200, list_of(asked, world_.hotel, select(asked, world_.hotel, blank, std::move(records))));
}

std::optional<FaultRule> Webservice::strike(std::string_view moment, const Asked& asked) {
  for (const auto& on : {asked.method + " " + asked.resource, asked.resource, std::string()}) {
    if (auto fault = world_.faults.strike(moment, on)) return fault;
  }
  return std::nullopt;
}

}  // namespace agente::sim::qloapps
