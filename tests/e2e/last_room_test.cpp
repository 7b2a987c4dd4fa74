#include "last_room.hpp"

#include <gmock/gmock.h>

namespace agente::e2e {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

TEST_F(LastRoom, IsConfirmedToOneOfTwoFiveOrTwentyGuestsAndTheOthersAreOfferedAnother) {
  const std::vector<std::pair<int, std::string>> rounds{{2, "marzo"}, {5, "abril"}, {20, "mayo"}};
  for (int round = 0; const auto& [count, month] : rounds) {
    const auto refused = refused_of(round++, count, month);
    EXPECT_EQ(static_cast<int>(refused.size()) + 1, count);
    EXPECT_EQ(live(), round * kRoomsOfAType);
    EXPECT_EQ(book()["double_booked"], json::array());
    for (const auto& each : refused) {
      ASSERT_TRUE(eventually([&] {
        return stage.texts_to(each).back().find("no he reservado nada") != std::string::npos;
      })) << talk(each);
      EXPECT_THAT(stage.texts_to(each).back(), HasSubstr("Suite"));
    }
  }
}

}  // namespace
}  // namespace agente::e2e
