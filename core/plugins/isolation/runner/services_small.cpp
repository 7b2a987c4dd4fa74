#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstring>

#include "plugins/c_abi.hpp"
#include "plugins/isolation/records.hpp"
#include "plugins/isolation/runner/door.hpp"

// agente.log/1, config/1, secrets/1, clock/1, metrics/1, timer/1 and limits/1 in a runner.

namespace agente::plugins::isolation {
namespace {

constexpr std::size_t kLongestLine = 4096;  // as the host cuts it
constexpr std::size_t kMostFields = 32;

agente_str readable(agente_str text) {
  const agente_str shown{text.ptr, std::min(text.len, kLongestLine)};
  return abi::view(shown, kLongestLine) ? shown : abi::str("(unreadable)");
}

/// What a list of the plugin points to; too long or pointing nowhere, the frame is broken.
template <class Record>
void put_list(FrameWriter& out, const Record* list, std::size_t count) {
  if (count > kLongestList || (list == nullptr && count > 0)) return out.text(tag::kItem, agente_str{nullptr, 1});
  for (std::size_t i = 0; i < count; ++i) put_record(out, tag::kItem, list[i]);
}

void log_write(const agente_host* host, const agente_call* call, std::int32_t level, agente_str message,
               const agente_field* fields, std::size_t field_count) {
  if (host == nullptr) return;
  Door::of(host).office.tell(Service::kLog, [&](FrameWriter& out) {
    out.number(tag::kNumber, level);
    if (abi::complete(call)) out.number(tag::kCall, call->id);
    out.text(tag::kText, readable(message));
    const auto count = fields == nullptr ? 0 : std::min(field_count, kMostFields);
    for (std::size_t i = 0; i < count; ++i) {
      put_record(out, tag::kItem, agente_field{readable(fields[i].key), readable(fields[i].value)});
    }
  });
}

agente_status instance(const agente_host* host, agente_instance* out) {
  if (host == nullptr || !abi::complete(out, offsetof(agente_instance, accounts))) return AGENTE_E_INVALID;
  const auto size = out->struct_size;
  std::memcpy(out, &Door::of(host).instance, std::min<std::size_t>(size, sizeof *out));
  out->struct_size = size;
  return AGENTE_OK;
}

agente_status text_at(const agente_host* host, Service service, agente_str pointer, const agente_sink* out,
                      agente_error* err) {
  if (out == nullptr || out->write == nullptr) return abi::fail(err, {Code::kInvalid, "there is no sink"});
  return ask(
      host, service, err, [&](FrameWriter& frame) { frame.text(tag::kText, pointer); },
      [&](const Field& field) {
        return field.tag == tag::kPiece ? out->write(out->ctx, abi::bytes(field.bytes)) : AGENTE_OK;
      });
}

agente_status config_get(const agente_host* host, agente_str pointer, const agente_sink* out, agente_error* err) {
  return text_at(host, Service::kConfigGet, pointer, out, err);
}

agente_status secret_get(const agente_host* host, agente_str pointer, const agente_sink* out, agente_error* err) {
  return text_at(host, Service::kSecretGet, pointer, out, err);
}

/// Takes the number of a reply.
template <class T>
auto number_into(T* out) {
  return [out](const Field& field) {
    if (field.tag == tag::kNumber && out != nullptr) *out = Fields().as_number<T>(field.bytes);
    return AGENTE_OK;
  };
}

std::int64_t now_ms(const agente_host* host) {
  std::int64_t now = 0;
  ask(
      host, Service::kNow, nullptr, [](FrameWriter&) {}, number_into(&now));
  return now;
}

std::int64_t monotonic_ms(const agente_host* /*host*/) {  // one clock for all processes of a machine
  return std::chrono::duration_cast<Millis>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

agente_status local_day(const agente_host* host, std::int64_t time_ms, agente_str zone, agente_day* out) {
  if (out == nullptr) return AGENTE_E_INVALID;
  agente_day day = 0;
  const auto fill = [&](FrameWriter& frame) {
    frame.number(tag::kNumber, time_ms);
    frame.text(tag::kText, zone);
  };
  const auto status = ask(host, Service::kLocalDay, nullptr, fill, number_into(&day));
  if (status == AGENTE_OK) *out = day;
  return status;
}

agente_status metric(const agente_host* host, Service service, agente_str name, const agente_field* labels,
                     std::size_t count, double value) {
  return ask(host, service, nullptr, [&](FrameWriter& out) {
    out.text(tag::kText, name);
    out.number(tag::kNumber, value);
    put_list(out, labels, count);
  });
}

agente_status counter_add(const agente_host* host, agente_str name, const agente_field* labels, std::size_t count,
                          double by) {
  return metric(host, Service::kCounterAdd, name, labels, count, by);
}

agente_status gauge_set(const agente_host* host, agente_str name, const agente_field* labels, std::size_t count,
                        double value) {
  return metric(host, Service::kGaugeSet, name, labels, count, value);
}

agente_status histogram_observe(const agente_host* host, agente_str name, const agente_field* labels, std::size_t count,
                                double value) {
  return metric(host, Service::kHistogramObserve, name, labels, count, value);
}

agente_status timer_start(const agente_host* host, std::uint32_t delay_ms, std::uint32_t period_ms,
                          agente_status (*fn)(void*, const agente_call*, agente_error*), void* ctx, std::uint64_t* id,
                          agente_error* err) {
  if (host == nullptr || fn == nullptr) return abi::fail(err, {Code::kInvalid, "a timer needs a function"});
  auto& door = Door::of(host);
  const auto number = door.add_timer({fn, ctx, period_ms == 0});  // before the host may fire it
  const auto status = ask(host, Service::kTimerStart, err, [&](FrameWriter& out) {
    out.number(tag::kNumber, number);
    out.number(tag::kNumber2, delay_ms);
    out.number(tag::kNumber3, period_ms);
  });
  if (status != AGENTE_OK) door.remove_timer(number);
  if (status == AGENTE_OK && id != nullptr) *id = number;
  return status;
}

agente_status timer_stop(const agente_host* host, std::uint64_t id) {
  if (host == nullptr) return AGENTE_E_INVALID;
  Door::of(host).remove_timer(id);
  return ask(host, Service::kTimerStop, nullptr, [&](FrameWriter& out) { out.number(tag::kNumber, id); });
}

agente_status take(const agente_host* host, agente_str name, std::uint32_t at_once, std::uint32_t window_ms,
                   agente_error* err) {
  return ask(host, Service::kTake, err, [&](FrameWriter& out) {
    out.text(tag::kText, name);
    out.number(tag::kNumber, at_once);
    out.number(tag::kNumber2, window_ms);
  });
}

}  // namespace

const agente_log_v1 kLog{&log_write};
const agente_config_v1 kConfig{&instance, &config_get};
const agente_secrets_v1 kSecrets{&secret_get};
const agente_clock_v1 kClock{&now_ms, &monotonic_ms, &local_day};
const agente_metrics_v1 kMetrics{&counter_add, &gauge_set, &histogram_observe};
const agente_timer_v1 kTimer{&timer_start, &timer_stop};
const agente_limits_v1 kLimits{&take};

}  // namespace agente::plugins::isolation
