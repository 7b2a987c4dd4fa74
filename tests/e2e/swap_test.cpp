// A hotel moves from QloApps to house-pms and back while its guests talk: each booking stays where it is.
#include <set>
#include <thread>

#include "base/text.hpp"
#include "swap_fixture.hpp"

namespace agente::e2e {
namespace {

using nlohmann::json;

class SwapOfTalks : public Swap {
 protected:
  void says(const std::string& guest, const std::string& text) {
    EXPECT_EQ(stage.guest_writes(guest, text, guest + "." + random_hex(6)), 200);
  }
  [[nodiscard]] json talk(const std::string& guest) const { return stage.conversation("whatsapp", guest); }
  [[nodiscard]] bool comes_to(const std::string& guest, const std::string& state) const {
    return eventually([&] { return talk(guest)["state"] == state; }, 60);
  }
  void comes_to_the_question(const std::string& guest, const std::string& month) {
    says(guest, "Hola, quiero reservar una doble del 12 al 15 de " + month + " para 2 personas");
    says(guest, "Lucía Fernández");
    ASSERT_TRUE(comes_to(guest, "awaiting_confirmation")) << talk(guest);
  }
  /// Says yes to each price that is shown, until it is booked.
  void accepts(const std::string& guest) {
    for (int i = 0; i < 4 && talk(guest)["state"] != "confirmed"; ++i) {
      const auto heard = stage.texts_to(guest).size();
      says(guest, "sí");
      ASSERT_TRUE(eventually([&] { return stage.texts_to(guest).size() > heard; }, 60)) << talk(guest);
    }
    EXPECT_TRUE(comes_to(guest, "confirmed")) << talk(guest);
  }
  void books(const std::string& guest, const std::string& month) {
    comes_to_the_question(guest, month);
    accepts(guest);
  }
  void cancels(const std::string& guest) {
    says(guest, "quiero cancelar mi reserva");
    ASSERT_TRUE(comes_to(guest, "awaiting_confirmation")) << talk(guest);
    says(guest, "sí");
    EXPECT_TRUE(comes_to(guest, "cancelled")) << talk(guest);
  }
  [[nodiscard]] std::string booking(const std::string& guest) const { return talk(guest).value("booking_ref", ""); }

  /// The ids of what is live in QloApps and in house-pms.
  [[nodiscard]] std::set<std::string> live() const {
    std::set<std::string> ids;
    for (const auto& [id, booking] : in_shop()) ids.insert(id);
    for (const auto& [id, booking] : in_house()) ids.insert(id);
    return ids;
  }
};

TEST_F(SwapOfTalks, EachBookingStaysInItsPmsAndEachGuestHasTheOneHeAccepted) {
  const std::vector<std::string> early{"34600111001", "34600111002"};
  const std::vector<std::string> deciding{"34600111003", "34600111004", "34600111005", "34600111006"};
  for (const auto& guest : early) books(guest, "marzo");
  for (const auto& guest : deciding) comes_to_the_question(guest, "abril");
  {
    std::vector<std::jthread> talks;
    talks.reserve(deciding.size());
    for (const auto& guest : deciding) talks.emplace_back([this, &guest] { accepts(guest); });
    moves(kHouse, qloapps, "house-pms");
  }
  ASSERT_TRUE(is_live("sol/pms/qloapps", "qloapps"));
  cancels(early[0]);
  books("34600111007", "mayo");
  EXPECT_EQ(booking("34600111007").substr(0, 2), "H-");

  moves(qloapps, kHouse, "qloapps");
  ASSERT_TRUE(is_live("sol/pms/house-pms", "house-pms"));
  cancels("34600111007");
  cancels(early[1]);
  books("34600111008", "mayo");
  EXPECT_NE(booking("34600111008").substr(0, 2), "H-");

  std::set<std::string> accepted{booking("34600111008")};
  for (const auto& guest : deciding) accepted.insert(booking(guest));
  EXPECT_EQ(accepted.size(), 5U);
  EXPECT_EQ(live(), accepted);
}

}  // namespace
}  // namespace agente::e2e
