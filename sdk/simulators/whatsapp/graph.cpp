#include "simulators/whatsapp/graph.hpp"

#include <algorithm>
#include <sstream>

#include <nlohmann/json.hpp>

#include "simulators/whatsapp/attachments.hpp"
#include "simulators/whatsapp/ids.hpp"
#include "simulators/whatsapp/media_edge.hpp"
#include "simulators/whatsapp/statuses.hpp"

namespace agente::sim::whatsapp {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

std::vector<std::string> split(const std::string& path) {
  std::vector<std::string> parts;
  std::istringstream in(path);
  for (std::string part; std::getline(in, part, '/');) {
    if (!part.empty()) parts.push_back(part);
  }
  return parts;
}

bool is_version(const std::string& part) {
  return part.size() > 1 && part[0] == 'v' && part.find_first_not_of("0123456789.", 1) == std::string::npos;
}

bool is_id(const std::string& part) { return part.find_first_not_of("0123456789") == std::string::npos; }

std::string http_date(std::chrono::system_clock::time_point moment) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(moment);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 64> text{};
  std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return text.data();
}

json success_body(const Outgoing& asked, const std::string& wamid, bool other_form) {
  json contact{{"input", asked.input}};
  if (!asked.user_id.empty()) contact["user_id"] = asked.user_id;
  if (!asked.group.empty()) contact["wa_id"] = asked.group;
  if (!asked.to.empty()) contact["wa_id"] = wa_id_of(asked.to, other_form);
  json accepted{{"id", wamid}};
  if (!asked.form.empty()) accepted["message_status"] = "accepted";
  return {
      {"messaging_product", "whatsapp"}, {"contacts", json::array({contact})}, {"messages", json::array({accepted})}};
}

/// The error a fault answers with: its own unless a code is given, with the status of its own.
GraphError error_of(const FaultRule& fault) {
  struct Own {
    std::string_view fault;
    int code;
    int status;
  };
  static constexpr std::array kOwn{Own{"error_500", 131000, 500}, Own{"undeliverable", 131026, 400},
                                   Own{"rate_429", 130429, 429}, Own{"app_limit", 4, 400}};
  const auto own = std::find_if(kOwn.begin(), kOwn.end(), [&](const Own& each) { return each.fault == fault.name; });
  if (own == kOwn.end()) return graph_error(fault.code);
  auto error = graph_error(fault.code ? fault.code : own->code);
  error.status = own->status;
  return error;
}

}  // namespace

/// A request on its way, and what the journal will say of it.
struct Graph::Call {
  const Request& request;
  std::vector<std::string> path;  ///< without the version
  json note;
};

Reply Graph::answer(const Request& request) {
  Call call{request, split(request.path), {{"method", request.method}, {"path", request.path}, {"accepted", false}}};
  std::string version;
  if (!call.path.empty() && is_version(call.path.front())) {
    version = call.path.front();
    call.path.erase(call.path.begin());
  }
  auto reply = dispatch(call);
  reply.headers.emplace_back("facebook-api-version", served_version(version, world_.now()));
  reply.headers.emplace_back("Cache-Control", "no-store");
  reply.hold += world_.options.latency;
  if (call.request.method == "GET") call.note["accepted"] = reply.status == 200;
  // A connection that is cut has no status.
  call.note["status"] = reply.ending == Ending::kAnswer ? reply.status : 0;
  world_.journal.add(Journal::Kind::kRequest, std::move(call.note));
  return reply;
}

Reply Graph::dispatch(Call& call) {
  if (const auto error = check_token(call.request)) return refuse(call, *error);
  if (const auto wait = world_.rates.take_call(world_.now())) {
    return limited(refuse(call, graph_error(4)), std::chrono::ceil<std::chrono::seconds>(*wait));
  }
  if (const auto kind = class_of(call); !kind.empty()) {
    if (const auto fault = world_.faults.strike("before", kind)) return fail_before(call, *fault);
  }
  const auto& path = call.path;
  if (path.empty()) return refuse(call, unknown_path("/"));
  if (auto reply = world_.subscriptions.answer(call.request, path)) {
    call.note["accepted"] = reply->status == 200;
    return *reply;
  }
  if (auto answer = answer_media(world_, call.request, path)) {
    if (const auto* error = std::get_if<GraphError>(&*answer)) return refuse(call, *error);
    auto& reply = std::get<Reply>(*answer);
    call.note["accepted"] = reply.status == 200;
    return reply;
  }
  if (call.request.method == "GET") {
    if (auto reply = read_node(world_, call.request, path)) return *reply;
  }
  const auto& numbers = world_.options.phone_number_ids;
  const bool ours = std::find(numbers.begin(), numbers.end(), path[0]) != numbers.end();
  if (path.size() == 2 && path[1] == "messages" && call.request.method == "POST" && ours) return messages(call);
  if (path.size() > 1 && !is_id(path[0])) return refuse(call, unknown_path(call.request.path));
  if (path.size() > 1 && ours && path[1] != "messages") return refuse(call, unknown_path("/" + path[1]));
  return refuse(call, unknown_object(call.request.method, path[0]));
}

