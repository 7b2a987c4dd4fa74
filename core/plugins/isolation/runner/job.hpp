#pragma once

#include "plugins/c_abi.hpp"
#include "plugins/isolation/records.hpp"

namespace agente::plugins::isolation {

/// One call while the plugin answers it.
struct Job {
  Operation operation;
  Fields in;           ///< the arguments
  FrameWriter& out;    ///< takes the results
  void* self;          ///< the plugin's object
  agente_call call{};  ///< for the plugin
  agente_error err = abi::fresh_error();
};

/// Puts a result of the plugin into the answer; what cannot be read is marked as such, and refused.
template <class F>
agente_status put_result(FrameWriter& out, Tag where, bool readable, F&& put) {
  const auto before = out.size();
  if (readable) put();
  if (readable && !out.is_broken()) return AGENTE_OK;
  out.cut(before);
  out.number(tag::kBroken, where);
  return AGENTE_E_INVALID;
}

/// The sink a plugin writes pieces to.
inline agente_sink pieces(Job& job) {
  return {&job.out, [](void* ctx, agente_bytes piece) {
            auto& out = *static_cast<FrameWriter*>(ctx);
            return put_result(out, tag::kPiece, true, [&] { out.text(tag::kPiece, piece); });
          }};
}

/// The sink a plugin writes records to.
template <class Sink, class Record>
Sink records(Job& job) {
  return {&job.out, [](void* ctx, const Record* record) {
            auto& out = *static_cast<FrameWriter*>(ctx);
            return put_result(out, tag::kItem, abi::complete(record), [&] { put_record(out, tag::kItem, *record); });
          }};
}

agente_status run_channel(const agente_channel_v1& table, Job& job);
agente_status run_media(const agente_channel_media_v1& table, Job& job);
agente_status run_presence(const agente_channel_presence_v1& table, Job& job);
agente_status run_pms(const agente_pms_v1& table, Job& job);
agente_status run_exporter(const agente_exporter_v1& table, Job& job);

}  // namespace agente::plugins::isolation
