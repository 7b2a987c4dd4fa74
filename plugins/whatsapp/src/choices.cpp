#include "choices.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "json_text.hpp"
#include "utf8.hpp"

namespace agente::whatsapp {
namespace {

// Meta's limits, in characters. They count code points as far as is known; nothing says so.
constexpr std::size_t kBody = 1024;
constexpr std::size_t kMostButtons = 3;
constexpr std::size_t kButtonTitle = 20;
constexpr std::size_t kButtonId = 256;
constexpr std::size_t kMostRows = 10;
constexpr std::size_t kRowTitle = 24;
constexpr std::size_t kRowDescription = 72;
constexpr std::size_t kRowId = 200;
constexpr std::size_t kLabel = 20;

constexpr std::string_view kEllipsis = "…";

struct Choice {
  std::string id;
  std::string title;
  std::string description;
};

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::size_t step(std::string_view text) { return std::max<std::size_t>(utf8_length(text), 1); }

/// The character belongs to the one before it: joiners, accents, variations, skins and flags' second letters are not
/// torn off what they stand on.
bool clings(std::string_view character) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kRanges{{{"\u0300", "\u036F"},
                                                                                  {"\u200D", "\u200D"},
                                                                                  {"\uFE0E", "\uFE0F"},
                                                                                  {"\U0001F1E6", "\U0001F1FF"},
                                                                                  {"\U0001F3FB", "\U0001F3FF"}}};
  // UTF-8 sorts as its code points do.
  return std::any_of(kRanges.begin(), kRanges.end(),
                     [&](const auto& range) { return character >= range.first && character <= range.second; });
}

std::vector<Choice> choices_in(const Json& details, std::size_t title) {
  std::vector<Choice> choices;
  details["choices"].elements([&](const Json& each) {
    choices.push_back({.id = each["id"].text(),
                       .title = shortened(each["title"].text(), title),
                       .description = shortened(each["description"].text(), kRowDescription)});
  });
  return choices;
}

bool distinct(const std::vector<Choice>& choices, std::string Choice::*member) {
  for (auto one = choices.begin(); one != choices.end(); ++one) {
    if (std::any_of(choices.begin(), one, [&](const Choice& other) { return other.*member == (*one).*member; }))
      return false;
  }
  return true;
}

bool can_be_shown(const std::vector<Choice>& choices, std::size_t id) {
  const auto fits = [&](const Choice& choice) {
    return !choice.title.empty() && !choice.id.empty() && choice.id == trimmed(choice.id) &&
           count_characters(choice.id) <= id;
  };
  return !choices.empty() && std::all_of(choices.begin(), choices.end(), fits) && distinct(choices, &Choice::id) &&
         distinct(choices, &Choice::title);
}

std::string begun(std::string_view type, std::string_view text) {
  return R"({"type":")" + std::string{type} + R"(","body":{"text":)" + json_string(text) + R"(},"action":{)";
}

std::string buttons(const std::vector<Choice>& choices, std::string_view text) {
  std::string written;
  for (const auto& choice : choices) {
    if (!written.empty()) written += ',';
    written += R"({"type":"reply","reply":{"id":)" + json_string(choice.id) + R"(,"title":)" +
               json_string(choice.title) + "}}";
  }
  return begun("button", text) + R"("buttons":[)" + written + "]}}";
}

std::string list(const std::vector<Choice>& choices, std::string_view text, std::string_view label) {
  std::string rows;
  for (const auto& choice : choices) {
    if (!rows.empty()) rows += ',';
    rows += R"({"id":)" + json_string(choice.id) + R"(,"title":)" + json_string(choice.title);
    if (!choice.description.empty()) rows += R"(,"description":)" + json_string(choice.description);
    rows += '}';
  }
  return begun("list", text) + R"("button":)" + json_string(label) + R"(,"sections":[{"rows":[)" + rows + "]}]}}";
}

}  // namespace

std::string shortened(std::string_view text, std::size_t longest) {
  text = trimmed(text);
  if (count_characters(text) <= longest) return std::string{text};
  std::size_t end = 0;
  std::size_t whole = 0;  // the last place that tears nothing apart
  for (std::size_t count = 0; count < longest; ++count) {
    const auto length = step(text.substr(end));
    const bool joined = end >= 3 && text.substr(end - 3, 3) == "\u200D";
    if (!joined && !clings(text.substr(end, length))) whole = end;
    end += length;
  }
  return std::string{trimmed(text.substr(0, whole))} + std::string{kEllipsis};
}

std::optional<std::string> interactive_of(const outbound& message) {
  if (message.kind != "choices" || !is_json(message.details)) return std::nullopt;
  if (message.text.empty() || count_characters(message.text) > kBody) return std::nullopt;
  const Json details{message.details};
  if (auto few = choices_in(details, kButtonTitle); few.size() <= kMostButtons) {
    if (!can_be_shown(few, kButtonId)) return std::nullopt;
    return buttons(few, message.text);
  }
  const auto many = choices_in(details, kRowTitle);
  const auto label = shortened(details["label"].text(), kLabel);
  if (label.empty() || many.size() > kMostRows || !can_be_shown(many, kRowId)) return std::nullopt;
  return list(many, message.text, label);
}

}  // namespace agente::whatsapp
