#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "plugins/channel.hpp"
#include "store/guests.hpp"
#include "store/store.hpp"

namespace agente::messaging {

/// What the hotel's people do in the bot's talk with a guest: take the word, answer by hand, give the word back.
///
/// Each act is stored as a row among the guest's messages, where it happened. So it takes effect in its order, on
/// whichever host works for the guest; a crash loses nothing of it; and no turn under way can overwrite it. What the
/// guest wrote before is still handled before: a booking that he accepted is finished. Thread-safe.
class FrontDesk {
 public:
  struct Told {
    std::function<void()> act_came;     ///< something new for the dispatch
    std::function<void()> reply_waits;  ///< something new in the outbox
  };
  /// Null for a channel that is not there.
  using FindChannel = std::function<plugins::Channel*(const std::string& id)>;
  FrontDesk(store::Store& store, const Clock& clock, Told told, FindChannel find);

  /// Whom it is about, and who does it: the name of his token, or the address he came from.
  struct Act {
    store::GuestKey guest;
    std::string actor;
  };
  struct Said {
    store::Id act = 0;
    std::vector<store::Id> messages;  ///< in the outbox; several when the text was too long for one
  };
  /// All: the id of the act, which is `processed` like a message once it is in effect. kNotFound: the guest has never
  /// written. The act is written down in operator_actions.
  Result<store::Id> pause(const Act& act, std::optional<Time> until);
  Result<store::Id> resume(const Act& act);
  /// Sends `text` to the guest by the outbox, as written by the actor; the bot leaves the word to him as after an echo.
  Result<Said> say(const Act& act, const std::string& text);
  /// A template that the provider has approved, by its own name and language: what may be sent to a guest who has not
  /// written for long.
  struct Template {
    std::string name;
    std::string language;
    struct Parameter {
      std::string name;  ///< empty: by its place. All of a template have one, or none
      std::string text;
    };
    std::vector<Parameter> parameters;
    std::string header;   ///< JSON, an object as agente_outbound has it: what is above the body; empty: nothing
    std::string buttons;  ///< JSON, an array likewise: where its buttons lead to; empty: nothing
  };
  /// As say, with a template in place of a text.
  Result<Said> send_template(const Act& act, const Template& form);
  struct Place {
    double latitude = 0;
    double longitude = 0;
    std::string name;     ///< may be empty
    std::string address;  ///< likewise
  };
  /// As say, with a place on the map in place of a text.
  Result<Said> send_place(const Act& act, const Place& place);
  struct File {
    std::string mime_type;
    std::string name;     ///< as the guest is shown it
    std::string caption;  ///< may be empty
    std::string bytes;
  };
  /// As say, with a file, which is handed to the channel's provider first: with what that says when it refuses. Waits
  /// for the provider.
  Result<Said> send_file(const Act& act, const File& file);

  /// Hands a file to the provider of the guest's channel and waits for it: the file's id there, by which a template's
  /// header may name it. Nobody is sent anything yet. kNotFound as above; kRetry: the channel is not running.
  Result<std::string> upload(const store::GuestKey& guest, const std::string& mime_type, const std::string& bytes);

  /// As say, with an emoji on a message of the guest's; an empty one takes it back. kNotFound: he wrote none of that
  /// id.
  Result<Said> react(const Act& act, store::Id message, const std::string& emoji);
  /// A held message is not to go out any more: it is `failed`, by `actor`. kNotFound; kConflict when it is not held.
  Result<void> drop(store::Id message, const std::string& actor);

 private:
  Result<Said> carry_out(const Act& act, store::Inbound row, std::vector<store::Outbound> messages);

  store::Store& store_;
  const Clock& clock_;
  const Told told_;
  const FindChannel find_;
};

}  // namespace agente::messaging
