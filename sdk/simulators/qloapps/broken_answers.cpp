#include "simulators/qloapps/webservice.hpp"

// What a struck fault makes of an answer.
namespace agente::sim::qloapps {
namespace {

const std::string kBookingsScript = "classes/webservice/WebserviceSpecificManagementBookings.php";

Reply hidden(const FaultRule& fault, const Options& options, Ending ending) {
  return {.hold = ending == Ending::kClose ? fault.hold.value_or(options.hold) : std::chrono::milliseconds(0),
          .ending = ending};
}

}  // namespace

Reply Webservice::fail_before(const FaultRule& fault, const Asked& asked) const {
  if (fault.name == "fatal_error") return to_reply(BareText{200, "Fatal error"});
  if (fault.name == "database_down") return to_reply(BareText{500, kDatabaseDownPage});
  if (fault.name == "webservice_off") return to_reply(asked, webservice_off());
  if (fault.name == "key_inactive") return to_reply(asked, key_inactive());
  if (fault.name == "not_permitted") return to_reply(asked, not_permitted(asked.resource));
  if (fault.name == "timeout_before") return hidden(fault, world_.options, Ending::kClose);
  if (fault.name == "reset_before") return hidden(fault, world_.options, Ending::kReset);
  return to_reply(BareText{fault.status != 0 ? fault.status : 500, ""});
}

void Webservice::fail_after(const FaultRule& fault, const Asked& asked, Reply& reply) const {
  if (fault.name == "timeout_after") {
    reply = hidden(fault, world_.options, Ending::kClose);
  } else if (fault.name == "reset_after") {
    reply = hidden(fault, world_.options, Ending::kReset);
  } else if (fault.name == "fatal_error_after") {
    reply = to_reply(BareText{200, "Fatal error"});
  } else if (fault.name == "php_warning_after") {
    reply.body.insert(0, "<br />\n<b>Warning</b>:  Undefined array key \"total_tax\" in <b>/var/www/pms/" +
                             kBookingsScript + "</b> on line <b>510</b><br />\n");
    reply.content_type = "text/html; charset=utf-8";
  } else if (fault.name == "truncated_body") {
    reply.body.resize(reply.body.size() / 2);
  } else if (fault.name == "empty_body") {
    reply.body.clear();
  } else if (fault.name == "slow_trickle") {
    reply.trickle = fault.hold.value_or(std::chrono::milliseconds(50));
  } else {
    reply = to_reply(asked, Refusal{fault.status != 0 ? fault.status : 500,
                                    {php_warning("Undefined array key \"total_tax\"", kBookingsScript, 510)}});
  }
}

}  // namespace agente::sim::qloapps
