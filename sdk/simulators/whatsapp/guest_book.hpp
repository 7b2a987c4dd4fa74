#pragma once

#include <mutex>
#include <string>
#include <unordered_map>

#include <nlohmann/json.hpp>

#include "simulators/whatsapp/webhook.hpp"

namespace agente::sim::whatsapp {

/// The guests who wrote, as Meta introduces them in `contacts`: whoever wrote under a telephone number and a user id is
/// found by each. Keeps 100,000 and then begins anew. Thread-safe.
class GuestBook {
 public:
  /// Remembers what a guest's message tells of him.
  void met(const GuestMessage& message);

  /// His `contacts` entry, by digits (in any form of the number) or user id; null if he never wrote.
  [[nodiscard]] nlohmann::ordered_json find(const std::string& guest) const;

  void clear();

  /// A member of an entry; empty if it is absent or no text.
  static std::string text_in(const nlohmann::ordered_json& contact, const char* name);

 private:
  mutable std::mutex mutex_;
  std::unordered_map<std::string, std::string> contacts_;  ///< JSON, by number and by user id
};

}  // namespace agente::sim::whatsapp
