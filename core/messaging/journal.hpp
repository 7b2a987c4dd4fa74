#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "concierge/flow.hpp"

namespace agente::messaging {

/// What the questions of one message gave, in order, kept with the message before anything is written to the PMS.
///
/// Without it, a message handled again after a crash would see a hotel that its own booking has already changed (the
/// last room gone), and would tell the guest so. Writes need no entry: the gateway's intents remember them.
class Journal {
 public:
  /// `stored` is Inbound::results; a text that cannot be read counts as empty (the question is asked again).
  explicit Journal(const std::string& stored);

  /// The next answer given before, if there is one.
  std::optional<concierge::ActionResult> replay();
  void add(const concierge::ActionResult& result);
  /// Whether there is something that is not stored yet.
  [[nodiscard]] bool changed() const { return changed_; }
  [[nodiscard]] std::string text() const;
  void stored() { changed_ = false; }

 private:
  std::vector<std::string> entries_;  // one JSON document each
  std::size_t next_ = 0;
  bool changed_ = false;
};

}  // namespace agente::messaging
