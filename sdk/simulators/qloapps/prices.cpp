#include <algorithm>
#include <cmath>

#include "simulators/qloapps/availability.hpp"
#include "simulators/qloapps/bookings.hpp"

namespace agente::sim::qloapps {
namespace {

BookedService priced(const Service& service, const WantedService& wanted, double nights) {
  BookedService booked{.id = service.id, .quantity = wanted.quantity, .per_night = service.per_night};
  booked.unit_net = service.price * (service.per_night ? nights : 1);
  booked.net = booked.unit_net * wanted.quantity;
  booked.tax = booked.net * kVat;
  return booked;
}

}  // namespace

RoomBooking priced(const Hotel& hotel, const WantedStay& stay, const WantedRoom& wanted) {
  RoomBooking row{.room_type = stay.room_type,
                  .from = stay.from,
                  .to = stay.to,
                  .adults = wanted.adults,
                  .children = wanted.children,
                  .child_ages = wanted.child_ages};
  row.net = hotel.room_type(stay.room_type)->price * stay.nights;
  // QloApps divides by one night too few when it is given a price.
  if (wanted.unit_price) row.net = *wanted.unit_price * stay.nights / std::max(1.0, stay.nights - 1);
  row.tax = wanted.tax.value_or(row.net * kVat);
  for (const auto& extra : wanted.services) {
    if (const auto* service = hotel.service(extra.id)) row.services.push_back(priced(*service, extra, stay.nights));
  }
  return row;
}

void raise_to(std::vector<RoomBooking>& rooms, double total) {
  double computed = 0;
  for (const auto& row : rooms) {
    computed += row.net + row.tax;
    for (const auto& service : row.services) computed += service.net + service.tax;
  }
  if (total <= computed || computed <= 0) return;
  const double factor = total / computed;
  for (auto& row : rooms) {
    row.net *= factor;
    row.tax *= factor;
    for (auto& service : row.services) {
      service.unit_net *= factor;
      service.net *= factor;
      service.tax *= factor;
    }
  }
}

}  // namespace agente::sim::qloapps
