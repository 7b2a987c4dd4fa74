#include "store/postgres_writer.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <random>
#include <thread>

namespace agente::store {

namespace {

constexpr int kTogether = 3;  ///< conflicts after which a batch is divided
constexpr int kAlone = 20;    ///< conflicts after which one closure is sent back
constexpr Millis kRetryAfter{1000};

}  // namespace

/// One connection, its thread and the batch it works on.
class PostgresWriter::Lane {
 public:
  explicit Lane(PostgresWriter& writer) : writer_(writer) {
    thread_ = std::jthread([this](const std::stop_token& stop) { work(stop); });
  }

 private:
  using Request = WriteQueue::Request;
  using Batch = WriteQueue::Batch;

  /// Why a batch has not been carried out, and what may be done about it.
  struct Failure {
    Error error;
    bool divide = false;  ///< the fault lies with one of its closures
  };

  void work(const std::stop_token& stop);
  void serve(Batch batch);
  std::optional<Failure> try_until_it_is_clear(Batch batch);
  std::optional<Failure> give_up(const sql::Failure& failure);
  void attempt(Batch batch);
  void connect();
  void wait_for_the_database();
  void step_aside(int conflicts);
  void pause(Millis time);

  PostgresWriter& writer_;
  std::stop_token stop_;
  std::unique_ptr<PostgresConnection> connection_;
  std::optional<PostgresConnection::Mark> unanswered_;  ///< the transaction whose COMMIT was sent
  bool given_up_ = false;
  std::minstd_rand random_{std::random_device{}()};
  std::mutex mutex_;
  std::condition_variable_any never_;
  std::jthread thread_;
};

void PostgresWriter::Lane::work(const std::stop_token& stop) {
  stop_ = stop;
  std::vector<Request> batch;
  while (writer_.queue_.take(stop, batch)) {
    serve(batch);
    WriteQueue::finish(batch);
    if (given_up_) wait_for_the_database();
  }
}

/// A batch with a bad closure is divided until that one is alone: the others take effect, and the order is kept.
void PostgresWriter::Lane::serve(Batch batch) {
  const auto failure = try_until_it_is_clear(batch);
  if (failure && failure->divide && batch.size() > 1) {
    serve(batch.first(batch.size() / 2));
    serve(batch.subspan(batch.size() / 2));
    return;
  }
  for (auto& request : batch) {
    if (failure) request.error = failure->error;
  }
}

std::optional<PostgresWriter::Lane::Failure> PostgresWriter::Lane::try_until_it_is_clear(Batch batch) {
  unanswered_.reset();
  for (int conflicts = 0;;) {
    try {
      attempt(batch);
      return std::nullopt;
    } catch (const ConnectionLost& lost) {
      connection_.reset();
      if (auto failure = give_up(lost)) return failure;
    } catch (const Conflict& conflict) {
      if (++conflicts == (batch.size() > 1 ? kTogether : kAlone)) {
        return Failure{{Code::kRetry, conflict.what(), kRetryAfter}, true};
      }
      step_aside(conflicts);
    } catch (const LostPlace& lost) {
      return Failure{{Code::kCancelled, lost.what()}};
    } catch (const sql::Failure& failure) {
      if (failure.transient()) return Failure{{Code::kRetry, failure.what(), kRetryAfter}};
      return Failure{{Code::kInternal, failure.what()}, true};
    } catch (...) {
      return Failure{*caught([] { throw; }), true};
    }
  }
}

/// Nothing: try again.
std::optional<PostgresWriter::Lane::Failure> PostgresWriter::Lane::give_up(const sql::Failure& failure) {
  if (writer_.outage_.worth_waiting() && !stop_.stop_requested()) {
    pause(Millis{50});
    return std::nullopt;
  }
  given_up_ = true;
  const Error error{Code::kRetry, failure.what(), kRetryAfter};
  writer_.queue_.refuse(error);
  return Failure{error};
}

void PostgresWriter::Lane::attempt(Batch batch) {
  ++writer_.transactions_;
  connect();
  if (unanswered_ && connection_->has_happened(*unanswered_)) return;
  unanswered_.reset();
  const auto host = writer_.host_.load();
  struct RolledBack {
    PostgresConnection& connection;
    ~RolledBack() { connection.rollback(); }
  } const unless_committed{*connection_};
  const auto mark = connection_->begin_as(host == kNoHost ? std::nullopt : std::optional(host));
  for (const auto& request : batch) request.work(*connection_);
  unanswered_ = mark;
  connection_->commit();
  writer_.outage_.over();
}

void PostgresWriter::Lane::connect() {
  if (connection_) return;
  connection_ = std::make_unique<PostgresConnection>(
      writer_.address_, PostgresConnection::Mode::kWriter,
      PostgresConnection::Surroundings{writer_.watch_, &writer_.clock_, writer_.settings_.limits});
}

void PostgresWriter::Lane::wait_for_the_database() {
  while (given_up_ && !stop_.stop_requested()) {
    try {
      connect();
      given_up_ = false;
      writer_.outage_.over();
      writer_.queue_.accept();
    } catch (const sql::Failure&) {
      pause(writer_.settings_.between_attempts);
    }
  }
}

/// For a random while, longer each time: those that meet again and again would else all be the last one in turn.
void PostgresWriter::Lane::step_aside(int conflicts) {
  const int most = 1 << std::min(conflicts, 6);
  pause(Millis{std::uniform_int_distribution(most / 2, most)(random_)});
}

void PostgresWriter::Lane::pause(Millis time) {
  std::unique_lock lock(mutex_);
  never_.wait_for(lock, stop_, time, [] { return false; });
}

PostgresWriter::PostgresWriter(const PostgresAddress& address, const Clock& clock, const Settings& settings)
    : address_(address),
      clock_(clock),
      settings_(settings),
      outage_(settings.patience),
      queue_(settings.max_waiting),
      watch_([this] {
        queue_.expire(settings_.patience,
                      {Code::kRetry, "the store " + address_.name() + " does not answer in time", kRetryAfter});
      }) {
  for (int i = 0; i < settings.lanes; ++i) lanes_.push_back(std::make_unique<Lane>(*this));
}

PostgresWriter::~PostgresWriter() = default;

}  // namespace agente::store
