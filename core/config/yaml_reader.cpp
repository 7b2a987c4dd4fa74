#include "config/yaml_reader.hpp"

#include <deque>
#include <sstream>
#include <utility>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "base/text.hpp"
#include "config/scalar.hpp"

namespace agente::config {
namespace {

/// Thrown through yaml-cpp when there is no sense in reading on; the problem is noted already.
struct Stop {};

/// yaml-cpp's marks count bytes from 0; ours count characters from 1.
class Lines {
 public:
  explicit Lines(std::string_view text) {
    for (std::size_t at = 0; at <= text.size();) {
      const auto end = std::min(text.find('\n', at), text.size());
      lines_.push_back(text.substr(at, end - at));
      at = end + 1;
    }
  }
  [[nodiscard]] Mark convert(const YAML::Mark& mark) const {
    const auto line = static_cast<std::size_t>(std::max(mark.line, 0));
    const auto column = static_cast<std::size_t>(std::max(mark.column, 0));
    const auto text = line < lines_.size() ? lines_[line] : std::string_view{};
    return {static_cast<int>(line) + 1, static_cast<int>(count_code_points(text.substr(0, column))) + 1};
  }

 private:
  std::vector<std::string_view> lines_;
};

class Reader final : public YAML::EventHandler {
 public:
  Reader(const Lines& lines, Document& document) : lines_(lines), document_(document) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (std::exchange(started_, true)) {
      stop(lines_.convert(mark), "a second document starts here; a config is one document: delete the line `---`");
    }
  }
  void OnDocumentEnd() override {}
  void OnAnchor(const YAML::Mark& mark, const std::string& /*name*/) override { refuse_anchor(lines_.convert(mark)); }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
    const Mark at = lines_.convert(mark);
    if (expects_key()) stop(at, "an alias (*) cannot be a key; write the key out");
    problem(at, "aliases (*) are not used in a config; write the value out");
    new_value(at).marks->refused = true;
  }

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const Mark at = lines_.convert(mark);
    if (anchor != 0) refuse_anchor(at);
    if (expects_key()) stop(at, "a key is missing before the colon; write one");
    const Slot slot = new_value(at);
    slot.marks->value = slot.marks->key;  // an empty value has no place; yaml-cpp names the next line
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t /*anchor*/,
                const std::string& text) override {
    const Mark at = lines_.convert(mark);
    refuse_tag(at, tag);
    if (expects_key()) return open_key(at, text);
    const Slot slot = new_value(at);
    if (text.size() > Document::kMaxScalarBytes) {
      problem(at, "this value is longer than 64 KiB; keep it in a file and write `file:` and its path");
      slot.marks->refused = true;
      return;
    }
    *slot.value = tag == "?" ? plain_scalar(text) : nlohmann::json(text);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t /*anchor*/,
                       YAML::EmitterStyle::value /*style*/) override {
    open(lines_.convert(mark), tag, nlohmann::json::array());
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t /*anchor*/,
                  YAML::EmitterStyle::value /*style*/) override {
    open(lines_.convert(mark), tag, nlohmann::json::object());
  }
  void OnSequenceEnd() override { frames_.pop_back(); }
  void OnMapEnd() override { frames_.pop_back(); }

  void problem(Mark at, std::string text) { document_.problems.push_back({document_.name, at, std::move(text)}); }

 private:
  /// Where a value goes.
  struct Slot {
    nlohmann::json* value;
    MarkTree* marks;
  };
  /// An open mapping or list, and in a mapping the slot of the key just read.
  struct Frame {
    Slot slot;
    Slot member{nullptr, nullptr};
  };

  [[noreturn]] void stop(Mark at, std::string text) {
    problem(at, std::move(text));
    throw Stop{};
  }

  void refuse_anchor(Mark at) {
    if (at == last_anchor_) return;
    last_anchor_ = at;
    problem(at, "anchors (&) are not used in a config; delete it and write values out where they are needed");
  }

  void refuse_tag(Mark at, const std::string& tag) {
    if (tag.empty() || tag == "?" || tag == "!") return;
    problem(at, "tags (!) are not used in a config; delete it, and quote the value if it is text");
  }

  [[nodiscard]] bool expects_key() const {
    return !frames_.empty() && frames_.back().slot.value->is_object() && frames_.back().member.value == nullptr;
  }

  void open_key(Mark at, const std::string& key) {
    if (key.size() > Document::kMaxKeyBytes) stop(at, "this key is longer than 256 bytes; shorten it");
    Frame& frame = frames_.back();
    if (const auto before = frame.slot.marks->members.find(key); before != frame.slot.marks->members.end()) {
      problem(at, "`" + key + "` is written twice, first in line " + std::to_string(before->second.key.line) +
                      "; delete one of them");
      auto& [value, marks] = dropped_.emplace_back();
      frame.member = {&value, &marks};
    } else {
      frame.member = {&(*frame.slot.value)[key], &frame.slot.marks->members[key]};
    }
    frame.member.marks->key = at;
  }

  Slot new_value(Mark at) {
    if (++values_ > Document::kMaxValues) stop(at, "there are more than 100000 values; shorten the file");
    const Slot slot = next_slot();
    slot.marks->value = at;
    if (slot.marks->key == Mark{0, 0}) slot.marks->key = at;
    return slot;
  }

  Slot next_slot() {
    if (frames_.empty()) return reset_key({&document_.value, &document_.marks});
    Frame& frame = frames_.back();
    if (frame.slot.value->is_object()) return std::exchange(frame.member, Slot{nullptr, nullptr});
    const auto position = std::to_string(frame.slot.value->size());
    frame.slot.value->push_back(nullptr);
    return reset_key({&frame.slot.value->back(), &frame.slot.marks->members[position]});
  }

  static Slot reset_key(Slot slot) {
    slot.marks->key = {0, 0};
    return slot;
  }

  void open(Mark at, const std::string& tag, nlohmann::json empty) {
    refuse_tag(at, tag);
    if (expects_key()) stop(at, "a key must be plain text, not a list or a mapping; did you mean to quote it?");
    if (frames_.size() >= Document::kMaxDepth) stop(at, "this is nested more than 32 levels deep; flatten it");
    const Slot slot = new_value(at);
    *slot.value = std::move(empty);
    frames_.push_back({slot});
  }

  const Lines& lines_;
  Document& document_;
  bool started_ = false;
  Mark last_anchor_{0, 0};
  std::size_t values_ = 0;
  std::vector<Frame> frames_;
  std::deque<std::pair<nlohmann::json, MarkTree>> dropped_;  ///< values of keys written twice
};

