#include "support.hpp"

namespace agente::whatsapp {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

/// A line of PAYLOADS.tsv: what its author says the file must yield.
struct Expected {
  std::string file, kind, sender, text;
  std::size_t messages = 0;
};

std::vector<std::string> split(const std::string& line, const std::string& at) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (auto end = line.find(at); end != std::string::npos; begin = end + at.size(), end = line.find(at, begin))
    parts.push_back(line.substr(begin, end - begin));
  parts.push_back(line.substr(begin));
  return parts;
}

std::vector<Expected> expectations() {
  std::istringstream lines(read_file(WHATSAPP_PAYLOADS "/PAYLOADS.tsv"));
  std::vector<Expected> all;
  std::string line;
  std::getline(lines, line);
  while (std::getline(lines, line)) {
    const auto cells = split(line, "\t");
    all.push_back({cells.at(0), cells.at(1), cells.at(2), cells.at(3), std::stoul(cells.at(4))});
  }
  return all;
}

class Payload : public Channel, public ::testing::WithParamInterface<Expected> {};

TEST_P(Payload, StagesWhatTheTableSays) {
  const auto& expected = GetParam();
  const auto body = read_file(std::string(WHATSAPP_PAYLOADS "/") + expected.file);
  ASSERT_FALSE(body.empty());

  EXPECT_EQ(post(body).status, 200);

  auto inbox = fake.inbox();
  const bool echo = expected.file.find("echo") != std::string::npos;
  EXPECT_EQ(std::erase_if(inbox, [](const auto& message) { return message.kind == "echo"; }), echo ? 1U : 0U);
  ASSERT_THAT(inbox, SizeIs(expected.messages));
  for (std::size_t i = 0; i < inbox.size(); ++i) {
    EXPECT_EQ(inbox[i].kind, split(expected.kind, " || ").at(i));
    EXPECT_EQ(inbox[i].sender, split(expected.sender, " || ").at(i));
    const auto text = split(expected.text, " || ").at(i);
    EXPECT_EQ(inbox[i].text, text == "-" ? "" : text);
    EXPECT_EQ(inbox[i].account, kAccount);
    EXPECT_NE(inbox[i].provider_time, time_point{});
    EXPECT_NE(body.find(inbox[i].raw), std::string::npos);
  }
  EXPECT_EQ(fake.receipts().empty(), expected.kind != "status" && expected.file.find("batch") != 0);
}

INSTANTIATE_TEST_SUITE_P(All, Payload, ::testing::ValuesIn(expectations()),
                         [](const auto& given) { return given.param.file.substr(0, given.param.file.find('.')); });

}  // namespace
}  // namespace agente::whatsapp
