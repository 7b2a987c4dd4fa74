#include "plugins/isolation/frame.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "plugins/isolation/link.hpp"
#include "plugins/isolation/records.hpp"

namespace agente::plugins::isolation {
namespace {

/// The fields of a frame that was written.
std::string_view body(FrameWriter& out) { return out.frame().substr(sizeof(FrameHead)); }

FrameWriter writer() { return {FrameKind::kCall, 1, 7}; }

TEST(Frame, ARecordArrivesAsItWasWritten) {
  auto out = writer();
  const agente_booking sent{.struct_size = sizeof sent,
                            .status = AGENTE_STAY_IN_HOUSE,
                            .booking_id = {"B-1", 3},
                            .checkin = -5,
                            .guest_name = {"Ana", 3},
                            .total = {-12, {"EUR", 3}},
                            .updated_ms = INT64_MIN};
  put_record(out, tag::kRecord, sent);
  Fields in(body(out));
  const auto got = find_record<agente_booking>(in, tag::kRecord);

  EXPECT_FALSE(in.is_broken());
  EXPECT_EQ(got.struct_size, sizeof got);
  EXPECT_EQ(got.status, AGENTE_STAY_IN_HOUSE);
  EXPECT_EQ(std::string_view(got.booking_id.ptr, got.booking_id.len), "B-1");
  EXPECT_EQ(got.reference.len, 0U);
  EXPECT_EQ(got.checkin, -5);
  EXPECT_EQ(got.total.minor, -12);
  EXPECT_EQ(std::string_view(got.total.currency.ptr, got.total.currency.len), "EUR");
  EXPECT_EQ(got.updated_ms, INT64_MIN);
}

TEST(Frame, UnknownTagsAreSkippedAndMissingMembersAreZero) {
  auto out = writer();
  out.number(tag::kNumber, 5);
  out.text(60'000, std::string_view("from a later version"));
  out.text(tag::kText, std::string_view("here"));
  Fields in(body(out));
  EXPECT_EQ(in.number<int>(tag::kNumber), 5);
  EXPECT_EQ(in.text(tag::kText), "here");
  EXPECT_EQ(in.number<std::int64_t>(tag::kNumber2), 0);
  EXPECT_FALSE(in.is_broken());
}

TEST(Frame, EveryCutOfAFrameIsNoticedOrReadsAsLess) {
  auto out = writer();
  put_record(out, tag::kRecord, agente_check{sizeof(agente_check), 1, {"desk", 4}, {"why", 3}, {"do", 2}});
  out.text(tag::kText, std::string_view("end"));
  const auto whole = std::string(body(out));
  for (std::size_t length = 1; length < whole.size(); ++length) {
    const auto part = whole.substr(0, length);  // of its own, so that reading beyond it is found
    Fields in(part);
    const auto check = find_record<agente_check>(in, tag::kRecord);
    const auto text = in.text(tag::kText);
    EXPECT_TRUE(in.is_broken() || text.empty()) << length;
    EXPECT_LE(check.stage.len, 4U);
  }
}

TEST(Frame, ANumberOfAnotherSizeIsMalformed) {
  auto out = writer();
  out.number(tag::kNumber, std::uint16_t{5});
  Fields in(body(out));
  EXPECT_EQ(in.number<std::uint64_t>(tag::kNumber), 0U);
  EXPECT_TRUE(in.is_broken());
}

TEST(Frame, AListThatIsTooLongIsMalformed) {
  auto out = writer();
  for (int i = 0; i < 3; ++i) put_record(out, tag::kItem, agente_field{});
  Fields enough(body(out));
  EXPECT_EQ(read_list<agente_field>(enough, 3).size(), 3U);
  EXPECT_FALSE(enough.is_broken());
  Fields more(body(out));
  EXPECT_TRUE(read_list<agente_field>(more, 2).empty());
  EXPECT_TRUE(more.is_broken());
}

TEST(Link, NothingFollowsHalfAFrame) {
  int ends[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
  Link ours(ends[0]);
  const int theirs = ends[1];
  const auto now = std::chrono::steady_clock::now();
  EXPECT_FALSE(ours.send(std::string(std::size_t{16} << 20U, 'x'), now)) << "nobody reads";
  std::string taken(std::size_t{1} << 20U, '\0');
  while (::recv(theirs, taken.data(), taken.size(), MSG_DONTWAIT) > 0) {
  }
  EXPECT_FALSE(ours.send("y", now)) << "there is room, but it would end the first frame";
  EXPECT_EQ(::recv(theirs, taken.data(), taken.size(), MSG_DONTWAIT), -1);
  ::close(theirs);
}

TEST(Frame, TextsThatPointNowhereAreNotRead) {
  auto out = writer();
  const auto empty = out.size();
  out.text(tag::kText, agente_str{nullptr, 3});
  EXPECT_TRUE(out.is_broken());
  out.cut(empty);
  EXPECT_FALSE(out.is_broken());
  out.text(tag::kText, agente_str{"x", std::size_t{1} << 60U});
  EXPECT_TRUE(out.is_broken());
}

}  // namespace
}  // namespace agente::plugins::isolation
