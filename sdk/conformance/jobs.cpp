#include "conformance/jobs.hpp"

#include <stdexcept>

#include <agente/sdk/tags.hpp>

namespace agente::conformance {

agente_str Arguments::text(std::string_view field, std::string_view ordinary) const {
  const auto given = asking_.text ? asking_.text(field, ordinary) : std::string(ordinary);
  if (given.empty() && asking_.null_empties) return {nullptr, 0};
  return lender_.text(given);
}

agente_bytes Arguments::bytes(std::string_view field, std::string_view ordinary) const {
  const auto given = text(field, ordinary);
  return {reinterpret_cast<const std::uint8_t*>(given.ptr), given.len};
}

std::string_view interface_of(std::uint32_t kind) {
  if (kind == AGENTE_KIND_CHANNEL) return AGENTE_CHANNEL_V1;
  return kind == AGENTE_KIND_PMS ? AGENTE_PMS_V1 : AGENTE_EXPORTER_V1;
}

namespace {

std::vector<Job> jobs_of(const Instance& instance, std::uint32_t kind, std::string_view id) {
  if (kind == AGENTE_KIND_CHANNEL) return channel_jobs(instance.table<agente_channel_v1>(id));
  if (kind == AGENTE_KIND_PMS) return pms_jobs(instance.table<agente_pms_v1>(id));
  return exporter_jobs(instance.table<agente_exporter_v1>(id));
}

}  // namespace

namespace {

std::vector<Job> tagged(std::vector<Job> jobs, std::string_view id) {
  for (auto& job : jobs) {
    const auto* call = find_call(id, job.name);
    if (call == nullptr) throw std::logic_error("<agente/tags.h> has no " + job.name + " of " + std::string(id));
    job.serial = call->tag == tag::serial;
  }
  return jobs;
}

}  // namespace

std::vector<Job> jobs_of(const Instance& instance) {
  const auto kind = instance.plugin().kind;
  const auto id = interface_of(kind);
  auto jobs = tagged(jobs_of(instance, kind, id), id);
  if (kind != AGENTE_KIND_CHANNEL) return jobs;
  const auto add = [&jobs](Job job, std::string_view of) {
    for (auto& each : tagged({std::move(job)}, of)) jobs.push_back(std::move(each));
  };
  const auto* presence = static_cast<const agente_channel_presence_v1*>(instance.query(AGENTE_CHANNEL_PRESENCE_V1));
  if (presence != nullptr) add(seen_job(*presence), AGENTE_CHANNEL_PRESENCE_V1);
  const auto* media = static_cast<const agente_channel_media_v1*>(instance.query(AGENTE_CHANNEL_MEDIA_V1));
  if (media != nullptr) add(fetch_job(*media), AGENTE_CHANNEL_MEDIA_V1);
  if (media != nullptr && media->upload != nullptr) add(upload_job(*media), AGENTE_CHANNEL_MEDIA_V1);
  return jobs;
}

Outcome perform(Instance& instance, const Job& job, const Asking& asking, Answer& answer) {
  const Arguments arguments(instance.lender(), asking);
  const auto work = [&](void* self, const agente_call* call, agente_error* err) {
    return job.work({self, call, err, arguments, answer});
  };
  const auto commit = [&] {
    return answer.http_status == 0 || (answer.http_status >= 200 && answer.http_status < 300);
  };
  return instance.call({job.name, job.may_stage, asking.deadline, commit}, work);
}

Outcome perform(Instance& instance, const Job& job, const Asking& asking) {
  Answer answer(asking.refusal);
  return perform(instance, job, asking, answer);
}

std::vector<Outcome> fire_timers(Instance& instance) {
  std::vector<Outcome> outcomes;
  for (const auto& timer : instance.host().timers()) {
    if (!instance.host().take_due(timer.id)) continue;  // stopped by one that fired before it
    outcomes.push_back(instance.call(
        {.job = "timer", .may_stage = true},
        [&](void*, const agente_call* call, agente_error* err) { return timer.fn(timer.ctx, call, err); }));
  }
  return outcomes;
}

std::vector<Outcome> perform_all(Instance& instance, const Asking& asking) {
  std::vector<Outcome> outcomes;
  for (const auto& job : jobs_of(instance)) outcomes.push_back(perform(instance, job, asking));
  for (auto& outcome : fire_timers(instance)) outcomes.push_back(std::move(outcome));
  return outcomes;
}

}  // namespace agente::conformance
