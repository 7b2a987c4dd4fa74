#include "config/yaml_reader.hpp"

#include <algorithm>
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
  /// Marks come mostly in order, so a line is counted on from the last one: a long line costs no more than many short.
  Mark convert(const YAML::Mark& mark) {
    const auto line = static_cast<std::size_t>(std::max(mark.line, 0));
    const auto column = static_cast<std::size_t>(std::max(mark.column, 0));
    if (line != last_line_ || column < last_bytes_) {
      last_line_ = line;
      last_bytes_ = last_characters_ = 0;
    }
    const auto more = this->text(line).substr(std::min(last_bytes_, this->text(line).size()), column - last_bytes_);
    last_characters_ += count_code_points(more);
    last_bytes_ = column;
    return {static_cast<int>(line) + 1, static_cast<int>(last_characters_) + 1};
  }

  /// The line, counted from 0, without its end; empty past the last one.
  [[nodiscard]] std::string_view text(std::size_t line) const {
    return line < lines_.size() ? lines_[line] : std::string_view{};
  }

 private:
  std::vector<std::string_view> lines_;
  std::size_t last_line_ = 0;
  std::size_t last_bytes_ = 0;
  std::size_t last_characters_ = 0;
};

constexpr const char* kUnclosedQuote = "a quote is never closed; write the closing quote";

/// `text` starts with a quote: is there another that ends it?
bool is_closed(std::string_view text) {
  const char quote = text.front();
  for (std::size_t at = 1; at < text.size(); ++at) {
    if (quote == '"' && text[at] == '\\') {
      ++at;
    } else if (text[at] == quote) {
      if (quote == '"' || at + 1 == text.size() || text[at + 1] != quote) return true;
      ++at;
    }
  }
  return false;
}

class Reader final : public YAML::EventHandler {
 public:
  Reader(Lines& lines, Document& document) : lines_(lines), document_(document) {}

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
    note(at, "aliases (*) are not used in a config; write the value out");
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
    last_scalar_ = mark;
    if (expects_key()) return open_key(at, text);
    const Slot slot = new_value(at);
    if (text.size() > Document::kMaxScalarBytes) {
      note(at, "this value is longer than 64 KiB; keep it in a file and write `file:` and its path");
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

  /// yaml-cpp takes the end of the file for a closing quote, and would lose every key in between.
  void check_last_quote(std::string_view file) {
    const auto line = lines_.text(static_cast<std::size_t>(std::max(last_scalar_.line, 0)));
    const auto column = static_cast<std::size_t>(std::max(last_scalar_.column, 0));
    if (column >= line.size() || (line[column] != '"' && line[column] != '\'')) return;
    const auto start = static_cast<std::size_t>(line.data() - file.data()) + column;
    if (!is_closed(file.substr(start))) problem(lines_.convert(last_scalar_), kUnclosedQuote);
  }

  void problem(Mark at, std::string text) { document_.problems.push_back({document_.name, at, std::move(text)}); }

 private:
  static constexpr std::size_t kMaxProblems = 100;  ///< nobody reads more, and a hostile file has no end of them

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

  void note(Mark at, std::string text) {
    problem(at, std::move(text));
    if (document_.problems.size() >= kMaxProblems) throw Stop{};
  }

  [[noreturn]] void stop(Mark at, std::string text) {
    problem(at, std::move(text));
    throw Stop{};
  }

  void refuse_anchor(Mark at) {
    if (at == last_anchor_) return;
    last_anchor_ = at;
    note(at, "anchors (&) are not used in a config; delete it and write values out where they are needed");
  }

  void refuse_tag(Mark at, const std::string& tag) {
    if (tag.empty() || tag == "?" || tag == "!") return;
    note(at, "tags (!) are not used in a config; delete it, and quote the value if it is text");
  }

  [[nodiscard]] bool expects_key() const {
    return !frames_.empty() && frames_.back().slot.value->is_object() && frames_.back().member.value == nullptr;
  }

  void open_key(Mark at, const std::string& key) {
    if (key.size() > Document::kMaxKeyBytes) stop(at, "this key is longer than 256 bytes; shorten it");
    Frame& frame = frames_.back();
    if (const auto before = frame.slot.marks->members.find(key); before != frame.slot.marks->members.end()) {
      note(at, "`" + key + "` is written twice, first in line " + std::to_string(before->second.key.line) +
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

  Lines& lines_;
  Document& document_;
  bool started_ = false;
  Mark last_anchor_{0, 0};
  YAML::Mark last_scalar_;
  std::size_t values_ = 0;
  std::vector<Frame> frames_;
  std::deque<std::pair<nlohmann::json, MarkTree>> dropped_;  ///< values of keys written twice
};

/// yaml-cpp's words for a syntax error, with what usually helps.
std::string syntax_sentence(const std::string& words, std::string_view line) {
  const auto indentation = line.substr(0, line.find_first_not_of(" \t"));
  if (indentation.find('\t') != std::string_view::npos) return "a tab is used for indentation; use spaces";
  static const std::vector<std::pair<std::string, std::string>> kAdvice = {
      {"illegal tab", "a tab is used for indentation; use spaces"},
      {"illegal map value", "a colon is not allowed here; put the value in quotes if the colon belongs to it"},
      {"end of map not found", "this line is indented differently from the keys above it; align it"},
      {"end of sequence not found", "this line is indented differently from the items above it; align it"},
      {"end of map flow not found", "a `{` is never closed; write the missing `}`"},
      {"end of sequence flow not found", "a `[` is never closed; write the missing `]`"},
      {"illegal EOF in scalar", kUnclosedQuote},
      {"illegal document indicator in scalar", kUnclosedQuote},
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
  Lines lines(text);
  Reader reader(lines, document);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    if (!parser.HandleNextDocument(reader)) {
      return reader.problem({}, "the file is empty; write at least `hotels:`");
    }
    parser.HandleNextDocument(reader);
    reader.check_last_quote(text);
    document.complete = true;
  } catch (const Stop&) {  // NOLINT(bugprone-empty-catch): noted before it was thrown
  } catch (const YAML::Exception& error) {
    const auto line = lines.text(static_cast<std::size_t>(std::max(error.mark.line, 0)));
    reader.problem(lines.convert(error.mark), syntax_sentence(error.msg, line));
  } catch (const std::exception& error) {
    reader.problem({}, "the file cannot be read (" + clean_utf8(error.what()) + "); shorten or repair it");
  }
}

}  // namespace agente::config
