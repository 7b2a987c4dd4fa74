// Each code with which Meta refuses a message, by its answer or by a later status: what the guest gets, what the
// operator reads, what the metrics count. Each has a guest and a number of its own, so that all are refused at once and
// none is in another's way.
#include <algorithm>
#include <csignal>
#include <sstream>

#include <gmock/gmock.h>

#include "stage.hpp"

namespace agente::e2e {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

// Meta's list, by what becomes of a message that is refused once.
const std::vector<int> kComesAgain{1, 2, 131000, 131016, 131056, 131057, 133004, 135000, 130429};
const std::vector<int> kWaits{4, 80007, 131048, 131064, 132069};
const std::vector<int> kHeld{131047};
const std::vector<int> kDead{100,    130472, 130497, 131008, 131009, 131021, 131026, 131030, 131049,
                             131050, 131051, 131052, 131053, 131062, 132000, 132001, 132005, 132007,
                             132008, 132012, 132015, 132016, 132068, 137000, 999999};
const std::vector<int> kParked{0,      3,      10,     33,     190,    200,    299,    368,
                               131005, 131031, 131037, 131042, 131044, 131045, 133000, 133005,
                               133006, 133007, 133008, 133009, 133010, 133015, 133016};

std::string digits(int code) { return std::to_string(1'000'000 + code); }
std::string guest_of(int code) { return "346" + digits(code); }
std::string number_of(int code) { return "5550" + digits(code); }

void for_all(const std::function<void(int code)>& each) {
  for (const auto* codes : {&kComesAgain, &kWaits, &kHeld, &kDead, &kParked}) std::ranges::for_each(*codes, each);
}

Stage::Options with_a_number_for_each() {
  Stage::Options options{.simulator_arguments = {"--status-delay", "20"}};
  for_all([&](int code) {
    options.simulator_arguments.insert(options.simulator_arguments.end(), {"--phone-number-id", number_of(code)});
  });
  return options;
}

bool halts(int code) { return std::ranges::count(kParked, code) > 0; }

/// A number and a guest for each code.
class Codes : public ::testing::Test {
 protected:
  Codes() {
    auto config = stage_.config_text();
    const std::string first = "accounts: {";
    for_all([&](int code) { config.insert(config.find(first) + first.size(), '"' + number_of(code) + "\": sol, "); });
    stage_.write_config_text(config);
    stage_.start_simulator();
    stage_.start_host();
  }

  /// `how`: the simulator's fault.
  void refuse(int code, int times, const std::string& how = "code") const {
    const json fault{{"name", how}, {"code", code}, {"next", times}, {"to", guest_of(code)}};
    EXPECT_LT(stage_.simulator("POST", "/__sim/fault", fault.dump()).status, 300) << fault;
  }
  void write(int code) const { write(code, guest_of(code)); }
  void write(int code, const std::string& guest) const {
    const json text{{"from", guest}, {"phone_number_id", number_of(code)}, {"text", "Hola"}};
    EXPECT_EQ(stage_.simulator("POST", "/__sim/guest", text.dump()).json()["status"], 200);
  }

  /// What the operator sees of the only reply to this guest, once it is so.
  [[nodiscard]] json reply(int code, const std::string& status) const {
    json found;
    const bool is_so = eventually([&] {
      std::istringstream lines(stage_.agentctl({"messages", "--direction", "out", "--sender", guest_of(code)}));
      found = json::object();
      for (std::string line; std::getline(lines, line);) found = json::parse(line);
      return found.value("status", "") == status;
    });
    EXPECT_TRUE(is_so) << code << " is not " << status << ": " << found;
    return found;
  }
  /// The last message to this guest, as the operator sees it.
  [[nodiscard]] json newest(const std::string& guest) const {
    std::istringstream lines(stage_.agentctl({"messages", "--direction", "out", "--sender", guest}));
    std::string last = "{}";
    for (std::string line; std::getline(lines, line);) last = line;
    return json::parse(last);
  }
  [[nodiscard]] std::string reason(int code, const std::string& status) const {
    return reply(code, status).value("reason", "");
  }
  /// A line of /metrics that begins so and has this value.
  [[nodiscard]] bool metric_says(const std::string& begin, std::size_t value) const {
    return eventually([&] {
      std::istringstream lines(stage_.host("GET", "/metrics").body);
      for (std::string line; std::getline(lines, line);) {
        if (line.starts_with(begin)) return line.ends_with("} " + std::to_string(value));
      }
      return false;
    });
  }
  [[nodiscard]] bool is_counted_once(int code) const { return metric_says(refusals(code), 1); }
  [[nodiscard]] static std::string refusals(int code) {
    return "whatsapp_send_errors_total{account=\"" + number_of(code) + "\",code=\"" + std::to_string(code) + '"';
  }
  [[nodiscard]] static std::string gauge(int code) {
    return "channel_account_parked{account=\"" + number_of(code) + '"';
  }
  [[nodiscard]] json parked() const { return stage_.host("GET", "/health/ready").json()["checks"]["parked_accounts"]; }
  [[nodiscard]] std::vector<std::string> guest_got(int code) const { return stage_.texts_to(guest_of(code)); }