/// The class of requests a fault may be kept to: empty for messages and receipts, which are read first.
std::string Graph::class_of(const Call& call) const {
  const auto& path = call.path;
  const bool on_edge = path.size() == 2;
  if (on_edge && path[1] == "messages") return "";
  const bool is_file = on_edge && (path[1] == "media" || path[1] == "attachments");
  return is_file || (path.size() == 1 && world_.media.find(path[0], world_.now())) ? "media" : "account";
}

/// What tells the app to wait before it calls again.
Reply Graph::limited(Reply reply, std::chrono::seconds wait) const {
  const auto minutes = std::chrono::ceil<std::chrono::minutes>(wait).count();
  const json usage{{world_.options.waba,
                    {{{"type", "whatsapp"},
                      {"call_count", 100},
                      {"total_cputime", 25},
                      {"total_time", 25},
                      {"estimated_time_to_regain_access", minutes}}}}};
  reply.headers.emplace_back("Retry-After", std::to_string(wait.count()));
  reply.headers.emplace_back("X-Business-Use-Case-Usage", usage.dump());
  return reply;
}

/// Whether this guest may be sent this, as far as it depends on the guest.
std::optional<GraphError> Graph::check_recipient(const Outgoing& asked) const {
  if (!asked.group.empty()) {
    if (!world_.groups.members(asked.group).empty()) return std::nullopt;
    return graph_error(131009, "Group ID is invalid: there is no group " + asked.group);
  }
  const auto& allowed = world_.options.allowed;
  const bool listed = allowed.empty() || std::find(allowed.begin(), allowed.end(), asked.to) != allowed.end();
  if (!asked.to.empty() && !listed) return graph_error(131030);
  const auto known = world_.guests.find(asked.addressee());
  const auto identity = GuestBook::text_in(known, "identity_key_hash");
  if (!asked.identity.empty() && asked.identity != identity) return graph_error(137000);
  if (!asked.to.empty() || asked.form.empty() || !world_.templates.authenticates(json::parse(asked.form)))
    return std::nullopt;
  return graph_error(131062, "One-tap, zero-tap and copy-code authentication templates need a phone number.");
}

Reply Graph::refuse(Call& call, const GraphError& error) {
  call.note["error"] = {{"code", error.code}, {"message", error.message}};
  if (error.subcode != 0) call.note["error"]["subcode"] = error.subcode;
  if (!error.details.empty()) call.note["error"]["details"] = error.details;
  return to_reply(error);
}

std::optional<GraphError> Graph::check_token(const Request& request) {
  const auto& options = world_.options;
  const auto authorization = request.header("authorization");
  const auto given = authorization.starts_with("Bearer ") ? authorization.substr(7) : "";
  const bool app_token = !options.app_secret.empty() && given == options.app_id + "|" + options.app_secret;
  if (given != options.token && !app_token) return bad_token(given.empty());
  if (!app_token && world_.token_is_over()) return expired_token(world_.now(), world_.token_ends.load());
  const auto fault = world_.faults.strike("token", "");
  if (!fault) return std::nullopt;
  if (fault->name != "token_expired") return graph_error(10);
  return expired_token(world_.now(), world_.now().time_since_epoch() - std::chrono::hours(1));
}

Reply Graph::messages(Call& call) {
  // Parameters that come as anything but JSON are not read, so that the first required one is missing.
  const bool is_json = call.request.header("content-type").starts_with("application/json");
  if (!is_json) return refuse(call, missing_parameter("messaging_product"));
  if (!call.request.whole) return refuse(call, graph_error(100, "Request body is too large or incomplete."));
  auto read = read_outgoing(call.request.body, world_.options.display_number);
  if (const auto* error = std::get_if<GraphError>(&read)) return refuse(call, *error);
  auto& asked = std::get<Outgoing>(read);
  call.note["phone_number_id"] = call.path[0];
  if (asked.read_receipt) return receipt(call, asked);
  call.note.update({{"to", asked.addressee()}, {"type", asked.type}, {"text", asked.text}, {"key", asked.key}});
  if (!asked.group.empty()) call.note["recipient_type"] = "group";
  if (!asked.interactive.empty()) call.note["interactive"] = json::parse(asked.interactive);
  if (!asked.form.empty()) call.note["template"] = json::parse(asked.form);
  if (!asked.attachment.empty()) call.note[asked.type] = json::parse(asked.attachment);
  if (const auto fault = world_.faults.strike("before", "", asked.addressee())) return fail_before(call, *fault);
  if (const auto error = check_recipient(asked)) return refuse(call, *error);
  if (!asked.form.empty()) {
    if (const auto error = world_.templates.fill(json::parse(asked.form), asked)) return refuse(call, *error);
    call.note["text"] = asked.text;
  }
  if (!asked.media_id.empty() && !world_.media.find(asked.media_id, world_.now())) {
    return refuse(call, graph_error(100, "Param " + asked.shown_as +
                                             "['id'] is not a valid whatsapp business account media attachment ID"));
  }
  if (is_closed(call, asked, ClosedWindow::kRefused)) return refuse(call, graph_error(131047));
  if (const auto code = world_.rates.take(call.path[0], asked.addressee(), world_.now())) {
    return refuse(call, graph_error(*code));
  }
  return accept(call, asked);
}

