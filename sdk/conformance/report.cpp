#include "conformance/report.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace agente::conformance {
namespace {

using nlohmann::ordered_json;

std::string group_of_id(const std::string& id) { return id.substr(0, id.find('/')); }
std::string name_of_id(const std::string& id) {
  const auto slash = id.find('/');
  return slash == std::string::npos ? id : id.substr(slash + 1);
}

ordered_json plugin_of(const Subject& subject) {
  const auto& note = subject.facts.note;
  if (!note) return nullptr;
  return {{"id", note->id},
          {"version", note->version},
          {"kind", plugins::kind_name(note->kind)},
          {"abi", fmt::format("{}.{}", note->abi_major, note->abi_minor)},
          {"class", plugins::class_name(subject.load_class)}};
}

std::string now() { return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::chrono::system_clock::now())); }

ordered_json result_as_json(const Result& result, bool verbose) {
  const auto& report = result.report;
  ordered_json one{{"id", result.id},
                   {"result", verdict_name(report.finding.verdict)},
                   {"text", report.finding.text},
                   {"milliseconds", report.took.count()}};
  const bool worth_it = verbose || is_failure(report.finding.verdict);
  if (worth_it && !report.output.empty()) one["output"] = report.output;
  return one;
}

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:  // XML 1.0 has no other control characters
        out += static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' ? '?' : c;
    }
  }
  return out;
}

/// Valid UTF-8, by the JSON library's own repair.
std::string cleaned(const std::string& text) {
  using nlohmann::json;
  return json::parse(json(text).dump(-1, ' ', false, json::error_handler_t::replace)).get<std::string>();
}

std::string case_as_junit(const Result& result) {
  const auto& [finding, output, took] = result.report;
  const auto text = escaped(cleaned(finding.text));
  auto out = fmt::format(R"(  <testcase classname="{}" name="{}" time="{:.3f}">)", escaped(group_of_id(result.id)),
                         escaped(name_of_id(result.id)), static_cast<double>(took.count()) / 1000.0);
  if (is_failure(finding.verdict))
    out += fmt::format("<failure type=\"{}\" message=\"{}\">{}</failure>", verdict_name(finding.verdict), text,
                       escaped(cleaned(output)));
  if (finding.verdict == Verdict::kSkip) out += fmt::format("<skipped message=\"{}\"/>", text);
  if (finding.verdict == Verdict::kWarn) out += fmt::format("<system-out>warning: {}</system-out>", text);
  return out + "</testcase>\n";
}

std::string summary(const Tally& tally) {
  return fmt::format("{} passed, {} failed, {} warnings, {} skipped", tally.passed, tally.failed, tally.warnings,
                     tally.skipped);
}

}  // namespace

Tally tally(const std::vector<Result>& results) {
  Tally sum;
  for (const auto& result : results) {
    const auto verdict = result.report.finding.verdict;
    if (is_failure(verdict)) ++sum.failed;
    if (verdict == Verdict::kPass) ++sum.passed;
    if (verdict == Verdict::kWarn) ++sum.warnings;
    if (verdict == Verdict::kSkip) ++sum.skipped;
  }
  return sum;
}

std::string as_text(const Account& account) {
  const auto& subject = account.subject;
  std::string out = subject.file.string() + "\n";
  if (const auto& note = subject.facts.note)
    out += fmt::format("{} {}: {}, ABI {}.{}, {}\n", note->id, note->version, plugins::kind_name(note->kind),
                       note->abi_major, note->abi_minor, plugins::class_name(subject.load_class));
  out += fmt::format("sha256 {}\nconfig: {}\nseed: {}\n", subject.digest, subject.config_origin, account.seed);
  std::string group;
  for (const auto& result : account.results) {
    const auto& finding = result.report.finding;
    if (group_of_id(result.id) != group) {
      group = group_of_id(result.id);
      out += "\n" + group + "\n";
    }
    out += fmt::format("  {:<8}{:<32} {}\n", verdict_name(finding.verdict), name_of_id(result.id), finding.text);
    if (account.verbose && !result.report.output.empty()) out += result.report.output + "\n";
  }
  return out + "\n" + summary(tally(account.results)) + "\n";
}

std::string as_json(const Account& account) {
  const auto& subject = account.subject;
  const auto sum = tally(account.results);
  ordered_json results = ordered_json::array();
  for (const auto& result : account.results) results.push_back(result_as_json(result, account.verbose));
  const ordered_json out{
      {"file", subject.file.string()},
      {"sha256", subject.digest},
      {"plugin", plugin_of(subject)},
      {"host_abi", fmt::format("{}.{}", AGENTE_ABI_MAJOR, AGENTE_ABI_MINOR)},
      {"config", subject.config_origin},
      {"seed", account.seed},
      {"date", now()},
      {"conforms", sum.failed == 0},
      {"summary",
       {{"passed", sum.passed}, {"failed", sum.failed}, {"warnings", sum.warnings}, {"skipped", sum.skipped}}},
      {"results", std::move(results)}};
  return out.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

std::string as_junit(const Account& account) {
  const auto sum = tally(account.results);
  const auto& note = account.subject.facts.note;
  auto out = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<testsuite name=\"conformance of {}\" tests=\"{}\" failures=\"{}\" skipped=\"{}\" timestamp=\"{}\">\n"
      "  <properties><property name=\"sha256\" value=\"{}\"/><property name=\"seed\" value=\"{}\"/></properties>\n",
      note ? escaped(cleaned(note->id)) : "", account.results.size(), sum.failed, sum.skipped, now(),
      account.subject.digest, account.seed);
  for (const auto& result : account.results) out += case_as_junit(result);
  return out + "</testsuite>\n";
}

std::string refusal_as_junit(const std::string& file, const std::string& why) {
  const Result result{"conformance", {.finding = fail(why)}};
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"conformance of {}\" tests=\"1\" failures=\"1\" "
      "timestamp=\"{}\">\n{}</testsuite>\n",
      escaped(cleaned(file)), now(), case_as_junit(result));
}

std::string catalogue_as_text(const std::vector<Check>& checks) {
  std::string out;
  for (const auto& check : checks) out += fmt::format("{}\n    {}\n\n", check.id, check.about);
  return out + fmt::format("{} checks\n", checks.size());
}

std::string catalogue_as_json(const std::vector<Check>& checks) {
  ordered_json all = ordered_json::array();
  for (const auto& check : checks) {
    all.push_back({{"id", check.id},
                   {"about", check.about},
                   {"needs", check.needs.empty() ? ordered_json() : ordered_json(check.needs)},
                   {"kind", check.kind == 0 ? ordered_json() : ordered_json(plugins::kind_name(check.kind))},
                   {"random", check.random}});
  }
  return all.dump(2) + "\n";
}

}  // namespace agente::conformance
