#include <nlohmann/json.hpp>

#include "concierge/conversation.hpp"

namespace agente::concierge {
namespace {

using nlohmann::json;

constexpr int kSchema = 1;
constexpr std::array kStates{"idle",      "collecting", "awaiting_confirmation", "confirmed", "modified",
                             "cancelled", "handoff"};
constexpr std::array kQuestions{"none", "dates",        "guests",      "room_type",
                                "name", "confirmation", "booking_ref", "what_to_change"};
constexpr std::array kWishes{"none", "book", "change", "cancel"};
constexpr std::array kKinds{"book", "change", "cancel"};

/// A value that is not what it must be; never leaves this file.
struct Malformed {
  std::string what;
};

template <class T>
json or_null(const std::optional<T>& value) {
  return value ? json(*value) : json(nullptr);
}
json or_null(const std::optional<Day>& day) { return day ? json(format_day(*day)) : json(nullptr); }

json write(const Money& money) { return {{"minor", money.minor}, {"currency", money.currency}}; }

json write(const Draft& draft) {
  return {{"checkin", or_null(draft.checkin)},     {"checkout", or_null(draft.checkout)},
          {"nights", or_null(draft.nights)},       {"adults", or_null(draft.adults)},
          {"children", or_null(draft.children)},   {"rooms", or_null(draft.rooms)},
          {"room_type", or_null(draft.room_type)}, {"name", or_null(draft.name)},
          {"email", or_null(draft.email)},         {"phone", or_null(draft.phone)}};
}

json write(const Held& held) {
  return {{"reservation", held.reservation}, {"booking_id", held.booking_id}, {"stay", write(held.stay)},
          {"total", write(held.total)},      {"backend", held.backend},       {"cancelled", held.cancelled}};
}

json write(const Pause& pause) {
  return {{"since", format_time(pause.since)},
          {"until", pause.until ? json(format_time(*pause.until)) : json(nullptr)},
          {"by", pause.by}};
}

json write(const Summary& summary) {
  return {{"kind", kKinds.at(static_cast<std::size_t>(summary.kind))},
          {"quote", summary.quote},
          {"booking_id", summary.booking_id},
          {"stay", write(summary.stay)},
          {"total", write(summary.total)},
          {"backend", summary.backend},
          {"expires", format_time(summary.expires)}};
}

/// The members of one JSON object, each of the type it must have or missing.
class Reader {
 public:
  explicit Reader(const json& object) : object_(object) {
    if (!object.is_object()) throw Malformed{"an object is expected where there is " + std::string(object.type_name())};
  }

  [[nodiscard]] const json* find(const char* key) const {
    const auto found = object_.find(key);
    return found == object_.end() || found->is_null() ? nullptr : &*found;
  }

  void read(const char* key, std::string& into) const {
    if (const auto* value = find(key)) into = check(key, *value, value->is_string()).get<std::string>();
  }
  void read(const char* key, bool& into) const {
    if (const auto* value = find(key)) into = check(key, *value, value->is_boolean()).get<bool>();
  }
  void read(const char* key, std::int64_t& into) const {
    if (const auto* value = find(key)) into = check(key, *value, fits_64(*value)).get<std::int64_t>();
  }
  void read(const char* key, int& into) const {
    std::int64_t wide = into;
    read(key, wide);
    if (wide < -1'000'000'000 || wide > 1'000'000'000) throw Malformed{std::string(key) + " is out of range"};
    into = static_cast<int>(wide);
  }
  void read(const char* key, Day& into) const {
    std::string text;
    read(key, text);
    const auto day = parse_day(text);
    if (!day) throw Malformed{std::string(key) + " is no day: " + text};
    into = *day;
  }
  void read(const char* key, Time& into) const {
    std::string text;
    read(key, text);
    const auto time = parse_time(text);
    if (!time) throw Malformed{std::string(key) + " is no time: " + text};
    into = *time;
  }
  template <class T>
  void read(const char* key, std::optional<T>& into) const {
    if (!find(key)) return;
    read(key, into.emplace());
  }
  template <class E, std::size_t N>
  void read_word(const char* key, const std::array<const char*, N>& words, E& into) const {
    std::string word = words.at(static_cast<std::size_t>(into));
    read(key, word);
    for (std::size_t i = 0; i < N; ++i) {
      if (word == words.at(i)) {
        into = static_cast<E>(i);
        return;
      }
    }
    throw Malformed{std::string(key) + " has no value " + word};
  }

 private:
  static bool fits_64(const json& value) {
    if (value.is_number_unsigned()) return value.get<std::uint64_t>() <= INT64_MAX;
    return value.is_number_integer();
  }
  static const json& check(const char* key, const json& value, bool good) {
    if (!good) throw Malformed{std::string(key) + " has the wrong type " + value.type_name()};
    return value;
  }

