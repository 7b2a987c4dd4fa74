#include "messaging/media_files.hpp"

#include <csignal>
#include <fstream>

#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/text.hpp"

namespace agente::messaging {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

/// No file may grow beyond this in the meantime, as on a disk that is full.
class FullDisk {
 public:
  explicit FullDisk(rlim_t most) {
    std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &usual_);
    const rlimit tight{most, usual_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &tight);
  }
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &usual_);
    std::signal(SIGXFSZ, SIG_DFL);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit usual_{};
};

struct MediaFilesTest : ::testing::Test {
  const fs::path folder = fs::temp_directory_path() / ("agente-files-" + random_hex(8)) / "media";
  const MediaFiles files{folder};

  ~MediaFilesTest() override { fs::remove_all(folder.parent_path()); }
  std::size_t count() const {
    std::size_t found = 0;
    std::error_code none;
    for (const auto& entry : fs::recursive_directory_iterator(folder, none)) found += entry.is_regular_file() ? 1 : 0;
    return found;
  }
};

TEST_F(MediaFilesTest, WhatWasSavedIsReadAgainAndIsForItsOwnerAlone) {
  const std::string bytes("\0\xff\r\n", 4);
  const auto path = files.save(4096, 1, bytes);
  ASSERT_TRUE(path) << path.error().text;
  EXPECT_EQ(*path, "1/4096-1");
  EXPECT_EQ(*files.read(*path), bytes);
  for (const auto& each : {folder, folder / "1", folder / *path}) {
    EXPECT_EQ(fs::status(each).permissions() & (fs::perms::group_all | fs::perms::others_all), fs::perms::none) << each;
  }
}

TEST_F(MediaFilesTest, AFolderThatTheOperatorMadeKeepsItsRights) {
  fs::create_directories(folder);
  fs::permissions(folder, fs::perms::owner_all | fs::perms::group_read | fs::perms::group_exec);
  ASSERT_TRUE(files.save(1, 1, "x"));
  EXPECT_NE(fs::status(folder).permissions() & fs::perms::group_read, fs::perms::none);
}

TEST_F(MediaFilesTest, AFullDiskLeavesNoHalfFile) {
  {
    const FullDisk full(1000);
    const auto path = files.save(1, 1, std::string(1001, 'x'));
    ASSERT_FALSE(path);
    EXPECT_EQ(path.error().code, Code::kRetry);
    EXPECT_THAT(path.error().text, HasSubstr("check the space"));
    EXPECT_EQ(count(), 0U);
    EXPECT_TRUE(files.save(1, 2, std::string(1000, 'x')));
  }
  EXPECT_TRUE(files.save(1, 3, std::string(1001, 'x')));
}

TEST_F(MediaFilesTest, OfAllAttemptsForAMessageOnlyOneIsKept) {
  const auto first = *files.save(7, 1, "first");
  const auto second = *files.save(7, 2, "second");
  const auto other = *files.save(70, 1, "of another message");
  EXPECT_TRUE(files.keep_only(7, second));
  EXPECT_EQ(files.read(first).error().code, Code::kNotFound);
  EXPECT_EQ(*files.read(second), "second");
  EXPECT_TRUE(files.keep_only(7, ""));
  EXPECT_TRUE(files.keep_only(7, "")) << "nothing is there";
  EXPECT_TRUE(files.keep_only(8, "")) << "nor ever was";
  EXPECT_EQ(*files.read(other), "of another message");
}

TEST_F(MediaFilesTest, AHalfFileOfAKilledAttemptIsWrittenOver) {
  fs::create_directories(folder / "0");
  std::ofstream(folder / "0" / "5-1") << "much more than there will be";
  const auto path = files.save(5, 1, "short");
  EXPECT_EQ(*files.read(*path), "short");
}

TEST_F(MediaFilesTest, ALinkIsNotFollowed) {
  const auto elsewhere = folder.parent_path() / "passwd";
  fs::create_directories(folder / "0");
  std::ofstream(elsewhere) << "root";
  fs::create_symlink(elsewhere, folder / "0" / "5-1");
  EXPECT_FALSE(files.save(5, 1, "spoilt"));
  EXPECT_FALSE(files.read("0/5-1"));
  EXPECT_TRUE(files.keep_only(5, ""));
  EXPECT_TRUE(fs::exists(elsewhere));
}

TEST_F(MediaFilesTest, WhatCannotBeRemovedIsSaid) {
  fs::create_directories(folder / "0" / "5-1" / "a folder");
  EXPECT_FALSE(files.keep_only(5, ""));
}

}  // namespace
}  // namespace agente::messaging
