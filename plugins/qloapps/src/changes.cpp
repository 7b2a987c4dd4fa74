#include "changes.hpp"

#include <algorithm>

#include "reservations.hpp"
#include "row_edit.hpp"

namespace qloapps {
namespace {

using agente::error;
using enum agente::stay_status;

std::string remark_of(std::string_view key) { return "Changed for the guest, " + std::string{key}; }

void must_be_key(std::string_view key) {
  const auto is_plain = [](char c) { return c > ' ' && c < 0x7F && c != '<' && c != '>'; };
  if (key.empty() || key.size() > 128 || !std::all_of(key.begin(), key.end(), is_plain))
    throw error(AGENTE_E_INVALID, "a change needs a key of 1 to 128 plain characters");
}

void must_be_changeable(const Order& order, const Stay& stay) {
  const auto conflict = [&](const std::string& why) {
    return error(AGENTE_E_CONFLICT, "booking " + order.name() + " " + why);
  };
  const auto status = order.status();
  if (status == cancelled) throw conflict("is cancelled and cannot be changed");
  if (status == left) throw conflict("is over: the guest has left");
  if (status == in_house && order.stay().checkin != stay.checkin)
    throw conflict("has begun: its first day cannot be changed");
  if (status == in_house && (stay.checkout < order.stay().checkout))
    throw conflict("has begun: the front desk ends it earlier, with the check-out");
}

bool has_same_nights(const Order& order, std::int64_t type, const Stay& stay) {
  const auto now = order.stay();
  return order.type() == type && now.checkin == stay.checkin && now.checkout == stay.checkout &&
         now.rooms.size() == stay.rooms.size();
}

/// The nights before and after those of `old`.
std::vector<Stay> added_nights(const Stay& old, const Stay& wanted) {
  std::vector<Stay> added;
  if (wanted.checkin < old.checkin) added.push_back({wanted.checkin, old.checkin, wanted.rooms});
  if (old.checkout < wanted.checkout) added.push_back({old.checkout, wanted.checkout, wanted.rooms});
  return added;
}

/// The rooms that it has serve some of the nights.
bool has_rooms_for_some(const Order& order, std::int64_t type, const Stay& wanted) {
  const auto old = order.stay();
  return order.type() == type && old.rooms.size() == wanted.rooms.size() && wanted.overlaps(old);
}

}  // namespace

struct Changes::Plan {
  Order before;
  Type type;
  Stay stay;
  Quote quote;
  std::string remark;
};

std::uint32_t Changes::free_for(const Order& order, const Type& type, const Stay& stay, std::uint32_t free,
                                agente::call call) const {
  if (order.status() == cancelled || !has_rooms_for_some(order, type.id, stay)) return free;
  auto own = static_cast<std::uint32_t>(stay.rooms.size());
  for (const auto& nights : added_nights(order.stay(), stay))
    own = std::min(own, desk_.quotes.ask(call, nights, type.id)[type.id].free);
  return std::max(free, own);
}

/// The rows that are there, as they are, and rows for the added nights: what works in a full house. QloApps looks for a
/// room for each night anew and takes the booking's own for taken, so it gives up no night of it there.
std::vector<Segment> Changes::kept_and_added(const Plan& plan, agente::call call) const {
  if (!plan.stay.contains(plan.before.stay())) must_be_left_to_a_person(plan, call);
  if (!has_rooms_for_some(plan.before, plan.type.id, plan.stay)) sold_out(plan.type.word);
  const auto segment = [&](const Stay& nights) -> Segment {
    return {plan.type.id, nights, desk_.quotes.ask(call, nights, plan.type.id)[plan.type.id]};
  };
  std::vector<Segment> segments{segment(plan.before.stay())};
  for (const auto& nights : added_nights(plan.before.stay(), plan.stay)) {
    segments.push_back(segment(nights));
    if (segments.back().quote.free < nights.rooms.size()) sold_out(plan.type.word);
  }
  return segments;
}

/// UNSUPPORTED for what the house has and QloApps does not do; CONFLICT for what is sold out.
void Changes::must_be_left_to_a_person(const Plan& plan, agente::call call) const {
  if (free_for(plan.before, plan.type, plan.stay, 0, call) < plan.stay.rooms.size()) sold_out(plan.type.word);
  throw error(AGENTE_E_UNSUPPORTED, "QloApps gives up no night of booking " + plan.before.name() +
                                        " while the house is full; it has the rooms, so change it at the front desk");
}

void Changes::put(const Order& order, const std::vector<Segment>& segments, const agente::money& total,
                  const std::string& remark, agente::call call) const {
  const auto body =
      changed_booking_json(desk_.settings, order.id, order.email, segments, read_fees(call, desk_.api), total, remark);
  try {
    static_cast<void>(desk_.api.write_booking(call, body, order.id));
  } catch (const error& e) {
    if (e.code() != AGENTE_E_UNKNOWN_OUTCOME) throw;
    after_write([&] {
      const auto& remarks = desk_.orders.read(call, order.name()).remarks;
      if (std::find(remarks.begin(), remarks.end(), remark) == remarks.end()) throw error(e);
    });
  }
}

/// After a change that cannot stay. What fails here needs a person, and says so.
void Changes::put_back(const Plan& plan, agente::call call) const {
  desk_.host.warn(call, "a change is undone in QloApps", {{"booking", plan.before.id}});
  const auto old = plan.before.stay();
  const auto type = plan.before.type();
  put(plan.before, {{type, old, desk_.quotes.ask(call, old, type)[type]}}, plan.before.total, plan.remark + ", undone",
      call);
}

Order Changes::rebook(const Plan& plan, agente::call call) const {
  const Segment whole{plan.type.id, plan.stay, plan.quote};
  if (plan.quote.free >= plan.stay.rooms.size()) {
    put(plan.before, {whole}, plan.quote.total, plan.remark, call);
  } else {
    put(plan.before, kept_and_added(plan, call), plan.quote.total, plan.remark, call);
  }
  return after_write([&] {
    auto after = desk_.orders.read(call, plan.before.name());
    try {
      if (!has_same_nights(after, plan.type.id, plan.stay)) sold_out(plan.type.word);
      must_not_be_second(after, desk_, call);
      must_cost(after.total, plan.quote.total);
    } catch (const error& e) {
      if (e.code() == AGENTE_E_CONFLICT) after_write([&] { put_back(plan, call); });
      throw;
    }
    return after;
  });
}

/// Same nights, other guests: QloApps leaves the price, and changes the rows only one by one.
Order Changes::reseat(const Plan& plan, agente::call call) const {
  must_cost(plan.before.total, plan.quote.total);
  const auto rows = plan.before.live_rows();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto& party = plan.stay.rooms[i % plan.stay.rooms.size()];
    if (rows[i].party != party) write_party(desk_, rows[i], party, call);
  }
  return after_write([&] { return desk_.orders.read(call, plan.before.name()); });
}

Order Changes::change(const agente::booking_change& wish, agente::call call) const {
  must_be_key(wish.key);
  const auto stay =
      checked_stay(wish.checkin, wish.checkout, {wish.adults, wish.children}, wish.rooms, desk_.settings.max_nights);
  const Desk::Turn turn(desk_, call);
  Plan plan{.before = desk_.orders.read(call, wish.booking_id),
            .type = {},
            .stay = stay,
            .quote = {},
            .remark = remark_of(wish.key)};
  const auto& remarks = plan.before.remarks;
  if (std::find(remarks.begin(), remarks.end(), plan.remark) != remarks.end()) return plan.before;
  must_be_changeable(plan.before, stay);
  plan.type = desk_.catalogue.type(wish.room_type, call);
  if (stay.checkin != plan.before.stay().checkin) must_not_be_past(stay, desk_.today());
  must_fit(plan.type, stay);
  plan.quote = desk_.quotes.ask(call, stay, plan.type.id)[plan.type.id];
  must_cost(plan.quote.total, wish.expected_total);
  return has_same_nights(plan.before, plan.type.id, stay) ? reseat(plan, call) : rebook(plan, call);
}

}  // namespace qloapps