  Stage stage_{with_a_number_for_each()};
};

/// By the answer to the message.
class Refused : public Codes {
 protected:
  Refused() {
    for_all([&](int code) { refuse(code, halts(code) ? 1'000'000 : 1); });
    for_all([&](int code) { write(code); });
  }
};

/// By a status, after Meta had taken the message.
class RefusedLater : public Codes {
 protected:
  RefusedLater() {
    for_each_code([&](int code) { refuse(code, 1, "status_failed"); });
    for_each_code([&](int code) { write(code); });
  }
  /// No status fails with 0: it says that a token is no good.
  static void for_each_code(const std::function<void(int code)>& each) {
    for_all([&](int code) {
      if (code != 0) each(code);
    });
  }
  /// Limits of Meta's for all that a number sends: for minutes nothing goes.
  static bool pauses(int code) { return code == 4 || code == 80007; }
  /// Others that are over after a while.
  static bool passes(int code) {
    return std::ranges::count(kComesAgain, code) > 0 || std::ranges::count(kWaits, code) > 0;
  }
};

/// "131042 Business eligibility payment issue": what Meta says stands first.
auto names(int code) { return StartsWith(std::to_string(code) + " "); }

TEST_F(Refused, MessageComesToTheEndThatItsCodeGivesItAndGuestOperatorAndMetricsSeeTheSame) {
  for (const int code : kComesAgain) {
    EXPECT_NE(reply(code, "read"), json());
    EXPECT_THAT(guest_got(code), SizeIs(1)) << code;
    EXPECT_TRUE(is_counted_once(code)) << code;
  }
  for (const int code : kWaits) {
    EXPECT_THAT(reason(code, "pending"), names(code));
    EXPECT_THAT(guest_got(code), IsEmpty()) << code;
    EXPECT_TRUE(is_counted_once(code)) << code;
  }
  for (const int restricted : {131048, 131064}) {
    EXPECT_TRUE(metric_says("whatsapp_account_alarms_total{account=\"" + number_of(restricted) + '"', 1));
  }
  for (const int code : kHeld) {
    EXPECT_THAT(reason(code, "held"), names(code));
    EXPECT_THAT(guest_got(code), IsEmpty()) << code;
    EXPECT_TRUE(is_counted_once(code)) << code;
  }
  for (const int code : kDead) {
    EXPECT_THAT(reason(code, "failed"), names(code));
    EXPECT_THAT(guest_got(code), IsEmpty()) << code;
    EXPECT_TRUE(is_counted_once(code)) << code;
  }
  EXPECT_TRUE(metric_says(R"(whatsapp_messages_total{direction="out",status="failed")", kDead.size()));
  EXPECT_TRUE(metric_says(R"(whatsapp_messages_total{direction="out",status="held")", kHeld.size()));
}

TEST_F(Refused, WhatComesAgainSaysMeanwhileWhyAndIsCounted) {
  const std::vector<int> outages{2, 131000, 131016, 131057, 133004};
  for (const int code : outages) {
    EXPECT_NE(reply(code, "read"), json());
    refuse(code, 1'000'000);
  }
  for (const int code : outages) write(code);
  const auto waits_for = [&](int code) {
    const auto message = newest(guest_of(code));
    return message["status"] == "pending" && message.value("reason", "").starts_with(std::to_string(code) + " ");
  };
  for (const int code : outages) {
    EXPECT_TRUE(eventually([&] { return waits_for(code); })) << code;
    EXPECT_THAT(guest_got(code), SizeIs(1)) << code;
  }
  for (const int code : outages) refuse(code, 0);
  for (const int code : outages) {
    EXPECT_TRUE(eventually([&] { return newest(guest_of(code))["status"] == "read"; }, 90)) << code;
    EXPECT_THAT(guest_got(code), SizeIs(2)) << code;
  }
}

TEST_F(Refused, TemplateOfANumberThatIsRestrictedIsHeldUntilAPersonSendsItAgain) {
  std::size_t held = kHeld.size();
  for (const int code : {131048, 131064}) {
    const auto guest = "347" + digits(code);
    EXPECT_THAT(reason(code, "pending"), names(code));
    write(code, guest);
    ASSERT_TRUE(eventually([&] { return newest(guest)["status"] == "read"; })) << "replies go on";
    stage_.agentctl(
        {"conversation", "template", "whatsapp", guest, "hotel_message", "--language", "es", "--parameter", "Oferta"});
    ASSERT_TRUE(eventually([&] { return newest(guest)["status"] == "held"; })) << newest(guest);
    EXPECT_THAT(newest(guest)["reason"], AllOf(HasSubstr(std::to_string(code)), HasSubstr("send them again")));
    EXPECT_THAT(stage_.host_log(), HasSubstr("is held until somebody sends it again: agentctl message retry"));
    EXPECT_TRUE(metric_says(R"(whatsapp_messages_total{direction="out",status="held")", ++held));
    EXPECT_THAT(stage_.texts_to(guest), SizeIs(1));
  }
  stage_.agentctl({"plugin", "reload", "whatsapp"});  // it tries at once, where a day is too long
  for (const int code : {131048, 131064}) {
    const auto guest = "347" + digits(code);
    stage_.agentctl({"message", "retry", newest(guest)["id"]});
    EXPECT_TRUE(eventually([&] { return newest(guest)["status"] == "read"; })) << newest(guest);
  }
}

TEST_F(Refused, AccountIsParkedWithTheRemedyAndGoesOnOnceAPersonHasRepairedIt) {
  for (const int code : kParked) {
    EXPECT_TRUE(metric_says(gauge(code), 1)) << code;
    EXPECT_THAT(reason(code, "pending"), names(code));
    const auto told = parked()["whatsapp/" + number_of(code)].value("reason", "");
    EXPECT_THAT(told, AllOf(names(code), HasSubstr(": "))) << "no remedy";
    EXPECT_THAT(guest_got(code), IsEmpty()) << code;
  }

  for (const int code : kParked) refuse(code, 0);
  stage_.signal_host(SIGHUP);

  for (const int code : kParked) {
    EXPECT_NE(reply(code, "read"), json());
    EXPECT_THAT(guest_got(code), SizeIs(1)) << code;
    EXPECT_TRUE(metric_says(gauge(code), 0)) << code;
  }
}

TEST_F(RefusedLater, MessageComesToTheEndThatItsCodeGivesItAndIsNeverCalledSent) {
  std::size_t failed = 0;
  for_each_code([&](int code) {
    if (pauses(code)) {
      EXPECT_THAT(reason(code, "pending"), HasSubstr("a limit of Meta's"));
      EXPECT_THAT(guest_got(code), SizeIs(1)) << code << " was tried again";
    } else if (passes(code)) {
      EXPECT_NE(reply(code, "read"), json());
      EXPECT_THAT(guest_got(code), SizeIs(2)) << code << ": what Meta took and lost, and what arrived";
    } else if (std::ranges::count(kHeld, code) > 0) {
      EXPECT_THAT(reason(code, "held"), names(code));
    } else {
      EXPECT_THAT(reason(code, "failed"), names(code));
      EXPECT_THAT(guest_got(code), SizeIs(1)) << code << " was tried again";
      ++failed;
    }
  });
  EXPECT_TRUE(metric_says(R"(whatsapp_messages_total{direction="out",status="failed")", failed));
  EXPECT_TRUE(metric_says(R"(whatsapp_messages_total{direction="out",status="held")", kHeld.size()));
  for (const int restricted : {131048, 131064}) {
    EXPECT_TRUE(metric_says("whatsapp_account_alarms_total{account=\"" + number_of(restricted) + '"', 1));
  }
}

TEST_F(RefusedLater, AccountOfWhichAllWillFailTakesNoMoreUntilAPersonHasRepairedIt) {
  const auto halting = [&](const std::function<void(int code)>& each) {
    for_each_code([&](int code) {
      if (halts(code)) each(code);
    });
  };
  halting([&](int code) { EXPECT_THAT(reason(code, "failed"), AllOf(names(code), HasSubstr(": "))) << "no remedy"; });
  halting([&](int code) { write(code); });
  halting([&](int code) {
    EXPECT_TRUE(metric_says(gauge(code), 1)) << code;
    EXPECT_THAT(parked()["whatsapp/" + number_of(code)].value("reason", ""), AllOf(names(code), HasSubstr(": ")));
  });

  stage_.agentctl({"plugin", "reload", "whatsapp"});

  halting([&](int code) { EXPECT_TRUE(metric_says(gauge(code), 0)) << code; });
}

}  // namespace
}  // namespace agente::e2e
