#include "plugins/isolation/session.hpp"

#include <algorithm>
#include <thread>

#include <fmt/format.h>

#include "base/thread.hpp"
#include "plugins/isolation/errands.hpp"
#include "plugins/isolation/outcome.hpp"
#include "plugins/isolation/records.hpp"

namespace agente::plugins::isolation {
namespace {

// Waiting to be taken, of an honest runner: the thread of a call waits for each reply before it asks on or answers;
// other threads of the plugin ask one by one as well.
constexpr std::size_t kMostOfACall = 2;
constexpr std::size_t kMostErrands = 64;
constexpr std::size_t kMostBytes = std::size_t{256} << 20U;  // in all queues
constexpr const char* kMalformed = "sent a malformed frame and was killed";

Steady now() { return std::chrono::steady_clock::now(); }

bool is_whole(const Letter& letter) {
  auto fields = letter.fields();
  while (fields.next()) {
  }
  return !fields.is_broken();
}

}  // namespace

std::shared_ptr<Session> Session::start(std::pair<Process, int> runner, const agente_host* host,
                                        std::shared_ptr<Tenant> tenant, const Patience& patience) {
  std::shared_ptr<Session> made(new Session(std::move(runner), host, tenant, patience));  // NOLINT: private
  auto fire = [weak = made->weak_from_this()](std::uint64_t number, const agente_call* call, agente_error* err) {
    const auto self = weak.lock();
    if (!self) return agente_status{AGENTE_OK};
    return self->pass(
        {Operation::kTimer, call, err}, [&](FrameWriter& out) { out.number(tag::kNumber, number); },
        [](const Field&) { return AGENTE_OK; });
  };
  made->timers_ = std::make_shared<Timers>(std::move(tenant), std::move(fire));
  return made;
}

Session::Session(std::pair<Process, int> runner, const agente_host* host, std::shared_ptr<Tenant> tenant,
                 const Patience& patience)
    : host_(host),
      tenant_(std::move(tenant)),
      patience_(patience),
      process_(std::move(runner.first)),
      link_(runner.second) {}

Session::~Session() { bury(); }

// ---- the keeper's thread ----

std::optional<agente_status> Session::open(const Fill& order, const Take& take, Steady until, agente_error* err) {
  constexpr std::uint64_t kFirst = 0;  // calls count from 1
  FrameWriter frame(FrameKind::kCall, static_cast<std::uint16_t>(Operation::kCreate), kFirst);
  order(frame);
  if (!link_.send(frame.frame(), until)) return std::nullopt;
  for (Letter letter;;) {
    switch (link_.receive(letter, until, process_.descriptor())) {
      case Link::Receipt::kFrame:
        break;
      case Link::Receipt::kTimeout:
        kill("did not finish create in time and was killed");
        return std::nullopt;
      case Link::Receipt::kMalformed:
        kill(kMalformed);
        return std::nullopt;
      default:
        return std::nullopt;
    }
    const bool whole = is_whole(letter);
    if (whole && letter.kind() == FrameKind::kAnswer && letter.head.number == kFirst) {
      return read_answer(letter, take, err);
    }
    if (whole && letter.kind() == FrameKind::kRequest) {
      serve_request(letter, until);
    } else if (!whole || !dispatch(std::move(letter))) {
      kill(kMalformed);
      return std::nullopt;
    }
  }
}

void Session::attend() {
  for (Letter letter;;) {
    switch (link_.receive(letter, std::nullopt, process_.descriptor())) {
      case Link::Receipt::kFrame:
        if (is_whole(letter) && dispatch(std::move(letter))) break;
        return kill(kMalformed);
      case Link::Receipt::kMalformed:
        return kill(kMalformed);
      case Link::Receipt::kEnd:
        if (!process_.ends_within(patience_.grace)) kill("closed its connection and was killed");
        return;
      default:
        return;
    }
  }
}

bool Session::dispatch(Letter letter) {
  auto fields = letter.fields();
  switch (letter.kind()) {
    case FrameKind::kAnswer: {
      const auto number = letter.head.number;
      return put(number, std::move(letter));
    }
    case FrameKind::kRequest: {
      const auto within = fields.find(tag::kWithin);
      const auto number = within ? fields.as_number<std::uint64_t>(*within) : 0;
      if (fields.is_broken()) return false;
      if (number != 0) return put(number, std::move(letter));
      return run_errand(std::move(letter));
    }
    case FrameKind::kNote:
      return write_log(host_, letter);
    default:
      return false;
  }
}

bool Session::put(std::uint64_t number, Letter letter) {
  const std::lock_guard lock(mutex_);
  const auto found = under_way_.find(number);
  if (found == under_way_.end()) return false;
  auto& box = *found->second;
  if (!queue(box.letters, std::move(letter), kMostOfACall)) return false;
  box.arrived.notify_one();
  return true;
}

/// Under `mutex_`. False: more than an honest runner sends.
bool Session::queue(std::deque<Letter>& in, Letter letter, std::size_t most) {
  const auto size = letter.body.size();
  if (in.size() >= most || waiting_ + size > kMostBytes) return false;
  waiting_ += size;
  in.push_back(std::move(letter));
  return true;
}

/// Under `mutex_`.
Letter Session::next_of(std::deque<Letter>& from) {
  auto letter = std::move(from.front());
  from.pop_front();
  waiting_ -= letter.body.size();
  return letter;
}

bool Session::run_errand(Letter request) {
  const std::lock_guard lock(mutex_);
  if (!queue(errands_, std::move(request), kMostErrands)) return false;
  // Detached, with its own hold: an errand that takes long must not hold up a new runner.
  if (!has_errand_thread_) std::thread([self = shared_from_this()] { self->serve_errands(); }).detach();
  has_errand_thread_ = true;
  asked_.notify_one();
  return true;
}

void Session::serve_errands() {
  name_thread("runner-errands");
  for (;;) {
    Letter request;
    {
      std::unique_lock lock(mutex_);
      asked_.wait(lock, [&] { return over_ || !errands_.empty(); });
      if (over_) return;
      request = next_of(errands_);
    }
    serve_request(request, now() + tenant_->config.deadline);
  }
}

Session::Obituary Session::bury() {
  timers_->stop_all();
  process_.kill();
  const auto end = process_.wait();
  const std::lock_guard lock(mutex_);
  over_ = true;
  asked_.notify_all();
  if (obituary_) return *obituary_;
  obituary_ = {reason_.empty() ? end : reason_, {}};
  for (auto& [number, box] : under_way_) {
    obituary_->calls += (obituary_->calls.empty() ? "" : ", ") + std::string(rule_of(box->operation).name);
    box->arrived.notify_all();
  }
  return *obituary_;
}

void Session::kill(const std::string& why) {
  const std::lock_guard lock(mutex_);
  if (reason_.empty()) reason_ = why;
  process_.kill();
}

// ---- any thread ----

agente_status Session::pass(const Passed& passed, const Fill& fill, const Take& take) {
  Mailbox box;
  box.operation = passed.operation;
  std::uint64_t number = 0;
  {
    const std::lock_guard lock(mutex_);
    number = next_++;
    under_way_.emplace(number, &box);
  }
  FrameWriter frame(FrameKind::kCall, static_cast<std::uint16_t>(passed.operation), number);
  auto deadline = now() + patience_.farewell;
  if (passed.call != nullptr) {
    put_record(frame, tag::kCall, *passed.call);
    deadline = Steady{Millis{passed.call->deadline_ms}};
  }
  fill(frame);
  Letter answer;
  const bool fits = !frame.is_broken();
  const auto fate = !fits ? Fate::kNotSent : converse(box, frame, deadline, answer);
  {
    const std::lock_guard lock(mutex_);
    under_way_.erase(number);
    while (!box.letters.empty()) next_of(box.letters);
  }
  if (!fits) return abi::fail(passed.err, {Code::kInvalid, "a call with more than 72 MiB cannot be passed on"});
  return fate == Fate::kAnswered ? read_answer(answer, take, passed.err) : unanswered(fate, passed);
}

Session::Fate Session::converse(Mailbox& box, FrameWriter& frame, Steady deadline, Letter& answer) {
  auto until = deadline + patience_.grace;
  const auto name = rule_of(box.operation).name;
  if (!link_.send(frame.frame(), until)) {
    give_up();
    return Fate::kNotSent;
  }
  for (;;) {
    switch (wait(box, answer, until)) {
      case Got::kOver:
        return Fate::kDied;
      case Got::kLate:
        kill(fmt::format("did not answer {} before its deadline and was killed", name));
        return Fate::kOverran;
      case Got::kLetter:
        break;
    }
    if (answer.kind() == FrameKind::kAnswer) return Fate::kAnswered;
    const bool in_time = now() < deadline;
    serve_request(answer, until);
    if (in_time) until = std::max(until, now() + patience_.grace);  // a slow service of ours is not its fault
  }
}

Session::Got Session::wait(Mailbox& box, Letter& into, Steady until) {
  std::unique_lock lock(mutex_);
  box.arrived.wait_until(lock, until, [&] { return over_ || !box.letters.empty(); });
  if (!box.letters.empty()) {
    into = next_of(box.letters);
    return Got::kLetter;
  }
  return over_ ? Got::kOver : Got::kLate;
}

void Session::serve_request(const Letter& request, Steady until) {
  FrameWriter reply(FrameKind::kReply, request.head.operation, request.head.number);
  if (!serve(host_, *timers_, request, reply)) return kill(kMalformed);
  if (!link_.send(reply.frame(), until)) give_up();
}

/// Something could not be sent: the runner has died, or does not read.
void Session::give_up() {
  if (!process_.ends_within(patience_.grace)) kill("did not take what the host sent and was killed");
}

agente_status Session::read_answer(const Letter& answer, const Take& take, agente_error* err) {
  auto outcome = answer.fields();
  auto status = take_outcome(outcome, err);
  auto results = answer.fields();
  bool whole = !outcome.is_broken();
  while (const auto field = results.next()) {
    const auto taken = take(*field);
    whole = whole && taken;
    if (status == AGENTE_OK && taken) status = *taken;  // a sink refused what the plugin wrote
  }
  if (whole) return status;
  kill(kMalformed);
  return abi::fail(err, {Code::kInternal, "the answer was malformed"});
}

agente_status Session::unanswered(Fate fate, const Passed& passed) {
  const auto& rule = rule_of(passed.operation);
  const auto& id = tenant_->config.id;
  if (fate == Fate::kNotSent) {
    return abi::fail(passed.err,
                     {Code::kRetry, fmt::format("{}: its process did not take the call", id), patience_.first_pause});
  }
  if (rule.writes) {
    return abi::fail(
        passed.err, {Code::kUnknownOutcome, fmt::format("{}: its process ended during {}: look it up", id, rule.name)});
  }
  if (fate == Fate::kOverran) {
    return abi::fail(passed.err,
                     {Code::kTimeout, fmt::format("{}: {} took too long, so its process was killed", id, rule.name)});
  }
  return abi::fail(
      passed.err, {Code::kRetry, fmt::format("{}: its process ended during {}", id, rule.name), patience_.first_pause});
}

bool Session::part() {
  auto err = abi::fresh_error();
  return pass(
             {Operation::kDestroy, nullptr, &err}, [](FrameWriter&) {}, [](const Field&) { return AGENTE_OK; }) ==
         AGENTE_OK;
}

}  // namespace agente::plugins::isolation
