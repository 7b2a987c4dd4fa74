#include <array>
#include <cstdio>
#include <string>

#include "conformance/runner.hpp"

// Random call sequences: first as a host may make them, then with texts, sizes and sinks that no host would give.
namespace agente::conformance {
namespace {

class Sequence {
 public:
  explicit Sequence(Trial& trial) : trial_(trial), plugin_(trial.plugin()), random_(trial.random()) {}

  /// False when its config was refused, or create had no luck with a service that fails.
  bool live_once() {
    const auto config = a_config();
    const auto& subject = trial_.subject();
    const auto given = subject.schema_trouble.empty() ? without_secrets(*subject.schema, config) : subject.given;
    const auto [host, instance] = trial_.prepare(plugin_, trial_.kv(), given);
    say("create");
    if (roll(8) == 0) host.set_failing(a_service(), a_code());
    if (judge(instance.create(given.text)) != AGENTE_OK) return false;
    if (roll(6) == 0) judge(perform_all(instance));  // before it is live
    host.go_live();
    const auto steps = 5 + roll(40);
    for (std::uint64_t i = 0; i < steps; ++i) step(host, instance, i > steps / 2);
    say("destroy");
    instance.destroy();
    return true;
  }

 private:
  static agente_status judge(const Outcome& outcome) {
    if (auto flaw = flaw_of(outcome); !flaw.empty()) throw Settled{fail(std::move(flaw))};
    return outcome.status;
  }
  static void judge(const std::vector<Outcome>& outcomes) {
    for (const auto& outcome : outcomes) judge(outcome);
  }
  std::uint64_t roll(std::uint64_t sides) { return random_() % sides; }
  Service a_service() { return kServices.at(roll(kServices.size())); }
  agente_status a_code() { return static_cast<agente_status>(roll(AGENTE_E_INTERNAL + 1)); }
  static void say(const std::string& what) { std::fprintf(stderr, "%s\n", what.c_str()); }

  nlohmann::json a_config() {
    const auto& subject = trial_.subject();
    if (!subject.schema_trouble.empty() || roll(3) != 0) return subject.config;
    const auto others = variations(*subject.schema, subject.config, random_, 1);
    return others.empty() ? subject.config : others.front();
  }

  std::string odd_text(std::string_view ordinary) {
    switch (roll(10)) {
      case 0:
        return {};
      case 1:
        return std::string(roll(5000), static_cast<char>(roll(256)));
      case 2:
        return std::string((std::size_t{1} << 20U) + roll(std::size_t{2} << 20U), 'A');
      case 3: {
        std::string bytes(roll(200), '\0');
        for (auto& byte : bytes) byte = static_cast<char>(roll(256));
        return bytes;
      }
      case 4:
        return std::string(ordinary) + "\xF0\x9F";
      case 5:
        return R"({"a":[{"b":"\u0000\ud800"},1e999,-0]})";
      case 6:
        return std::string(roll(30'000), '[');
      default:
        return std::string(ordinary);
    }
  }

  TrialHost::Web a_web() {
    constexpr std::array kStatuses{200, 201, 204, 302, 400, 401, 404, 409, 429, 500, 503};
    return {.code = roll(4) == 0 ? a_code() : AGENTE_OK,
            .status = kStatuses.at(roll(kStatuses.size())),
            .body = odd_text(R"({"id":"1","messages":[{"id":"wamid.1"}]})")};
  }

  Asking an_asking(bool breaking) {
    Asking asking;
    if (!breaking) return asking;
    asking.text = [this](std::string_view, std::string_view ordinary) { return odd_text(ordinary); };
    asking.null_empties = roll(2) == 0;
    if (roll(3) == 0) asking.refusal = a_code();
    if (roll(3) == 0) asking.surplus = 8 * roll(8);
    return asking;
  }

  void step(TrialHost& host, Instance& instance, bool breaking) {
    switch (roll(12)) {
      case 0:
        say("the web changes");
        return host.set_web(a_web());
      case 1:
        say("a service fails");
        return host.set_failing(a_service(), a_code());
      case 2:
        return host.set_failing(a_service(), AGENTE_OK);
      case 3:
        say("timers");
        return judge(fire_timers(instance));
      case 4:
        say("query");
        (void)instance.query(odd_text("agente.channel/2"));
        return;
      default:
        break;
    }
    const auto jobs = jobs_of(instance);
    const auto& job = jobs.at(roll(jobs.size()));
    say(job.name + (breaking ? ", oddly" : ""));
    judge(perform(instance, job, an_asking(breaking)));
  }

  Trial& trial_;
  const agente_plugin& plugin_;
  std::mt19937_64& random_;
};

}  // namespace

Finding fuzz_once(Trial& trial) {
  Sequence sequence(trial);
  constexpr int kLives = 3;
  int lives = 0;
  for (int life = 0; life < kLives; ++life) lives += sequence.live_once() ? 1 : 0;
  return lives > 0 ? pass(std::to_string(lives) + " lives") : skip("no instance was made");
}

Finding fuzz_first(Trial& trial) {
  const auto life = trial.start();
  if (life.instance.query(interface_of(trial.subject().kind())) == nullptr) return skip("it has no table of its kind");
  (void)jobs_of(life.instance);
  return pass("it can be called");
}

}  // namespace agente::conformance
