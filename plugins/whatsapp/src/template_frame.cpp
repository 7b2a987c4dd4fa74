#include "template_frame.hpp"

#include <algorithm>
#include <array>

#include <agente/sdk.hpp>

#include "form_parts.hpp"

namespace agente::whatsapp {
namespace {

constexpr std::int64_t kMostButtons = 10;

/// What a header of a format needs, and by which members it is given.
struct Need {
  std::string_view format;
  std::string_view what;
  std::string_view how;
};
constexpr std::array kNeeds{Need{"TEXT", "a text", "header.text"},
                            Need{"IMAGE", "an image", "header.media or header.link"},
                            Need{"VIDEO", "a video", "header.media or header.link"},
                            Need{"DOCUMENT", "a document", "header.media or header.link"},
                            Need{"LOCATION", "a place", "header.latitude and header.longitude"}};

const Need* need_of(std::string_view format) {
  const auto* found =
      std::find_if(kNeeds.begin(), kNeeds.end(), [&](const Need& each) { return each.format == format; });
  return found == kNeeds.end() ? nullptr : found;
}

bool suits(const Header& header, std::string_view format) {
  if (format == "TEXT") return !header.text.empty();
  return format == "LOCATION" ? !header.place.empty() : !header.media.empty() || !header.link.empty();
}

Header read_header(const Json& given) {
  Header header{.text = for_a_gap(given["text"].text()),
                .media = given["media"].text(),
                .link = given["link"].text(),
                .type = given["type"].text(),
                .filename = given["filename"].text(),
                .place = place_of(given).value_or("")};
  const std::array brought{&header.text, &header.media, &header.link, &header.place};
  if (std::count_if(brought.begin(), brought.end(), [](const auto* each) { return !each->empty(); }) != 1)
    throw error(AGENTE_E_INVALID, "a template's header is one of text, media, link, and latitude with longitude");
  if (!header.link.empty() && !header.link.starts_with("https://"))
    throw error(AGENTE_E_INVALID, "header.link must begin with https://, for Meta fetches it");
  return header;
}

ButtonText read_button(const Json& given) {
  const auto index = given["index"].integer();
  ButtonText button{.index = index.value_or(-1),
                    .text = for_a_gap(given["text"].text()),
                    .copy_code = given["type"].text() == "copy_code"};
  if (button.index < 0 || button.index >= kMostButtons || button.text.empty())
    throw error(AGENTE_E_INVALID, R"(each of a template's buttons is {"index": 0, "text": "ABC123"}, from 0 to 9)");
  return button;
}

void note_header(const Json& part, ListedFrame& into) {
  const auto format = part["format"].text();
  if (format.empty() || format == "TEXT") {
    const auto gaps = gaps_in(part["text"].text());
    if (gaps.empty()) return;
    into.header = "TEXT";
    into.header_gap = gaps.front();
  } else if (need_of(format) != nullptr) {
    into.header = format;
  } else {
    into.unsent = format + " in its header";
  }
}

void note_buttons(const Json& buttons, ListedFrame& into) {
  std::int64_t index = 0;
  buttons.elements([&](const Json& button) {
    const auto type = button["type"].text();
    const bool link = type == "URL" && !gaps_in(button["url"].text()).empty();
    if (link || type == "COPY_CODE") into.buttons.push_back({.index = index, .copy_code = !link});
    if (type == "OTP" || type == "MPM") into.unsent = "what its button " + type + " stands for";
    ++index;
  });
}

/// How to mend it.
std::string remedy(const std::string& give, bool only_body) {
  return only_body ? ", and templates.answer_waiting has texts for its body only: take another" : ": give " + give;
}

std::string wrong_header(const std::string& of, const ListedFrame& listed, const Frame& given, bool only_body) {
  if (listed.header.empty()) return given.header ? of + " has nothing to fill in its header: leave header out" : "";
  if (given.header && suits(*given.header, listed.header)) return {};
  const auto* need = need_of(listed.header);
  return of + " needs " + std::string{need->what} + " in its header" + remedy(std::string{need->how}, only_body);
}

std::string wrong_buttons(const std::string& of, const ListedFrame& listed, const Frame& given, bool only_body) {
  for (const auto& each : listed.buttons) {
    const auto is_for_it = [&](const ButtonText& text) { return text.index == each.index; };
    if (std::any_of(given.buttons.begin(), given.buttons.end(), is_for_it)) continue;
    const auto index = std::to_string(each.index);
    return of + " needs " + (each.copy_code ? "the code to copy" : "the ending of the link") + " of its button " +
           index + remedy(R"(buttons [{"index": )" + index + R"(, "text": "…"}])", only_body);
  }
  for (const auto& each : given.buttons) {
    const auto is_it = [&](const ListedFrame::Button& button) { return button.index == each.index; };
    if (std::none_of(listed.buttons.begin(), listed.buttons.end(), is_it))
      return of + " has nothing to fill in its button " + std::to_string(each.index) + ": leave that out";
  }
  return {};
}

}  // namespace

Frame read_frame(const Json& details) {
  Frame frame;
  if (const auto header = details["header"]) frame.header = read_header(header);
  details["buttons"].elements([&](const Json& each) {
    auto button = read_button(each);
    for (const auto& other : frame.buttons) {
      if (other.index == button.index)
        throw error(AGENTE_E_INVALID, "button " + std::to_string(button.index) + " of the template is given twice");
    }
    frame.buttons.push_back(std::move(button));
  });
  return frame;
}

/// Others (FOOTER, links and telephone numbers that are fixed) have nothing to fill, and the body is no frame.
void note_part(const Json& part, ListedFrame& into) {
  const auto type = part["type"].text();
  if (type == "HEADER") note_header(part, into);
  if (type == "BUTTONS") note_buttons(part["buttons"], into);
  if (type == "CAROUSEL") into.unsent = "the cards of its carousel";
  if (type == "LIMITED_TIME_OFFER") into.unsent = "the end of its offer";
}

std::string wrong_frame(const std::string& name, const ListedFrame& listed, const Frame& given, bool only_body) {
  const auto of = "template " + name;
  if (!listed.unsent.empty())
    return of + " needs " + listed.unsent + ", which this channel does not send: take one without";
  auto wrong = wrong_header(of, listed, given, only_body);
  return wrong.empty() ? wrong_buttons(of, listed, given, only_body) : wrong;
}

std::vector<std::string> gaps_in(std::string_view text) {
  std::vector<std::string> gaps;
  for (auto at = text.find("{{"); at != std::string_view::npos; at = text.find("{{", at)) {
    const auto end = text.find("}}", at);
    if (end == std::string_view::npos) break;
    auto gap = text.substr(at + 2, end - at - 2);
    gap.remove_prefix(std::min(gap.find_first_not_of(' '), gap.size()));
    gap = gap.substr(0, gap.find_last_not_of(' ') + 1);
    if (std::find(gaps.begin(), gaps.end(), gap) == gaps.end()) gaps.emplace_back(gap);
    at = end;
  }
  return gaps;
}

}  // namespace agente::whatsapp
