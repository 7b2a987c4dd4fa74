#pragma once

#include <string>
#include <vector>

#include "simulators/common/http_server.hpp"
#include "simulators/qloapps/hotel.hpp"

namespace agente::sim::qloapps {

/// A request to the webservice, taken apart.
struct Asked {
  const Request& request;
  std::string method;
  std::string resource{};     ///< "orders"; empty for /api/ itself
  std::string id{};           ///< "58"; empty for the list
  bool json = false;          ///< the answer is to be JSON
  std::string language{};     ///< id of the one language names are wanted in; empty: all
  std::string api_url{};      ///< "http://127.0.0.1:8081/api/", for links
  std::size_t languages = 1;  ///< how many the shop has

  /// Of the query; empty if it is not there.
  [[nodiscard]] std::string parameter(const std::string& name) const;
  /// Whether it is there, even empty.
  [[nodiscard]] bool has(const std::string& name) const { return request.query.contains(name); }
};

/// Reads path, format and language. The path must begin with /api.
Asked take_apart(const Request& request);

struct Complaint {
  int code = 0;
  std::string message;
};

/// Thrown: the webservice says no, in its envelope.
struct Refusal {
  int status = 400;
  std::vector<Complaint> complaints;
};

/// Thrown: PHP died or spoke, without an envelope.
struct BareText {
  int status = 500;
  std::string text;
};

/// An answer of the webservice in the asked format.
Reply enveloped(const Asked& asked, int status, std::string body);
Reply to_reply(const Asked& asked, const Refusal& refusal);
/// As Apache sends what is no answer of the webservice.
Reply to_reply(const BareText& bare);

/// As PHP's json_encode writes it; `ascii` escapes what is not.
std::string php_json(const Record& value, bool ascii = false);
/// A whole number without decimals, as PHP has it.
Record php_number(double amount);

/// What the webservice says of a request it does not look at.
Refusal webservice_off();
Refusal key_inactive();
Refusal not_permitted(const std::string& resource);

/// What PHP says into the list of errors.
Complaint php_warning(const std::string& what, const std::string& script, int line);
/// The three warnings of simplexml for a text that is not XML.
std::vector<Complaint> not_xml(const std::string& function, const std::string& text, const std::string& script,
                               int line);

/// QloApps' "Did you mean": the last of the closest.
std::string closest(const std::string& input, const std::vector<std::string>& words);
/// `"a", "b"`
std::string quoted_list(const std::vector<std::string>& words);

}  // namespace agente::sim::qloapps
