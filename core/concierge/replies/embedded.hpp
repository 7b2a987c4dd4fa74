#pragma once

#include <string_view>

namespace agente::concierge {

/// The files es.json, en.json and pt.json as they were at build time.
extern const std::string_view kRepliesEs;
extern const std::string_view kRepliesEn;
extern const std::string_view kRepliesPt;

}  // namespace agente::concierge
