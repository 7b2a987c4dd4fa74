#include "template_list.hpp"

#include "graph_get.hpp"

namespace agente::whatsapp {
namespace {

using namespace std::chrono_literals;

constexpr auto kKept = 10min;
/// Not asked for again within this time, whatever does not fit.
constexpr auto kFresh = 10s;
constexpr auto kAfterFailure = 1min;

}  // namespace

ListedTemplates read_templates(const host& services, const Settings& settings, call here) {
  const auto pages = ask_all(services, settings,
                             "/" + settings.waba_id +
                                 "/message_templates?fields=name,language,status,category,parameter_format,components"
                                 "&limit=100",
                             access_token(services), here);
  if (pages.problem) return {.problem = pages.problem};
  ListedTemplates read{.whole = pages.whole};
  pages.elements([&](const Json& each) { read.list.push_back(read_listed(each)); });
  return read;
}

std::optional<Listed> TemplateList::check(const Filling& wanted, call here) {
  if (settings_.waba_id.empty()) return std::nullopt;
  auto list = known(kKept);
  if (!list) list = read(here);
  if (!list) return std::nullopt;
  auto fault = mismatch(list->list, wanted);
  if (!fault.empty() && !known(kFresh)) {
    list = read(here);
    if (!list) return std::nullopt;
    fault = mismatch(list->list, wanted);
  }
  const auto* found = find_listed(list->list, wanted);
  if (found == nullptr && !list->whole) return std::nullopt;
  if (!fault.empty()) throw error(AGENTE_E_INVALID, fault);
  return *found;
}

std::optional<Listed> TemplateList::last_known(const outbound& message) {
  const auto wanted = filling_of(message, settings_);
  const std::lock_guard lock(mutex_);
  const auto* found = wanted && list_ ? find_listed(list_->list, *wanted) : nullptr;
  return found == nullptr ? std::nullopt : std::optional{*found};
}

void TemplateList::forget() {
  const std::lock_guard lock(mutex_);
  read_ = {};
}

/// If it is no older than that.
TemplateList::List TemplateList::known(std::chrono::milliseconds at_most) {
  const auto now = host_.now();
  const std::lock_guard lock(mutex_);
  return now >= read_ && now - read_ <= at_most ? list_ : nullptr;
}

/// Several at once may ask; that is rare and does no harm.
TemplateList::List TemplateList::read(call here) {
  const auto now = host_.now();
  {
    const std::lock_guard lock(mutex_);
    if (now >= failed_ && now - failed_ < kAfterFailure) return nullptr;
  }
  auto asked = read_templates(host_, settings_, here);
  if (asked.problem) host_.warn(here, "templates go out unchecked, their list cannot be read: " + asked.problem->cause);
  const std::lock_guard lock(mutex_);
  if (asked.problem) {
    failed_ = now;
    return nullptr;
  }
  list_ = std::make_shared<const ListedTemplates>(std::move(asked));
  read_ = now;
  return list_;
}

}  // namespace agente::whatsapp
