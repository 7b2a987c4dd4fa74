#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "stage.hpp"

namespace agente::e2e {

/// Guests on WhatsApp who each want a double for three nights, and keep at it as people do: they answer what they are
/// asked, wait when they are told to wait, and ask again when the hotel's system could not be reached.
class Crowd {
 public:
  /// Six guests for each stay, of five doubles.
  static constexpr int kGuestsOfAStay = 6;

  /// `first` is the first guest's number among those of several crowds: no two have the same.
  Crowd(Stage& stage, int guests, int first = 0, int of_a_stay = kGuestsOfAStay);

  /// How far their talk goes: to the question for their yes, or to its end.
  enum class Until { kQuestion, kEnd };
  /// Lets all talk until each has come so far; false when one has not within `seconds`.
  bool talks(Until until, int seconds);
  /// Lets each who has been answered say his next word.
  void round(Until until);
  [[nodiscard]] bool has_come(Until until) const;

  /// Of those who said yes, how many have been asked for patience and have heard nothing since.
  [[nodiscard]] int waiting() const;
  [[nodiscard]] int booked() const;
  [[nodiscard]] std::vector<std::string> numbers() const;
  /// Their last words, for a failure's text.
  [[nodiscard]] std::string where_they_are() const;

  // ---- of all that they wrote
  [[nodiscard]] int refused_webhooks() const { return refused_; }
  /// How long half of them took at most: one that a busy machine held up says nothing.
  [[nodiscard]] std::chrono::milliseconds typical_webhook() const;

 private:
  using Steady = std::chrono::steady_clock::time_point;
  struct Guest {
    std::string number;
    std::string wish;
    std::string heard{};  ///< last
    bool answered = true;
    bool waits = false;
    std::string state{};
    bool over = false;
    int said = 0;
    Steady patient_until{};
  };
  void look_at(Guest& guest) const;
  void go_on(Guest& guest, Until until);
  void say(Guest& guest, const std::string& text);

  Stage& stage_;
  std::vector<Guest> guests_;
  int refused_ = 0;
  std::vector<std::chrono::milliseconds> took_;
};

}  // namespace agente::e2e