  const json& object_;
};

Money read_money(const json& from) {
  const Reader in(from);
  Money money;
  in.read("minor", money.minor);
  in.read("currency", money.currency);
  return money;
}

Draft read_draft(const json& from) {
  const Reader in(from);
  Draft draft;
  in.read("checkin", draft.checkin);
  in.read("checkout", draft.checkout);
  in.read("nights", draft.nights);
  in.read("adults", draft.adults);
  in.read("children", draft.children);
  in.read("rooms", draft.rooms);
  in.read("room_type", draft.room_type);
  in.read("name", draft.name);
  in.read("email", draft.email);
  in.read("phone", draft.phone);
  return draft;
}

Held read_held(const json& from) {
  const Reader in(from);
  Held held;
  in.read("reservation", held.reservation);
  in.read("booking_id", held.booking_id);
  in.read("backend", held.backend);
  in.read("cancelled", held.cancelled);
  if (const auto* stay = in.find("stay")) held.stay = read_draft(*stay);
  if (const auto* total = in.find("total")) held.total = read_money(*total);
  return held;
}

Summary read_summary(const json& from) {
  const Reader in(from);
  Summary summary;
  in.read_word("kind", kKinds, summary.kind);
  in.read("quote", summary.quote);
  in.read("booking_id", summary.booking_id);
  in.read("backend", summary.backend);
  in.read("expires", summary.expires);
  if (const auto* stay = in.find("stay")) summary.stay = read_draft(*stay);
  if (const auto* total = in.find("total")) summary.total = read_money(*total);
  const auto& stay = summary.stay;
  const bool whole = stay.checkin && stay.checkout && stay.adults && stay.room_type;
  const bool named = summary.kind != Summary::Kind::kBook || stay.name;
  if (!whole || !named || summary.quote.empty()) throw Malformed{"summary lacks what an accepted one must have"};
  return summary;
}

Pause read_pause(const json& from) {
  const Reader in(from);
  Pause pause;
  in.read("since", pause.since);
  in.read("until", pause.until);
  in.read("by", pause.by);
  return pause;
}

void read_parts(const Reader& in, Conversation& talk) {
  if (const auto* pause = in.find("pause")) talk.pause = read_pause(*pause);
  if (const auto* draft = in.find("draft")) talk.draft = read_draft(*draft);
  if (const auto* summary = in.find("summary")) talk.summary = read_summary(*summary);
  const auto* held = in.find("held");
  if (!held) return;
  if (!held->is_array()) throw Malformed{"held is no list"};
  for (const auto& each : *held) talk.held.push_back(read_held(each));
}

Conversation read_conversation(const Reader& in) {
  Conversation talk;
  in.read_word("state", kStates, talk.state);
  in.read_word("question", kQuestions, talk.question);
  in.read_word("wish", kWishes, talk.wish);
  in.read("language", talk.language);
  in.read("more_nights", talk.more_nights);
  in.read("booking_ref", talk.booking_ref);
  in.read("misunderstood", talk.misunderstood);
  in.read("quotes", talk.quotes);
  in.read("reservations_created", talk.reservations_created);
  in.read("reservations_cancelled", talk.reservations_cancelled);
  in.read("inquiry", talk.inquiry);
  in.read("handed_off", talk.handed_off);
  in.read("excused", talk.excused);
  in.read("heard", talk.heard);
  in.read("text_asked", talk.text_asked);
  in.read("handoff_told", talk.handoff_told);
  std::string status(store::name_of(talk.inquiry_status));
  in.read("inquiry_status", status);
  const auto known = store::reservation_status(status);
  if (!known) throw Malformed{"inquiry_status has no value " + status};
  talk.inquiry_status = *known;
  read_parts(in, talk);
  return talk;
}

}  // namespace

std::string_view name_of(State state) { return kStates.at(static_cast<std::size_t>(state)); }

json to_json(const Conversation& talk) {
  json held = json::array();
  for (const auto& each : talk.held) held.push_back(write(each));
  return {{"schema", kSchema},
          {"state", name_of(talk.state)},
          {"language", talk.language},
          {"draft", write(talk.draft)},
          {"more_nights", talk.more_nights},
          {"summary", talk.summary ? write(*talk.summary) : json(nullptr)},
          {"question", kQuestions.at(static_cast<std::size_t>(talk.question))},
          {"wish", kWishes.at(static_cast<std::size_t>(talk.wish))},
          {"held", std::move(held)},
          {"booking_ref", talk.booking_ref},
          {"misunderstood", talk.misunderstood},
          {"quotes", talk.quotes},
          {"reservations_created", talk.reservations_created},
          {"reservations_cancelled", talk.reservations_cancelled},
          {"inquiry", talk.inquiry},
          {"inquiry_status", store::name_of(talk.inquiry_status)},
          {"handed_off", talk.handed_off ? json(format_time(*talk.handed_off)) : json(nullptr)},
          {"pause", talk.pause ? write(*talk.pause) : json(nullptr)},
          {"excused", talk.excused ? json(format_time(*talk.excused)) : json(nullptr)},
          {"heard", talk.heard ? json(format_time(*talk.heard)) : json(nullptr)},
          {"text_asked", talk.text_asked ? json(format_time(*talk.text_asked)) : json(nullptr)},
          {"handoff_told", talk.handoff_told}};
}

Result<Conversation> from_json(const json& document) {
  try {
    const Reader in(document);
    int schema = kSchema;
    in.read("schema", schema);
    if (schema < 1 || schema > kSchema) {
      return Error{Code::kInvalid, "conversation has schema " + std::to_string(schema) + ", this version reads up to " +
                                       std::to_string(kSchema) + "; run the version that wrote it or a newer one"};
    }
    return read_conversation(in);
  } catch (const Malformed& malformed) {
    return Error{Code::kInvalid, "conversation cannot be read: " + malformed.what};
  }
}

}  // namespace agente::concierge
