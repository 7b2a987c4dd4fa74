#include "plugins/isolation/errands.hpp"

#include <optional>

#include <agente/channel.h>

#include "plugins/c_abi.hpp"
#include "plugins/isolation/outcome.hpp"
#include "plugins/isolation/records.hpp"

namespace agente::plugins::isolation {
namespace {

/// One request while it is served.
struct Errand {
  const agente_host* host;
  Timers& timers;
  Fields in;
  FrameWriter& reply;
  agente_error err = abi::fresh_error();

  template <class Table>
  const Table& table(const char* id) const {
    return *static_cast<const Table*>(host->query(host, abi::str(id)));
  }
  [[nodiscard]] agente_str text(Tag tag) { return abi::str(Fields(in).text(tag)); }
  [[nodiscard]] agente_bytes bytes(Tag tag) { return abi::bytes(Fields(in).text(tag)); }
  template <class T>
  [[nodiscard]] T number(Tag tag) {
    auto ahead = in;
    const auto value = ahead.number<T>(tag);
    if (ahead.is_broken()) in.condemn();
    return value;
  }
  template <class Record>
  [[nodiscard]] Record record(Tag tag) {
    auto ahead = in;
    auto value = find_record<Record>(ahead, tag);
    if (ahead.is_broken()) in.condemn();
    return value;
  }
  template <class Record>
  [[nodiscard]] std::vector<Record> list() {
    return read_list<Record>(in, kLongestList);  // last: it uses the fields up
  }
};

/// The call a plugin named. The host's tables look it up by its id, and refuse one that is over or foreign.
class Named {
 public:
  explicit Named(Errand& errand) {
    auto ahead = errand.in;
    if (!ahead.find(tag::kCall)) return;
    call_ = {sizeof(agente_call), 0, errand.number<std::uint64_t>(tag::kCall), 0, {}};
  }
  [[nodiscard]] const agente_call* get() const { return call_ ? &*call_ : nullptr; }

