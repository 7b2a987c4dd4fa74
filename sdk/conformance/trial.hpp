#pragma once

#include <deque>
#include <memory>
#include <random>

#include "conformance/finding.hpp"
#include "conformance/image.hpp"
#include "conformance/jobs.hpp"
#include "conformance/subject.hpp"

namespace agente::conformance {

/// What a check works with: the subject, a folder of its own, and everything made from them. In a process of its own,
/// which ends without looking back: nothing here is destroyed.
class Trial {
 public:
  Trial(const Subject& subject, std::uint64_t seed, std::filesystem::path folder)
      : subject_(subject), folder_(std::move(folder)), random_(seed), name_(seed) {}
  Trial(const Trial&) = delete;
  Trial& operator=(const Trial&) = delete;

  [[nodiscard]] const Subject& subject() const { return subject_; }
  [[nodiscard]] std::mt19937_64& random() { return random_; }
  [[nodiscard]] Lender& lender() { return *lender_; }
  /// Arguments are lent in this manner from now on.
  void lend(Lender::Manner manner);
  /// What instances keep in the host.
  [[nodiscard]] Kv& kv() { return kv_; }

  /// A booking's reference that nobody has used before.
  [[nodiscard]] std::string reference();
  /// Twenty days from now by the clock that the plugin sees: stays begin there.
  [[nodiscard]] agente_day first_day() const;

  /// A fresh private copy of the file; not opened.
  [[nodiscard]] std::filesystem::path copy();
  /// A fresh copy, opened. Settles as skip when it cannot be: another check says so.
  Image& open();
  /// Opens one more and gives its descriptor. Settles as skip when the entry refuses.
  const agente_plugin& plugin();
  static const agente_plugin& plugin_of(const Image& image);

  struct Life {
    TrialHost& host;
    Instance& instance;
  };
  /// A host and an instance that is not created yet. The host stays when the instance ends, so that a plugin that
  /// uses it then is found by the check that looks for it and troubles no other.
  Life prepare(const agente_plugin& plugin, Kv& kv, const GivenConfig& given);
  Life prepare(const agente_plugin& plugin) { return prepare(plugin, kv_, subject_.given); }
  /// An instance that is live. Settles as skip when create fails.
  Life start(const agente_plugin& plugin);
  /// The same of a freshly opened copy.
  Life start() { return start(plugin()); }

 private:
  const Subject& subject_;
  std::filesystem::path folder_;
  std::mt19937_64 random_;
  std::uint64_t name_;
  int references_ = 0;
  int copies_ = 0;
  Kv kv_;
  std::deque<Lender> lenders_ = std::deque<Lender>(1);
  Lender* lender_ = &lenders_.front();
  std::deque<Image> images_;
  struct Kept {
    Kept(Kv& kv, const GivenConfig& given, const agente_plugin& plugin, Lender& lender)
        : host(kv, given.text, given.secrets), instance(host, plugin, lender) {}
    TrialHost host;
    Instance instance;
  };
  std::deque<Kept> lives_;
};

/// The status by its name: "RETRY".
[[nodiscard]] std::string status_name(agente_status status);
[[nodiscard]] bool is_known(agente_status status);
/// "send answered RETRY (slow down)".
[[nodiscard]] std::string described(const Outcome& outcome);
/// What no call may do, whatever it was asked: throw, answer an unknown code, or write where it must not. Empty: none.
[[nodiscard]] std::string flaw_of(const Outcome& outcome);

}  // namespace agente::conformance
