#include "simulators/whatsapp/guest_book.hpp"

#include "simulators/whatsapp/phone_forms.hpp"

namespace agente::sim::whatsapp {

void GuestBook::met(const GuestMessage& message) {
  constexpr std::size_t kMost = 200'000;  // two of each guest
  if (message.stranger || message.echo) return;
  const auto contact = contact_of(message).dump();
  const std::lock_guard lock(mutex_);
  if (contacts_.size() >= kMost) contacts_.clear();
  for (const auto& name : {same_phone(message.from), message.user_id}) {
    if (!name.empty()) contacts_[name] = contact;
  }
}

nlohmann::ordered_json GuestBook::find(const std::string& guest) const {
  const std::lock_guard lock(mutex_);
  const auto found = contacts_.find(same_phone(guest));
  return found == contacts_.end() ? nlohmann::ordered_json() : nlohmann::ordered_json::parse(found->second);
}

std::string GuestBook::text_in(const nlohmann::ordered_json& contact, const char* name) {
  const auto found = contact.find(name);
  return found != contact.end() && found->is_string() ? found->get<std::string>() : std::string();
}

void GuestBook::clear() {
  const std::lock_guard lock(mutex_);
  contacts_.clear();
}

}  // namespace agente::sim::whatsapp
