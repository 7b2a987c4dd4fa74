/// Who a guest is, whatever Meta calls him today.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include <agente/sdk.hpp>

#include "webhook_body.hpp"

namespace agente::whatsapp {

/// The same person writes under a telephone number, a business-scoped user id or both, and Meta writes the numbers of
/// three countries in two ways. The id that a guest was first seen with names him for good, or his conversation would
/// be split; when he changes his number he stays who he was. Remembers it in kv, with values that name the guest, so
/// that erasing him finds them. Thread-safe.
class Guestbook {
 public:
  /// What a webhook has shown and is not committed yet: id and the sender it stands for.
  using News = std::map<std::string, std::string, std::less<>>;

  explicit Guestbook(host services) : host_(services) {}

  /// The sender under which the host knows the message's guest. Throws RETRY when the store is down.
  [[nodiscard]] std::string sender_of(const GuestMessage& message, const News& news);
  /// Stages which ids of the message stand for `sender`, unless that is known.
  void learn(const GuestMessage& message, const std::string& sender, News& news, call here);

  /// The form of `recipient` that messages got through to; the recipient himself until reach told another.
  [[nodiscard]] std::string number_of(std::string_view recipient);
  /// Messages to `recipient` get through as `number`. Never throws for a store that is down: it is found out anew.
  void reach(std::string_view recipient, const std::string& number);

 private:
  /// Who has another number than he was first seen with, each way. As old as five seconds.
  struct Moves {
    std::map<std::string, std::string, std::less<>> sender_of;  ///< a new number
    std::map<std::string, std::string, std::less<>> number_of;  ///< a sender; his newest
  };
  [[nodiscard]] std::shared_ptr<const Moves> moves();

  [[nodiscard]] std::optional<std::string> known(const std::string& key, const News& news);
  void remember(const std::string& key, const std::string& value);

  struct Memory {
    std::string value;
    time_point until;
  };

  host host_;
  std::mutex mutex_;
  std::shared_ptr<const Moves> moves_;
  time_point moves_read_ = {};
  std::map<std::string, Memory, std::less<>> memory_;  ///< of kv, bounded; for minutes, as a guest may be erased there
};

}  // namespace agente::whatsapp
