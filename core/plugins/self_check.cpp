#include "plugins/self_check.hpp"

#include <agente/channel.h>
#include <agente/exporter.h>
#include <agente/pms.h>

#include "plugins/c_abi.hpp"
#include "plugins/collect.hpp"

namespace agente::plugins {
namespace {

constexpr std::size_t kMostChecks = 1000;

std::optional<Check> read_check(const agente_check& from) {
  auto stage = abi::text(from.stage);
  auto cause = abi::text(from.cause, abi::kTextLimit);
  auto remedy = abi::text(from.remedy, abi::kTextLimit);
  if (!stage || !cause || !remedy) return std::nullopt;
  return Check{std::move(*stage), from.ok != 0, std::move(*cause), std::move(*remedy)};
}

using Troubles = std::map<std::string, std::string>;

Result<Troubles> pms_troubles(Generation& generation) {
  const auto healthy = generation.call({.name = "health", .trial = true}, [](const Frame& frame) {
    return static_cast<const agente_pms_v1*>(frame.interface)->health(frame.self, frame.call, frame.err);
  });
  if (healthy) return Troubles{};
  if (healthy.error().code == Code::kInternal) return healthy.error();
  return Troubles{{"health", healthy.error().text}};
}

SelfTest self_test_of(const Frame& frame, std::uint32_t kind) {
  if (kind == AGENTE_KIND_CHANNEL) return static_cast<const agente_channel_v1*>(frame.interface)->self_test;
  return static_cast<const agente_exporter_v1*>(frame.interface)->self_test;
}

}  // namespace

Result<std::vector<Check>> run_self_test(
    const std::function<Result<void>(const CallSpec&, const Generation::Body&)>& call,
    const std::function<SelfTest(const Frame&)>& self_test) {
  Collect<agente_check_sink, agente_check, Check> checks(&read_check, kMostChecks);
  const auto done = call({.name = "self_test", .trial = true}, [&](const Frame& frame) {
    return self_test(frame)(frame.self, frame.call, checks.c(), frame.err);
  });
  if (!done && !checks.is_broken()) return done.error();
  return checks.take("check");
}

Result<Troubles> find_troubles(Generation& generation) {
  const auto kind = generation.identity().kind;
  if (kind == AGENTE_KIND_PMS) return pms_troubles(generation);
  const auto checks =
      run_self_test([&](const CallSpec& spec, const Generation::Body& body) { return generation.call(spec, body); },
                    [kind](const Frame& frame) { return self_test_of(frame, kind); });
  if (!checks) return checks.error();
  Troubles found;
  for (const auto& check : *checks) {
    if (!check.ok) found[check.stage] = check.cause;
  }
  return found;
}

}  // namespace agente::plugins
