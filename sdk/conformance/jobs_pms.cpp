#include "conformance/jobs.hpp"

namespace agente::conformance {
namespace {

constexpr std::string_view kBooking = "B-1";
constexpr std::uint32_t kPage = 50;

agente_booking_request request_of(const Arguments& with, const Stay& stay) {
  return {.adults = 2,
          .children = 0,
          .rooms = 1,
          .reference = with.text("reference", stay.reference),
          .room_type = with.text("room_type", stay.room_type),
          .checkin = stay.checkin,
          .checkout = stay.checkout,
          .guest_name = with.text("guest_name", "Ana García"),
          .phone = with.text("phone", "+34600111222"),
          .email = with.text("email", "ana@example.org"),
          .language = with.text("language", "es"),
          .expected_total = {stay.total, with.text("currency", stay.currency)}};
}

agente_booking_change change_of(const Arguments& with, const Stay& stay) {
  return {.adults = 2,
          .children = 0,
          .rooms = 1,
          .booking_id = with.text("booking_id", kBooking),
          .key = with.text("key", "SOL-7K2M9Q-1"),
          .room_type = with.text("room_type", stay.room_type),
          .checkin = stay.checkin,
          .checkout = stay.checkout,
          .expected_total = {stay.total, with.text("currency", stay.currency)}};
}

std::vector<Job> reading_jobs(const agente_pms_v1& table) {
  return {{.name = "health", .work = [&table](const Job::Call& c) { return table.health(c.self, c.call, c.err); }},
          {.name = "rooms",
           .work = [&table](const Job::Call& c) { return table.rooms(c.self, c.call, c.answer.room_sink(), c.err); }},
          availability_job(table, {}),
          {.name = "find_by_reference",
           .work =
               [&table](const Job::Call& c) {
                 return table.find_by_reference(c.self, c.call, c.arguments.text("reference", Stay{}.reference),
                                                c.answer.booking_sink(), c.err);
               }},
          {.name = "get",
           .work =
               [&table](const Job::Call& c) {
                 return table.get(c.self, c.call, c.arguments.text("booking_id", kBooking), c.answer.booking_sink(),
                                  c.err);
               }},
          changes_job(table, kPage)};
}

std::vector<Job> writing_jobs(const agente_pms_v1& table) {
  return {book_job(table, {}),
          {.name = "change",
           .is_write = true,
           .work =
               [&table](const Job::Call& c) {
                 const auto* change = c.arguments.record(change_of(c.arguments, {}));
                 return table.change(c.self, c.call, change, c.answer.booking_sink(), c.err);
               }},
          {.name = "cancel",
           .is_write = true,
           .work =
               [&table](const Job::Call& c) {
                 return table.cancel(c.self, c.call, c.arguments.text("booking_id", "B-2"),
                                     c.arguments.text("reason", "changed plans"), c.answer.booking_sink(), c.err);
               }},
          {.name = "set_stay_status", .is_write = true, .work = [&table](const Job::Call& c) {
             return table.set_stay_status(c.self, c.call, c.arguments.text("booking_id", "B-3"), AGENTE_STAY_IN_HOUSE,
                                          c.answer.booking_sink(), c.err);
           }}};
}

}  // namespace

Job availability_job(const agente_pms_v1& table, Stay stay) {
  return {.name = "availability", .work = [&table, stay = std::move(stay)](const Job::Call& c) {
            const auto* query =
                c.arguments.record(agente_stay_query{.checkin = stay.checkin,
                                                     .checkout = stay.checkout,
                                                     .adults = 2,
                                                     .children = 0,
                                                     .rooms = 1,
                                                     .room_type = c.arguments.text("room_type", ""),
                                                     .except_booking = c.arguments.text("booking_id", "")});
            return table.availability(c.self, c.call, query, c.answer.offer_sink(), c.err);
          }};
}

Job book_job(const agente_pms_v1& table, Stay stay) {
  return {.name = "book", .is_write = true, .work = [&table, stay = std::move(stay)](const Job::Call& c) {
            const auto* request = c.arguments.record(request_of(c.arguments, stay));
            return table.book(c.self, c.call, request, c.answer.booking_sink(), c.err);
          }};
}

Job changes_job(const agente_pms_v1& table, std::uint32_t limit) {
  return {.name = "changes_since", .work = [&table, limit](const Job::Call& c) {
            return table.changes_since(c.self, c.call, c.arguments.text("cursor", ""), limit, c.answer.booking_sink(),
                                       c.answer.cursor_sink(), c.err);
          }};
}

std::vector<Job> pms_jobs(const agente_pms_v1& table) {
  auto jobs = reading_jobs(table);
  for (auto& job : writing_jobs(table)) jobs.push_back(std::move(job));
  return jobs;
}

}  // namespace agente::conformance
