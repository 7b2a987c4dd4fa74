#include "concierge/turn.hpp"

namespace agente::concierge {

void start_cancel(Turn& turn, const Understanding& heard) {
  auto& talk = turn.talk;
  const auto& ref = heard.slots.booking_ref;
  // Nothing is booked yet: "cancel" drops what is being put together. A change under way is dropped just so.
  if (!ref && talk.wish == Wish::kBook) return drop_draft(turn);
  if (talk.summary && talk.summary->kind == Summary::Kind::kCancel && !ref) return repeat_summary(turn);
  const auto changing = talk.wish == Wish::kChange ? talk.booking_ref : std::string();
  rest(turn);
  talk.wish = Wish::kCancel;
  auto which = heard;
  if (!ref && !changing.empty()) which.slots.booking_ref = changing;
  pick_booking(turn, which);
}

void cancel_found(Turn& turn, const Held& held) {
  show_summary(turn, Summary::Kind::kCancel, with_defaults(held.stay), {held.total, held.backend});
}

}  // namespace agente::concierge
