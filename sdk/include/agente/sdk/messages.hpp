/// The records that travel between a channel and the host.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <agente/channel.h>
#include <agente/sdk/values.hpp>

namespace agente {

/// A guest's message, for host::accept. external_id and sender are required.
struct inbound {
  std::string account = {};       ///< the provider's name of the hotel's account; empty: the channel's only one
  std::string external_id = {};   ///< the provider's message id; the same when it delivers the message again
  std::string sender = {};        ///< whom to answer; the same for every message of this guest
  std::string sender_name = {};   ///< as the guest calls himself
  std::string kind = "text";      ///< text, image, audio, video, document, location, button, reaction, unsupported, ...
  std::string text = {};          ///< what the guest wrote, chose or captioned
  std::string reply_to = {};      ///< external id of the message it answers
  std::string raw = {};           ///< as the provider sent it, for later repair
  time_point provider_time = {};  ///< when the provider says it was written
  bool group = false;             ///< others read along: it is kept and never answered
  std::string choice = {};        ///< id of the choice he tapped, as the host gave it; empty: none
};

enum class receipt_state : std::int32_t {
  sent = AGENTE_RECEIPT_SENT,
  delivered = AGENTE_RECEIPT_DELIVERED,
  read = AGENTE_RECEIPT_READ,
  failed = AGENTE_RECEIPT_FAILED,
  closed = AGENTE_RECEIPT_CLOSED,
  again = AGENTE_RECEIPT_AGAIN,
};

/// What became of a message of ours, for host::receipt. Found by key, else by external_id.
struct receipt {
  receipt_state state = receipt_state::sent;
  std::string account = {};
  std::string key = {};          ///< ours (outbound::key), if the provider gives it back
  std::string external_id = {};  ///< the provider's
  std::string code = {};         ///< failed, closed, again: the provider's code, e.g. "131026"
  std::string reason = {};       ///< likewise, for people
  time_point provider_time = {};
};

/// A message to a guest, given to send.
struct outbound {
  std::string_view key = {};        ///< ours, unique for ever, the same at every attempt
  std::string_view account = {};    ///< of the hotel, as in the YAML
  std::string_view recipient = {};  ///< the sender of the inbound messages
  std::string_view kind = "text";
  std::string_view text = {};
  std::string_view language = {};  ///< es, en, pt
  std::string_view reply_to = {};  ///< external id of the guest's message; may be empty
  std::string_view details = {};   ///< JSON of a kind other than text (agente_outbound says which); may be empty
  time_point guest_wrote = {};     ///< when the guest last wrote to this account; {} unknown
  std::uint32_t attempt = 1;
};

/// The file of a message that host::accept was given, to be fetched.
struct media_request {
  std::string_view account = {};
  std::string_view external_id = {};
  std::string_view kind = {};  ///< image, audio, video, document, sticker
  std::string_view raw = {};   ///< as host::accept was given it
  std::uint32_t max_bytes = 0;
};

/// A file of a guest's.
struct media {
  std::string mime_type = {};
  std::string file_name = {};   ///< as the guest called it; no path
  std::string sha256 = {};      ///< 64 hex digits, if the provider's was compared
  std::string transcript = {};  ///< the words of a voice note, if it was listened to
  std::string bytes = {};
};

/// A file of the hotel's for a guest, to be handed to the provider.
struct media_file {
  std::string_view account = {};
  std::string_view mime_type = {};
  std::string_view bytes = {};
};

/// A guest's message that was read, given to seen.
struct seen_message {
  std::string_view account = {};      ///< of the hotel, as in the YAML
  std::string_view external_id = {};  ///< as you gave it to host::accept
  bool answering = false;             ///< an answer follows within seconds: "is typing" may be shown
};

/// A request of the provider to /webhook/<channel>[/...] (webchat: of a browser to /chat[/...]), given to on_http.
struct http_in {
  std::string_view method = {};
  std::string_view path = {};   ///< what follows the mount point: "" or "/messages"
  std::string_view query = {};  ///< raw, without "?"
  std::vector<header_view> headers = {};
  std::string_view body = {};     ///< the bytes as received; at most 3 MiB
  std::string_view remote = {};   ///< address of the peer
  std::string_view visitor = {};  ///< the identity the host issued to this browser; only under /chat
  bool trusted = false;           ///< came from the operator, by the host's access rules

