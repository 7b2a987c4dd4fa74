#pragma once

#include <optional>
#include <string>

#include "simulators/qloapps/hotel.hpp"

namespace agente::sim::qloapps {

inline const std::string kXmlHead =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<qloapps xmlns:xlink=\"http://www.w3.org/1999/xlink\">\n";
inline const std::string kXmlTail = "</qloapps>\n";

/// The first element within <qloapps>, as the JSON that would say the same: `{"order_history":{"id_order":"58",...}}`.
/// All values are texts; a plural that holds its singulars is a list. Nothing if it is not well-formed.
std::optional<Record> read_xml(const std::string& text);

/// `<![CDATA[value]]>`
std::string cdata(const std::string& value);
/// As PHP prints it: true is 1, false and null are empty.
std::string text_of(const Record& value);

/// "hotels" to "hotel", "order_histories" to "order_history".
std::string singular(const std::string& plural);

}  // namespace agente::sim::qloapps
