#include "store/records.hpp"

#include <array>

namespace agente::store {

namespace {
constexpr std::array<std::string_view, 3> kInbound{"received", "processed", "failed"};
constexpr std::array<std::string_view, 8> kOutbound{"pending",   "sending", "doubtful", "sent",
                                                    "delivered", "read",    "failed",   "held"};
constexpr std::array<std::string_view, 7> kReservation{
    "INQUIRY", "QUOTE_SENT", "PENDING_CONFIRMATION", "CONFIRMED", "CHECKED_IN", "CHECKED_OUT", "CANCELLED"};
constexpr std::array<std::string_view, 4> kIntent{"open", "attempted", "done", "refused"};
}  // namespace

std::string_view name_of(InboundStatus status) { return kInbound.at(static_cast<std::size_t>(status)); }
std::string_view name_of(OutboundStatus status) { return kOutbound.at(static_cast<std::size_t>(status)); }
std::string_view name_of(ReservationStatus status) { return kReservation.at(static_cast<std::size_t>(status)); }
std::string_view name_of(IntentState state) { return kIntent.at(static_cast<std::size_t>(state)); }

std::optional<ReservationStatus> reservation_status(std::string_view name) {
  for (std::size_t i = 0; i < kReservation.size(); ++i) {
    if (kReservation.at(i) == name) return static_cast<ReservationStatus>(i);
  }
  return std::nullopt;
}

}  // namespace agente::store
