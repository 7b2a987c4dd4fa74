#include "simulators/whatsapp/graph_error.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <string_view>

#include <nlohmann/json.hpp>

#include "simulators/whatsapp/ids.hpp"

namespace agente::sim::whatsapp {
namespace {

struct Known {
  int code;
  int status;
  std::string_view title;
  std::string_view details = {};
};

/// In the order of the published list. The status is the one documented first.
constexpr std::array kKnown{
    Known{0, 401, "We were unable to authenticate the app user"},
    Known{1, 400, "Invalid request or possible server error"},
    Known{2, 503, "Service temporarily unavailable"},
    Known{3, 500, "Capability or permissions issue"},
    Known{4, 400, "Application request limit reached"},
    Known{10, 403, "Application does not have permission for this action"},
    Known{33, 400, "The business phone number has been deleted"},
    Known{100, 400, "Invalid parameter"},
    Known{190, 401, "Invalid OAuth access token - Cannot parse access token"},
    Known{200, 403, "Permission is either not granted or has been removed"},
    Known{368, 403, "Temporarily blocked for policies violations"},
    Known{80007, 400, "Rate limit issues"},
    Known{130429, 400, "Rate limit hit",
          "Message failed to send because there were too many messages sent from this phone number in a short period "
          "of time"},
    Known{130472, 400, "User's number is part of an experiment"},
    Known{130497, 403, "Business account is restricted from messaging users in this country"},
    Known{131000, 500, "Something went wrong"},
    Known{131005, 403, "Access denied"},
    Known{131008, 400, "Required parameter is missing"},
    Known{131009, 400, "Parameter value is not valid"},
    Known{131016, 503, "Service unavailable"},
    Known{131021, 400, "Recipient cannot be sender", "Sender and recipient phone number is the same"},
    Known{131026, 400, "Message undeliverable", "Message Undeliverable."},
    Known{131030, 400, "Recipient phone number not in allowed list",
          "Recipient phone number not in allowed list: Add recipient phone number to recipient list and try again."},
    Known{131031, 403, "Account has been locked"},
    Known{131037, 400, "Phone number display name needs approval"},
    Known{131042, 400, "Business eligibility payment issue"},
    Known{131044, 400, "Business eligibility payment issue"},
    Known{131045, 500, "Incorrect certificate"},
    Known{131047, 400, "Re-engagement message",
          "Message failed to send because more than 24 hours have passed since the customer last replied to this "
          "number."},
    Known{131048, 400, "Spam rate limit hit"},
    Known{131049, 400, "This message was not delivered to maintain healthy ecosystem engagement."},
    Known{131050, 400, "User has stopped marketing messages"},
    Known{131051, 400, "Unsupported message type"},
    Known{131052, 400, "Media download error"},
    Known{131053, 400, "Media upload error"},
    Known{131056, 400, "(Business Account, Consumer Account) pair rate limit hit",
          "Message failed to send because there were too many messages sent from this phone number to the same phone "
          "number in a short period of time"},
    Known{131057, 500, "Account in maintenance mode"},
    Known{131062, 400, "Business-scoped user id is not supported for this message"},
    Known{131064, 400, "Messaging limit reached"},
    Known{132000, 400, "Number of parameters does not match the expected number of params"},
    Known{132001, 404, "Template name does not exist in the translation"},
    Known{132005, 400, "Translated text too long"},
    Known{132007, 400, "Template content policy violated"},
    Known{132008, 400, "Parameter value is not valid"},
    Known{132012, 400, "Parameter format does not match format in the created template"},
    Known{132015, 400, "Template is paused"},
    Known{132016, 400, "Template is disabled"},
    Known{132068, 400, "Flow is blocked"},
    Known{132069, 400, "Flow is throttled"},
    Known{133000, 400, "Incomplete deregistration"},
    Known{133004, 503, "Server temporarily unavailable"},
    Known{133005, 400, "Two step verification PIN mismatch"},
    Known{133006, 400, "Phone number needs to be verified before registering"},
    Known{133008, 400, "Too many two step verification PIN guesses"},
    Known{133009, 400, "Two step verification PIN guessed too fast"},
    Known{133010, 400, "Phone number is not registered"},
    Known{133015, 400, "Please wait a few minutes before attempting to register this phone number"},
    Known{133016, 400, "Account register or deregister rate limit exceeded"},
    Known{135000, 400, "Generic user error"},
    Known{137000, 400, "Recipient identity key hash mismatch"},
};

const Known* find(int code) {
  const auto found = std::find_if(kKnown.begin(), kKnown.end(), [&](const Known& k) { return k.code == code; });
  return found == kKnown.end() ? nullptr : &*found;
}

std::string graph_date(std::chrono::system_clock::time_point moment) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(moment);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 64> text{};
  std::strftime(text.data(), text.size(), "%A, %d-%b-%y %H:%M:%S UTC", &parts);
  return text.data();
}

}  // namespace