Reply Graph::receipt(Call& call, const Outgoing& asked) {
  call.note.update({{"type", "read"}, {"message_id", asked.message_id}, {"typing", asked.typing}});
  if (const auto fault = world_.faults.strike("before", "read")) return fail_before(call, *fault);
  if (!world_.guest_ids.has(asked.message_id)) return refuse(call, graph_error(131009, "Message ID is invalid."));
  call.note["accepted"] = true;
  return {.body = R"({"success":true})"};
}

Reply Graph::accept(Call& call, const Outgoing& asked) {
  const auto wamid = new_wamid_to(asked.addressee());
  call.note["accepted"] = true;
  call.note["wamid"] = wamid;
  world_.tell(asked.addressee(), "<", asked.text);
  auto body = success_body(asked, wamid, world_.options.other_wa_id);
  hold_template(call, asked, body);
  Reply reply{.body = body.dump()};
  fail_after(call, asked, reply);
  tell_statuses(world_, {call.path[0], asked, wamid, later_failure(call, asked)});
  return reply;
}

/// Meta waits for what other guests think of the template. What it makes of it then, the statuses tell.
void Graph::hold_template(Call& call, const Outgoing& asked, json& body) {
  if (asked.form.empty()) return;
  const auto fault = world_.faults.strike("template", "", asked.addressee());
  if (!fault) return;
  call.note["fault"] = fault->name;
  body["messages"][0]["message_status"] = fault->name == "template_held" ? "held_for_quality_assessment" : "paused";
}

Reply Graph::fail_before(Call& call, const FaultRule& fault) {
  call.note["fault"] = fault.name;
  if (fault.name == "reset_before") return {.ending = Ending::kReset};
  if (fault.name == "timeout_before") {
    return {.hold = fault.hold.value_or(world_.options.hold), .ending = Ending::kClose};
  }
  if (fault.name == "error_500_html") {
    return {.status = fault.status ? fault.status : 500,
            .body =
                "<!DOCTYPE html><html><head><title>Error</title></head><body><h1>Sorry, something went wrong."
                "</h1></body></html>",
            .content_type = "text/html; charset=utf-8"};
  }
  auto error = error_of(fault);
  if (fault.status != 0) error.status = fault.status;
  auto reply = refuse(call, error);
  if (fault.name == "app_limit") return limited(std::move(reply), fault.retry_after.value_or(std::chrono::seconds(60)));
  if (fault.name == "rate_429" || fault.retry_after) {
    const auto wait = fault.retry_after.value_or(std::chrono::seconds(1));
    reply.headers.emplace_back(
        "Retry-After", fault.retry_after_as_date ? http_date(world_.now() + wait) : std::to_string(wait.count()));
  }
  return reply;
}

void Graph::fail_after(Call& call, const Outgoing& asked, Reply& reply) {
  const auto fault = world_.faults.strike("after", "", asked.addressee());
  if (!fault) return;
  call.note["fault"] = fault->name;
  if (fault->status != 0) reply.status = fault->status;
  if (fault->name == "reset_after") reply.ending = Ending::kReset;
  if (fault->name == "timeout_after") {
    reply.ending = Ending::kClose;
    reply.hold = fault->hold.value_or(world_.options.hold);
  }
  if (fault->name == "truncated_json") reply.body.resize(reply.body.size() / 2);
  if (fault->name == "empty_body") reply.body.clear();
  if (fault->name == "slow_trickle") reply.trickle = fault->hold.value_or(milliseconds(100));
  if (fault->name == "no_messages_member") {
    auto body = json::parse(reply.body);
    body.erase("messages");
    reply.body = body.dump();
  }
}

/// The guest's 24 hours are over, that is what `policy` is for, and only a template may be sent.
bool Graph::is_closed(const Call& call, const Outgoing& asked, ClosedWindow policy) const {
  if (asked.type == "template" || world_.options.closed_window != policy) return false;
  return !world_.window.is_open(call.path[0], asked.addressee(), world_.now());
}

/// What is found out only after a message was accepted: the code of its failed status, or 0.
int Graph::later_failure(const Call& call, const Outgoing& asked) const {
  if (is_closed(call, asked, ClosedWindow::kFailedLater)) return 131047;
  if (!asked.link.empty() && !is_reachable(asked.link)) return 131053;
  if (!asked.reacts_to.empty() && !world_.guest_ids.has(asked.reacts_to)) return 131009;
  const auto medium = asked.media_id.empty() ? std::nullopt : world_.media.find(asked.media_id, world_.now());
  return medium && asked.shown_as != "document" && medium->kind != asked.shown_as ? 131053 : 0;
}

}  // namespace agente::sim::whatsapp
