#include "templates.hpp"

#include <algorithm>

#include "numbers.hpp"

namespace agente::whatsapp {
namespace {

constexpr std::string_view kAnswerWaiting = "answer_waiting";

Filling request_to_write(const outbound& message, const Settings& settings) {
  if (!settings.answer_waiting)
    throw error(AGENTE_E_NOT_FOUND, "no template answer_waiting is configured for guests of more than 24 hours ago");
  const auto& form = *settings.answer_waiting;
  const auto found = form.languages.find(message.language);
  return filling_of(form, (found == form.languages.end() ? form.languages.begin() : found)->second);
}

/// "es, en and pt".
std::string listed_in_words(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " and " : ", ";
    text += words[i];
  }
  return text;
}

std::string counted(std::size_t count, const std::string& thing) {
  return (count == 0 ? "no" : std::to_string(count)) + " " + thing + (count == 1 ? "" : "s");
}

std::string no_such_language(const std::vector<Listed>& list, const Filling& wanted) {
  std::vector<std::string> languages;
  for (const auto& each : list) {
    if (each.name == wanted.name) languages.push_back(each.language);
  }
  if (languages.empty()) return "template " + wanted.name + " does not exist: see WhatsApp Manager";
  return wanted.name + " exists in " + listed_in_words(languages) + ", not in " + wanted.language;
}

std::string wrong_names(const Listed& listed, const Filling& wanted) {
  for (const auto& gap : listed.gaps) {
    const auto has = [&](const GapText& each) { return each.gap == gap; };
    if (std::none_of(wanted.texts.begin(), wanted.texts.end(), has))
      return "template " + wanted.name + " needs " + listed_in_words(listed.gaps) + ": " + gap + " is missing";
  }
  for (const auto& each : wanted.texts) {
    if (std::find(listed.gaps.begin(), listed.gaps.end(), each.gap) == listed.gaps.end())
      return "template " + wanted.name + " has no gap called " + each.gap;
  }
  return {};
}

std::string wrong_texts(const Listed& listed, const Filling& wanted) {
  if (listed.by_name && !wanted.by_name && (!listed.gaps.empty() || !wanted.texts.empty()))
    return "template " + wanted.name + " calls its gaps by names: give " + listed_in_words(listed.gaps) +
           " as an object";
  if (!listed.by_name && wanted.by_name && !wanted.texts.empty())
    return "template " + wanted.name + " numbers its gaps: give a list of " + counted(listed.gaps.size(), "text");
  if (listed.by_name) return wrong_names(listed, wanted);
  if (listed.gaps.size() == wanted.texts.size()) return {};
  return "template " + wanted.name + " has " + counted(listed.gaps.size(), "gap") + ", " +
         counted(wanted.texts.size(), "text") + (wanted.texts.size() == 1 ? " was given" : " were given");
}

}  // namespace

std::optional<Filling> filling_of(const outbound& message, const Settings& settings) {
  if (message.kind != "template" || !is_json(message.details)) return std::nullopt;
  const Json details{message.details};
  Filling filling{.name = details["name"].text(), .language = details["language"].text()};
  if (filling.name == kAnswerWaiting) return request_to_write(message, settings);
  if (filling.name.empty() || filling.language.empty())
    throw error(AGENTE_E_INVALID, "a template needs name and language, as WhatsApp Manager shows them");
  filling.by_name = read_gaps(details["parameters"], filling.texts);
  filling.frame = read_frame(details);
  return filling;
}

Filling filling_of(const Template& form, const std::string& theirs) {
  return {.name = form.name, .language = theirs, .texts = form.parameters, .by_name = form.by_name, .configured = true};
}

Listed read_listed(const Json& element) {
  Listed listed{.name = element["name"].text(),
                .language = element["language"].text(),
                .status = element["status"].text(),
                .category = element["category"].text()};
  element["components"].elements([&](const Json& part) {
    if (part["type"].text() == "BODY") listed.gaps = gaps_in(part["text"].text());
    note_part(part, listed.frame);
  });
  listed.by_name = element["parameter_format"].text() == "NAMED" ||
                   std::any_of(listed.gaps.begin(), listed.gaps.end(), [](const auto& gap) { return !is_number(gap); });
  return listed;
}

const Listed* find_listed(const std::vector<Listed>& list, const Filling& wanted) {
  const auto found = std::find_if(list.begin(), list.end(), [&](const Listed& each) {
    return each.name == wanted.name && each.language == wanted.language;
  });
  return found == list.end() ? nullptr : &*found;
}

std::string mismatch(const std::vector<Listed>& list, const Filling& wanted) {
  const auto* listed = find_listed(list, wanted);
  if (listed == nullptr) return no_such_language(list, wanted);
  if (listed->status != "APPROVED")
    return "template " + wanted.name + " in " + wanted.language + " is " + listed->status + ", not APPROVED";
  auto wrong = wrong_frame(wanted.name, listed->frame, wanted.frame, wanted.configured);
  return wrong.empty() ? wrong_texts(*listed, wanted) : wrong;
}

}  // namespace agente::whatsapp
