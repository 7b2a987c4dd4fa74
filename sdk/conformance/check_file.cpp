#include <deque>
#include <string>

#include "conformance/check.hpp"

// What can be told of the file without running it: the host's own admission, one check for each of its objections.
namespace agente::conformance {
namespace {

using plugins::LoadClass;

struct Paragraph {
  std::string_view name;
  std::string_view about;
};

constexpr Paragraph kParagraphs[] = {
    {"elf-machine", "The file is built for this machine (x86-64). The host opens no other."},
    {"note-present",
     "The file carries the section .note.agente.plugin, by which the host knows a plugin without running it. "
     "agente_add_plugin() and the SDK's macro put it there."},
    {"note-valid",
     "The note is of owner agente and names an id of lowercase letters, digits and dashes. The id is the plugin's name "
     "in the YAML."},
    {"abi-minor-supported",
     "The ABI it was built for is one that this host speaks: a plugin for 0.m loads in a host of 0.n when m <= n."},
    {"kind-known", "The note names a kind that this host knows: channel, pms or exporter."},
    {"exports-only-entry",
     "agente_plugin_entry is exported, and nothing else is: any other name could clash with another plugin's or the "
     "host's. The SDK's version script sees to it."},
    {"no-textrel",
     "There are no text relocations, so no code page is writable while it is loaded. Compile with -fPIC."},
    {"no-exec-stack", "No executable stack is asked for; it would be the whole host's."},
    {"no-static-libstdcxx",
     "It does not carry its own C++ runtime, which would leak at every load and abort on an exception."},
    {"system-libraries", "It brings no libraries of its own: no RPATH, and none needed by its path."},
    {"needed-resolvable", "Every library it needs is installed on this machine."},
    {"undefined-resolvable", "Every symbol it uses is defined by the host's process or by a library it needs."},
    {"no-nodelete", "It is not linked with -z nodelete. With it the host can replace the plugin, but its code stays."},
    {"no-gnu-unique",
     "It has no unique symbols, which the linker never unloads and shares between copies. Compile with "
     "-fno-gnu-unique."},
    {"no-pinning-import",
     "It imports nothing that leaves a hook behind (threads, keys of threads, atfork handlers). With one the host "
     "never "
     "unloads it; `isolation: process` in the YAML is the cure."},
    {"no-pinning-library",
     "No library that it alone would bring into the process imports such a thing. Judged by the libraries of this "
     "program, which are fewer than the host's, so the host may be milder."},
};

std::string_view paragraph_of(std::string_view name) {
  for (const auto& one : kParagraphs) {
    if (one.name == name) return one.about;
  }
  return "One of the host's own admission checks; what it finds says what to do.";
}

bool stops_the_rest(std::string_view check) {
  return check == "elf-machine" || check == "note-present" || check == "note-valid";
}

/// The runner gives each check its own index through this.
template <std::size_t Number>
Finding judged(Trial& trial) {
  static const auto checks = plugins::admission_checks();
  const auto& check = checks.at(Number);
  if (const auto* found = trial.subject().objection(check.name))
    return {found->consequence == LoadClass::kRefused ? Verdict::kFail : Verdict::kWarn,
            (found->consequence == LoadClass::kRefused ? "the host refuses it: " : "the host never unloads it: ") +
                found->reason};
  for (const auto& objection : trial.subject().objections) {
    if (stops_the_rest(objection.check) && objection.check != check.name)
      return skip("cannot be judged while file/" + std::string(objection.check) + " fails");
  }
  return pass("nothing found");
}

Finding binds_at_once(Trial& trial) {
  const auto& facts = trial.subject().facts;
  if (facts.has_relro && facts.binds_now) return pass("linked with -z relro -z now");
  return warn(std::string("linked without ") + (facts.has_relro ? "-z now" : "-z relro") +
              ": its table of functions stays writable; link with -Wl,-z,relro,-z,now");
}

template <std::size_t... Numbers>
std::vector<Check> made(std::index_sequence<Numbers...>) {
  static std::deque<std::string> ids;
  std::vector<Check> checks;
  using Run = Finding (*)(Trial&);
  constexpr Run kRuns[] = {&judged<Numbers>...};
  const auto names = plugins::admission_checks();
  for (std::size_t i = 0; i < names.size() && i < sizeof...(Numbers); ++i) {
    ids.push_back("file/" + std::string(names[i].name));
    checks.push_back({.id = ids.back(), .about = paragraph_of(names[i].name), .run = kRuns[i]});
  }
  return checks;
}

}  // namespace

std::span<const Check> file_checks() {
  constexpr std::size_t kMost = 24;
  static const auto checks = [] {
    auto all = made(std::make_index_sequence<kMost>());
    all.push_back({.id = "file/relro-now",
                   .about = "It is linked with -z relro and -z now, so that nothing can overwrite the table of the "
                            "functions it calls once it is loaded. agente_add_plugin() sets both.",
                   .run = &binds_at_once});
    return all;
  }();
  return checks;
}

}  // namespace agente::conformance
