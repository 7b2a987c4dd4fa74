// A PMS as bad as they come: a paper book into which every booking is written that somebody asks for.
//
// It does not know a reference again. Where the contract says "the same reference again is the first booking" it books
// a second time, as the many systems do that have no such thing; only the host's intents stand between a guest and two
// rooms. Now and then a booking is made and its answer lost. The book is a file of its own, for all hosts: what the
// checker reads is the PMS' own word, not the host's.
#include <chrono>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <agente/sdk.hpp>
#include <agente_schema.hpp>
#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/file.h>
#include <unistd.h>

namespace {

using nlohmann::json;

constexpr std::int64_t kRateMinor = 10'000;
constexpr std::uint32_t kUnits = 5'000;
constexpr std::uint32_t kCapacity = 2;

/// The book, while nobody else writes in it. A killed writer's lock is gone with it.
class Book {
 public:
  explicit Book(const std::string& file)
      : file_(file), out_(::open(file.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644)) {
    if (out_ < 0 || ::flock(out_, LOCK_EX) != 0) throw agente::error(AGENTE_E_RETRY, "the book is not at hand");
  }
  ~Book() { ::close(out_); }
  Book(const Book&) = delete;
  Book& operator=(const Book&) = delete;

  [[nodiscard]] std::vector<json> lines() const {
    std::vector<json> all;
    std::ifstream in(file_);
    for (std::string line; std::getline(in, line);) all.push_back(json::parse(line));
    return all;
  }
  /// In one piece: who is killed has written all of it or nothing.
  void append(const json& line) const {
    const auto text = line.dump() + "\n";
    if (::write(out_, text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
      throw agente::error(AGENTE_E_RETRY, "the book is full");
    }
  }

 private:
  const std::string file_;
  const int out_;
};

std::string text_of(agente::day day) {
  const std::chrono::year_month_day date{std::chrono::sys_days{day.time_since_epoch()}};
  char text[16];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()));
  return text;
}

agente::booking booking_of(const json& line, const std::vector<json>& lines) {
  agente::booking booking{.booking_id = line.at("id"),
                          .reference = line.at("reference"),
                          .room_type = line.at("room_type"),
                          .checkin = agente::from_abi_day(line.at("checkin_day")),
                          .checkout = agente::from_abi_day(line.at("checkout_day")),
                          .adults = line.at("adults"),
                          .guest_name = line.at("name"),
                          .phone = line.at("phone"),
                          .total = {line.at("total"), "EUR"},
                          .created = agente::from_abi_time(line.at("created"))};
  for (const auto& other : lines) {
    if (other.value("cancels", "") == booking.booking_id) booking.status = agente::stay_status::cancelled;
  }
  return booking;
}

json line_of(const agente::booking_request& request, std::size_t number) {
  return {{"id", "P-" + std::to_string(100'000 + number)},
          {"reference", request.reference},
          {"phone", request.phone},
          {"name", request.guest_name},
          {"room_type", request.room_type},
          {"checkin", text_of(request.checkin)},
          {"checkout", text_of(request.checkout)},
          {"checkin_day", agente::to_abi(request.checkin)},
          {"checkout_day", agente::to_abi(request.checkout)},
          {"adults", request.adults},
          {"total", request.expected_total.minor},
          {"created", number}};  // older is smaller, whatever the clocks say
}

class PaperPms {
 public:
  static constexpr std::string_view id = "paper-pms";
  static constexpr std::string_view version = "1.0.0";
  static constexpr std::string_view schema = agente_schema;

  PaperPms(agente::host /*host*/, std::string_view config_json) {
    const auto config = json::parse(config_json);
    file_ = config.at("file");
    lose_answer_every_ = config.value("lose_answer_every", std::size_t{0});
  }

  std::vector<agente::room_type> rooms(agente::call /*call*/) {
    return {{.id = "double", .count = kUnits, .capacity = kCapacity}};
  }
  std::vector<agente::offer> availability(const agente::stay_query& query, agente::call /*call*/) {
    const auto nights = agente::nights(query.checkin, query.checkout);
    return {{.room_type = "double",
             .units_left = kUnits,
             .capacity = kCapacity,
             .total = {kRateMinor * nights * query.rooms, "EUR"}}};
  }
  agente::booking book(const agente::booking_request& request, agente::call /*call*/) {
    const Book book(file_);
    const auto lines = book.lines();
    const auto line = line_of(request, lines.size() + 1);
    book.append(line);
    if (lose_answer_every_ != 0 && lines.size() % lose_answer_every_ == lose_answer_every_ - 1) {
      throw agente::error(AGENTE_E_UNKNOWN_OUTCOME, "the line went dead");
    }
    return booking_of(line, {});
  }
  std::vector<agente::booking> find_by_reference(std::string_view reference, agente::call /*call*/) {
    const auto lines = Book(file_).lines();
    std::vector<agente::booking> found;
    for (const auto& line : lines) {
      if (line.value("reference", "") == reference) found.push_back(booking_of(line, lines));
    }
    return found;
  }
  agente::booking get(std::string_view booking_id, agente::call /*call*/) {
    const auto lines = Book(file_).lines();
    for (const auto& line : lines) {
      if (line.value("id", "") == booking_id) return booking_of(line, lines);
    }
    throw agente::error(AGENTE_E_NOT_FOUND, "no booking " + std::string(booking_id));
  }
  agente::booking cancel(std::string_view booking_id, std::string_view reason, agente::call call) {
    Book(file_).append({{"cancels", booking_id}, {"reason", reason}});
    return get(booking_id, call);
  }
  agente::booking change(const agente::booking_change& /*wish*/, agente::call /*call*/) { return never(); }
  agente::booking set_stay_status(std::string_view /*id*/, agente::stay_status /*status*/, agente::call /*call*/) {
    return never();
  }
  agente::changes changes_since(std::string_view cursor, std::uint32_t /*limit*/, agente::call /*call*/) {
    return {.next_cursor = std::string(cursor)};
  }
  void health(agente::call /*call*/) { static_cast<void>(Book(file_)); }

 private:
  [[noreturn]] static agente::booking never() { throw agente::error(AGENTE_E_UNSUPPORTED, "not on paper"); }

  std::string file_;
  std::size_t lose_answer_every_ = 0;
};

}  // namespace

AGENTE_PMS_PLUGIN(PaperPms);
