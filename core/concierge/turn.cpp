#include "concierge/turn.hpp"

namespace agente::concierge {

Turn::Turn(const Step& so_far, const Message& of, const Hotel& in)
    : talk(so_far.next), message(of), hotel(in), choices_(so_far.choices), staff_(so_far.staff) {
  if (!so_far.say.empty()) spoken_ = so_far.say.front();
}

void Turn::say(std::string_view key, Values values) {
  const auto paragraph = words().text(key, values);
  if (paragraph.empty()) return;
  if (!spoken_.empty()) spoken_ += "\n\n";
  spoken_ += paragraph;
}

void Turn::ask(Question question, std::string_view key, Values values) {
  talk.question = question;
  say(key, values);
}

Step Turn::finish() && {
  Step step;
  step.next = std::move(talk);
  if (!spoken_.empty()) step.say.push_back(std::move(spoken_));
  step.choices = std::move(choices_);
  step.action = std::move(action_);
  step.staff = std::move(staff_);
  return step;
}

}  // namespace agente::concierge
