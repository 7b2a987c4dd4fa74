#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "store/membership.hpp"
#include "store/postgres_connection.hpp"

namespace agente::store {

/// A place among the hosts on one database, kept by a row in `hosts` that must be renewed. `name` is this host's alone.
///
/// Who does not renew it in time is put out by the others, who take over his parts: from then on his writes are
/// refused, since each of them depends on that row. He comes back under a new id when nothing he had begun is under
/// way. The parts are dealt out evenly; a host gives away what it has too much of only when that rests. All times are
/// the database's.
class PostgresMembership final : public Membership {
 public:
  struct Settings {
    Millis lease{6'000};  ///< a host that is silent for longer has lost its place
    Millis beat{1'000};   ///< how often the place is renewed and the parts are dealt out
    Millis look{500};     ///< how often the house looks for what others have written
  };
  /// Tells the id under which the store may write.
  using SetHost = std::function<void(std::optional<Id>)>;

  PostgresMembership(PostgresAddress address, std::string name, Told told, SetHost set_host)
      : PostgresMembership(std::move(address), std::move(name), std::move(told), std::move(set_host), Settings{}) {}
  PostgresMembership(PostgresAddress address, std::string name, Told told, SetHost set_host, Settings settings);
  ~PostgresMembership() override;
  PostgresMembership(const PostgresMembership&) = delete;
  PostgresMembership& operator=(const PostgresMembership&) = delete;

  /// Nothing while the lease may have run out, whatever the database would say: others may hold them by now.
  [[nodiscard]] Parts held() const override;
  void leave() override;

 private:
  void work(const std::stop_token& stop);
  void beat();
  void join();
  bool renew();
  void put_out_the_silent();
  void delete_the_silent();
  Parts deal();
  void hold(Parts parts);
  [[nodiscard]] Parts ours();
  [[nodiscard]] int fair_share();
  void transact(const std::function<void()>& body);

  const PostgresAddress address_;
  const std::string name_;
  const Told told_;
  const SetHost set_host_;
  const Settings settings_;
  PostgresWatch watch_;
  std::unique_ptr<PostgresConnection> connection_;  // its own: renewing must not wait behind the house's writes
  Steady connected_at_{};
  std::optional<Id> id_;
  std::atomic<Parts> held_ = 0;
  std::atomic<Steady> renewed_at_ = Steady{};  // asked for then, granted later
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;  // last: ends before what it uses
};

}  // namespace agente::store
