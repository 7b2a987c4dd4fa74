#pragma once

#include <string>

#include "store/sql.hpp"

/// Which of several hosts may write to a PMS at this moment. A host that is gone, or too silent to keep its place among
/// the others (Store::join), has lost its turn. All take part in the caller's transaction and throw sql::Failure.
namespace agente::store::pms_turns {

struct Turn {
  std::string hotel;
  std::string backend;  ///< the plugin whose PMS it is
  std::string host;     ///< by the name under which it joined
};

/// False while it is another host's. Taken already: true.
bool take(sql::Connection& connection, const Turn& turn);
void give_back(sql::Connection& connection, const Turn& turn);

}  // namespace agente::store::pms_turns
