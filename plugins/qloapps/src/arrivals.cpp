#include "arrivals.hpp"

#include "row_edit.hpp"

namespace qloapps {
namespace {

using agente::error;
using enum agente::stay_status;

void must_be_possible(const Order& order, agente::stay_status wanted) {
  const auto now = order.status();
  if (wanted == in_house && now != booked && now != in_house)
    throw error(AGENTE_E_CONFLICT, "booking " + order.name() + " is not awaited: cancelled, or the guest has left");
  if (wanted == left && now != in_house && now != left)
    throw error(AGENTE_E_CONFLICT, "booking " + order.name() + " cannot end: the guest is not in house");
}

}  // namespace

Order set_stay_status(Desk& desk, std::string_view booking_id, agente::stay_status status, agente::call call) {
  if (status != in_house && status != left)
    throw error(AGENTE_E_INVALID, "a stay is set to in house (2) or left (3), not to " +
                                      std::to_string(static_cast<std::int32_t>(status)));
  const Desk::Turn turn(desk, call);
  const auto order = desk.orders.read(call, booking_id);
  must_be_possible(order, status);
  bool has_written = false;
  for (const auto& row : order.live_rows()) {
    if (row.status >= static_cast<std::int64_t>(status)) continue;
    write_step(desk, row, status == in_house ? Step::check_in : Step::check_out, call);
    has_written = true;
  }
  if (!has_written) return order;
  return after_write([&] {
    auto after = desk.orders.read(call, booking_id);
    if (after.status() == status) return after;
    throw error(AGENTE_E_UNKNOWN_OUTCOME, "QloApps does not show booking " + after.name() + " as it was set");
  });
}

}  // namespace qloapps