std::string error_title(int code) {
  const auto* known = find(code);
  return known ? std::string(known->title) : "An unknown error occurred";
}

std::string error_details(int code) {
  const auto* known = find(code);
  return known ? std::string(known->details.empty() ? known->title : known->details) : "";
}

GraphError graph_error(int code, std::string details) {
  const auto* known = find(code);
  // The errors of logins and of the whole platform carry neither number nor details.
  const bool plain = code <= 2 || code == 190;
  return {.status = known ? known->status : 400,
          .code = code,
          .message = (plain ? "" : "(#" + std::to_string(code) + ") ") + error_title(code),
          .details = details.empty() && !plain && code > 1000 ? error_details(code) : std::move(details)};
}

GraphError missing_parameter(const std::string& name) {
  return {.message = "(#100) The parameter " + name + " is required."};
}

GraphError unknown_object(const std::string& method, const std::string& id) {
  auto verb = method;
  std::transform(verb.begin(), verb.end(), verb.begin(), [](unsigned char c) { return std::tolower(c); });
  return {.subcode = 33,
          .message = "Unsupported " + verb + " request. Object with ID '" + id +
                     "' does not exist, cannot be loaded due to missing permissions, or does not support this "
                     "operation. Please read the Graph API documentation at "
                     "https://developers.facebook.com/docs/graph-api",
          .type = "GraphMethodException"};
}

GraphError unknown_path(const std::string& path) {
  return {.code = 2500, .message = "Unknown path components: " + path};
}

GraphError bad_token(bool absent) {
  auto error = graph_error(190);
  if (absent) error.message = "An access token is required to request this resource.";
  return error;
}

GraphError expired_token(std::chrono::system_clock::time_point now, std::chrono::system_clock::duration ended) {
  auto error = graph_error(190);
  error.subcode = 463;
  error.message = "Error validating access token: Session has expired on " +
                  graph_date(std::chrono::system_clock::time_point(ended)) + ". The current time is " +
                  graph_date(now) + ".";
  return error;
}

Reply to_reply(const GraphError& error) {
  const auto trace = new_trace_id();
  nlohmann::ordered_json body{{"message", error.message}, {"type", error.type}, {"code", error.code}};
  if (error.subcode != 0) body["error_subcode"] = error.subcode;
  if (error.code == 2) body["is_transient"] = true;
  if (!error.details.empty()) body["error_data"] = {{"messaging_product", "whatsapp"}, {"details", error.details}};
  body["fbtrace_id"] = trace;
  Reply reply{
      .status = error.status,
      .body = nlohmann::ordered_json{{"error", body}}.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)};
  reply.headers.emplace_back("x-fb-trace-id", trace);
  if (error.status == 401) {
    reply.headers.emplace_back("WWW-Authenticate",
                               "OAuth \"Facebook Platform\" \"invalid_token\" \"" + error.message + "\"");
  }
  return reply;
}

}  // namespace agente::sim::whatsapp
