#include "simulators/whatsapp/statuses.hpp"

#include <algorithm>
#include <deque>
#include <vector>

#include "simulators/whatsapp/phone_forms.hpp"

namespace agente::sim::whatsapp {
namespace {

using States = std::vector<std::string>;

States states_of(const Outgoing& asked, const std::string& fault) {
  States states{"sent", "delivered", "read"};
  if (asked.voice) states.emplace_back("played");
  if (fault == "status_no_delivered") states.erase(states.begin() + 1);
  if (fault == "status_reversed") std::reverse(states.begin(), states.end());
  if (fault != "status_duplicate") return states;
  States doubled;
  for (const auto& state : states) doubled.insert(doubled.end(), 2, state);
  return doubled;
}

/// By what is known of the guest; who never wrote is known by how he is addressed.
StatusNews news_of_guest(const World& world, const Outgoing& asked) {
  StatusNews news;
  news.contact = world.guests.find(asked.addressee());
  if (news.contact.is_null()) news.contact = nlohmann::ordered_json::object();
  if (!asked.to.empty()) news.contact["wa_id"] = wa_id_of(asked.to, world.options.other_wa_id);
  if (!asked.user_id.empty()) news.contact["user_id"] = asked.user_id;
  news.recipient = GuestBook::text_in(news.contact, "wa_id");
  news.recipient_user_id = GuestBook::text_in(news.contact, "user_id");
  return news;
}

/// Whom a state is told of. A group as a whole is only sent to; each member then gets it, and reads it or not.
std::vector<StatusNews> whom(const World& world, const Outgoing& asked, const std::string& state) {
  if (asked.group.empty()) return {news_of_guest(world, asked)};
  const bool of_all = state == "sent" || state == "failed";
  if (of_all) return {StatusNews{.recipient = asked.group, .recipient_type = "group"}};
  std::vector<StatusNews> each;
  for (const auto& member : world.groups.members(asked.group)) {
    each.push_back({.recipient = asked.group, .recipient_type = "group", .participant = member});
    each.back().contact = world.guests.find(member);
  }
  return each;
}

int error_of(const Accepted& accepted, const std::optional<FaultRule>& fault) {
  if (accepted.failure != 0) return accepted.failure;
  return fault && fault->code != 0 ? fault->code : 131026;
}

}  // namespace

std::string wa_id_of(const std::string& digits, bool other_form) { return other_form ? longer_form(digits) : digits; }

void tell_statuses(World& world, const Accepted& accepted) {
  const auto& asked = accepted.asked;
  const auto fault = world.faults.strike("status", "", asked.addressee());
  const auto name = fault ? fault->name : "";
  if (name == "status_drop") return;
  const bool fails = name == "status_failed" || accepted.failure != 0;
  std::deque<Parcel> parcels;
  for (const auto& state : fails ? States{"failed"} : states_of(asked, name)) {
    for (auto& news : whom(world, asked, state)) {
      news.id = accepted.wamid;
      news.key = asked.key;
      news.state = state;
      news.error = error_of(accepted, fault);
      news.timestamp = world.unix_time(world.options.status_delay * (parcels.size() + 1));
      const auto& guest = news.participant.empty() ? asked.addressee() : news.participant;
      const Subject subject{.event = "status", .id = accepted.wamid, .guest = guest, .state = state};
      const auto event = status_event(world.number(accepted.phone_number_id), news);
      parcels.push_back({{subject}, to_wire(event), accepted.phone_number_id});
    }
  }
  if (name == "status_early" && world.courier.goes_out(accepted.phone_number_id)) {
    world.courier.post(parcels.front());
    parcels.pop_front();
  }
  world.courier.send(std::move(parcels), world.options.status_delay);
}

}  // namespace agente::sim::whatsapp
