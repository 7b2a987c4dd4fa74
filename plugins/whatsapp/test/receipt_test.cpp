// What a status makes of a message that Meta had taken.
#include "support.hpp"

namespace agente::whatsapp {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Key;
using ::testing::Not;

class Receipts : public Channel {
 protected:
  /// Of a message to `recipient` that failed with this code.
  receipt failed(int code, const std::string& recipient = "34600111222") {
    post_failure(code, recipient, R"(,"biz_opaque_callback_data":"out-1")");
    return fake.receipts().back();
  }
  void post_failure(int code, const std::string& recipient, const std::string& more,
                    const std::string& account = std::string{kAccount}) {
    const auto body =
        envelope(R"({"metadata":{"phone_number_id":")" + account + R"("},"statuses":[{"id":"wamid.X",)" +
                 R"("status":"failed","timestamp":")" + std::to_string(at_s) + R"(","recipient_id":")" + recipient +
                 "\"" + more + R"(,"errors":[{"code":)" + std::to_string(code) + R"(,"title":"What went wrong"}]}]})");
    EXPECT_EQ(post(body).status, 200);
  }

  std::int64_t at_s = 1763200100;
};

TEST_F(Receipts, WhatMayPassGoesAgainAndTheRestHasFailed) {
  for (const int code :
       {1, 2, 4, 80007, 130429, 131000, 131016, 131048, 131056, 131057, 131064, 132069, 133004, 135000}) {
    const auto said = failed(code);
    EXPECT_EQ(said.state, receipt_state::again) << code;
    EXPECT_EQ(said.code, std::to_string(code));
  }
  for (const int code : {0, 100, 130472, 131009, 131026, 131042, 131049, 131050, 131053, 132001, 999999})
    EXPECT_EQ(failed(code).state, receipt_state::failed) << code;
  EXPECT_EQ(failed(131047).state, receipt_state::closed);
}

TEST_F(Receipts, AFailureSaysWhatToDo) {
  EXPECT_EQ(failed(131042).reason, "What went wrong: add a means of payment in WhatsApp Manager");
  EXPECT_EQ(failed(132001).reason, "What went wrong: see its name, language and approval in WhatsApp Manager");
  EXPECT_EQ(failed(999999).reason, "What went wrong");
}

TEST_F(Receipts, ALimitOfTheAccountReachedPausesTheNumberForFiveMinutes) {
  fake.otherwise(
      [](const http_request&) { return http_response{.status = 200, .body = R"({"messages":[{"id":"wamid.X"}]})"}; });
  const auto wait = [&] {
    try {
      channel().send({.key = "out-2", .account = kAccount, .recipient = "34600111333", .text = "Hola"});
      return std::chrono::milliseconds{0};
    } catch (const error& e) {
      EXPECT_EQ(e.code(), AGENTE_E_RATE);
      return e.retry_after();
    }
  };
  for (const auto code : {4, 80007}) {
    at_s = 1'763'200'100;
    failed(code);
    EXPECT_EQ(wait().count(), 0) << "of long ago";
    at_s = std::chrono::floor<std::chrono::seconds>(fake.now().time_since_epoch()).count();
    failed(code);
    EXPECT_EQ(wait(), std::chrono::minutes{5});
    fake.advance(std::chrono::minutes{5});
    EXPECT_EQ(wait().count(), 0);
  }
}

TEST_F(Receipts, TheThroughputOfANumberReachedSlowsItDown) {
  fake.otherwise(
      [](const http_request&) { return http_response{.status = 200, .body = R"({"messages":[{"id":"wamid.X"}]})"}; });
  failed(130429);  // of long ago: Meta repeats for days
  EXPECT_EQ(channel().send({.key = "out-1", .account = kAccount, .recipient = "34600111222", .text = "Hola"}),
            "wamid.X");
  at_s = std::chrono::floor<std::chrono::seconds>(fake.now().time_since_epoch()).count();
  failed(130429);
  try {
    channel().send({.key = "out-2", .account = kAccount, .recipient = "34600111333", .text = "Hola"});
    FAIL() << "it went at once";
  } catch (const error& e) {
    EXPECT_EQ(e.code(), AGENTE_E_RATE);
  }
}

TEST_F(Receipts, ANumberWithAnotherFormIsTriedThereOnceHoweverOftenItIsTold) {
  const std::string own = "5491155550142";
  const std::string other = "541155550142";
  EXPECT_EQ(post(with_messages(text_message("wamid.G", "Hola", own))).status, 200);
  for (const int code : {131026, 131030}) {
    EXPECT_EQ(failed(code, own).state, receipt_state::again);
    EXPECT_EQ(failed(code, own).state, receipt_state::again) << "told once more; the host knows that it was";
    EXPECT_EQ(fake.kv().at("form/" + own).value, other);
    EXPECT_EQ(failed(code, other).state, receipt_state::failed) << "nobody has that one either";
    EXPECT_EQ(failed(code, other).state, receipt_state::failed);
    EXPECT_EQ(fake.kv().at("form/" + own).value, own) << "so that the next message begins there";
    EXPECT_EQ(failed(code, own).state, receipt_state::again);
    EXPECT_EQ(fake.kv().at("form/" + own).value, own) << "an old one, told once more";
    ++at_s;
  }
}

TEST_F(Receipts, TheOtherFormIsNotedForMessagesOfOursOnly) {
  const std::string own = "5491155550142";
  post_failure(131026, own, R"(,"biz_opaque_callback_data":"out-1")", "999");
  EXPECT_THAT(fake.receipts(), ::testing::IsEmpty());
  post_failure(131026, own, "");
  EXPECT_EQ(fake.receipts().back().state, receipt_state::failed);
  EXPECT_THAT(fake.kv(), Not(Contains(Key(HasSubstr("form/")))));
}

TEST_F(Receipts, ANumberOfAnyOtherCountryHasOneForm) {
  EXPECT_EQ(failed(131026).state, receipt_state::failed);
  EXPECT_THAT(fake.kv(), Not(Contains(Key(HasSubstr("form/")))));
}

TEST_F(Receipts, WithoutARecipientThereIsNoOtherForm) { EXPECT_EQ(failed(131026, "").state, receipt_state::failed); }

}  // namespace
}  // namespace agente::whatsapp
