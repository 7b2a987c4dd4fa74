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

#include "simulators/whatsapp/webhook.hpp"

namespace agente::sim::whatsapp {
namespace {

namespace net = Poco::Net;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int kWorkers = 8;
constexpr std::size_t kLongestLine = 100'000;
constexpr milliseconds kLongestGap = std::chrono::hours(1);
constexpr auto kGiveUpAfter = std::chrono::hours(7 * 24);

/// At once, then gap, twice the gap, ...
milliseconds gap_before(int attempt, milliseconds gap) {
  if (attempt <= 2) return milliseconds{0};
  return std::min<milliseconds>(kLongestGap, gap * (1LL << std::min(attempt - 3, 20)));
}

void sign(net::HTTPRequest& request, const std::string& secret, const std::string& body, Faults& faults) {
  const auto fault = faults.strike("webhook", "");
  const auto name = fault ? fault->name : "";
  if (name == "webhook_no_signature") return;
  request.set("X-Hub-Signature", "sha1=" + hmac_sha1(secret, body));
  if (name == "webhook_sha1_only") return;
  const auto key = name == "webhook_bad_signature" ? secret + "-not" : secret;
  request.set("X-Hub-Signature-256", "sha256=" + hmac_sha256(key, body));
}

int exchange(net::HTTPClientSession& session, net::HTTPRequest& request, const std::string& body) {
  session.sendRequest(request) << body;
  net::HTTPResponse response;
  Poco::NullOutputStream nowhere;
  Poco::StreamCopier::copyStream(session.receiveResponse(response), nowhere);
  return response.getStatus();
}

}  // namespace

Courier::Courier(const Options& options, Journal& journal, Faults& faults)
    : options_(options), journal_(journal), faults_(faults) {
  aim({options.webhook, options.app_secret});
  for (int i = 0; i < kWorkers; ++i) workers_.emplace_back([this](std::stop_token stop) { work(stop); });
}

Courier::~Courier() {
  for (auto& worker : workers_) worker.request_stop();
}

void Courier::aim(Target target) {
  if (!target.url.empty() && !target.url.starts_with("http://")) {
    throw std::invalid_argument("the webhook must be an http:// URL, not '" + target.url + "'");
  }
  const std::lock_guard lock(mutex_);
  target_ = std::move(target);
}

Courier::Target Courier::target() const {
  const std::lock_guard lock(mutex_);
  return target_;
}

Answer Courier::post(const Parcel& parcel, bool retry) {
  const auto began = steady_clock::now();
  auto answer = attempt(parcel, 1);
  if (!answer.ok() && retry) try_again({.parcels = {parcel}, .attempt = 1, .began = began});
  return answer;
}

void Courier::send(std::deque<Parcel> parcels, milliseconds gap) {
  if (parcels.empty() || target().url.empty()) return;
  wait_in_line(steady_clock::now() + gap, {.parcels = std::move(parcels), .gap = gap});
}

void Courier::clear() {
  const std::lock_guard lock(mutex_);
  line_.clear();
}

void Courier::wait_in_line(Moment due, Trip trip) {
  const std::lock_guard lock(mutex_);
  if (line_.size() >= kLongestLine) line_.erase(std::prev(line_.end()));
  line_.emplace(due, std::move(trip));
  wake_.notify_one();
}

void Courier::work(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    if (line_.empty()) {
      wake_.wait(lock, stop, [this] { return !line_.empty(); });
      continue;
    }
    const auto due = line_.begin()->first;
    if (due > steady_clock::now()) {
      // Also wakes when something earlier joined the line.
      wake_.wait_until(lock, stop, due, [this, due] { return line_.empty() || line_.begin()->first < due; });
      continue;
    }
    auto trip = std::move(line_.extract(line_.begin()).mapped());
    lock.unlock();
    carry(std::move(trip));
    lock.lock();
  }
}

void Courier::carry(Trip trip) {
  const auto began = trip.attempt == 1 ? steady_clock::now() : trip.began;
  auto parcel = std::move(trip.parcels.front());
  trip.parcels.pop_front();
  const auto number = trip.attempt;
  const auto answer = attempt(parcel, number);
  if (!trip.parcels.empty()) {
    const auto gap = trip.gap;
    wait_in_line(steady_clock::now() + gap, {.parcels = std::move(trip.parcels), .gap = gap});
  }
  if (!answer.ok()) try_again({.parcels = {std::move(parcel)}, .attempt = number, .began = began});
}

void Courier::try_again(Trip trip) {
  const auto now = steady_clock::now();
  if (now - trip.began > kGiveUpAfter) return;
  ++trip.attempt;
  const auto again = now + gap_before(trip.attempt, options_.retry_gap);
  wait_in_line(again, std::move(trip));
}

Answer Courier::attempt(const Parcel& parcel, int number) {
  const auto began = steady_clock::now();
  Answer answer;
  try {
    const auto [url, secret] = target();
    const Poco::URI uri(url);
    net::HTTPClientSession session(uri.getHost(), uri.getPort());
    session.setTimeout(Poco::Timespan(std::chrono::microseconds(options_.webhook_timeout).count()));
    const auto path = uri.getPathAndQuery();
    net::HTTPRequest request("POST", path.empty() ? "/" : path, "HTTP/1.1");
    request.setContentType("application/json");
    request.setContentLength64(static_cast<Poco::Int64>(parcel.body.size()));
    request.set("User-Agent", "facebookexternalua");
    sign(request, secret, parcel.body, faults_);
    answer.status = exchange(session, request, parcel.body);
  } catch (const Poco::Exception& problem) {
    answer.error = problem.displayText();
  }
  answer.latency = std::chrono::duration_cast<milliseconds>(steady_clock::now() - began);
  log(parcel, number, answer);
  return answer;
}

void Courier::log(const Parcel& parcel, int number, const Answer& answer) {
  nlohmann::json entry{{"event", parcel.event}, {"id", parcel.id},         {"guest", parcel.guest},
                       {"attempt", number},     {"status", answer.status}, {"latency_ms", answer.latency.count()}};
  if (parcel.event == "message") entry["text"] = parcel.text;
  if (!parcel.state.empty()) entry["state"] = parcel.state;
  if (!answer.error.empty()) entry["error"] = answer.error;
  journal_.add(Journal::Kind::kWebhook, std::move(entry));
}

}  // namespace agente::sim::whatsapp