/// yaml-cpp's words for a syntax error, with what usually helps.
std::string syntax_sentence(const std::string& words) {
  static const std::vector<std::pair<std::string, std::string>> kAdvice = {
      {"illegal tab", "a tab is used for indentation; use spaces"},
      {"illegal map value", "a colon is not allowed here; put the value in quotes if the colon belongs to it"},
      {"end of map not found", "this line is indented differently from the keys above it; align it"},
      {"end of sequence not found", "this line is indented differently from the items above it; align it"},
      {"end of map flow not found", "a `{` is never closed; write the missing `}`"},
      {"end of sequence flow not found", "a `[` is never closed; write the missing `]`"},
      {"illegal EOF in scalar", "a quote is never closed; write the closing quote"},
      {"illegal document indicator in scalar", "a quote is never closed; write the closing quote"},
      {"illegal block entry", "a list item is not allowed here; start it on its own line below its key"},
      {"unknown escape character", "this \\ sequence is unknown; use single quotes to write a backslash"},
      {"alias not found", "aliases (*) are not used in a config; quote the value if the * belongs to it"},
      {"referenced anchor is not defined", "aliases (*) are not used in a config; write the value out"},
      {"unknown token", "a value cannot start with this character; put it in quotes"},
  };
  for (const auto& [part, advice] : kAdvice) {
    if (words.find(part) != std::string::npos) return advice;
  }
  return "this is not YAML (" + clean_utf8(words) + "); compare the line with config/example.yaml";
}

}  // namespace

void read_yaml(std::string_view text, Document& document) {
  const Lines lines(text);
  Reader reader(lines, document);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    if (!parser.HandleNextDocument(reader)) {
      return reader.problem({}, "the file is empty; write at least `hotels:`");
    }
    parser.HandleNextDocument(reader);
    document.complete = true;
  } catch (const Stop&) {  // NOLINT(bugprone-empty-catch): noted before it was thrown
  } catch (const YAML::Exception& error) {
    reader.problem(lines.convert(error.mark), syntax_sentence(error.msg));
  } catch (const std::exception& error) {
    reader.problem({}, "the file cannot be read (" + clean_utf8(error.what()) + "); shorten or repair it");
  }
}

}  // namespace agente::config
