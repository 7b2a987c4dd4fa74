#include "plugins/isolation/runner/job.hpp"

namespace agente::plugins::isolation {
namespace {

agente_status on_http(const agente_channel_v1& table, Job& job) {
  auto request = find_record<agente_http_in>(job.in, tag::kRecord);
  const auto headers = read_list<agente_header>(job.in, SIZE_MAX);  // the host's
  request.headers = headers.data();
  request.header_count = headers.size();
  agente_http_out out{};
  out.ctx = &job.out;
  out.status = [](void* ctx, std::int32_t status) {
    static_cast<FrameWriter*>(ctx)->number(tag::kHttpStatus, status);
    return agente_status{AGENTE_OK};
  };
  out.header = [](void* ctx, agente_str name, agente_str value) {
    auto& frame = *static_cast<FrameWriter*>(ctx);
    return put_result(frame, tag::kHttpHeader, true, [&] {
      put_record(frame, tag::kHttpHeader, agente_field{name, value});
    });
  };
  out.body = pieces(job).write;
  return table.on_http(job.self, &job.call, &request, &out, &job.err);
}

agente_status poll(const agente_channel_v1& table, Job& job) {
  std::uint32_t next_ms = 0;
  const auto status = table.poll(job.self, &job.call, &next_ms, &job.err);
  job.out.number(tag::kNextMs, next_ms);
  return status;
}

agente_status changes_since(const agente_pms_v1& table, Job& job) {
  const auto bookings = records<agente_booking_sink, agente_booking>(job);
  const auto cursor = pieces(job);
  const auto after = abi::str(job.in.text(tag::kText));
  const auto limit = job.in.number<std::uint32_t>(tag::kNumber);
  return table.changes_since(job.self, &job.call, after, limit, &bookings, &cursor, &job.err);
}

}  // namespace

agente_status run_channel(const agente_channel_v1& table, Job& job) {
  const auto id = pieces(job);
  switch (job.operation) {
    case Operation::kSend: {
      const auto message = find_record<agente_outbound>(job.in, tag::kRecord);
      return table.send(job.self, &job.call, &message, &id, &job.err);
    }
    case Operation::kOnHttp:
      return on_http(table, job);
    case Operation::kPoll:
      return poll(table, job);
    case Operation::kLookup:
      return table.lookup(job.self, &job.call, abi::str(job.in.text(tag::kText)), &id, &job.err);
    default: {
      const auto checks = records<agente_check_sink, agente_check>(job);
      return table.self_test(job.self, &job.call, &checks, &job.err);
    }
  }
}

agente_status run_media(const agente_channel_media_v1& table, Job& job) {
  if (job.operation == Operation::kUpload) {
    const auto file = find_record<agente_media_file>(job.in, tag::kRecord);
    const auto id = pieces(job);
    return table.upload(job.self, &job.call, &file, &id, &job.err);
  }
  const auto request = find_record<agente_media_request>(job.in, tag::kRecord);
  const auto about = records<agente_media_sink, agente_media_about>(job);
  const agente_media_sink out{&job.out, about.about, pieces(job).write};
  return table.fetch(job.self, &job.call, &request, &out, &job.err);
}

agente_status run_presence(const agente_channel_presence_v1& table, Job& job) {
  const auto account = abi::str(job.in.text(tag::kText));
  const auto external_id = abi::str(job.in.text(tag::kText2));
  return table.seen(job.self, &job.call, account, external_id, job.in.number<std::uint32_t>(tag::kNumber), &job.err);
}

agente_status run_pms(const agente_pms_v1& table, Job& job) {
  const auto bookings = records<agente_booking_sink, agente_booking>(job);
  const auto text = [&](Tag tag) { return abi::str(job.in.text(tag)); };
  switch (job.operation) {
    case Operation::kRooms: {
      const auto rooms = records<agente_room_sink, agente_room_type>(job);
      return table.rooms(job.self, &job.call, &rooms, &job.err);
    }
    case Operation::kAvailability: {
      const auto query = find_record<agente_stay_query>(job.in, tag::kRecord);
      const auto offers = records<agente_offer_sink, agente_offer>(job);
      return table.availability(job.self, &job.call, &query, &offers, &job.err);
    }
    case Operation::kBook: {
      const auto request = find_record<agente_booking_request>(job.in, tag::kRecord);
      return table.book(job.self, &job.call, &request, &bookings, &job.err);
    }
    case Operation::kFindByReference:
      return table.find_by_reference(job.self, &job.call, text(tag::kText), &bookings, &job.err);
    case Operation::kGet:
      return table.get(job.self, &job.call, text(tag::kText), &bookings, &job.err);
    case Operation::kChange: {
      const auto change = find_record<agente_booking_change>(job.in, tag::kRecord);
      return table.change(job.self, &job.call, &change, &bookings, &job.err);
    }
    case Operation::kCancel: {
      const auto id = text(tag::kText);
      return table.cancel(job.self, &job.call, id, text(tag::kText2), &bookings, &job.err);
    }
    case Operation::kSetStayStatus: {
      const auto id = text(tag::kText);
      const auto status = job.in.number<std::int32_t>(tag::kNumber);
      return table.set_stay_status(job.self, &job.call, id, status, &bookings, &job.err);
    }
    case Operation::kChangesSince:
      return changes_since(table, job);
    default:
      return table.health(job.self, &job.call, &job.err);
  }
}

agente_status run_exporter(const agente_exporter_v1& table, Job& job) {
  switch (job.operation) {
    case Operation::kDescribe: {
      const auto json = pieces(job);
      return table.describe(job.self, &job.call, &json, &job.err);
    }
    case Operation::kExportBatch: {
      auto batch = find_record<agente_batch>(job.in, tag::kRecord);
      const auto events = read_list<agente_event>(job.in, SIZE_MAX);  // the host's
      batch.events = events.data();
      batch.event_count = events.size();
      return table.export_batch(job.self, &job.call, &batch, &job.err);
    }
    default: {
      const auto checks = records<agente_check_sink, agente_check>(job);
      return table.self_test(job.self, &job.call, &checks, &job.err);
    }
  }
}

}  // namespace agente::plugins::isolation
