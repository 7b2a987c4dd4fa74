#include <sstream>

#include <sys/stat.h>

#include "hotel.hpp"

namespace house::testing {
namespace {

using ::testing::HasSubstr;

std::string contents(const std::string& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

/// Every test runs on both: the host's store and a file.
class Restart : public ::testing::TestWithParam<bool> {
 protected:
  [[nodiscard]] std::string yaml() const { return config(GetParam() ? folder.file("new/bookings.json") : ""); }

  Folder folder;
  agente::testing::fake_host fake;
};
INSTANTIATE_TEST_SUITE_P(KvAndFile, Restart, ::testing::Bool(),
                         [](const auto& at) { return at.param ? "OnAFile" : "OnTheHostsStore"; });

TEST_P(Restart, BookingsAreStillThereAndIdsGoOn) {
  std::vector<agente::booking> before;
  {
    Pms pms(fake, yaml());
    before = {book(pms, "A"), book(pms, "B")};
    before[1] = change(pms, "H-000002", "c1", {.type = "double", .to = "2026-11-09"});
  }
  Pms pms(fake, yaml());

  EXPECT_EQ(pms.get("H-000001"), before[0]);
  EXPECT_EQ(pms.get("H-000002"), before[1]);
  EXPECT_EQ(left(pms), 2U);
  EXPECT_EQ(book(pms, "A"), before[0]);
  EXPECT_EQ(change(pms, "H-000002", "c1", {.to = "2026-11-30"}), before[1]);
  EXPECT_EQ(book(pms, "C").booking_id, "H-000003");
}

TEST_P(Restart, ACancelledIdIsNotGivenAgain) {
  {
    Pms pms(fake, yaml());
    book(pms, "A");
    pms.cancel("H-000001");
  }
  Pms pms(fake, yaml());

  EXPECT_EQ(pms.get("H-000001").status, stay_status::cancelled);
  EXPECT_EQ(book(pms, "B").booking_id, "H-000002");
}

TEST_P(Restart, WhatHappenedToABookingOfTheConfigStays) {
  {
    Pms pms(fake, yaml());
    change(pms, "r-300", "c1", {.from = "2026-10-01", .to = "2026-10-04"});
  }
  {
    Pms pms(fake, yaml());
    EXPECT_EQ(pms.get("R-300").checkout, day("2026-10-04"));
    EXPECT_EQ(pms.get("R-300").phone, "351910000000");
    pms.cancel("R-300");
  }
  Pms pms(fake, yaml());

  EXPECT_EQ(pms.get("R-300").status, stay_status::cancelled);
  EXPECT_EQ(left(pms, {.from = "2026-10-01", .to = "2026-10-03"}), 4U);
}

TEST_P(Restart, ChangesGoOnWhereTheCursorWas) {
  std::string cursor;
  {
    Pms pms(fake, yaml());
    book(pms, "A");
    cursor = pms.changes_since("").next_cursor;
  }
  Pms pms(fake, yaml());
  book(pms, "B");

  const auto news = pms.changes_since(cursor);
  ASSERT_EQ(news.bookings.size(), 1U);
  EXPECT_EQ(news.bookings[0].reference, "B");
}

TEST_P(Restart, ARefThatIsTheIdOfABookingMadeHereIsAConfigMistake) {
  {
    Pms pms(fake, yaml());
    book(pms, "A");
  }
  auto text = yaml();
  text.replace(text.find("R-300"), 5, "h-000001");

  std::string why;
  EXPECT_EQ(code_of([&] { Pms(fake, text).health(); }, &why), AGENTE_E_CONFIG);
  EXPECT_THAT(why, HasSubstr("h-000001"));
}

TEST_P(Restart, ANewIdNeverMeetsARefOfTheConfig) {
  auto text = yaml();
  text.replace(text.find("R-300"), 5, "H-000001");
  Pms pms(fake, text);

  EXPECT_EQ(book(pms, "A").booking_id, "H-000002");
}

class File : public ::testing::Test {
 protected:
  /// What creating an instance on a file with this content says.
  std::string refusal(const std::string& content) {
    std::ofstream(folder.file()) << content;
    std::string why;
    EXPECT_EQ(code_of([&] { Pms pms(fake, config(folder.file())); }, &why), AGENTE_E_CONFIG) << content;
    EXPECT_THAT(why, HasSubstr(folder.file()));
    EXPECT_EQ(contents(folder.file()), content) << "it must be left alone";
    return why;
  }

  Folder folder;
  agente::testing::fake_host fake;
};

TEST_F(File, OneThatIsNotOursIsRefusedAndLeftAlone) {
  refusal("");
  refusal("{");
  refusal("[]");
  refusal("{\"schema\": 1}");
  refusal(R"({"schema": 1, "hotel": "sol", "last_number": 1, "last_sequence": 1, "bookings": [{"id": "H-000001"}]})");
  refusal(std::string(100'000, '['));
  EXPECT_THAT(refusal(R"({"schema": 2, "hotel": "sol"})"), HasSubstr("newer house-pms"));
  EXPECT_THAT(refusal(R"({"schema": 1, "hotel": "luna"})"), HasSubstr("luna"));
}

TEST_F(File, AHalfWrittenOneIsRefused) {
  {
    Pms pms(fake, config(folder.file()));
    book(pms, "A");
  }
  const auto whole = contents(folder.file());
  for (std::size_t size = 0; size + 3 < whole.size(); size += 37) refusal(whole.substr(0, size));
}

TEST_F(File, AFolderInItsPlaceIsRefused) {
  std::filesystem::create_directory(folder.file());
  EXPECT_EQ(code_of([&] { Pms pms(fake, config(folder.file())); }), AGENTE_E_CONFIG);
}

TEST_F(File, AFolderThatCannotBeMadeIsRefused) {
  std::ofstream(folder.file("plain")) << "x";
  EXPECT_EQ(code_of([&] { Pms pms(fake, config(folder.file("plain/bookings.json"))); }), AGENTE_E_CONFIG);
}

TEST_F(File, IsForItsOwnerOnly) {
  Pms pms(fake, config(folder.file()));
  book(pms, "A");
  struct stat info {};
  ASSERT_EQ(::stat(folder.file().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
}

TEST_F(File, AnInstanceWithoutBookingsWritesNone) {
  Pms pms(fake, config(folder.file()));
  left(pms);
  EXPECT_FALSE(std::filesystem::exists(folder.file()));
}

TEST_F(File, TheRestOfAKilledWriteIsOverwritten) {
  std::ofstream(folder.file("bookings.json.tmp")) << std::string(10'000, 'x');
  {
    Pms pms(fake, config(folder.file()));
    book(pms, "A");
  }
  EXPECT_EQ(Pms(fake, config(folder.file())).get("H-000001").reference, "A");
}

TEST_F(File, AnotherWriterIsSeenAtOnce) {
  agente::testing::fake_host other;
  Pms mine(fake, config(folder.file()));
  Pms theirs(other, config(folder.file()));

  for (const auto* reference : {"A", "B"}) book(mine, reference);
  for (const auto* reference : {"C", "D"}) book(theirs, reference);

  EXPECT_EQ(left(mine), 0U);
  EXPECT_EQ(code_of([&] { book(mine, "E"); }), AGENTE_E_CONFLICT);
  EXPECT_EQ(mine.get("H-000004").reference, "D");
}

TEST_F(File, OneThatVanishesIsMissedInsteadOfBegunAnew) {
  Pms pms(fake, config(folder.file()));
  book(pms, "A");
  std::filesystem::rename(folder.file(), folder.file("away"));

  EXPECT_EQ(code_of([&] { book(pms, "B"); }), AGENTE_E_RETRY);
  EXPECT_EQ(code_of([&] { pms.health(); }), AGENTE_E_RETRY);
  std::filesystem::rename(folder.file("away"), folder.file());

  EXPECT_EQ(book(pms, "B").booking_id, "H-000002");
}

TEST_F(File, ABookingThatCannotBeWrittenDidNotHappen) {
  Pms pms(fake, config(folder.file()));
  book(pms, "A");
  std::filesystem::create_directory(folder.file("bookings.json.tmp"));  // the draft cannot be made

  EXPECT_EQ(code_of([&] { book(pms, "B"); }), AGENTE_E_RETRY);
  EXPECT_TRUE(pms.find_by_reference("B").empty());
  EXPECT_EQ(left(pms), 3U);
  std::filesystem::remove(folder.file("bookings.json.tmp"));

  EXPECT_EQ(book(pms, "B").booking_id, "H-000002");
}

TEST(Store, WhatANewerVersionWroteIsRefused) {
  agente::testing::fake_host fake;
  fake.set_kv("head", "{}", 2);
  EXPECT_EQ(code_of([&] { Pms(fake, config()).health(); }), AGENTE_E_CONFIG);
}

TEST(Store, WhatIsGarbageIsRefused) {
  agente::testing::fake_host fake;
  fake.set_kv("b/h-000001", "{", 1);
  EXPECT_EQ(code_of([&] { Pms(fake, config()).health(); }), AGENTE_E_CONFIG);
}

TEST(Store, EachBookingHasItsOwnKeyWithALayoutNumber) {
  agente::testing::fake_host fake;
  Pms pms(fake, config());
  book(pms, "A");
  book(pms, "B");

  EXPECT_EQ(fake.kv().at("head").schema, 1U);
  EXPECT_EQ(fake.kv().at("b/h-000001").schema, 1U);
}

}  // namespace
}  // namespace house::testing
