/// Who a guest is, whatever Meta calls him today.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <agente/sdk.hpp>

#include "webhook_body.hpp"

namespace agente::whatsapp {

/// The same person writes under a telephone number, a business-scoped user id or both, and Meta writes the numbers of
/// three countries in two ways. The id that a guest was first seen with names him for good, or his conversation would
/// be split; when he changes his number or user id he stays who he was. Remembers it in kv, with values that name the
/// guest, so that erasing him finds them. Thread-safe.
///
///     guest/<id> = sender     his other ids, as messages and statuses show them side by side
///     moved/<id> = sender     an id that he has from now on, as Meta tells: it goes before guest/
///     number/<sender> = "<ms since 1970> <id>"    where answers go to since then
///     form/<sender> = number  the form of his number that messages got through to
///     noted                   written with each number below guest/, so that all hosts look there again
///
/// Numbers stand there in the form of matching_form, but for the values.
class Guestbook {
 public:
  /// What one webhook shows and is not committed yet. For one thread.
  class News {
    friend class Guestbook;
    std::map<std::string, std::string, std::less<>> shown_;  ///< key of kv and the sender it stands for
    std::set<std::string, std::less<>> staged_;
  };

  explicit Guestbook(host services) : host_(services) {}

  /// Everything the body tells of its guests, in whatever order: a message may come before the news that its sender has
  /// another number. Throws RETRY when the store is down, as the next two.
  void read(const WebhookBody& body, News& news);
  /// The sender under which the host knows this guest.
  [[nodiscard]] std::string sender_of(const GuestIds& ids, const News& news);
  /// Stages that the ids are those of one guest, and that he has moved, unless it is known. Only for an account of
  /// ours.
  void learn(const GuestIds& ids, News& news, call here);
  void learn(const GuestMove& move, News& news, call here);
  /// Whether a guest was ever seen with the ids that he leaves. A guest with a number only need not be remembered.
  [[nodiscard]] bool knows(const GuestIds& ids, const News& news);

  /// The form of `recipient` that messages got through to, or where he has moved; the recipient himself until reach
  /// told another.
  [[nodiscard]] std::string number_of(std::string_view recipient);
  /// Messages to `recipient` get through as `number`. Never throws for a store that is down: it is found out anew.
  void reach(std::string_view recipient, const std::string& number);
  /// Meta took a message to `recipient` and calls him `number`: the form that messages get through to, unless one is
  /// known. Never throws, as reach.
  void note_form(std::string_view recipient, const std::string& number);
  /// A message to `sender` went to `number`, which nobody is known to have, as was told at that time: messages go to
  /// the other form from now on; if that was it, to his own again. What is told once more changes nothing. Never
  /// throws, as reach.
  void try_other_form(std::string_view sender, const std::string& number, std::int64_t at_ms);

 private:
  static constexpr std::chrono::minutes kRemembered{10};

  struct Address {
    std::string id = {};
    std::int64_t since_ms = -1;
  };
  /// Who has other ids than he was first seen with, each way. As old as five seconds.
  struct Moves {
    std::map<std::string, std::string, std::less<>> sender_of = {};  ///< by the new id
    std::map<std::string, Address, std::less<>> address_of = {};     ///< by the sender
  };
  /// A move of this host's, until every list has it.
  struct Recent {
    std::string id, sender;
    Address address;
    time_point until;
  };
  struct Found {
    std::string sender;
    bool known = false;
    bool moved = false;
  };
  struct Memory {
    std::optional<std::string> value;  ///< nothing: there is none
    time_point until;
    bool in_doubt = false;                           ///< it is being written: ask the store until that has it
    std::optional<std::uint64_t> unless_after = {};  ///< there is none, while news_of_numbers_ is this
  };
  enum class Ask { kMoves, kAll };

  [[nodiscard]] std::shared_ptr<const Moves> moves();
  [[nodiscard]] std::shared_ptr<Moves> read_moves() const;
  [[nodiscard]] Found follow(const std::string& id, const News& news, Ask ask = Ask::kAll);
  [[nodiscard]] std::optional<Found> next(const std::string& id, const News& news, Ask ask);
  [[nodiscard]] bool has_left(const std::string& sender, const std::string& number);
  [[nodiscard]] bool is_of_another(const std::string& number, const std::string& sender, const News& news);
  [[nodiscard]] std::vector<std::string> moved_ids(const GuestIds& to, const std::string& sender, const News& news);
  void note(const std::string& id, const std::string& sender, News& news, call here);
  void stage(const std::string& key, const std::string& value, News& news, call here);
  [[nodiscard]] std::optional<std::string> known(const std::string& key, const News& news,
                                                 std::chrono::seconds at_most = kRemembered);
  void remember(const std::string& key, Memory memory);
  [[nodiscard]] bool holds(const Memory& memory, time_point now) const;
  [[nodiscard]] bool is_news(std::string_view sender, std::int64_t at_ms, bool back);

  host host_;
  std::mutex mutex_;
  std::shared_ptr<const Moves> moves_;
  time_point moves_read_ = {};
  std::vector<Recent> recent_;
  std::uint64_t noted_ = 0;                            ///< revision of `noted`
  std::uint64_t news_of_numbers_ = 0;                  ///< how often that changed
  std::map<std::string, Memory, std::less<>> memory_;  ///< of kv, bounded; for minutes, as a guest may be erased there
  std::map<std::string, std::int64_t, std::less<>> forms_tried_;  ///< by the sender: when it was told, in ms; bounded
  std::atomic<bool> numbers_noted_ = false;                       ///< there are numbers below guest/
};

}  // namespace agente::whatsapp
