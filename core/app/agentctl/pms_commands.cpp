// agentctl pms audit|sync|test|occupancy: our books beside the PMS', and how full the house is.
#include <array>
#include <chrono>
#include <cstdio>
#include <memory>
#include <thread>

#include <nlohmann/json.hpp>

#include "app/agentctl/commands.hpp"

namespace agente::agentctl {
namespace {

using nlohmann::json;

std::string text_at(const json& object, const char* key) {
  return object.at(key).is_string() ? object.at(key).get<std::string>() : std::string("-");
}

void print_difference(const json& each) {
  std::printf("%s  booking %s at %s\n", text_at(each, "kind").c_str(), text_at(each, "pms_booking_id").c_str(),
              text_at(each, "hotel").c_str());
  std::printf("  here:  %s\n  there: %s\n  %s\n", text_at(each, "ours").c_str(), text_at(each, "theirs").c_str(),
              text_at(each, "suggestion").c_str());
}

int audit(const Common& common, const std::string& hotel) {
  const auto query = hotel.empty() ? std::string() : "?hotel=" + url_encoded(hotel);
  const auto answer = common.client().get("/api/v1/admin/audit/pms" + query);
  if (!answer) return failed(answer.error());
  const auto& differences = answer->at("inconsistencies");
  const auto& unreachable = answer->at("unreachable");
  if (common.json) {
    std::printf("%s\n", answer->dump().c_str());
  } else {
    for (const auto& each : differences) print_difference(each);
    for (const auto& each : unreachable) {
      std::printf("unreachable  %s of %s: %s\n", text_at(each, "pms").c_str(), text_at(each, "hotel").c_str(),
                  text_at(each, "reason").c_str());
    }
    std::printf("%d booking(s) compared, %zu difference(s), %zu PMS unreachable\n", answer->at("checked").get<int>(),
                differences.size(), unreachable.size());
  }
  return differences.empty() && unreachable.empty() ? 0 : 1;
}

void print_sync(const Common& common, const json& job) {
  if (common.json) {
    std::printf("%s\n", job.dump().c_str());
    return;
  }
  std::printf("%s: %d of %d booking(s), job %s\n", text_at(job, "state").c_str(), job.at("done").get<int>(),
              job.at("total").get<int>(), text_at(job, "job_id").c_str());
  if (job.at("problem").is_string()) std::fprintf(stderr, "agentctl: %s\n", text_at(job, "problem").c_str());
}

int sync(const Common& common, bool wait) {
  const auto client = common.client();
  auto job = client.post("/api/v1/admin/sync/availability", json::object());
  while (job && wait && job->at("state") == "running") {
    std::this_thread::sleep_for(std::chrono::milliseconds{200});
    job = client.get("/api/v1/admin/sync/availability/" + job->at("job_id").get<std::string>());
  }
  if (!job) return failed(job.error());
  print_sync(common, *job);
  return job->at("state") == "failed" ? 1 : 0;
}

std::string occupancy_line(const json& found) {
  auto line = text_at(found, "hotel") + " " + text_at(found, "date") + "  ";
  const auto figure = [&](const char* key) { return found.at(key).is_number() ? found.at(key).dump() : "?"; };
  if (found.at("occupancy_rate").is_number()) {
    std::array<char, 16> percent{};
    std::snprintf(percent.data(), percent.size(), "%.1f %%", found.at("occupancy_rate").get<double>());
    line += percent.data();
  } else {
    line += "not known: " + text_at(found, "reason");
  }
  return line + "\n  " + figure("rooms_occupied") + " of " + figure("rooms_available") + " rooms, as of " +
         text_at(found, "as_of") + ", from " + text_at(found, "source");
}

int occupancy(const Common& common, const std::string& hotel, const std::string& date) {
  std::string query;
  if (!hotel.empty()) query += "&hotel=" + url_encoded(hotel);
  if (!date.empty()) query += "&date=" + url_encoded(date);
  if (!query.empty()) query[0] = '?';
  const auto found = common.client().get("/api/v1/occupancy" + query);
  if (!found) return failed(found.error());
  std::printf("%s\n", common.json ? found->dump().c_str() : occupancy_line(*found).c_str());
  return found->at("occupancy_rate").is_number() ? 0 : 1;
}

}  // namespace

void add_pms(CLI::App& app, Common& common, Chosen& chosen) {
  auto* pms = app.add_subcommand("pms", "the hotel's PMS beside our own books");
  pms->require_subcommand(1);
  auto hotel = std::make_shared<std::string>();
  add_command(*pms, common, chosen, "audit",
              "names every booking in which we and the PMS differ, and what to do; changes nothing; exit 1 when there "
              "is one, or a PMS does not answer",
              [&common, hotel] { return audit(common, *hotel); })
      ->add_option("--hotel", *hotel, "only this hotel");
  auto at_once = std::make_shared<bool>(false);
  add_command(*pms, common, chosen, "sync",
              "takes over all that the PMS has, and waits until it is through; exit 1 when it failed",
              [&common, at_once] { return sync(common, !*at_once); })
      ->add_flag("--no-wait", *at_once, "only begin it; the job's id is printed");
  auto date = std::make_shared<std::string>();
  auto* occupied = add_command(*pms, common, chosen, "occupancy",
                               "how many of the rooms are taken tonight; exit 1 when it is not known, with the reason",
                               [&common, hotel, date] { return occupancy(common, *hotel, *date); });
  occupied->add_option("--hotel", *hotel, "of this hotel (default: the first of the configuration)");
  occupied->add_option("--date", *date, "in the night after this day, YYYY-MM-DD (default: today at the hotel)");
  auto which = std::make_shared<std::string>("pms");
  add_command(*pms, common, chosen, "test", "asks the PMS whether it would take a booking now; as `self-test pms`",
              [&common, which] { return self_test(common, *which); })
      ->add_option("INSTANCE", *which, "`<hotel>/pms` (default: all)");
}

}  // namespace agente::agentctl
