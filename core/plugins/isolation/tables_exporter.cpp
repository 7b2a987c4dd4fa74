#include "plugins/isolation/results.hpp"

namespace agente::plugins::isolation {
namespace {

agente_status describe(void* self, const agente_call* call, const agente_sink* json, agente_error* err) {
  return remote(self).pass(
      {Operation::kDescribe, call, err}, [](FrameWriter&) {}, [&](const Field& field) { return to_sink(json, field); });
}

agente_status export_batch(void* self, const agente_call* call, const agente_batch* batch, agente_error* err) {
  const auto fill = [&](FrameWriter& frame) {
    put_record(frame, tag::kRecord, *batch);
    for (std::size_t i = 0; i < batch->event_count; ++i) put_record(frame, tag::kItem, batch->events[i]);
  };
  return remote(self).pass({Operation::kExportBatch, call, err}, fill, [](const Field&) { return Taken(AGENTE_OK); });
}

agente_status self_test(void* self, const agente_call* call, const agente_check_sink* out, agente_error* err) {
  return remote(self).pass(
      {Operation::kExporterTest, call, err}, [](FrameWriter&) {},
      [&](const Field& field) { return to_records<agente_check>(out, field); });
}

}  // namespace

const agente_exporter_v1 kExporterTable{&describe, &export_batch, &self_test};

}  // namespace agente::plugins::isolation
