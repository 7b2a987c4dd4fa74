#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"

/// The core's side of agente.channel/1 (plugin-api/include/agente/channel.h): the same records as owned C++ values.
namespace agente::plugins {

/// A guest's message as a channel handed it over, already matched to a hotel.
struct InboundMessage {
  std::string hotel{};
  std::string account{};
  std::string external_id{};
  std::string sender{};
  std::string sender_name{};
  std::string kind{};
  std::string text{};  ///< clean UTF-8 (base/text.hpp)
  std::string reply_to{};
  std::string raw{};     ///< bytes as the provider sent them
  Time provider_time{};  ///< 0 when the provider does not say
  std::string choice{};  ///< id of the choice he tapped; empty: none
};

enum class ReceiptState { kSent = 1, kDelivered = 2, kRead = 3, kFailed = 4, kClosed = 5, kAgain = 6 };

/// What became of an outbound message. Found by key, else by external_id.
struct Receipt {
  ReceiptState state = ReceiptState::kSent;
  std::string account{};
  std::string key{};
  std::string external_id{};
  std::string code{};
  std::string reason{};
  Time provider_time{};
};

/// One durable value of an instance, to be written together with the messages of the same call.
struct KvWrite {
  std::string key{};
  std::string value{};
  unsigned schema = 0;
};

/// What one call into a channel staged: all of it is committed in one transaction, or none.
struct Staged {
  std::vector<InboundMessage> messages{};
  std::vector<Receipt> receipts{};
  std::vector<KvWrite> kv{};

  [[nodiscard]] bool empty() const { return messages.empty() && receipts.empty() && kv.empty(); }
};

struct OutboundMessage {
  std::string key{};
  std::string account{};
  std::string recipient{};
  std::string kind = "text";
  std::string text{};
  std::string language{};
  std::string reply_to{};
  std::string details{};  ///< JSON, as agente_outbound has it; may be empty
  Time guest_wrote{};     ///< when the guest last wrote to this account; 0 unknown
  unsigned attempt = 1;
};

/// A guest's message that was read.
struct SeenMessage {
  std::string account{};
  std::string external_id{};
  bool answering = false;  ///< an answer follows
};

/// The file of a message that was accepted.
struct MediaRequest {
  std::string account{};
  std::string external_id{};
  std::string kind{};
  std::string raw{};
  std::size_t max_bytes = 0;
};

struct Media {
  std::string mime_type{};
  std::string file_name{};  ///< the guest's: hostile
  std::string sha256{};
  std::string transcript{};  ///< of a voice note
  std::string bytes{};
};

/// A file of the hotel's for a guest.
struct MediaFile {
  std::string account{};
  std::string mime_type{};
  std::string bytes{};
};

struct Header {
  std::string_view name{};
  std::string_view value{};
};

/// A request to the channel's mount point; views into the server's own buffers.
struct HttpIn {
  std::string_view method{};
  std::string_view path{};  ///< what follows the mount point
  std::string_view query{};
  std::vector<Header> headers{};
  std::string_view body{};
  std::string_view remote{};
  std::string_view visitor{};
  bool trusted = false;
};

struct HttpOut {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers{};
  std::string body{};
};

/// One line of a self-test.
struct Check {
  std::string stage{};
  bool ok = false;
  std::string cause{};
  std::string remedy{};
};

/// One channel instance, whichever generation of its plugin is live now. Thread-safe; calls block up to the instance's
/// deadline and count against its max_concurrency (Code::kRate when full, Code::kRetry when nothing is live).
class Channel {
 public:
  virtual ~Channel() = default;
  [[nodiscard]] virtual const std::string& id() const = 0;

  /// The provider's id of the message.
  virtual Result<std::string> send(const OutboundMessage& message, std::string_view trace) = 0;
  /// Fills `staged`; the caller commits it before it lets the answer go out.
  virtual Result<HttpOut> on_http(const HttpIn& request, Staged& staged, std::string_view trace) = 0;
  /// The provider's id if the message with this key was sent; kNotFound if certainly not; else kUnknownOutcome or
  /// kUnsupported.
  virtual Result<std::string> lookup(std::string_view key, std::string_view trace) = 0;
  virtual Result<std::vector<Check>> self_test() = 0;
  /// kNotFound: the provider has it no more; kInvalid: it may not be kept; kUnsupported: the channel fetches none, and
  /// was not called.
  virtual Result<Media> fetch(const MediaRequest& /*request*/, std::string_view /*trace*/) {
    return Error{Code::kUnsupported, id() + " fetches no files"};
  }
  /// Hands a file to the provider; its id there, for the `media` of a message's details. kInvalid: the provider does
  /// not take it; kUnsupported: the channel cannot, and was not called.
  virtual Result<std::string> upload(const MediaFile& /*file*/, std::string_view /*trace*/) {
    return Error{Code::kUnsupported, id() + " hands no files to its provider"};
  }
  /// Shows the guest that his message was read. kUnsupported: the channel cannot, and was not called.
  virtual Result<void> seen(const SeenMessage& /*message*/, std::string_view /*trace*/) {
    return Error{Code::kUnsupported, id() + " does not show who was read"};
  }
};

}  // namespace agente::plugins
