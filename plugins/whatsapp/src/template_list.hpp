/// Meta's list of our templates, kept for a while.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <agente/sdk.hpp>

#include "settings.hpp"
#include "templates.hpp"

namespace agente::whatsapp {

struct ListedTemplates {
  std::vector<Listed> list = {};
  std::optional<check> problem = {};  ///< then the list is empty
  bool whole = true;                  ///< false: it has more than could be read
};
/// Asks Graph for all templates of the account. Needs waba_id.
[[nodiscard]] ListedTemplates read_templates(const host& services, const Settings& settings, call here);

/// Kept for ten minutes, and asked for anew where something does not fit. Thread-safe.
class TemplateList {
 public:
  TemplateList(host services, const Settings& settings) : host_(services), settings_(settings) {}

  /// Throws INVALID if Meta would refuse this; otherwise how it is listed. Nothing is known, and nothing refused,
  /// without waba_id and while the list cannot be read, nor of one that a list too long to be read does not show.
  [[nodiscard]] std::optional<Listed> check(const Filling& wanted, call here);
  /// How Meta listed the template of `message` when it was last asked; nothing if it is none, or was not listed.
  [[nodiscard]] std::optional<Listed> last_known(const outbound& message);
  /// Something in it has changed.
  void forget();

 private:
  using List = std::shared_ptr<const ListedTemplates>;  // shared: read while the next one takes its place

  [[nodiscard]] List known(std::chrono::milliseconds at_most);
  [[nodiscard]] List read(call here);

  host host_;
  const Settings& settings_;
  std::mutex mutex_;
  List list_;
  time_point read_ = {};    ///< the list; long ago: it is to be read anew
  time_point failed_ = {};  ///< it could not be read
};

}  // namespace agente::whatsapp
