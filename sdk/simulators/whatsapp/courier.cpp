#include "simulators/whatsapp/courier.hpp"

#include <algorithm>
#include <stdexcept>

#include <Poco/Exception.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/NullStream.h>
#include <Poco/StreamCopier.h>
#include <Poco/URI.h>
#include <nlohmann/json.hpp>

#include "simulators/whatsapp/spoiled_body.hpp"
#include "simulators/whatsapp/webhook.hpp"

namespace agente::sim::whatsapp {
namespace {

namespace net = Poco::Net;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int kWorkers = 8;
constexpr milliseconds kLongestGap = std::chrono::hours(1);
constexpr auto kGiveUpAfter = std::chrono::hours(7 * 24);

/// At once, then gap, twice the gap, ...
milliseconds gap_before(int attempt, milliseconds gap) {
  if (attempt <= 2) return milliseconds{0};
  return std::min<milliseconds>(kLongestGap, gap * (1LL << std::min(attempt - 3, 20)));
}

void sign(net::HTTPRequest& request, const Courier::Target& target, const std::string& body, const std::string& fault) {
  if (fault == "webhook_no_signature") return;
  auto secret = target.app_secret;
  if (fault == "webhook_bad_signature") secret += "-not";
  if (fault == "webhook_old_secret") secret = target.old_secret;
  request.set("X-Hub-Signature", "sha1=" + hmac_sha1(target.app_secret, body));
  if (fault != "webhook_sha1_only") request.set("X-Hub-Signature-256", "sha256=" + hmac_sha256(secret, body));
}

nlohmann::json told(const Subject& subject) {
  nlohmann::json entry{{"event", subject.event}, {"id", subject.id}, {"guest", subject.guest}};
  if (subject.event != "status" && subject.event != "raw") entry["text"] = subject.text;
  if (!subject.media.empty()) entry["media"] = subject.media;
  if (!subject.state.empty()) entry["state"] = subject.state;
  return entry;
}

void require_http(const std::string& url) {
  if (url.empty() || url.starts_with("http://")) return;
  throw std::invalid_argument("the webhook must be an http:// URL, not '" + url + "'");
}

}  // namespace

const std::string& Courier::Target::url_for(const std::string& number) const {
  const auto own = numbers.find(number);
  return own == numbers.end() ? url : own->second;
}

Courier::Courier(const Options& options, const Now& now, Books books, Faults& faults)
    : options_(options), now_(now), books_(books), faults_(faults), mixer_(options.seed) {
  aim({options.webhook, options.app_secret, options.old_app_secret});
  mixer_.set(options.mix);
  for (int i = 0; i < kWorkers; ++i) workers_.emplace_back([this](std::stop_token stop) { work(stop); });
}

Courier::~Courier() {
  for (auto& worker : workers_) worker.request_stop();
}

void Courier::aim(Target target) {
  require_http(target.url);
  for (const auto& [number, url] : target.numbers) require_http(url);
  const std::lock_guard lock(mutex_);
  target_ = std::move(target);
}

Courier::Target Courier::target() const {
  const std::lock_guard lock(mutex_);
  return target_;
}

Answer Courier::post(const Parcel& parcel, bool retry) {
  const auto left = departure();
  const auto began = now_();
  auto answer = attempt(parcel, 1, left);
  if (answer.ok()) return answer;
  if (retry) {
    try_again({.parcels = {parcel}, .attempt = 1, .began = began, .left = left}, began);
  } else {
    give_up(parcel, left);
  }
  return answer;
}

void Courier::send(std::deque<Parcel> parcels, milliseconds gap) {
  if (parcels.empty() || !goes_out(parcels.front().number)) return;
  wait_in_line(gap, {.parcels = std::move(parcels), .gap = gap});
}

void Courier::mix(Mix mix) {
  mixer_.set(mix);
  post_gathered();
}

void Courier::hand_in(Parcel parcel) {
  const auto mix = mixer_.mix();
  if (!mix.on()) return send({std::move(parcel)}, milliseconds{0});
  // An empty trip is the moment at which what was gathered goes.
  if (mixer_.add(std::move(parcel))) wait_in_line(mix.gather, {});
}

void Courier::post_gathered() {
  const auto to = target();
  const auto fit = [&](const Parcel& one, const Parcel& other) {
    return to.url_for(one.number) == to.url_for(other.number);
  };
  for (auto& parcel : mixer_.take(fit)) wait_in_line(milliseconds{0}, {.parcels = {std::move(parcel)}, .mixed = true});
}

void Courier::hurry(std::chrono::seconds time) {
  const std::lock_guard lock(mutex_);
  ahead_ += time;
  wake_.notify_all();
}

void Courier::clear() {
  const std::lock_guard lock(mutex_);
  ++resets_;
  line_.clear();
  mixer_.clear();
  mixer_.set(options_.mix);
}

/// A clock that was set ahead while a trip was out counts for its next one, too; after a reset there is none.
void Courier::wait_in_line(milliseconds gap, Trip trip) {
  const std::lock_guard lock(mutex_);
  if (trip.left && trip.left->resets != resets_) return;
  if (line_.size() >= options_.longest_line) give_up_the_last();
  const auto due = steady_clock::now() + (trip.left ? trip.left->ahead : ahead_) + gap;
  line_.emplace(due, std::move(trip));
  wake_.notify_one();
}

/// Not an empty trip: what was gathered would wait for it for ever.
void Courier::give_up_the_last() {
  const auto last = std::find_if(line_.rbegin(), line_.rend(), [](const auto& e) { return !e.second.parcels.empty(); });
  if (last == line_.rend()) return;
  for (const auto& parcel : last->second.parcels) books_.report.gave_up(parcel);
  line_.erase(std::next(last).base());
}

Courier::Departure Courier::departure() const {
  const std::lock_guard lock(mutex_);
  return {ahead_, resets_};
}

void Courier::work(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    if (line_.empty()) {
      wake_.wait(lock, stop, [this] { return !line_.empty(); });
      continue;
    }
    const auto due = line_.begin()->first - ahead_;
    if (due > steady_clock::now()) {
      // Also wakes when something earlier joined the line or the clock was set ahead.
      wake_.wait_until(lock, stop, due, [this, due] { return line_.empty() || line_.begin()->first - ahead_ < due; });
      continue;
    }
    auto trip = std::move(line_.extract(line_.begin()).mapped());
    trip.left = {ahead_, resets_};
    lock.unlock();
    carry(std::move(trip));
    lock.lock();
  }
}

