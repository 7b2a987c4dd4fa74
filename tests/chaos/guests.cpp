#include "guests.hpp"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstdio>
#include <utility>

#include "checker.hpp"
#include "dice.hpp"
#include "stage.hpp"

namespace agente::chaos {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kBetweenTries{200};
constexpr int kMostMessages = 12;  // who has been asked to come again so often gives up

std::vector<Reply> replies_in(const std::vector<Sent>& messages) {
  std::vector<Reply> replies;
  for (const auto& message : messages) {
    if (const auto reply = reply_of(message.text); reply != Reply::kPatience) replies.push_back(reply);
  }
  return replies;
}

}  // namespace

class Guests::One {
 public:
  One(Guests& all, Talk talk)
      : all_(all), talk_(std::move(talk)), dice_(all.options_.seed, 2'000'000 + std::stoull(talk_.guest.number)) {}

  void talk(const std::stop_token& stop) {
    auto ask = Ask::kRoom;
    for (int count = 0; count < kMostMessages; ++count) {
      if (!wait_for_my_moment(count, stop) || !write(ask, stop)) return;
      if (talk_.hasty && ask != Ask::kConfirm && count < 2) {
        ask = next(ask);
        continue;
      }
      const auto reply = wait_for_replies(stop);
      if (!reply || *reply == Reply::kConfirmation) break;
      ask = what_to_say(*reply, ask);
    }
    ++all_.done_;
  }

  [[nodiscard]] const Guest& guest() const { return talk_.guest; }

 private:
  static Ask next(Ask ask) { return ask == Ask::kRoom ? Ask::kInMyName : Ask::kConfirm; }

  static Ask what_to_say(Reply reply, Ask before) {
    if (reply == Reply::kAsksName) return Ask::kInMyName;
    if (reply == Reply::kSummary) return Ask::kConfirm;
    return before;  // "not now": the same again
  }

  [[nodiscard]] std::string words_for(Ask ask) const {
    const auto& wish = talk_.guest.wish;
    const auto day = [](const std::string& date) { return std::to_string(std::stoi(date.substr(8))); };
    if (ask == Ask::kInMyName) return wish.name;
    if (ask == Ask::kConfirm) return "sí";
    return "Hola, quiero reservar una doble del " + day(wish.checkin) + " al " + day(wish.checkout) +
           " de marzo de 2026 para " + std::to_string(wish.adults) + " personas";
  }

  bool wait_for_my_moment(int count, const std::stop_token& stop) {
    const auto index = static_cast<std::size_t>(count);
    if (index >= talk_.moments_ms.size()) return pause(milliseconds{500}, stop);  // he was asked to come again
    return pause_until(all_.began_ + milliseconds{talk_.moments_ms[index]}, stop);
  }

  static bool pause(milliseconds time, const std::stop_token& stop) {
    return pause_until(std::chrono::steady_clock::now() + time, stop);
  }
  static bool pause_until(std::chrono::steady_clock::time_point moment, const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait_until(lock, stop, moment, [] { return false; });
    return !stop.stop_requested();
  }

  /// Until it is acknowledged. False: stopped before.
  bool write(Ask ask, const std::stop_token& stop) {
    Written message{.text = words_for(ask), .ask = ask};
    {
      const std::lock_guard lock(all_.mutex_);
      message.id = "wamid." + talk_.guest.number + "." + std::to_string(talk_.guest.written.size() + 1);
      talk_.guest.written.push_back(message);
    }
    deliver_an_old_one_again();
    std::jthread twin;
    if (all_.options_.duplicates && dice_.one_in(5)) twin = std::jthread([this, message] { post(message); });
    while (!post(message)) {
      if (!pause(kBetweenTries, stop)) return false;
    }
    const std::lock_guard lock(all_.mutex_);
    talk_.guest.written.back().acknowledged = true;
    return true;
  }

  /// A provider that missed our answer comes again when the talk has long gone on.
  void deliver_an_old_one_again() {
    if (!all_.options_.duplicates || talk_.guest.written.size() < 2 || !dice_.one_in(3)) return;
    post(talk_.guest.written[static_cast<std::size_t>(
        dice_.between(0, static_cast<std::int64_t>(talk_.guest.written.size()) - 2))]);
  }

  bool post(const Written& message) const {
    const auto body = e2e::Stage::webhook_body(talk_.guest.number, message.text, message.id);
    return e2e::http("POST", all_.options_.door + "/webhook/whatsapp", body,
                     {{"X-Hub-Signature-256", e2e::Stage::signature(body)}})
               .status == 200;
  }

  /// The last reply, once there are as many as messages; nullopt: stopped before.
  std::optional<Reply> wait_for_replies(const std::stop_token& stop) {
    std::vector<Reply> replies;
    const bool came = all_.mailbox_.wait(talk_.guest.number, stop, [&](const std::vector<Sent>& messages) {
      replies = replies_in(messages);
      return replies.size() >= talk_.guest.written.size();
    });
    return came ? std::optional(replies.back()) : std::nullopt;
  }

  Guests& all_;
  Talk talk_;
  Dice dice_;
};

Guests::Guests(const std::vector<Talk>& talks, Options options, Mailbox& mailbox)
    : options_(std::move(options)), mailbox_(mailbox) {
  for (const auto& talk : talks) all_.push_back(std::make_unique<One>(*this, talk));
  for (auto& one : all_) {
    threads_.emplace_back([&one](const std::stop_token& stop) { one->talk(stop); });
  }
}

Guests::~Guests() {
  for (auto& thread : threads_) thread.request_stop();
  threads_.clear();
}

std::vector<Guest> Guests::so_far() const {
  const std::lock_guard lock(mutex_);
  std::vector<Guest> guests;
  for (const auto& one : all_) guests.push_back(one->guest());
  return guests;
}

}  // namespace agente::chaos
