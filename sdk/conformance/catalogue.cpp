#include "conformance/check.hpp"

namespace agente::conformance {

std::string_view group_of(const Check& check) { return check.id.substr(0, check.id.find('/')); }

const std::vector<Check>& all_checks() {
  static const auto all = [] {  // NOLINT: the ids of the file group are known at run time only
    std::vector<Check> checks;
    for (const auto group : {file_checks, entry_checks, load_checks, config_checks, lifecycle_checks, memory_checks,
                             leak_checks, error_checks, thread_checks, hot_checks, kind_checks, channel_checks,
                             pms_checks, pms_stay_checks, pms_reading_checks, exporter_checks}) {
      const auto some = group();
      checks.insert(checks.end(), some.begin(), some.end());
    }
    return checks;
  }();
  return all;
}

}  // namespace agente::conformance
