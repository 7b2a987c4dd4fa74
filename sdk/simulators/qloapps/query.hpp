#pragma once

#include <vector>

#include "simulators/qloapps/asked.hpp"

namespace agente::sim::qloapps {

/// Applies `filter[...]`, `sort`, `limit` and `display` to the records of a resource, whose fields `blank` names.
///
/// What is not displayed is gone from the result; without `display` only the id is left. Throws Refusal for a field
/// that there is not, as QloApps does: dates of the record itself are fields only with `date=1`.
std::vector<Record> select(const Asked& asked, const Hotel& hotel, const Record& blank, std::vector<Record> records);

}  // namespace agente::sim::qloapps
