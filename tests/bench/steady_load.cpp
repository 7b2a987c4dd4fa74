// Sends the signed bodies of its input (as webhook_bodies prints them) at a steady rate, whatever becomes of them, and
// says how long the answers took. A body's time counts from the moment it was due, so that an answer that was held up
// also makes those late that wait behind it.
//   steady_load PORT RATE SECONDS [CONNECTIONS] < BODIES
// Prints: sent, not answered 200, median, 99th percentile and longest in ms, and how many took over 1 s.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/NullStream.h>
#include <Poco/StreamCopier.h>

namespace {

using Steady = std::chrono::steady_clock;
using Milliseconds = std::chrono::duration<double, std::milli>;

struct Webhook {
  std::string signature;
  std::string body;
};

struct Load {
  Poco::UInt16 port;
  double rate;
  std::vector<Webhook> webhooks;
};

struct Tally {
  std::vector<double> took;  ///< ms
  long failed = 0;
};

std::vector<Webhook> read_webhooks(std::size_t most) {
  std::vector<Webhook> webhooks;
  webhooks.reserve(most);
  for (std::string line; webhooks.size() < most && std::getline(std::cin, line);) {
    const auto tab = line.find('\t');
    webhooks.push_back({line.substr(0, tab), line.substr(tab + 1)});
  }
  return webhooks;
}

bool post(Poco::Net::HTTPClientSession& session, const Webhook& webhook) {
  try {
    Poco::Net::HTTPRequest request("POST", "/webhook/whatsapp", Poco::Net::HTTPMessage::HTTP_1_1);
    request.setContentType("application/json");
    request.setContentLength(static_cast<std::streamsize>(webhook.body.size()));
    request.set("X-Hub-Signature-256", "sha256=" + webhook.signature);
    session.sendRequest(request) << webhook.body;
    Poco::Net::HTTPResponse answer;
    Poco::NullOutputStream nowhere;
    Poco::StreamCopier::copyStream(session.receiveResponse(answer), nowhere);
    return answer.getStatus() == Poco::Net::HTTPResponse::HTTP_OK;
  } catch (const std::exception&) {
    session.reset();
    return false;
  }
}

/// One connection: whatever is due next, one after the other.
Tally send(const Load& load, Steady::time_point start, std::atomic<std::size_t>& next) {
  Poco::Net::HTTPClientSession session("127.0.0.1", load.port);
  session.setKeepAlive(true);
  session.setTimeout(Poco::Timespan(30, 0));
  Tally tally;
  for (auto i = next++; i < load.webhooks.size(); i = next++) {
    const auto due = start + std::chrono::duration_cast<Steady::duration>(
                                 std::chrono::duration<double>(static_cast<double>(i) / load.rate));
    std::this_thread::sleep_until(due);
    if (!post(session, load.webhooks[i])) ++tally.failed;
    tally.took.push_back(Milliseconds(Steady::now() - due).count());
  }
  return tally;
}

Tally run(const Load& load, int connections) {
  Tally all;
  all.took.reserve(load.webhooks.size());
  std::mutex mutex;
  std::atomic<std::size_t> next = 0;
  const auto start = Steady::now() + std::chrono::milliseconds{100};
  std::vector<std::jthread> threads;
  threads.reserve(static_cast<std::size_t>(connections));
  for (int i = 0; i < connections; ++i) {
    threads.emplace_back([&] {
      const auto tally = send(load, start, next);
      const std::lock_guard lock(mutex);
      all.took.insert(all.took.end(), tally.took.begin(), tally.took.end());
      all.failed += tally.failed;
    });
  }
  threads.clear();
  return all;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return std::fprintf(stderr, "usage: steady_load PORT RATE SECONDS [CONNECTIONS] < BODIES\n"), 2;
  Load load{.port = static_cast<Poco::UInt16>(std::atoi(argv[1])), .rate = std::atof(argv[2]), .webhooks = {}};
  load.webhooks = read_webhooks(static_cast<std::size_t>(load.rate * std::atof(argv[3])));
  auto [took, failed] = run(load, argc > 4 ? std::atoi(argv[4]) : 64);
  if (took.empty()) return std::fprintf(stderr, "steady_load: no bodies\n"), 2;
  std::sort(took.begin(), took.end());
  const auto late = took.end() - std::upper_bound(took.begin(), took.end(), 1000.0);
  std::printf("%zu %ld %.1f %.1f %.1f %td\n", took.size(), failed, took[took.size() / 2], took[took.size() * 99 / 100],
              took.back(), late);
  return 0;
}
