#include "simulators/qloapps/bookings.hpp"

#include <algorithm>
#include <condition_variable>

#include "simulators/qloapps/shop_time.hpp"
#include "simulators/qloapps/xml.hpp"

namespace agente::sim::qloapps {
namespace {

constexpr int kNew = 1;
constexpr int kCompleted = 2;

/// What a booking found when it looked, and will write down whatever others do meanwhile.
struct Found {
  std::vector<RoomBooking> rooms;
  int customer = 0;  ///< 0: a new one
  bool tax_was_missing = false;
};

struct RoomSearch {
  const Book& book;
  int except_order = 0;
  std::string refusal;
};

/// Gives a room to each of a stay. Throws Refusal when there are not enough.
void find_rooms(const RoomSearch& search, const Hotel& hotel, const WantedStay& stay, Found& found) {
  const auto refuse = [&] { throw Refusal{400, {{404, search.refusal}}}; };
  auto free = search.book.free_rooms(*hotel.room_type(stay.room_type), stay.from, stay.to, search.except_order);
  // Rooms that an earlier part of this booking has for the same nights are not free either.
  std::erase_if(free, [&](int room) {
    return std::any_of(found.rooms.begin(), found.rooms.end(), [&](const RoomBooking& row) {
      return row.room == room && row.from < stay.to && row.to > stay.from;
    });
  });
  for (const auto& wanted : stay.rooms) {
    const auto choice = wanted.room ? std::find(free.begin(), free.end(), *wanted.room) : free.begin();
    if (choice == free.end()) refuse();
    auto row = priced(hotel, stay, wanted);
    row.room = *choice;
    free.erase(choice);
    found.tax_was_missing = found.tax_was_missing || (stay.listed && !wanted.tax);
    found.rooms.push_back(std::move(row));
  }
}

void overwrite_names(Customer& customer, const WantedGuest& guest, const std::string& now) {
  for (const auto& [to, from] : {std::pair{&customer.firstname, &guest.firstname},
                                 {&customer.lastname, &guest.lastname},
                                 {&customer.phone, &guest.phone}}) {
    if (!from->empty()) *to = *from;
  }
  customer.date_upd = now;
}

int write_customer(World& world, const Found& found, const WantedGuest& guest, const std::string& now) {
  auto& book = world.book;
  if (found.customer != 0) {
    overwrite_names(*book.customer(found.customer), guest, now);
    return found.customer;
  }
  book.customers.push_back({.id = book.next.customer++,
                            .firstname = guest.firstname,
                            .lastname = guest.lastname,
                            .email = guest.email,
                            .phone = guest.phone,
                            .secure_key = new_secure_key(world),
                            .date_add = now,
                            .date_upd = now});
  return book.customers.back().id;
}

/// Writes rows for `order`; one order detail for each room type.
void write_rooms(World& world, Order& order, std::vector<RoomBooking> rooms, const std::string& now) {
  auto& book = world.book;
  int last_type = 0;
  for (auto& row : rooms) {
    if (row.room_type != last_type) ++book.next.order_detail;
    last_type = row.room_type;
    row.id = book.next.room_booking++;
    row.order = order.id;
    row.order_detail = book.next.order_detail - 1;
    row.cart = order.cart;
    row.customer = order.customer;
    row.check_in = row.check_out = kNever;
    row.date_add = row.date_upd = now;
    book.rooms.push_back(std::move(row));
  }
}

void add_up(Book& book, Order& order) {
  order.net = order.tax = 0;
  for (const auto* row : book.rooms_of(order.id)) {
    order.net += row->net;
    order.tax += row->tax;
    for (const auto& service : row->services) {
      order.net += service.net;
      order.tax += service.tax;
    }
  }
}

int payment_type(const std::string& type) { return type == "remote" ? 3 : type == "pay_at_hotel" ? 2 : 1; }

/// The state a new or changed booking gets, and the payment that goes with it.
void settle(Book& book, Order& order, const WantedBooking& wanted, const std::string& now) {
  const int status = wanted.booking_status.value_or(kNew);
  const bool named_total = wanted.total_price && wanted.total_paid > 0 && wanted.total_paid == *wanted.total_price;
  const bool full = status == kCompleted || (status == kNew && (wanted.payment_status == 1 || named_total));
  const auto paid = full ? order.total() - order.paid : wanted.total_paid;
  if (status <= kCompleted && paid > 0) {
    book.pay(order,
             {.amount = paid,
              .method = wanted.payment_method.empty() ? "Order from API" : wanted.payment_method,
              .type = payment_type(wanted.payment_type),
              .transaction_id = wanted.total_paid > 0 ? wanted.transaction_id : ""},
             now);
  }
  if (status > kCompleted) return book.enter(order, status + 1, now);  // 3 is cancelled, 4 refunded
  book.enter(order, full ? kPaid : wanted.total_paid > 0 ? kPartlyPaid : kAwaitingPayment, now);
}

bool races(const Book& book, const std::vector<RoomBooking>& rooms) {
  return std::any_of(rooms.begin(), rooms.end(),
                     [&](const RoomBooking& row) { return book.taken(row.room, row.from, row.to); });
}

/// The book as it was before the newest order.
Book before_newest(const Book& book) {
  auto earlier = book;
  if (earlier.orders.empty()) return earlier;
  std::erase_if(earlier.rooms, [&](const RoomBooking& row) { return row.order == book.orders.back().id; });
  return earlier;
}

/// In 2 of 15 races QloApps noticed, and took the room away again without a word.
bool loses_race(World& world, const std::optional<FaultRule>& race) {
  if (race) return race->name == "race_lost";
  return world.chance() % 15 < 2;
}

Found look(World& world, const WantedBooking& wanted, const std::optional<FaultRule>& race) {
  Found found;
  const std::lock_guard lock(world.at_book);
  const auto earlier = race ? before_newest(world.book) : Book();
  const RoomSearch search{.book = race ? earlier : world.book, .refusal = "Requested room(s) not available."};
  for (const auto& stay : wanted.stays) find_rooms(search, world.hotel, stay, found);
  if (wanted.total_price) raise_to(found.rooms, *wanted.total_price);
  if (const auto* known = world.book.customer_by_email(wanted.guest.email)) found.customer = known->id;
  return found;
}

void pause(const Options& options) {
  if (options.while_booking) return options.while_booking();
  std::mutex mutex;
  std::unique_lock lock(mutex);
  std::condition_variable never;
  never.wait_for(lock, options.booking_time, [] { return false; });
}

int write(World& world, const WantedBooking& wanted, Found found, const std::optional<FaultRule>& race) {
  auto& book = world.book;
  const auto now = shop_time(world.now());
  const bool raced = races(book, found.rooms);
  if (raced && loses_race(world, race)) {
    for (auto& row : found.rooms) row.refunded = row.cancelled = row.back_order = true;
  }
  Order order{.id = book.next.order++,
              .customer = write_customer(world, found, wanted.guest, now),
              .cart = book.next.cart++,
              .language = wanted.language,
              .source = wanted.source,
              .reference = new_reference(world),
              .date_add = now,
              .date_upd = now};
  if (!wanted.remark.empty()) order.remarks.push_back(wanted.remark);
  write_rooms(world, order, std::move(found.rooms), now);
  add_up(book, order);
  book.orders.push_back(std::move(order));
  settle(book, book.orders.back(), wanted, now);
  return book.orders.back().id;
}

/// Keeps the rows whose type and nights are asked for again, and drops the others. Leaves in `wanted` what is new.
void keep_rooms(Book& book, int order, WantedBooking& wanted) {
  std::vector<int> kept;
  for (auto& stay : wanted.stays) {
    for (const auto* row : book.rooms_of(order)) {
      const bool same = row->room_type == stay.room_type && row->from == stay.from && row->to == stay.to;
      const bool used = std::find(kept.begin(), kept.end(), row->id) != kept.end();
      if (!same || used || stay.rooms.empty()) continue;
      kept.push_back(row->id);
      stay.rooms.erase(stay.rooms.begin());
    }
  }
  std::erase_if(book.rooms, [&](const RoomBooking& row) {
    return row.order == order && std::find(kept.begin(), kept.end(), row.id) == kept.end();
  });
}

}  // namespace

Reply Bookings::create(const Asked& asked) {
  const auto wanted = read_new_booking(world_.hotel, asked.request.body);
  const auto race = world_.faults.strike("room", "");
  auto found = look(world_, wanted, race);
  pause(world_.options);
  const bool tax_was_missing = found.tax_was_missing;
  const std::lock_guard lock(world_.at_book);
  const int order = write(world_, wanted, std::move(found), race);
  if (tax_was_missing) {  // the booking stands all the same
    throw Refusal{500,
                  {php_warning("Undefined array key \"total_tax\"",
                               "classes/webservice/WebserviceSpecificManagementBookings.php", 510)}};
  }
  return booking_answer(world_, asked, order);
}

Reply Bookings::change(const Asked& asked) {
  const std::lock_guard lock(world_.at_book);
  auto& book = world_.book;
  auto wanted =
      read_changed_booking(world_.hotel, asked.request.body, [&](int id) { return book.order(id) != nullptr; });
  auto* customer = book.customer_by_email(wanted.guest.email);
  if (customer == nullptr) throw Refusal{400, {{404, "Customer not found."}}};
  auto& order = *book.order(*wanted.id);
  const auto now = shop_time(world_.now());

  auto next = book;  // looked at as it is, own rooms included: a full house refuses even a shorter stay
  keep_rooms(next, order.id, wanted);
  Found found;
  const RoomSearch search{.book = book, .refusal = "Requested room(s) not available"};
  for (const auto& stay : wanted.stays) {
    if (!stay.rooms.empty()) find_rooms(search, world_.hotel, stay, found);
  }
  book.rooms = std::move(next.rooms);
  overwrite_names(*customer, wanted.guest, now);
  order.date_upd = now;
  if (!wanted.remark.empty()) order.remarks.insert(order.remarks.begin(), wanted.remark);
  if (!found.rooms.empty()) order.cart = book.next.cart++;
  write_rooms(world_, order, std::move(found.rooms), now);
  add_up(book, order);
  if (wanted.booking_status) settle(book, order, wanted, now);
  return booking_answer(world_, asked, order.id);
}

Reply Bookings::read(const Asked& asked) {
  const std::lock_guard lock(world_.at_book);
  const auto& orders = world_.book.orders;
  if (!asked.id.empty()) {
    const auto found = std::find_if(orders.begin(), orders.end(),
                                    [&](const Order& order) { return std::to_string(order.id) == asked.id; });
    if (found == orders.end()) return {.status = 404, .content_type = ""};
    return booking_answer(world_, asked, found->id);
  }
  auto ids = Record::array();
  std::string xml = kXmlHead + "<bookings>\n";
  for (const auto& order : orders) {  // whatever filter, sort or limit say
    const auto id = std::to_string(order.id);
    ids.push_back({{"id", order.id}});
    xml += "<booking id=\"" + id + "\" xlink:href=\"" + asked.api_url + "bookings/" + id + "\"/>\n";
  }
  if (!asked.json) return enveloped(asked, 200, xml + "</bookings>\n" + kXmlTail);
  return enveloped(asked, 200, ids.empty() ? "[]" : php_json({{"bookings", ids}}));
}

std::string new_reference(World& world) {
  std::string letters;
  for (int i = 0; i < 9; ++i) letters += static_cast<char>('A' + world.chance() % 26);
  return letters;
}

std::string new_secure_key(World& world) {
  std::string digits;
  for (int i = 0; i < 32; ++i) digits += "0123456789abcdef"[world.chance() % 16];
  return digits;
}

}  // namespace agente::sim::qloapps
