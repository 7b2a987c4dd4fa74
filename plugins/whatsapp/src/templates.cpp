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

/// "1" and "guest" of "{{1}} and {{guest}}", each once.
std::vector<std::string> gaps_in(std::string_view body) {
  std::vector<std::string> gaps;
  for (auto at = body.find("{{"); at != std::string_view::npos; at = body.find("{{", at)) {
    const auto end = body.find("}}", at);
    if (end == std::string_view::npos) break;
    auto gap = body.substr(at + 2, end - at - 2);
    gap.remove_prefix(std::min(gap.find_first_not_of(' '), gap.size()));
    gap = gap.substr(0, gap.find_last_not_of(' ') + 1);
    if (std::find(gaps.begin(), gaps.end(), gap) == gaps.end()) gaps.emplace_back(gap);
    at = end;
  }
  return gaps;
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

std::string wanted_by_header(const Json& header) {
  const auto format = header["format"].text();
  if (format.empty() || format == "TEXT") return gaps_in(header["text"].text()).empty() ? "" : "a text in its header";
  return "a file or place (" + format + ") in its header";
}

std::string wanted_by_buttons(const Json& buttons) {
  std::string wanted;
  buttons.elements([&](const Json& button) {
    const auto type = button["type"].text();
    const bool link = type == "URL" && !gaps_in(button["url"].text()).empty();
    const bool code = type == "COPY_CODE" || type == "OTP" || type == "MPM";
    if (link) wanted = "an ending for the link of its button";
    if (code) wanted = "what its button " + type + " stands for";
  });
  return wanted;
}

/// Others (BODY, FOOTER, links and telephone numbers that are fixed) want nothing but what the body does.
std::string wanted_by(const Json& part) {
  const auto type = part["type"].text();
  if (type == "HEADER") return wanted_by_header(part);
  if (type == "BUTTONS") return wanted_by_buttons(part["buttons"]);
  if (type == "CAROUSEL") return "the cards of its carousel";
  return type == "LIMITED_TIME_OFFER" ? "the end of its offer" : "";
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
  return filling;
}

Filling filling_of(const Template& form, const std::string& theirs) {
  return {.name = form.name, .language = theirs, .texts = form.parameters, .by_name = form.by_name};
}

Listed read_listed(const Json& element) {
  Listed listed{.name = element["name"].text(),
                .language = element["language"].text(),
                .status = element["status"].text(),
                .category = element["category"].text()};
  element["components"].elements([&](const Json& part) {
    if (part["type"].text() == "BODY") listed.gaps = gaps_in(part["text"].text());
    if (auto wanted = wanted_by(part); !wanted.empty()) listed.unsent = std::move(wanted);
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
  if (!listed->unsent.empty())
    return "template " + wanted.name + " needs " + listed->unsent +
           ", which this channel does not send: take one that has gaps in its body only";
  return wrong_texts(*listed, wanted);
}

}  // namespace agente::whatsapp
