#pragma once

#include <string>

#include "simulators/whatsapp/outgoing.hpp"
#include "simulators/whatsapp/world.hpp"

namespace agente::sim::whatsapp {

/// A message that Graph took.
struct Accepted {
  const std::string& phone_number_id;
  const Outgoing& asked;
  const std::string& wamid;
  int failure = 0;  ///< the code of what Meta finds out only now; 0: nothing
};

/// Tells the webhook what became of it, one status after the other: sent, delivered, read, and played of a voice note;
/// or failed. In a group each member has statuses of his own, after the group's `sent`. Faults have their say.
void tell_statuses(World& world, const Accepted& accepted);

/// The id WhatsApp has for the number; `other_form`: of Argentine and Mexican ones the longer.
std::string wa_id_of(const std::string& digits, bool other_form);

}  // namespace agente::sim::whatsapp