 private:
  std::optional<agente_call> call_;
};

agente_status put_piece(void* ctx, agente_bytes piece) {
  auto& reply = *static_cast<FrameWriter*>(ctx);
  reply.text(tag::kPiece, piece);
  return reply.is_broken() ? AGENTE_E_INVALID : AGENTE_OK;
}

agente_status put_entry(void* ctx, const agente_kv_entry* entry) {
  auto& reply = *static_cast<FrameWriter*>(ctx);
  put_record(reply, tag::kItem, *entry);
  return reply.is_broken() ? AGENTE_E_INVALID : AGENTE_OK;
}

agente_status put_http_status(void* ctx, std::int32_t status) {
  static_cast<FrameWriter*>(ctx)->number(tag::kHttpStatus, status);
  return AGENTE_OK;
}

agente_status put_http_header(void* ctx, agente_str name, agente_str value) {
  put_record(*static_cast<FrameWriter*>(ctx), tag::kHttpHeader, agente_field{name, value});
  return AGENTE_OK;
}

agente_status http(Errand& e) {
  auto request = e.record<agente_http_request>(tag::kRecord);
  const Named call(e);
  const auto headers = e.list<agente_field>();
  if (e.in.is_broken()) return AGENTE_E_INVALID;
  request.headers = headers.data();
  request.header_count = headers.size();
  const agente_http_response_sink out{&e.reply, &put_http_status, &put_http_header, &put_piece};
  return e.table<agente_http_v1>(AGENTE_HTTP_V1).request(e.host, call.get(), &request, &out, &e.err);
}

agente_status metric(Errand& e, decltype(agente_metrics_v1::counter_add) agente_metrics_v1::*function) {
  const auto name = e.text(tag::kText);
  const auto value = e.number<double>(tag::kNumber);
  const auto labels = e.list<agente_field>();
  if (e.in.is_broken()) return AGENTE_E_INVALID;
  return (e.table<agente_metrics_v1>(AGENTE_METRICS_V1).*function)(e.host, name, labels.data(), labels.size(), value);
}

agente_status kv_put(Errand& e) {
  std::uint64_t revision = 0;
  const auto status = e.table<agente_kv_v1>(AGENTE_KV_V1)
                          .put(e.host, e.text(tag::kText), e.bytes(tag::kText2), e.number<std::uint32_t>(tag::kNumber),
                               e.number<std::uint64_t>(tag::kNumber2), &revision, &e.err);
  e.reply.number(tag::kNumber, revision);
  return status;
}

agente_status kv(Errand& e, Service service) {
  const auto& table = e.table<agente_kv_v1>(AGENTE_KV_V1);
  const agente_kv_sink out{&e.reply, &put_entry};
  switch (service) {
    case Service::kKvGet:
      return table.get(e.host, e.text(tag::kText), &out, &e.err);
    case Service::kKvPut:
      return kv_put(e);
    case Service::kKvErase:
      return table.erase(e.host, e.text(tag::kText), e.number<std::uint64_t>(tag::kNumber), &e.err);
    case Service::kKvList:
      return table.list(e.host, e.text(tag::kText), e.text(tag::kText2), e.number<std::uint32_t>(tag::kNumber), &out,
                        &e.err);
    default: {
      const Named call(e);
      return table.stage(e.host, call.get(), e.text(tag::kText), e.bytes(tag::kText2),
                         e.number<std::uint32_t>(tag::kNumber), &e.err);
    }
  }
}

agente_status clock(Errand& e, Service service) {
  const auto& table = e.table<agente_clock_v1>(AGENTE_CLOCK_V1);
  if (service == Service::kNow) {
    e.reply.number(tag::kNumber, table.now_ms(e.host));
    return AGENTE_OK;
  }
  agente_day day = 0;
  const auto status = table.local_day(e.host, e.number<std::int64_t>(tag::kNumber), e.text(tag::kText), &day);
  e.reply.number(tag::kNumber, day);
  return status;
}

agente_status timer(Errand& e, Service service) {
  const auto number = e.number<std::uint64_t>(tag::kNumber);
  if (service == Service::kTimerStop) return e.timers.stop(number) ? AGENTE_OK : AGENTE_E_NOT_FOUND;
  const Millis delay{e.number<std::uint32_t>(tag::kNumber2)};
  const auto done = e.timers.start(number, delay, Millis{e.number<std::uint32_t>(tag::kNumber3)});
  return done ? AGENTE_OK : abi::fail(&e.err, done.error());
}

agente_status inbox(Errand& e, Service service) {
  const auto& table = e.table<agente_inbox_v1>(AGENTE_INBOX_V1);
  const Named call(e);
  if (service == Service::kAccept) {
    const auto message = e.record<agente_inbound>(tag::kRecord);
    return e.in.is_broken() ? AGENTE_E_INVALID : table.accept(e.host, call.get(), &message, &e.err);
  }
  const auto receipt = e.record<agente_receipt>(tag::kRecord);
  return e.in.is_broken() ? AGENTE_E_INVALID : table.receipt(e.host, call.get(), &receipt, &e.err);
}

agente_status text_of(Errand& e, Service service) {
  const agente_sink out{&e.reply, &put_piece};
  const auto pointer = e.text(tag::kText);
  if (service == Service::kConfigGet) {
    return e.table<agente_config_v1>(AGENTE_CONFIG_V1).get(e.host, pointer, &out, &e.err);
  }
  return e.table<agente_secrets_v1>(AGENTE_SECRETS_V1).get(e.host, pointer, &out, &e.err);
}

agente_status run(Errand& e, Service service) {
  switch (service) {
    case Service::kConfigGet:
    case Service::kSecretGet:
      return text_of(e, service);
    case Service::kNow:
    case Service::kLocalDay:
      return clock(e, service);
    case Service::kCounterAdd:
      return metric(e, &agente_metrics_v1::counter_add);
    case Service::kGaugeSet:
      return metric(e, &agente_metrics_v1::gauge_set);
    case Service::kHistogramObserve:
      return metric(e, &agente_metrics_v1::histogram_observe);
    case Service::kHttp:
      return http(e);
    case Service::kKvGet:
    case Service::kKvPut:
    case Service::kKvErase:
    case Service::kKvList:
    case Service::kKvStage:
      return kv(e, service);
    case Service::kTimerStart:
    case Service::kTimerStop:
      return timer(e, service);
    case Service::kTake:
      return e.table<agente_limits_v1>(AGENTE_LIMITS_V1)
          .take(e.host, e.text(tag::kText), e.number<std::uint32_t>(tag::kNumber),
                e.number<std::uint32_t>(tag::kNumber2), &e.err);
    case Service::kAccept:
    case Service::kReceipt:
      return inbox(e, service);
    default:
      e.in.condemn();
      return AGENTE_E_INVALID;
  }
}

}  // namespace

bool serve(const agente_host* host, Timers& timers, const Letter& request, FrameWriter& reply) {
  Errand errand{host, timers, request.fields(), reply};
  const auto empty = reply.size();
  auto status = run(errand, static_cast<Service>(request.head.operation));
  if (reply.is_broken()) {
    reply.cut(empty);
    status = abi::fail(&errand.err, {Code::kInvalid,
                                     "the answer is larger than 72 MiB, which a plugin in a process of "
                                     "its own cannot take: ask for less"});
  }
  put_outcome(reply, status, errand.err);
  return !errand.in.is_broken();
}

bool write_log(const agente_host* host, const Letter& note) {
  auto in = note.fields();
  const auto level = in.number<std::int32_t>(tag::kNumber);
  const auto named = in.find(tag::kCall);
  const agente_call call{sizeof call, 0, named ? in.as_number<std::uint64_t>(*named) : 0, 0, {}};
  const auto message = in.text(tag::kText);
  const auto fields = read_list<agente_field>(in, kLongestList);
  if (in.is_broken()) return false;
  const auto& table = *static_cast<const agente_log_v1*>(host->query(host, abi::str(AGENTE_LOG_V1)));
  table.write(host, named ? &call : nullptr, level, abi::str(message), fields.data(), fields.size());
  return true;
}

}  // namespace agente::plugins::isolation