void Courier::carry(Trip trip) {
  if (trip.parcels.empty()) return post_gathered();
  const auto tried = now_();
  const auto began = trip.attempt == 1 ? tried : trip.began;
  auto parcel = std::move(trip.parcels.front());
  trip.parcels.pop_front();
  const auto number = trip.attempt;
  const bool gather = number == 1 && !trip.mixed && mixes();
  const auto answer = gather ? Answer{} : attempt(parcel, number, trip.left.value());
  if (!trip.parcels.empty()) {
    wait_in_line(trip.gap, {.parcels = std::move(trip.parcels), .gap = trip.gap, .left = trip.left});
  }
  if (gather) return hand_in(std::move(parcel));
  if (answer.ok()) return;
  try_again({.parcels = {std::move(parcel)}, .attempt = number, .began = began, .mixed = trip.mixed, .left = trip.left},
            tried);
}

/// What counts is when it was tried: the clock may have been set ahead meanwhile.
void Courier::try_again(Trip trip, std::chrono::system_clock::time_point tried) {
  if (tried - trip.began > kGiveUpAfter) return give_up(trip.parcels.front(), trip.left.value());
  const auto gap = gap_before(++trip.attempt, options_.retry_gap);
  wait_in_line(gap, std::move(trip));
}

int Courier::exchange(const Parcel& parcel) {
  const auto& guest = parcel.about.front().guest;
  const auto fault_of = [&](const char* moment) {
    const auto fault = faults_.strike(moment, "", guest);
    return fault ? fault->name : std::string();
  };
  auto body = spoiled(parcel.body, fault_of("body"));
  if (!fault_of("bytes").empty()) body = in_plain_utf8(body);
  const auto to = target();
  const Poco::URI uri(to.url_for(parcel.number));
  net::HTTPClientSession session(uri.getHost(), uri.getPort());
  session.setTimeout(Poco::Timespan(std::chrono::microseconds(options_.webhook_timeout).count()));
  const auto path = uri.getPathAndQuery();
  net::HTTPRequest request("POST", path.empty() ? "/" : path, "HTTP/1.1");
  request.setContentType("application/json");
  request.setContentLength64(static_cast<Poco::Int64>(body.size()));
  request.set("User-Agent", "facebookexternalua");
  sign(request, to, body, fault_of("webhook"));
  session.sendRequest(request) << body;
  net::HTTPResponse response;
  Poco::NullOutputStream nowhere;
  Poco::StreamCopier::copyStream(session.receiveResponse(response), nowhere);
  return response.getStatus();
}

void Courier::give_up(const Parcel& parcel, const Departure& left) {
  const std::lock_guard lock(mutex_);
  if (left.resets == resets_) books_.report.gave_up(parcel);
}

/// What was forgotten meanwhile is in no book.
Answer Courier::attempt(const Parcel& parcel, int number, const Departure& left) {
  const auto began = steady_clock::now();
  Answer answer;
  try {
    answer.status = exchange(parcel);
  } catch (const Poco::Exception& problem) {
    answer.error = problem.displayText();
  }
  answer.latency = std::chrono::duration_cast<milliseconds>(steady_clock::now() - began);
  const std::lock_guard lock(mutex_);
  if (left.resets != resets_) return answer;
  books_.report.posted(parcel, answer);
  log(parcel, number, answer);
  return answer;
}

void Courier::log(const Parcel& parcel, int number, const Answer& answer) {
  auto entry = told(parcel.about.front());
  entry.update({{"attempt", number}, {"status", answer.status}, {"latency_ms", answer.latency.count()}});
  if (!answer.error.empty()) entry["error"] = answer.error;
  for (std::size_t i = 1; i < parcel.about.size(); ++i) entry["also"].push_back(told(parcel.about[i]));
  books_.journal.add(Journal::Kind::kWebhook, std::move(entry));
}

}  // namespace agente::sim::whatsapp
