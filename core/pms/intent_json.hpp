#pragma once

#include <string>

#include "pms/gateway.hpp"

namespace agente::pms {

/// What an intent row keeps of the accepted request and of its outcome, as JSON.
[[nodiscard]] std::string request_json(const plugins::BookingRequest& request);
[[nodiscard]] std::string request_json(const plugins::BookingChange& change);
[[nodiscard]] std::string request_json(const AcceptedCancel& cancel);

[[nodiscard]] std::string outcome_json(const WriteOutcome& outcome);
/// kInternal when the text is not one of ours.
[[nodiscard]] Result<WriteOutcome> outcome_of(const std::string& json);

}  // namespace agente::pms
