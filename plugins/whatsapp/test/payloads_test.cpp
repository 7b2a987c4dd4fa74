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

TEST_F(Channel, TheEchoOfWhatStaffWroteIsKeptWithItsGuest) {
  EXPECT_EQ(post(read_file(WHATSAPP_PAYLOADS "/smb_message_echo.json")).status, 200);

  ASSERT_THAT(fake.inbox(), SizeIs(1));
  const auto echo = fake.inbox()[0];
  EXPECT_EQ(echo.kind, "echo");
  EXPECT_EQ(echo.account, kAccount);
  EXPECT_EQ(echo.external_id, "wamid.HRgLMTY1MDU1NTEyMzQVAgASGBQ5OUJCNzIzNjFDMDk2MjRENTBCMgA=");
  EXPECT_EQ(echo.sender, "5491155550142");
  EXPECT_EQ(echo.text, "Hola Lucía, soy Marta de recepción.");
  EXPECT_EQ(echo.provider_time, time_point{std::chrono::seconds{1'763'200'115}});
  EXPECT_FALSE(echo.group);
}

/// What a file of one status becomes.
struct ExpectedReceipt {
  std::string file;
  receipt_state state;
  std::string key, id, code;
};

class StatusPayload : public Channel, public ::testing::WithParamInterface<ExpectedReceipt> {};

TEST_P(StatusPayload, BecomesOneReceipt) {
  const auto& expected = GetParam();
  EXPECT_EQ(post(read_file(WHATSAPP_PAYLOADS "/status_" + expected.file + ".json")).status, 200);

  ASSERT_THAT(fake.receipts(), SizeIs(1));
  const auto receipt = fake.receipts()[0];
  EXPECT_EQ(receipt.state, expected.state);
  EXPECT_EQ(receipt.account, kAccount);
  EXPECT_EQ(receipt.key, expected.key);
  EXPECT_EQ(receipt.external_id, expected.id);
  EXPECT_EQ(receipt.code, expected.code);
  EXPECT_EQ(receipt.reason.empty(), expected.code.empty());
}

INSTANTIATE_TEST_SUITE_P(
    All, StatusPayload,
    ::testing::Values(ExpectedReceipt{"delivered", receipt_state::delivered, "",
                                      "wamid.HRgLMTY1MDU1NTEyMzQVAgASGBQ4MDhFRkQ2M0IyMzQ1OTVCRDg3OAA=", ""},
                      ExpectedReceipt{"failed_131026", receipt_state::failed, "",
                                      "wamid.HRgLMTY1MDU1NTEyMzQVAgASGBQ0QTg2MjJDMzQwNjI0OUY3RjRBOAA=", "131026"},
                      ExpectedReceipt{"failed_131047", receipt_state::closed, "",
                                      "wamid.HRgLMTY1MDU1NTEyMzQVAgASGBQ4MDhFRkQ2M0IyMzQ1OTVCRDg3OAA=", "131047"},
                      ExpectedReceipt{"read", receipt_state::read, "",
                                      "wamid.HRgLMTY1MDU1NTEyMzQVAgASGBQ4MDhFRkQ2M0IyMzQ1OTVCRDg3OAA=", ""},
                      ExpectedReceipt{"sent", receipt_state::sent, "",
                                      "wamid.HRgLMTY1MDU1NTEyMzQVAgASGBQ4MDhFRkQ2M0IyMzQ1OTVCRDg3OAA=", ""},
                      ExpectedReceipt{"sent_with_conversation_cbp", receipt_state::sent,
                                      "reservation=88213;step=welcome",
                                      "wamid.HRgLMTY1MDU1NTEyMzQVAgASGBQ4MDhFRkQ2M0IyMzQ1OTVCRDg3OAA=", ""}),
    [](const auto& given) { return given.param.file; });

INSTANTIATE_TEST_SUITE_P(All, Payload, ::testing::ValuesIn(expectations()),
                         [](const auto& given) { return given.param.file.substr(0, given.param.file.find('.')); });

}  // namespace
}  // namespace agente::whatsapp
