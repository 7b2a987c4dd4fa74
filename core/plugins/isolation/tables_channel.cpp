#include "plugins/isolation/results.hpp"

namespace agente::plugins::isolation {
namespace {

agente_status send(void* self, const agente_call* call, const agente_outbound* message, const agente_sink* external_id,
                   agente_error* err) {
  return remote(self).pass(
      {Operation::kSend, call, err}, [&](FrameWriter& out) { put_record(out, tag::kRecord, *message); },
      [&](const Field& field) { return to_sink(external_id, field); });
}

Taken to_http(const agente_http_out* out, const Field& field) {
  Fields checked;
  agente_status status = AGENTE_OK;
  if (field.tag == tag::kHttpStatus) {
    const auto code = checked.as_number<std::int32_t>(field.bytes);
    if (!checked.is_broken()) status = out->status(out->ctx, code);
  } else if (field.tag == tag::kHttpHeader) {
    const auto header = read_record<agente_field>(field.bytes, checked);
    if (!checked.is_broken()) status = out->header(out->ctx, header.key, header.value);
  } else if (field.tag == tag::kPiece) {
    status = out->body(out->ctx, abi::bytes(field.bytes));
  } else if (is_broken(field, tag::kHttpHeader) || is_broken(field, tag::kPiece)) {
    status = out->body(out->ctx, kUnreadable);
  }
  return checked.is_broken() ? std::nullopt : Taken(status);
}

agente_status on_http(void* self, const agente_call* call, const agente_http_in* request, const agente_http_out* out,
                      agente_error* err) {
  const auto fill = [&](FrameWriter& frame) {
    put_record(frame, tag::kRecord, *request);
    for (std::size_t i = 0; i < request->header_count; ++i) put_record(frame, tag::kItem, request->headers[i]);
  };
  return remote(self).pass({Operation::kOnHttp, call, err}, fill,
                           [&](const Field& field) { return to_http(out, field); });
}

agente_status poll(void* self, const agente_call* call, std::uint32_t* next_ms, agente_error* err) {
  const auto take = [&](const Field& field) -> Taken {
    if (field.tag != tag::kNextMs) return AGENTE_OK;
    Fields checked;
    *next_ms = checked.as_number<std::uint32_t>(field.bytes);
    return checked.is_broken() ? std::nullopt : Taken(AGENTE_OK);
  };
  return remote(self).pass(
      {Operation::kPoll, call, err}, [](FrameWriter&) {}, take);
}

agente_status lookup(void* self, const agente_call* call, agente_str key, const agente_sink* external_id,
                     agente_error* err) {
  return remote(self).pass(
      {Operation::kLookup, call, err}, [&](FrameWriter& out) { out.text(tag::kText, key); },
      [&](const Field& field) { return to_sink(external_id, field); });
}

agente_status self_test(void* self, const agente_call* call, const agente_check_sink* out, agente_error* err) {
  return remote(self).pass(
      {Operation::kChannelTest, call, err}, [](FrameWriter&) {},
      [&](const Field& field) { return to_records<agente_check>(out, field); });
}

agente_status seen(void* self, const agente_call* call, agente_str account, agente_str external_id, std::uint32_t flags,
                   agente_error* err) {
  const auto fill = [&](FrameWriter& out) {
    out.text(tag::kText, account);
    out.text(tag::kText2, external_id);
    out.number(tag::kNumber, flags);
  };
  return remote(self).pass({Operation::kSeen, call, err}, fill, [](const Field&) { return Taken(AGENTE_OK); });
}

Taken to_media(const agente_media_sink* out, const Field& field) {
  if (is_broken(field, tag::kItem)) return out->about(out->ctx, nullptr);
  if (is_broken(field, tag::kPiece)) return out->write(out->ctx, kUnreadable);
  if (field.tag == tag::kPiece) return out->write(out->ctx, abi::bytes(field.bytes));
  if (field.tag != tag::kItem) return AGENTE_OK;
  Fields checked;
  const auto about = read_record<agente_media_about>(field.bytes, checked);
  return checked.is_broken() ? std::nullopt : Taken(out->about(out->ctx, &about));
}

agente_status fetch(void* self, const agente_call* call, const agente_media_request* request,
                    const agente_media_sink* out, agente_error* err) {
  return remote(self).pass(
      {Operation::kFetch, call, err}, [&](FrameWriter& frame) { put_record(frame, tag::kRecord, *request); },
      [&](const Field& field) { return to_media(out, field); });
}

agente_status upload(void* self, const agente_call* call, const agente_media_file* file, const agente_sink* id,
                     agente_error* err) {
  return remote(self).pass(
      {Operation::kUpload, call, err}, [&](FrameWriter& frame) { put_record(frame, tag::kRecord, *file); },
      [&](const Field& field) { return to_sink(id, field); });
}

}  // namespace

const agente_channel_media_v1 kMediaTable{&fetch, &upload};
const agente_channel_presence_v1 kPresenceTable{&seen};
const agente_channel_v1 kChannelTable{&send, &on_http, &poll, &lookup, &self_test};

}  // namespace agente::plugins::isolation
