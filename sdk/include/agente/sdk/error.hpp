/// How a plugin says that something failed, and how it hears it from the host.
#pragma once

#include <chrono>
#include <stdexcept>
#include <string>

#include <agente/abi.h>

namespace agente {

/// Throw it from any member; the host's services throw it too. The code is for the host, the text for people: what
/// failed, which value, what to do. Never a secret in it. Cut at 240 bytes.
///
///     AGENTE_E_INVALID          the request is wrong; the host never repeats it
///     AGENTE_E_CONFIG           a setting is wrong; name it
///     AGENTE_E_AUTH             a credential was refused: the host parks the account
///     AGENTE_E_RETRY            did not happen; comes again (after retry_after, if given)
///     AGENTE_E_RATE             did not happen; the other side asks to slow down
///     AGENTE_E_TIMEOUT          the deadline passed before anything was sent; did not happen
///     AGENTE_E_CANCELLED        stopped on purpose
///     AGENTE_E_CONFLICT         the state there forbids it: sold out, already cancelled
///     AGENTE_E_NOT_FOUND        no such thing
///     AGENTE_E_UNSUPPORTED      not offered
///     AGENTE_E_UNKNOWN_OUTCOME  it may have happened: the host looks it up before anything else. Honest beats lucky
///     AGENTE_E_INTERNAL         a defect of yours; what any other exception becomes
class error : public std::runtime_error {
 public:
  error(agente_status code, const std::string& text, std::chrono::milliseconds retry_after = {})
      : std::runtime_error(text), code_(code == AGENTE_OK ? AGENTE_E_INTERNAL : code), retry_after_(retry_after) {}

  [[nodiscard]] agente_status code() const noexcept { return code_; }
  /// 0: the host chooses.
  [[nodiscard]] std::chrono::milliseconds retry_after() const noexcept { return retry_after_; }

 private:
  agente_status code_;
  std::chrono::milliseconds retry_after_;
};

}  // namespace agente
