#include "plugins/isolation/runner/lodger.hpp"

#include <exception>

#include <dlfcn.h>
#include <fmt/format.h>

#include "plugins/admission/descriptor.hpp"
#include "plugins/admission/file_bytes.hpp"
#include "plugins/isolation/outcome.hpp"
#include "plugins/isolation/runner/confinement.hpp"
#include "plugins/isolation/tables.hpp"

namespace agente::plugins::isolation {
namespace {

/// What a plugin let out although nothing may cross the boundary.
agente_status let_out(Job& job, const std::string& plugin, const std::string& what) {
  const auto& rule = rule_of(job.operation);
  return abi::fail(&job.err, {rule.writes ? Code::kUnknownOutcome : Code::kInternal,
                              fmt::format("plugin {} let out {} in {}", plugin, what, rule.name)});
}

}  // namespace

void Lodger::answer(const Letter& call, FrameWriter& out) {
  const auto* rule = rule_of(call.head.operation);
  const auto empty = out.size();
  Job job{rule == nullptr ? Operation{} : rule->operation, call.fields(), out, self_};
  agente_status status = AGENTE_E_UNSUPPORTED;
  if (rule != nullptr) {
    auto fields = call.fields();
    if (fields.find(tag::kCall)) job.call = find_record<agente_call>(job.in, tag::kCall);
    std::unique_lock serial(serial_, std::defer_lock);
    if (rule->serial) serial.lock();
    try {
      try {
        status = run(job, call);
      } catch (const std::exception& e) {
        status = let_out(job, name_, fmt::format("an exception: {}", e.what()));
      }
    } catch (...) {
      status = let_out(job, name_, "an exception");
    }
  }
  if (out.is_broken()) {
    out.cut(empty);
    status = abi::fail(&job.err, {Code::kInternal, "the answer is larger than 72 MiB"});
  }
  put_outcome(out, status, job.err);
}

agente_status Lodger::run(Job& job, const Letter& call) {
  const auto number = static_cast<std::uint16_t>(job.operation);
  if (job.operation == Operation::kCreate) return create(job, call);
  if (job.operation == Operation::kTimer) {
    const auto timer = job.in.number<std::uint64_t>(tag::kNumber);
    return door_.fire(timer, &job.call, &job.err);
  }
  if (job.operation == Operation::kDestroy) {
    plugin_->destroy(self_);
    return AGENTE_OK;
  }
  const bool media = job.operation == Operation::kFetch || job.operation == Operation::kUpload;
  if (media) return run_media(*media_, job);
  if (job.operation == Operation::kSeen) return run_presence(*presence_, job);
  if (number < static_cast<std::uint16_t>(Operation::kRooms)) return run_channel(*channel_, job);
  if (number < static_cast<std::uint16_t>(Operation::kDescribe)) return run_pms(*pms_, job);
  return run_exporter(*exporter_, job);
}

agente_status Lodger::create(Job& job, const Letter& order) {
  order_ = order.body;
  Fields in(order_);
  const auto path = std::string(in.text(tag::kText));
  const auto config = in.text(tag::kText2);
  const auto memory_mb = in.number<std::uint32_t>(tag::kNumber);
  const auto open_files = in.number<std::uint32_t>(tag::kNumber2);
  door_.instance =
      Fields(order_).text(tag::kRecord).empty() ? agente_instance{} : find_record<agente_instance>(in, tag::kRecord);
  if (auto opened = open(path, memory_mb, open_files); !opened) return abi::fail(&job.err, opened.error());
  while (const auto account = in.find(tag::kItem)) door_.accounts.push_back(abi::str(*account));
  door_.instance.accounts = door_.accounts.data();
  door_.instance.account_count = door_.accounts.size();
  const auto status = plugin_->create(door_.host(), abi::str(config), &self_, &job.err);
  if (status == AGENTE_OK) offer(job.out);
  return status;
}

Result<void> Lodger::open(const std::string& path, std::uint32_t memory_mb, std::uint32_t open_files) {
  Result<ElfFacts> facts = Error{Code::kInternal, "the private copy " + path + " cannot be read"};
  if (const auto bytes = read_file(path, kLargestImage)) facts = read_elf(*bytes);
  if (!facts) return facts.error();
  if (facts->note) name_ = facts->note->id;
  confine(memory_mb, open_files);
  auto* library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);  // for as long as the process
  if (library == nullptr) {
    return Error{Code::kConfig, fmt::format("plugin {} cannot be opened: {}", name_, ::dlerror())};
  }
  using Entry = const agente_plugin* (*)(std::uint32_t);
  const auto entry = reinterpret_cast<Entry>(::dlsym(library, "agente_plugin_entry"));
  if (entry == nullptr) return Error{Code::kConfig, fmt::format("plugin {} has no agente_plugin_entry", name_)};
  plugin_ = entry(AGENTE_ABI_MAJOR);
  return check_descriptor(plugin_, *facts);
}

/// Only the interfaces of its kind are asked for, as in the host.
void Lodger::offer(FrameWriter& out) {
  const auto table = [&](std::string_view id) { return plugin_->query(self_, abi::str(id)); };
  if (plugin_->kind == AGENTE_KIND_CHANNEL) {
    channel_ = static_cast<const agente_channel_v1*>(table(AGENTE_CHANNEL_V1));
    presence_ = static_cast<const agente_channel_presence_v1*>(table(AGENTE_CHANNEL_PRESENCE_V1));
    media_ = static_cast<const agente_channel_media_v1*>(table(AGENTE_CHANNEL_MEDIA_V1));
  }
  if (plugin_->kind == AGENTE_KIND_PMS) pms_ = static_cast<const agente_pms_v1*>(table(AGENTE_PMS_V1));
  if (plugin_->kind == AGENTE_KIND_EXPORTER) {
    exporter_ = static_cast<const agente_exporter_v1*>(table(AGENTE_EXPORTER_V1));
  }
  auto offer = offered(channel_) | offered(pms_) | offered(exporter_);
  if (presence_ != nullptr) offer |= kPresenceIsOffered | (presence_->seen != nullptr ? kPresenceHasSeen : 0U);
  if (media_ != nullptr) {
    offer |= kMediaIsOffered | (media_->fetch != nullptr ? kMediaHasFetch : 0U) |
             (media_->upload != nullptr ? kMediaHasUpload : 0U);
  }
  out.number(tag::kOffered, offer);
}

}  // namespace agente::plugins::isolation
