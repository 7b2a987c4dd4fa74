#pragma once

#include <chrono>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/instance.hpp"

namespace agente::conformance {

/// How a job is asked for. The default is an ordinary day.
struct Asking {
  /// The text to give for a field ("recipient"), instead of the ordinary one.
  std::function<std::string(std::string_view field, std::string_view ordinary)> text = {};
  agente_status refusal = AGENTE_OK;  ///< what every sink answers
  std::size_t surplus = 0;            ///< bytes by which records are larger than the plugin knows
  bool null_empties = false;          ///< empty texts are {NULL, 0}
  bool oldest = false;                ///< records have the size that they had in 0.1
  std::chrono::milliseconds deadline{5000};
};

/// Hands out arguments in the manner of an Asking.
class Arguments {
 public:
  Arguments(Lender& lender, const Asking& asking) : lender_(lender), asking_(asking) {}

  [[nodiscard]] agente_str text(std::string_view field, std::string_view ordinary) const;
  [[nodiscard]] agente_bytes bytes(std::string_view field, std::string_view ordinary) const;
  /// A lent copy of `record` with its struct_size set.
  template <class Record>
  [[nodiscard]] const Record* record(Record record) const {
    return records(&record, 1);
  }
  /// The same for an array whose step is struct_size.
  template <class Record>
  [[nodiscard]] const Record* records(Record* first, std::size_t count) const {
    const std::size_t size = asking_.oldest ? kSmallest<Record> : sizeof(Record);
    const auto step = size + asking_.surplus;
    auto* room = static_cast<std::byte*>(lender_.room(step * count));
    for (std::size_t i = 0; i < count; ++i) {
      first[i].struct_size = static_cast<std::uint32_t>(step);
      std::memcpy(room + i * step, first + i, size);
    }
    return reinterpret_cast<const Record*>(room);
  }
  /// Lent copies of what has no struct_size; NULL for none.
  template <class Plain>
  [[nodiscard]] const Plain* array(const std::vector<Plain>& items) const {
    if (items.empty()) return nullptr;
    void* room = lender_.room(sizeof(Plain) * items.size());
    std::memcpy(room, items.data(), sizeof(Plain) * items.size());
    return static_cast<const Plain*>(room);
  }

 private:
  Lender& lender_;
  const Asking& asking_;
};

/// One thing a plugin of some kind is asked to do.
struct Job {
  struct Call {
    void* self;
    const agente_call* call;
    agente_error* err;
    const Arguments& arguments;
    Answer& answer;
  };
  std::string name;
  bool serial = false;     ///< never beside another [serial] call of the instance; jobs_of sets it by <agente/tags.h>
  bool may_stage = false;  ///< accept is allowed in it
  bool is_write = false;   ///< has an effect at the provider
  std::function<agente_status(const Call&)> work;
};

/// Everything this instance offers, in the order in which a day might bring it. Optional entries that are NULL are
/// left out.
[[nodiscard]] std::vector<Job> jobs_of(const Instance& instance);
[[nodiscard]] std::vector<Job> channel_jobs(const agente_channel_v1& table);
[[nodiscard]] std::vector<Job> pms_jobs(const agente_pms_v1& table);
[[nodiscard]] std::vector<Job> exporter_jobs(const agente_exporter_v1& table);
/// "agente.channel/1" for a plugin of that kind.
[[nodiscard]] std::string_view interface_of(std::uint32_t kind);

/// Does it once.
Outcome perform(Instance& instance, const Job& job, const Asking& asking, Answer& answer);
Outcome perform(Instance& instance, const Job& job, const Asking& asking = {});
/// Does all, and fires each timer that the plugin started.
std::vector<Outcome> perform_all(Instance& instance, const Asking& asking = {});
/// Fires every timer once.
std::vector<Outcome> fire_timers(Instance& instance);

/// A request to a channel's webhook.
struct WebRequest {
  std::string_view method = "POST";
  std::string_view path{};
  std::string_view query{};
  std::string_view body{};
};
Job webhook_job(const agente_channel_v1& table, WebRequest request);
/// A message to a guest; several with the same key are attempts at the same one.
struct Message {
  std::string key = "01J8ZC3K7Q4M8W2T6YB9XN5RDE";
  std::string text = "Hola, su reserva está confirmada.";
  std::uint32_t attempt = 1;
  std::string kind = "text";
  std::string details{};
};
/// A guest's message is read, and will be answered.
Job seen_job(const agente_channel_presence_v1& table);
/// The picture of a guest's message is fetched.
Job fetch_job(const agente_channel_media_v1& table);
/// A picture for a guest is handed to the provider; only for a plugin that has the function.
Job upload_job(const agente_channel_media_v1& table);
Job send_job(const agente_channel_v1& table, Message message);
/// What the host books when a guest accepted an offer.
struct Stay {
  std::string reference = "SOL-7K2M9Q";
  std::string room_type = "double";
  agente_day checkin = 20'731;  // 2026-10-05
  agente_day checkout = 20'733;
  std::int64_t total = 20'000;
  std::string currency = "EUR";
};
Job book_job(const agente_pms_v1& table, Stay stay);
Job availability_job(const agente_pms_v1& table, Stay stay);
/// At most `limit` bookings of what changed since the field "cursor".
Job changes_job(const agente_pms_v1& table, std::uint32_t limit);
Job export_job(const agente_exporter_v1& table, std::string batch_id, std::size_t events);

}  // namespace agente::conformance
