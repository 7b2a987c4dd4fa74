#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace agente {

/// What went wrong, in the words every room shares. The values match AGENTE_E_* of plugin-api.
enum class Code : std::int32_t {
  kInvalid = 1,          ///< the request itself is wrong; trying again cannot help
  kConfig = 2,           ///< a setting is wrong; a person must change it
  kAuth = 3,             ///< a credential was refused; the account is parked until it changes
  kRetry = 4,            ///< did not happen; may be tried again
  kRate = 5,             ///< did not happen; the other side asks to slow down
  kTimeout = 6,          ///< the deadline passed before anything was sent; did not happen
  kCancelled = 7,        ///< stopped on purpose
  kConflict = 8,         ///< the state of the other side forbids it (sold out, already cancelled)
  kNotFound = 9,         ///< there is no such thing
  kUnsupported = 10,     ///< not offered here
  kUnknownOutcome = 11,  ///< it may or may not have happened: look it up by its key before anything else
  kInternal = 12,        ///< a defect
};

/// An expected failure: a code for the program and a sentence for people (what, which value, what to do).
struct Error {
  Code code = Code::kInternal;
  std::string text;
  std::optional<std::chrono::milliseconds> retry_after{};  ///< only with kRetry and kRate
};

/// A value or the reason why there is none.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}      // NOLINT(google-explicit-constructor): returns read better
  Result(Error error) : state_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  explicit operator bool() const { return state_.index() == 0; }
  T& operator*() & { return std::get<0>(state_); }
  const T& operator*() const& { return std::get<0>(state_); }
  T&& operator*() && { return std::get<0>(std::move(state_)); }
  T* operator->() { return &std::get<0>(state_); }
  const T* operator->() const { return &std::get<0>(state_); }
  [[nodiscard]] const Error& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

/// Success or the reason why not.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  explicit operator bool() const { return !error_; }
  [[nodiscard]] const Error& error() const { return *error_; }

 private:
  std::optional<Error> error_;
};

}  // namespace agente
