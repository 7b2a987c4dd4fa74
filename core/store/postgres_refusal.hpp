#pragma once

#include <string>
#include <string_view>

#include "store/postgres_address.hpp"

namespace agente::store {

/// The SQLSTATE with which the server turns us away, whatever language it speaks (libpqxx hands on its words alone);
/// empty: it does not come to that, or it lets us in. Tries to connect, for at most five seconds.
[[nodiscard]] std::string refusal_state(const PostgresAddress& address);

/// True when a person must change a setting before this can work. `state`: as refusal_state; without one `words` are
/// our own library's, which are English.
[[nodiscard]] bool needs_a_person(std::string_view state, std::string_view words);

}  // namespace agente::store
