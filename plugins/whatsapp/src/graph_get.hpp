/// What the self-test and the operator ask of Graph, besides sending messages.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <agente/sdk.hpp>

#include "json_text.hpp"
#include "settings.hpp"

namespace agente::whatsapp {

/// What Graph says to a GET.
struct Asked {
  std::string body = {};     ///< JSON; empty with a problem
  std::string refusal = {};  ///< Graph's code, if it is Graph that refuses
  std::string subcode = {};  ///< likewise; may be empty
  std::optional<check> problem = {};
};

/// GET `path` below the version, with this bearer token. A problem never repeats the query: it may hold a token.
[[nodiscard]] Asked ask(const host& services, const Settings& settings, const std::string& path,
                        const std::string& bearer, call here);

/// A list of Graph's with all its pages, 50 at most.
struct Pages {
  std::vector<std::string> bodies = {};  ///< JSON, each with a member `data`
  std::string refusal = {};              ///< as Asked
  std::optional<check> problem = {};     ///< then there are no bodies
  bool whole = true;                     ///< false: there is more that was not read

  /// Calls visit(element) for each element of `data`.
  template <class Visit>
  void elements(Visit visit) const {
    for (const auto& body : bodies) Json{body}["data"].elements(visit);
  }
};
/// GET of `path`, which has a query, as `ask`, and of the pages that follow.
[[nodiscard]] Pages ask_all(const host& services, const Settings& settings, const std::string& path,
                            const std::string& bearer, call here);

/// POST of a JSON body, as `ask`.
[[nodiscard]] Asked tell(const host& services, const Settings& settings, const std::string& path,
                         const std::string& bearer, std::string body, call here);

/// As `ask` and `tell`, in the name of the app itself: with app_id and each app_secret of the list, until Graph takes
/// one. Needs app_id.
[[nodiscard]] Asked ask_as_app(const host& services, const Settings& settings, const std::string& path, call here);
[[nodiscard]] Asked tell_as_app(const host& services, const Settings& settings, const std::string& path,
                                const std::string& body, call here);

/// A text as it may stand in a query.
[[nodiscard]] std::string url_encoded(std::string_view text);

[[nodiscard]] check good(std::string stage);
[[nodiscard]] check bad(std::string stage, std::string cause, std::string remedy);
[[nodiscard]] check named(check result, std::string stage);

}  // namespace agente::whatsapp
