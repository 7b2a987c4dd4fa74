/// What stands above and below the body of a template: its header and its buttons.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json_text.hpp"

namespace agente::whatsapp {

/// What a message brings for a header: one of a text, a file and a place.
struct Header {
  std::string text = {};      ///< for the gap of a header of words
  std::string media = {};     ///< of a file that Meta has already: its id
  std::string link = {};      ///< of a file that Meta fetches, by https
  std::string type = {};      ///< of the file: image, video or document; counts only where Meta's list does not tell
  std::string filename = {};  ///< of a document, as the guest is shown it
  std::string place = {};     ///< as Graph wants it
};

/// What a message brings for a button.
struct ButtonText {
  std::int64_t index = 0;  ///< from 0, among all buttons of the template
  std::string text = {};   ///< the ending of its link, or the code that it copies
  bool copy_code = false;  ///< it is a code; counts only where Meta's list does not tell
};

/// What a message brings besides texts for the body.
struct Frame {
  std::optional<Header> header = {};
  std::vector<ButtonText> buttons = {};
};

/// Reads `header` and `buttons` of a message's details. Throws INVALID for what no template could be sent with.
[[nodiscard]] Frame read_frame(const Json& details);

/// What Meta's list says that has to be filled around the body.
struct ListedFrame {
  struct Button {
    std::int64_t index = 0;
    bool copy_code = false;  ///< else the ending of its link
  };
  std::string header = {};           ///< TEXT, IMAGE, VIDEO, DOCUMENT or LOCATION; empty: nothing
  std::string header_gap = {};       ///< of TEXT: its gap's number or name
  std::vector<Button> buttons = {};  ///< those with something to fill
  std::string unsent = {};           ///< "the cards of its carousel": what this channel does not send; empty: nothing
};

/// Adds what `part`, one of the listed template's components, has to be filled with.
void note_part(const Json& part, ListedFrame& into);

/// Why Meta would refuse what is `given` for the template `name`, in a sentence with what to give; empty if nothing
/// speaks against it. `only_body`: it comes from our config, which has texts for the body only.
[[nodiscard]] std::string wrong_frame(const std::string& name, const ListedFrame& listed, const Frame& given,
                                      bool only_body);

/// "1" and "guest" of "{{1}} and {{guest}}", each once.
[[nodiscard]] std::vector<std::string> gaps_in(std::string_view text);

}  // namespace agente::whatsapp
