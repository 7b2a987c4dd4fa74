#include "origin.hpp"

#include <algorithm>

namespace webchat {
namespace {

std::string lower(std::string_view text) {
  std::string out{text};
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

/// The port that the scheme has anyway is left out.
std::string authority(std::string_view scheme, std::string_view text) {
  const std::string_view usual = scheme == "https" ? ":443" : ":80";
  if (text.ends_with(usual)) text.remove_suffix(usual.size());
  return lower(text);
}

}  // namespace

std::string normal_origin(std::string_view origin) {
  const auto mark = origin.find("://");
  if (mark == std::string_view::npos) return lower(origin);
  const auto scheme = lower(origin.substr(0, mark));
  return scheme + "://" + authority(scheme, origin.substr(mark + 3));
}

bool may_write(std::string_view origin, std::string_view host, const std::vector<std::string>& allowed) {
  const auto from = normal_origin(origin);
  if (std::find(allowed.begin(), allowed.end(), from) != allowed.end()) return true;
  for (const std::string_view scheme : {"http", "https"})
    if (!host.empty() && from == std::string{scheme} + "://" + authority(scheme, host)) return true;
  return false;
}

}  // namespace webchat