  /// The first header of that name, whatever its case; empty when absent.
  [[nodiscard]] std::string_view header(std::string_view name) const noexcept {
    return detail::find_header(headers, name);
  }
};

/// Your answer.
struct http_out {
  int status = 200;
  std::vector<header> headers = {};
  std::string body = {};
};

namespace detail {

inline agente_inbound to_abi(const inbound& message) noexcept {
  auto raw = sized<agente_inbound>();
  raw.account = str(message.account);
  raw.external_id = str(message.external_id);
  raw.sender = str(message.sender);
  raw.sender_name = str(message.sender_name);
  raw.kind = str(message.kind);
  raw.text = str(message.text);
  raw.reply_to = str(message.reply_to);
  raw.raw = bytes(message.raw);
  raw.provider_time_ms = agente::to_abi(message.provider_time);
  raw.choice = str(message.choice);
  if (message.group) raw.flags |= AGENTE_INBOUND_GROUP;
  return raw;
}

inline agente_receipt to_abi(const receipt& news) noexcept {
  auto raw = sized<agente_receipt>();
  raw.state = static_cast<std::int32_t>(news.state);
  raw.account = str(news.account);
  raw.key = str(news.key);
  raw.external_id = str(news.external_id);
  raw.code = str(news.code);
  raw.reason = str(news.reason);
  raw.provider_time_ms = agente::to_abi(news.provider_time);
  return raw;
}

inline outbound from_abi(const agente_outbound* given) noexcept {
  const auto raw = read(given);
  return {.key = view(raw.key),
          .account = view(raw.account),
          .recipient = view(raw.recipient),
          .kind = view(raw.kind),
          .text = view(raw.text),
          .language = view(raw.language),
          .reply_to = view(raw.reply_to),
          .details = view(raw.details),
          .guest_wrote = from_abi_time(raw.guest_wrote_ms),
          .attempt = raw.attempt};
}

inline http_in from_abi(const agente_http_in* given) {
  const auto raw = read(given);
  http_in request{.method = view(raw.method),
                  .path = view(raw.path),
                  .query = view(raw.query),
                  .body = view(raw.body),
                  .remote = view(raw.remote),
                  .visitor = view(raw.visitor),
                  .trusted = (raw.flags & AGENTE_HTTP_TRUSTED) != 0};
  request.headers.reserve(raw.header_count);
  for (std::size_t i = 0; i < raw.header_count; ++i)
    request.headers.push_back({view(raw.headers[i].name), view(raw.headers[i].value)});
  return request;
}

inline media_request from_abi(const agente_media_request* given) noexcept {
  const auto raw = read(given);
  return {.account = view(raw.account),
          .external_id = view(raw.external_id),
          .kind = view(raw.kind),
          .raw = view(raw.raw),
          .max_bytes = raw.max_bytes};
}

inline media_file from_abi(const agente_media_file* given) noexcept {
  const auto raw = read(given);
  return {.account = view(raw.account), .mime_type = view(raw.mime_type), .bytes = view(raw.bytes)};
}

inline agente_status write(const media& file, const agente_media_sink* out) {
  auto about = sized<agente_media_about>();
  about.mime_type = str(file.mime_type);
  about.file_name = str(file.file_name);
  about.sha256 = str(file.sha256);
  about.transcript = str(file.transcript);
  if (const auto status = out->about(out->ctx, &about); status != AGENTE_OK) return status;
  return file.bytes.empty() ? AGENTE_OK : out->write(out->ctx, bytes(file.bytes));
}

inline agente_status write(const http_out& answer, const agente_http_out* out) {
  if (const auto status = out->status(out->ctx, answer.status); status != AGENTE_OK) return status;
  for (const auto& h : answer.headers)
    if (const auto status = out->header(out->ctx, str(h.name), str(h.value)); status != AGENTE_OK) return status;
  return answer.body.empty() ? AGENTE_OK : out->body(out->ctx, bytes(answer.body));
}

}  // namespace detail
}  // namespace agente
