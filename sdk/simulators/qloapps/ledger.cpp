#include "simulators/qloapps/ledger.hpp"

#include <fstream>
#include <stdexcept>

#include <nlohmann/json.hpp>

namespace agente::sim::qloapps {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Customer, id, firstname, lastname, email, phone, secure_key, date_add, date_upd)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(BookedService, id, quantity, per_night, unit_net, net, tax)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(RoomBooking, id, order, order_detail, cart, room, room_type, customer, status,
                                   comment, check_in, check_out, from, to, net, tax, refunded, cancelled, back_order,
                                   adults, children, child_ages, services, date_add, date_upd)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Order, id, customer, cart, language, state, source, reference, remarks, net, tax,
                                   paid, invoice, invoice_date, date_add, date_upd)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Payment, id, order_reference, amount, method, type, transaction_id, date_add)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(OrderHistory, id, order, state, date_add)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Numbers, order, room_booking, customer, cart, order_detail, history, payment,
                                   invoice)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Book, orders, rooms, customers, payments, histories, next)

Book Ledger::read() const {
  std::ifstream in(file_);
  if (!in) return {};
  try {
    return nlohmann::json::parse(in).get<Book>();
  } catch (const nlohmann::json::exception& problem) {
    throw std::invalid_argument(file_.string() + " is no book of this simulator: " + problem.what());
  }
}

void Ledger::keep(const Book& book) const {
  if (file_.empty()) return;
  auto written = file_;
  written += ".new";
  std::ofstream out(written, std::ios::trunc);
  out << nlohmann::json(book).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << std::flush;
  if (!out) throw std::runtime_error("cannot write the book to " + written.string());
  std::filesystem::rename(written, file_);  // whole, or as it was: it may be killed at any moment
}

}  // namespace agente::sim::qloapps
