#include "simulators/whatsapp/window.hpp"

#include <algorithm>

#include "simulators/whatsapp/phone_forms.hpp"

namespace agente::sim::whatsapp {

void Window::wrote(const std::string& number, const std::string& guest, Moment at) {
  const std::lock_guard lock(mutex_);
  auto& newest = newest_[{number, same_phone(guest)}];
  newest = std::max(newest, at);
}

bool Window::is_open(const std::string& number, const std::string& guest, Moment now) const {
  constexpr std::chrono::hours kStaysOpen{24};
  const std::lock_guard lock(mutex_);
  const auto found = newest_.find({number, same_phone(guest)});
  return found != newest_.end() && now - found->second < kStaysOpen;
}

void Window::clear() {
  const std::lock_guard lock(mutex_);
  newest_.clear();
}

}  // namespace agente::sim::whatsapp
