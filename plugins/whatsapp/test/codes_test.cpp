// Each code of Meta's published list, and what becomes of the message that it refuses.
#include <ostream>

#include "support.hpp"

namespace agente::whatsapp {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr std::int64_t kUnheardOf = 999'999;

struct Code {
  std::int64_t number;
  int http;  ///< as documented; seen with others too
  agente_status
      outcome;  ///< RETRY and RATE come again, INVALID is a dead letter, AUTH parks the account, CONFLICT holds
  std::string_view remedy = {};   ///< part of what the operator reads
  milliseconds wait = {};         ///< at the first attempt
  std::uint32_t given_up_at = 0;  ///< the attempt that ends as a dead letter; 0: none does
};

void PrintTo(const Code& code, std::ostream* out) { *out << code.number << " with HTTP " << code.http; }

class CodeOfMetas : public Channel, public ::testing::WithParamInterface<Code> {
 protected:
  error refused(std::uint32_t attempt) {
    fake.advance(minutes{1});  // no limit of ours is in the way
    fake.answer("POST", kMessagesUrl,
                {.status = GetParam().http,
                 .body = R"({"error":{"message":"What went wrong","code":)" + std::to_string(GetParam().number) +
                         R"(,"error_data":{"details":"And why."},"fbtrace_id":"AbC"}})"});
    try {
      channel().send(
          {.key = "out-1", .account = kAccount, .recipient = "34600111222", .text = "Hola", .attempt = attempt});
      return error(AGENTE_E_INTERNAL, "it went through");
    } catch (const error& e) {
      return e;
    }
  }
};

TEST_P(CodeOfMetas, HasItsConsequenceAndIsToldToTheOperator) {
  const auto code = GetParam();
  const auto said = refused(1);

  EXPECT_EQ(said.code(), code.outcome);
  EXPECT_THAT(said.what(), StartsWith(std::to_string(code.number) + " "));
  EXPECT_THAT(said.what(), HasSubstr(code.remedy));
  if (code.outcome == AGENTE_E_INVALID && code.number != kUnheardOf) {
    EXPECT_THAT(said.what(), HasSubstr("And why.: ")) << "what to do";
  }
  EXPECT_EQ(said.retry_after(), code.wait);
  ASSERT_FALSE(fake.log().empty());
  EXPECT_EQ(fake.log()[0].fields.at("code"), std::to_string(code.number));
  EXPECT_EQ(fake.log()[0].fields.at("fbtrace_id"), "AbC");
  EXPECT_THAT(fake.requests(), SizeIs(1));
}

TEST_P(CodeOfMetas, IsGivenUpAfterSoManyAttemptsAndNoFewer) {
  const auto code = GetParam();
  const auto last = code.given_up_at;
  EXPECT_EQ(refused(last == 0 ? 100 : last - 1).code(), code.outcome);
  if (last > 0) {
    EXPECT_EQ(refused(last).code(), AGENTE_E_INVALID);
  }
}

constexpr auto kRetry = AGENTE_E_RETRY;
constexpr auto kRate = AGENTE_E_RATE;
constexpr auto kDead = AGENTE_E_INVALID;
constexpr auto kParked = AGENTE_E_AUTH;

INSTANTIATE_TEST_SUITE_P(Retried, CodeOfMetas,
                         ::testing::Values(Code{1, 400, kRetry, "", {}, 3}, Code{2, 503, kRetry},
                                           Code{131000, 500, kRetry}, Code{131016, 503, kRetry},
                                           Code{131057, 500, kRetry}, Code{133004, 503, kRetry},
                                           Code{135000, 400, kRetry, "", {}, 2}, Code{4, 400, kRate, "", minutes{5}},
                                           Code{80007, 429, kRate, "", minutes{5}}, Code{130429, 429, kRate},
                                           Code{131048, 400, kRate, "templates are held", minutes{5}},
                                           Code{131064, 400, kRate, "category of the templates", minutes{5}},
                                           Code{132069, 400, kRate, "", minutes{5}}));

/// The guest has to write first; the host holds the message until then.
INSTANTIATE_TEST_SUITE_P(Held, CodeOfMetas, ::testing::Values(Code{131047, 400, AGENTE_E_CONFLICT, "24 hours"}));

/// Only the guest waits: at the hundredth attempt no longer than at the fifth.
INSTANTIATE_TEST_SUITE_P(Paired, CodeOfMetas, ::testing::Values(Code{131056, 400, kRetry, "", milliseconds{1'000}}));

INSTANTIATE_TEST_SUITE_P(Dead, CodeOfMetas,
                         ::testing::Values(Code{100, 400, kDead}, Code{130472, 400, kDead}, Code{130497, 403, kDead},
                                           Code{131008, 400, kDead}, Code{131009, 400, kDead}, Code{131021, 400, kDead},
                                           Code{131026, 400, kDead, "reach him another way"},
                                           Code{131030, 400, kDead, "add the guest's number"}, Code{131049, 400, kDead},
                                           Code{131050, 400, kDead}, Code{131051, 400, kDead}, Code{131052, 400, kDead},
                                           Code{131053, 400, kDead}, Code{131062, 400, kDead}, Code{132000, 400, kDead},
                                           Code{132001, 404, kDead}, Code{132005, 400, kDead}, Code{132007, 400, kDead},
                                           Code{132008, 400, kDead}, Code{132012, 400, kDead}, Code{132015, 400, kDead},
                                           Code{132016, 400, kDead}, Code{132068, 400, kDead}, Code{137000, 400, kDead},
                                           Code{kUnheardOf, 400, kDead}));

INSTANTIATE_TEST_SUITE_P(
    Halting, CodeOfMetas,
    ::testing::Values(
        Code{0, 401, kParked, "enter a new access_token"}, Code{190, 401, kParked, "enter a new access_token"},
        Code{3, 500, kParked, "whatsapp_business_messaging"}, Code{10, 403, kParked, "whatsapp_business_messaging"},
        Code{33, 400, kParked, "phone number id"}, Code{200, 403, kParked, "whatsapp_business_messaging"},
        Code{299, 403, kParked, "whatsapp_business_messaging"},
        Code{131005, 403, kParked, "whatsapp_business_messaging"}, Code{368, 403, kParked, "notices"},
        Code{131031, 403, kParked, "notices"}, Code{131037, 400, kParked, "display name"},
        Code{131042, 400, kParked, "means of payment"}, Code{131044, 400, kParked, "means of payment"},
        Code{131045, 500, kParked, "register the number"}, Code{133000, 400, kParked, "register the number"},
        Code{133005, 400, kParked, "register the number"}, Code{133006, 400, kParked, "register the number"},
        Code{133008, 400, kParked, "register the number"}, Code{133009, 400, kParked, "register the number"},
        Code{133010, 400, kParked, "register the number"}, Code{133015, 400, kParked, "register the number"},
        Code{133016, 400, kParked, "register the number"}));

}  // namespace
}  // namespace agente::whatsapp
