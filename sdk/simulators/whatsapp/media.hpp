#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "simulators/whatsapp/graph_error.hpp"

namespace agente::sim::whatsapp {

/// A file at Meta: a guest sent it or the hotel uploaded it.
struct Medium {
  std::string id;
  std::string kind;  ///< image, audio, video, document or sticker
  std::string mime_type;
  std::string bytes;
};

/// image, audio, video, sticker, or document for all other types; empty if Meta takes no such type.
std::string kind_of_type(const std::string& mime_type);
/// Why Meta does not take such a file: its type or its size.
std::optional<GraphError> refuse_file(const std::string& mime_type, std::size_t size);

/// The files at Meta, and the addresses at which they can be fetched for five minutes. Thread-safe.
class Media {
 public:
  using Moment = std::chrono::system_clock::time_point;
  static constexpr std::chrono::hours kFromGuest{7 * 24};  ///< how long Meta keeps what a guest sent
  static constexpr std::chrono::hours kUploaded{30 * 24};
  static constexpr std::chrono::minutes kAddressLives{5};

  /// Keeps it until then, under a new id, which is returned.
  Medium add(const std::string& mime_type, std::string bytes, Moment until);
  [[nodiscard]] std::optional<Medium> find(const std::string& id, Moment now) const;
  /// False: there is none.
  bool remove(const std::string& id, Moment now);

  /// A new path and query from which it can be fetched.
  std::string new_address(const std::string& id, Moment now);
  /// What lies at an address, as its query names it.
  [[nodiscard]] std::optional<Medium> fetch(const std::map<std::string, std::string>& query, Moment now) const;

  void clear();

 private:
  struct Kept {
    Medium medium;
    Moment until;
  };
  struct Address {
    std::string id;
    Moment until;
  };
  mutable std::mutex mutex_;
  std::map<std::string, Kept> kept_;
  std::map<std::string, Address> addresses_;  ///< by their secret
};

}  // namespace agente::sim::whatsapp
