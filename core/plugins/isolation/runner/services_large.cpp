#include <cstddef>

#include <agente/channel.h>

#include "plugins/c_abi.hpp"
#include "plugins/isolation/records.hpp"
#include "plugins/isolation/runner/door.hpp"

// agente.http/1, kv/1 and inbox/1 in a runner.

namespace agente::plugins::isolation {
namespace {

void put_call(FrameWriter& out, const agente_call* call) {
  if (abi::complete(call)) out.number(tag::kCall, call->id);
}

agente_status to_response(const agente_http_response_sink& out, const Field& field) {
  Fields in;
  if (field.tag == tag::kHttpStatus) return out.status(out.ctx, in.as_number<std::int32_t>(field.bytes));
  if (field.tag == tag::kPiece) return out.body(out.ctx, abi::bytes(field.bytes));
  if (field.tag != tag::kHttpHeader) return AGENTE_OK;
  const auto header = read_record<agente_field>(field.bytes, in);
  return out.header(out.ctx, header.key, header.value);
}

agente_status request(const agente_host* host, const agente_call* call, const agente_http_request* wanted,
                      const agente_http_response_sink* out, agente_error* err) {
  if (!abi::complete(wanted)) return abi::fail(err, {Code::kInvalid, "the request's struct_size is malformed"});
  if (wanted->header_count > kLongestList || (wanted->headers == nullptr && wanted->header_count > 0)) {
    return abi::fail(err, {Code::kInvalid, "the request's list of headers is malformed"});
  }
  if (out == nullptr || out->status == nullptr || out->header == nullptr || out->body == nullptr) {
    return abi::fail(err, {Code::kInvalid, "the request's response sink is malformed"});
  }
  const auto fill = [&](FrameWriter& frame) {
    put_call(frame, call);
    put_record(frame, tag::kRecord, *wanted);
    for (std::size_t i = 0; i < wanted->header_count; ++i) put_record(frame, tag::kItem, wanted->headers[i]);
  };
  return ask(host, Service::kHttp, err, fill, [&](const Field& field) { return to_response(*out, field); });
}

/// Hands the entries of a reply to the plugin.
agente_status entries(const agente_host* host, Service service, const agente_kv_sink* out, agente_error* err,
                      const std::function<void(FrameWriter&)>& fill) {
  if (out == nullptr || out->write == nullptr) return abi::fail(err, {Code::kInvalid, "there is no sink"});
  return ask(host, service, err, fill, [&](const Field& field) -> agente_status {
    if (field.tag != tag::kItem) return AGENTE_OK;
    Fields in;
    const auto entry = read_record<agente_kv_entry>(field.bytes, in);
    return out->write(out->ctx, &entry);
  });
}

agente_status get(const agente_host* host, agente_str key, const agente_kv_sink* out, agente_error* err) {
  return entries(host, Service::kKvGet, out, err, [&](FrameWriter& frame) { frame.text(tag::kText, key); });
}

agente_status list(const agente_host* host, agente_str prefix, agente_str after, std::uint32_t limit,
                   const agente_kv_sink* out, agente_error* err) {
  return entries(host, Service::kKvList, out, err, [&](FrameWriter& frame) {
    frame.text(tag::kText, prefix);
    frame.text(tag::kText2, after);
    frame.number(tag::kNumber, limit);
  });
}

agente_status put(const agente_host* host, agente_str key, agente_bytes value, std::uint32_t schema,
                  std::uint64_t expected, std::uint64_t* revision, agente_error* err) {
  const auto fill = [&](FrameWriter& frame) {
    frame.text(tag::kText, key);
    frame.text(tag::kText2, value);
    frame.number(tag::kNumber, schema);
    frame.number(tag::kNumber2, expected);
  };
  std::uint64_t now = 0;
  const auto status = ask(host, Service::kKvPut, err, fill, [&](const Field& field) {
    if (field.tag == tag::kNumber) now = Fields().as_number<std::uint64_t>(field.bytes);
    return AGENTE_OK;
  });
  if (status == AGENTE_OK && revision != nullptr) *revision = now;
  return status;
}

agente_status erase(const agente_host* host, agente_str key, std::uint64_t expected, agente_error* err) {
  return ask(host, Service::kKvErase, err, [&](FrameWriter& frame) {
    frame.text(tag::kText, key);
    frame.number(tag::kNumber, expected);
  });
}

agente_status stage(const agente_host* host, const agente_call* call, agente_str key, agente_bytes value,
                    std::uint32_t schema, agente_error* err) {
  return ask(host, Service::kKvStage, err, [&](FrameWriter& frame) {
    put_call(frame, call);
    frame.text(tag::kText, key);
    frame.text(tag::kText2, value);
    frame.number(tag::kNumber, schema);
  });
}

template <class Record>
agente_status staged(const agente_host* host, Service service, const agente_call* call, const Record* given,
                     std::size_t least, agente_error* err) {
  const auto record = abi::copy_of(given, least);
  if (!record) return abi::fail(err, {Code::kInvalid, "a field of the record is malformed or too long"});
  return ask(host, service, err, [&](FrameWriter& frame) {
    put_call(frame, call);
    put_record(frame, tag::kRecord, *record);
  });
}

agente_status accept(const agente_host* host, const agente_call* call, const agente_inbound* message,
                     agente_error* err) {
  return staged(host, Service::kAccept, call, message, offsetof(agente_inbound, choice), err);
}

agente_status receipt(const agente_host* host, const agente_call* call, const agente_receipt* from, agente_error* err) {
  return staged(host, Service::kReceipt, call, from, sizeof *from, err);
}

}  // namespace

const agente_http_v1 kHttp{&request};
const agente_kv_v1 kKv{&get, &put, &erase, &list, &stage};
const agente_inbox_v1 kInbox{&accept, &receipt};

}  // namespace agente::plugins::isolation
