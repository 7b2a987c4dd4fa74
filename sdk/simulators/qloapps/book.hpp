#pragma once

#include <string>
#include <vector>

#include "simulators/qloapps/hotel.hpp"

namespace agente::sim::qloapps {

/// order_states.id of a fresh shop.
enum OrderState {
  kAwaitingPayment = 1,
  kPaid = 2,
  kProcessing = 3,
  kCanceled = 4,
  kRefunded = 5,
  kPaymentError = 6,
  kOverbookingPaid = 7,
  kPartlyPaid = 8
};

/// room_bookings.id_status.
enum RowStatus { kAllotted = 1, kCheckedIn = 2, kCheckedOut = 3 };

struct Customer {
  int id = 0;
  std::string firstname{};
  std::string lastname{};
  std::string email{};
  std::string phone{};
  std::string secure_key{};
  std::string date_add{};
  std::string date_upd{};
};

/// An extra that belongs to one booked room, at its price for the whole stay.
struct BookedService {
  int id = 0;
  int quantity = 1;
  bool per_night = false;
  double unit_net = 0;
  double net = 0;
  double tax = 0;
};

/// One room of an order: a row of room_bookings. Dates are midnights of the shop's time.
struct RoomBooking {
  int id = 0;
  int order = 0;
  int order_detail = 0;
  int cart = 0;
  int room = 0;
  int room_type = 0;
  int customer = 0;
  int status = kAllotted;
  std::string comment{};
  std::string check_in{};
  std::string check_out{};
  std::string from{};
  std::string to{};
  double net = 0;
  double tax = 0;
  bool refunded = false;
  bool cancelled = false;
  bool back_order = false;
  int adults = 0;
  int children = 0;
  std::string child_ages = "[]";
  std::vector<BookedService> services{};
  std::string date_add{};
  std::string date_upd{};

  [[nodiscard]] bool live() const { return !refunded && !cancelled && !back_order; }
};

struct Order {
  int id = 0;
  int customer = 0;
  int cart = 0;
  int language = 1;
  int state = kAwaitingPayment;
  std::string source{};
  std::string reference{};
  std::vector<std::string> remarks{};  ///< newest first
  double net = 0;
  double tax = 0;
  double paid = 0;
  int invoice = 0;
  std::string invoice_date{};
  std::string date_add{};
  std::string date_upd{};

  [[nodiscard]] double total() const { return net + tax; }
};

struct Payment {
  int id = 0;
  std::string order_reference{};
  double amount = 0;
  std::string method{};
  int type = 1;
  std::string transaction_id{};
  std::string date_add{};
};

/// One change of an order's state.
struct OrderHistory {
  int id = 0;
  int order = 0;
  int state = 0;
  std::string date_add{};
};

/// The next id of each kind.
struct Numbers {
  int order = 1;
  int room_booking = 1;
  int customer = 1;
  int cart = 1;
  int order_detail = 1;
  int history = 1;
  int payment = 1;
  int invoice = 1;
};

/// What the shop has written down. Not thread-safe: World's `at_book` guards it, but, as in QloApps, not from one end
/// of a booking to the other.
struct Book {
  std::vector<Order> orders;
  std::vector<RoomBooking> rooms;
  std::vector<Customer> customers;
  std::vector<Payment> payments;
  std::vector<OrderHistory> histories;
  Numbers next;

  /// Null if there is none.
  [[nodiscard]] Order* order(int id);
  [[nodiscard]] RoomBooking* room_booking(int id);
  [[nodiscard]] Customer* customer(int id);
  [[nodiscard]] Customer* customer_by_email(const std::string& email);
  [[nodiscard]] std::vector<RoomBooking*> rooms_of(int order);

  /// Whether a guest has `room` in a night of [from, to). A room that was checked out is free for its remaining nights.
  [[nodiscard]] bool taken(int room, const std::string& from, const std::string& to, int except_order = 0) const;
  /// The free rooms of `type`, lowest id first.
  [[nodiscard]] std::vector<int> free_rooms(const RoomType& type, const std::string& from, const std::string& to,
                                            int except_order = 0) const;

  /// Puts `order` into `state`, with all that QloApps does then: payments, invoice, rooms set free.
  void enter(Order& order, int state, const std::string& now);
  void pay(Order& order, Payment payment, const std::string& now);
};

/// `resource` as the webservice lists it. Empty for one that is not kept in the book.
std::vector<Record> records_of(const Book& book, const Hotel& hotel, const std::string& resource);
/// Its fields, for when nothing is in the book yet. Empty for one that is not kept there.
Record blank_record(const Hotel& hotel, const std::string& resource);

}  // namespace agente::sim::qloapps
