#include "messaging/cloakroom.hpp"

#include <fstream>

#include <gmock/gmock.h>

#include "messaging/guest_record.hpp"
#include "messaging/intake.hpp"
#include "messaging/media_files.hpp"
#include "messaging/test_support.hpp"

namespace agente::messaging {
namespace {

using store::media::Row;
using store::media::State;
using testing::eventually;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

struct CloakroomTest : ::testing::Test {
  ManualClock clock{parse_time("2026-09-15T12:00:00Z").value()};
  testing::TemporaryStore store{clock};
  Metrics metrics;
  Meter meter{metrics, [](std::string_view id) { return std::string(id); }};
  testing::ScriptedChannel provider;
  const fs::path folder = fs::temp_directory_path() / ("agente-media-" + random_hex(8));
  std::unique_ptr<Cloakroom> cloakroom;
  Intake intake{*store,
                clock,
                meter,
                {.message_came = [] {},
                 .receipt_changed = [](const store::Outbound&) {},
                 .file_came = [this] { cloakroom->wake(); }}};
  Intake quiet{*store, clock, meter, {.message_came = [] {}, .receipt_changed = [](const store::Outbound&) {}}};

  CloakroomTest() {
    provider.give(plugins::Media{"image/jpeg", "../../etc/passwd", "ab", "", "a picture"});
    cloakroom = another();
    cloakroom->start();
  }
  ~CloakroomTest() override {
    cloakroom.reset();
    fs::remove_all(folder);
  }
  /// As another host on the same store and folder has it.
  std::unique_ptr<Cloakroom> another() {
    return std::make_unique<Cloakroom>(
        *store, clock, Cloakroom::Settings{.folder = folder, .max_bytes = 100},
        [this](const std::string& id) { return id == "whatsapp" ? &provider : nullptr; });
  }
  void later(Millis time) {
    clock.advance(time);
    cloakroom->wake();
  }
  /// The id of the message.
  store::Id arrive(const std::string& kind = "image", const std::string& external_id = "wamid.1") {
    plugins::InboundMessage message{.hotel = "sol",
                                    .account = "100",
                                    .external_id = external_id,
                                    .sender = "34600",
                                    .kind = kind,
                                    .raw = "{}",
                                    .provider_time = Time{Millis{1000}}};
    EXPECT_TRUE(intake.commit("whatsapp", {.messages = {message}}, "trace"));
    store::Id id = 0;
    EXPECT_TRUE(store->read([&](store::sql::Connection& c) {
      for (const auto& line : store::messages::list(c, {})) {
        if (line.external_id == external_id) id = line.id;
      }
    }));
    return id;
  }
  /// The only message that there is, while the cloakroom does not look.
  store::Id arrive_unnoticed() {
    plugins::InboundMessage message{.hotel = "sol",
                                    .account = "100",
                                    .external_id = "wamid.1",
                                    .sender = "34600",
                                    .kind = "image",
                                    .provider_time = Time{Millis{1000}}};
    EXPECT_TRUE(quiet.commit("whatsapp", {.messages = {message}}, "trace"));
    return due_later();
  }
  /// The message whose file is due next.
  store::Id due_later() {
    store::Id id = 0;
    EXPECT_TRUE(store->read([&](store::sql::Connection& c) {
      id = store::media::list_due(c, clock.now() + std::chrono::hours{1}, 1).at(0).message;
    }));
    return id;
  }
  void finish(store::Id id) {
    EXPECT_TRUE(store->write([&](store::sql::Connection& c) {
      store::inbound::finish(c, *store::inbound::find(c, id), store::InboundStatus::kProcessed, clock.now(), "");
    }));
  }
  void forget(store::Id id) {
    EXPECT_TRUE(store->write([&](store::sql::Connection& c) { store::media::forget(c, "sol", {id}); }));
  }
  std::optional<Row> row(store::Id id) {
    std::optional<Row> found;
    EXPECT_TRUE(store->read([&](store::sql::Connection& c) { found = store::media::find(c, id); }));
    return found;
  }
  bool becomes(store::Id id, State state) {
    return eventually([&] { return row(id) && row(id)->state == state; });
  }
  std::size_t files() const {
    std::size_t count = 0;
    std::error_code none;
    for (const auto& entry : fs::recursive_directory_iterator(folder, none)) count += entry.is_regular_file() ? 1 : 0;
    return count;
  }
};

TEST_F(CloakroomTest, WhatAGuestSendsIsKeptUnderANameOfOurs) {
  const auto id = arrive();
  ASSERT_TRUE(becomes(id, State::kStored));
  EXPECT_EQ(row(id)->file_name, "passwd");
  EXPECT_EQ(row(id)->size, 9);
  EXPECT_TRUE(row(id)->path.ends_with("/" + std::to_string(id) + "-1")) << row(id)->path;
  EXPECT_EQ(cloakroom->open(id)->bytes, "a picture");
  EXPECT_EQ(files(), 1U);
  EXPECT_EQ(provider.asked_for().at(0).kind, "image");
  EXPECT_EQ(provider.asked_for().at(0).raw, "{}");
  EXPECT_EQ((fs::status(folder / row(id)->path).permissions() & fs::perms::others_all), fs::perms::none);
}

TEST_F(CloakroomTest, AMessageThatComesTwiceBringsOneFileAndATextNone) {
  const auto id = arrive();
  EXPECT_EQ(arrive(), id);
  const auto text = arrive("text", "wamid.2");
  ASSERT_TRUE(becomes(id, State::kStored));
  EXPECT_FALSE(row(text));
  EXPECT_EQ(provider.asked_for().size(), 1U);
  EXPECT_EQ(cloakroom->open(text).error().code, Code::kNotFound);
}

TEST_F(CloakroomTest, AProviderThatIsAwayIsAskedAgainForAWeek) {
  provider.give(Error{Code::kRetry, "Meta is away"});
  const auto id = arrive();
  ASSERT_TRUE(eventually([&] { return row(id)->reason == "Meta is away"; }));
  EXPECT_EQ(row(id)->state, State::kWanted);
  EXPECT_THAT(cloakroom->open(id).error().text, HasSubstr("wanted: Meta is away"));
  later(Millis{15'000});
  ASSERT_TRUE(eventually([&] { return row(id)->attempts == 2; }));
  later(std::chrono::hours{7 * 24});
  ASSERT_TRUE(becomes(id, State::kFailed));
  EXPECT_EQ(files(), 0U);
}

TEST_F(CloakroomTest, WhatComesBackIsKept) {
  provider.give(Error{Code::kUnknownOutcome, "half of it"});
  const auto id = arrive();
  ASSERT_TRUE(eventually([&] { return row(id)->attempts == 1 && !row(id)->reason.empty(); }));
  provider.give(plugins::Media{"image/jpeg", "a.jpg", "", "", "whole"});
  later(Millis{15'000});
  ASSERT_TRUE(becomes(id, State::kStored));
  EXPECT_EQ(row(id)->reason, "");
}

TEST_F(CloakroomTest, WhatMayNotBeKeptIsRefusedOnceAndForAll) {
  provider.give(plugins::Media{"image/jpeg", "a.jpg", "", "", std::string(101, 'x')});
  const auto large = arrive();
  ASSERT_TRUE(becomes(large, State::kRefused));
  EXPECT_THAT(row(large)->reason, HasSubstr("101 bytes"));
  provider.give(Error{Code::kNotFound, "it has gone"});
  const auto gone = arrive("document", "wamid.2");
  ASSERT_TRUE(becomes(gone, State::kFailed));
  EXPECT_EQ(files(), 0U);
}

TEST_F(CloakroomTest, AForgottenGuestsFilesGo) {
  const auto id = arrive();
  ASSERT_TRUE(becomes(id, State::kStored));
  finish(id);
  ASSERT_TRUE(erase_guest(*store, clock, {"sol", "whatsapp", "34600"}, "test"));
  EXPECT_EQ(cloakroom->open(id).error().code, Code::kNotFound) << "at once";
  cloakroom->wake();
  ASSERT_TRUE(eventually([&] { return !row(id); }));
  EXPECT_EQ(files(), 0U);
}

TEST_F(CloakroomTest, AFileThatComesForAGuestWhoWasForgottenMeanwhileIsNotKept) {
  provider.meanwhile([&] { forget(due_later()); });
  const auto id = arrive();
  ASSERT_TRUE(becomes(id, State::kGone));
  ASSERT_TRUE(eventually([&] { return provider.asked_for().size() == 1 && files() == 0; }));
  later(Cloakroom::kAttempt);
  ASSERT_TRUE(eventually([&] { return !row(id); }));
  EXPECT_EQ(files(), 0U);
}

TEST_F(CloakroomTest, AFileThatAKilledAttemptLeftForAForgottenGuestGoes) {
  provider.give(Error{Code::kRetry, "away"});
  const auto id = arrive();
  ASSERT_TRUE(eventually([&] { return row(id)->attempts == 1 && !row(id)->reason.empty(); }));
  ASSERT_TRUE(MediaFiles(folder).save(id, 1, "of an attempt that was killed before it could settle"));
  forget(id);
  later(Cloakroom::kAttempt);
  ASSERT_TRUE(eventually([&] { return !row(id); }));
  EXPECT_EQ(files(), 0U);
}

TEST_F(CloakroomTest, AnAttemptThatWasKilledIsMadeAgainAndItsFileGoes) {
  // Another host claims it, saves it and dies.
  cloakroom.reset();
  const auto id = arrive_unnoticed();
  const auto wanted = *row(id);
  EXPECT_TRUE(store->write([&](store::sql::Connection& c) {
    EXPECT_TRUE(store::media::claim(c, wanted, clock.now() + Cloakroom::kAttempt));
  }));
  ASSERT_TRUE(MediaFiles(folder).save(id, 1, "half"));

  cloakroom = another();
  cloakroom->start();
  clock.advance(Cloakroom::kAttempt - Millis{1});
  ASSERT_TRUE(becomes(arrive("image", "wamid.2"), State::kStored));
  EXPECT_EQ(row(id)->attempts, 1) << "it may still be under way";
  later(Millis{1});
  ASSERT_TRUE(becomes(id, State::kStored));
  EXPECT_EQ(cloakroom->open(id)->bytes, "a picture");
  EXPECT_TRUE(eventually([&] { return files() == 2; })) << "its own and the other message's";
}

TEST_F(CloakroomTest, AnAttemptThatTookTooLongKeepsNothingAndSpoilsNothing) {
  provider.meanwhile([&] { clock.advance(Cloakroom::kAttempt); });
  const auto id = arrive();
  ASSERT_TRUE(eventually([&] { return provider.asked_for().size() == 1; }));
  ASSERT_TRUE(eventually([&] { return row(id)->reason.find("longer than") != std::string::npos; }));
  EXPECT_EQ(files(), 0U);
  later(Millis{15'000});
  ASSERT_TRUE(becomes(id, State::kStored));
  EXPECT_EQ(row(id)->attempts, 2);
  EXPECT_EQ(files(), 1U);
}

TEST_F(CloakroomTest, AFolderThatIsAwayDoesNotMeanThatTheFileIsGone) {
  const auto id = arrive();
  ASSERT_TRUE(becomes(id, State::kStored));
  const fs::path elsewhere = folder.string() + "-unmounted";
  fs::rename(folder, elsewhere);
  forget(id);
  later(Millis{0});
  ASSERT_TRUE(eventually([&] { return row(id)->attempts == 2; }));
  fs::rename(elsewhere, folder);
  later(Cloakroom::kAttempt);
  ASSERT_TRUE(eventually([&] { return !row(id); }));
  EXPECT_EQ(files(), 0U);
}

TEST_F(CloakroomTest, TwoHostsOnOneStoreFetchAFileOnce) {
  const auto second = another();
  second->start();
  std::vector<store::Id> ids;
  for (int i = 0; i < 30; ++i) {
    ids.push_back(arrive("image", "wamid." + std::to_string(i)));
    second->wake();
  }
  for (const auto id : ids) ASSERT_TRUE(becomes(id, State::kStored));
  EXPECT_EQ(provider.asked_for().size(), ids.size());
  EXPECT_EQ(files(), ids.size());
  EXPECT_EQ(second->open(ids.front())->bytes, "a picture");
}

TEST_F(CloakroomTest, AFileThatIsMissingOnTheDiskIsSaid) {
  const auto id = arrive();
  ASSERT_TRUE(becomes(id, State::kStored));
  fs::remove_all(folder);
  const auto opened = cloakroom->open(id);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Code::kNotFound);
  EXPECT_THAT(opened.error().text, HasSubstr("must share that folder"));
}

TEST_F(CloakroomTest, AFileGoesWithItsMessage) {
  const auto id = arrive();
  ASSERT_TRUE(becomes(id, State::kStored));
  finish(id);
  EXPECT_TRUE(store->write([&](store::sql::Connection& c) {
    store::retention::remove(c, store::retention::Table::kInbound, {.hotel = {}, .first = id, .last = id});
  }));
  EXPECT_FALSE(cloakroom->open(id)) << "at once";
  cloakroom->wake();
  ASSERT_TRUE(eventually([&] { return !row(id); }));
  EXPECT_EQ(files(), 0U);
}

TEST_F(CloakroomTest, AFileThatCannotBeRemovedHoldsUpNoOther) {
  const auto id = arrive();
  ASSERT_TRUE(becomes(id, State::kStored));
  const auto file = folder / row(id)->path;
  fs::remove(file);
  fs::create_directories(file / "in the way");
  forget(id);
  cloakroom->wake();
  const auto next = arrive("image", "wamid.2");
  ASSERT_TRUE(becomes(next, State::kStored));
  EXPECT_EQ(row(id)->state, State::kGone);
  fs::remove_all(file);
  later(Cloakroom::kAttempt);
  ASSERT_TRUE(eventually([&] { return !row(id); }));
}

TEST_F(CloakroomTest, AChannelThatFetchesNothingIsAskedOnce) {
  provider.give(Error{Code::kUnsupported, "whatsapp fetches no files"});
  const auto id = arrive();
  ASSERT_TRUE(becomes(id, State::kRefused));
  later(std::chrono::hours{1});
  const auto next = arrive("audio", "wamid.2");
  ASSERT_TRUE(becomes(next, State::kRefused));
  EXPECT_EQ(provider.asked_for().size(), 2U);
  EXPECT_THAT(cloakroom->open(id).error().text, HasSubstr("refused: whatsapp fetches no files"));
}

TEST_F(CloakroomTest, AVoiceNoteKeepsItsTranscript) {
  provider.give(plugins::Media{"audio/ogg", "", "", "una doble, por favor", "OggS"});
  const auto id = arrive("audio");
  ASSERT_TRUE(becomes(id, State::kStored));
  EXPECT_EQ(row(id)->transcript, "una doble, por favor");
  forget(id);
  EXPECT_EQ(row(id)->transcript, "");
}

TEST_F(CloakroomTest, AFolderThatCannotBeWrittenLosesNothing) {
  std::ofstream(folder) << "a file where the folder should be";
  const auto id = arrive();
  ASSERT_TRUE(eventually([&] { return row(id)->attempts == 1 && !row(id)->reason.empty(); }));
  EXPECT_EQ(row(id)->state, State::kWanted);
  fs::remove(folder);
  later(Millis{15'000});
  ASSERT_TRUE(becomes(id, State::kStored));
}

}  // namespace
}  // namespace agente::messaging
