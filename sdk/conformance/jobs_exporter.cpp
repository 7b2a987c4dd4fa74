#include "conformance/jobs.hpp"

namespace agente::conformance {
namespace {

constexpr std::int64_t kNoon = 1'789'473'600'000;

agente_event event_of(const Arguments& with, std::size_t number) {
  return {.sequence = number + 1,
          .time_ms = kNoon,
          .hotel = with.text("hotel", "sol"),
          .type = with.text("type", "reservation.confirmed"),
          .body_json = with.text("body_json", R"({"reservation":")" + std::to_string(number) + R"(","guest":"Ana"})")};
}

}  // namespace

Job export_job(const agente_exporter_v1& table, std::string batch_id, std::size_t events) {
  return {.name = "export_batch",
          .is_write = true,
          .work = [&table, batch_id = std::move(batch_id), events](const Job::Call& c) {
            std::vector<agente_event> all;
            for (std::size_t i = 0; i < events; ++i) all.push_back(event_of(c.arguments, i));
            const auto* batch = c.arguments.record(
                agente_batch{.id = c.arguments.text("batch", batch_id),
                             .events = events == 0 ? nullptr : c.arguments.records(all.data(), all.size()),
                             .event_count = events});
            return table.export_batch(c.self, c.call, batch, c.err);
          }};
}

std::vector<Job> exporter_jobs(const agente_exporter_v1& table) {
  constexpr std::size_t kEvents = 3;
  return {
      {.name = "describe",
       .work = [&table](const Job::Call& c) { return table.describe(c.self, c.call, c.answer.text_sink(), c.err); }},
      export_job(table, "batch-1", kEvents),
      {.name = "self_test",
       .work = [&table](const Job::Call& c) { return table.self_test(c.self, c.call, c.answer.check_sink(), c.err); }}};
}

}  // namespace agente::conformance
