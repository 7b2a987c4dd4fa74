#include "plugins/proxy_channel.hpp"

#include <agente/channel.h>
#include <fmt/format.h>

#include "base/text.hpp"
#include "plugins/c_abi.hpp"
#include "plugins/self_check.hpp"

namespace agente::plugins {
namespace {

constexpr Millis kForAFile{60'000};  // 16 MiB by a slow line

constexpr std::size_t kMostHeaders = 100;

const agente_channel_v1& table(const Frame& frame) { return *static_cast<const agente_channel_v1*>(frame.interface); }

/// Carries out what a plugin asks of a sink, and takes note of what breaks the rules: one that ignores our code cannot
/// hide it.
template <class Sink, class F>
agente_status obey(Sink& sink, bool& broken, F&& work) noexcept {
  bool fine = false;
  try {
    fine = work(sink);
  } catch (...) {
    fine = false;
  }
  broken |= !fine;
  return fine ? AGENTE_OK : AGENTE_E_INVALID;
}

/// The answer to a web request, as the plugin writes it.
class Answer {
 public:
  Answer() = default;
  Answer(const Answer&) = delete;
  Answer& operator=(const Answer&) = delete;

  [[nodiscard]] const agente_http_out* c() const { return &out_; }

  [[nodiscard]] bool is_broken() const { return broken_; }
  Result<HttpOut> take(std::string_view plugin) {
    if (broken_) return Error{Code::kInternal, fmt::format("plugin {} wrote a malformed answer", plugin)};
    if (!has_status_) return Error{Code::kInternal, fmt::format("plugin {} wrote no status", plugin)};
    return std::move(answer_);
  }

 private:
  template <class F>
  static agente_status guarded(void* ctx, F&& work) noexcept {
    auto& self = *static_cast<Answer*>(ctx);
    return obey(self, self.broken_, work);
  }

  static agente_status status(void* ctx, std::int32_t status) noexcept {
    return guarded(ctx, [&](Answer& self) {
      if (self.has_status_ || status < 200 || status > 599) return false;
      self.has_status_ = true;
      self.answer_.status = status;
      return true;
    });
  }

  static agente_status header(void* ctx, agente_str name, agente_str value) noexcept {
    return guarded(ctx, [&](Answer& self) {
      auto key = abi::text(name);
      auto text = abi::text(value, abi::kTextLimit);
      const auto one_line = [](const std::string& s) { return s.find_first_of("\r\n") == std::string::npos; };
      if (!key || !text || key->empty() || !one_line(*key) || !one_line(*text)) return false;
      if (self.answer_.headers.size() >= kMostHeaders) return false;
      self.answer_.headers.emplace_back(std::move(*key), std::move(*text));
      return true;
    });
  }

  static agente_status body(void* ctx, agente_bytes piece) noexcept {
    return guarded(ctx, [&](Answer& self) {
      const auto seen = abi::view(piece, abi::kBodyLimit - self.answer_.body.size());
      if (seen) self.answer_.body += *seen;
      return seen.has_value();
    });
  }

  HttpOut answer_;
  bool has_status_ = false;
  bool broken_ = false;
  agente_http_out out_{this, &Answer::status, &Answer::header, &Answer::body};
};

/// A file, as the plugin writes it.
class Parcel {
 public:
  explicit Parcel(std::size_t most) : most_(most) {}
  Parcel(const Parcel&) = delete;
  Parcel& operator=(const Parcel&) = delete;

  [[nodiscard]] const agente_media_sink* c() const { return &sink_; }
  [[nodiscard]] bool is_broken() const { return broken_; }
  Result<Media> take(std::string_view plugin) {
    if (too_large_) return Error{Code::kInvalid, fmt::format("the file has more than {} bytes", most_)};
    if (broken_ || !has_about_) return Error{Code::kInternal, fmt::format("plugin {} wrote a malformed file", plugin)};
    return std::move(media_);
  }

 private:
  template <class F>
  static agente_status guarded(void* ctx, F&& work) noexcept {
    auto& self = *static_cast<Parcel*>(ctx);
    return obey(self, self.broken_, work);
  }

  static agente_status about(void* ctx, const agente_media_about* about) noexcept {
    return guarded(ctx, [&](Parcel& self) {
      const bool first = !std::exchange(self.has_about_, true);
      if (!first || !abi::complete(about)) return false;
      const auto type = abi::text(about->mime_type);
      const auto digest = abi::text(about->sha256);
      const auto name = abi::view(about->file_name, abi::kTextLimit);
      const auto words = abi::view(about->transcript, abi::kTextLimit);
      if (!type || !name || !digest || !words) return false;
      // A guest's own words: what no text may have in it is no reason to lose his file.
      self.media_ = {.mime_type = *type,
                     .file_name = clean_utf8(*name),
                     .sha256 = *digest,
                     .transcript = clean_utf8(*words),
                     .bytes = {}};
      return true;
    });
  }
  static agente_status piece(void* ctx, agente_bytes piece) noexcept {
    return guarded(ctx, [&](Parcel& self) {
      self.too_large_ |= piece.len > self.most_ - self.media_.bytes.size();
      const auto seen = self.too_large_ ? std::nullopt : abi::view(piece, self.most_);
      if (seen && self.has_about_) self.media_.bytes += *seen;
      return seen && self.has_about_;
    });
  }

  const std::size_t most_;
  Media media_;
  bool has_about_ = false;
  bool broken_ = false;
  bool too_large_ = false;
  agente_media_sink sink_{this, &Parcel::about, &Parcel::piece};
};

agente_outbound to_c(const OutboundMessage& message) {
  return {.struct_size = sizeof(agente_outbound),
          .attempt = message.attempt,
          .key = abi::str(message.key),
          .account = abi::str(message.account),
          .recipient = abi::str(message.recipient),
          .kind = abi::str(message.kind),
          .text = abi::str(message.text),
          .language = abi::str(message.language),
          .reply_to = abi::str(message.reply_to),
          .details = abi::str(message.details),
          .guest_wrote_ms = message.guest_wrote.time_since_epoch().count()};
}

}  // namespace

Result<std::string> ProxyChannel::send(const OutboundMessage& message, std::string_view trace) {
  abi::TextSink id(abi::kNameLimit);
  const auto record = to_c(message);
  const CallSpec spec{.name = "send", .trace = trace, .writes = true};
  const auto done = route_.call(
      spec, [&](const Frame& frame) { return table(frame).send(frame.self, frame.call, &record, id.c(), frame.err); });
  if (!done && !id.is_broken()) return done.error();
  auto taken = id.take("message id");
  if (!taken) return Error{Code::kUnknownOutcome, taken.error().text};  // it says that it was sent
  return taken;
}

Result<HttpOut> ProxyChannel::on_http(const HttpIn& request, Staged& staged, std::string_view trace) {
  std::vector<agente_header> headers;
  for (const auto& header : request.headers) headers.push_back({abi::str(header.name), abi::str(header.value)});
  const agente_http_in record{.struct_size = sizeof record,
                              .flags = request.trusted ? std::uint32_t{AGENTE_HTTP_TRUSTED} : 0U,
                              .method = abi::str(request.method),
                              .path = abi::str(request.path),
                              .query = abi::str(request.query),
                              .headers = headers.data(),
                              .header_count = headers.size(),
                              .body = abi::bytes(request.body),
                              .remote = abi::str(request.remote),
                              .visitor = abi::str(request.visitor)};
  Answer answer;
  const CallSpec spec{.name = "on_http", .trace = trace, .staged = &staged};
  const auto done = route_.call(spec, [&](const Frame& frame) {
    const auto on_http = table(frame).on_http;
    return on_http == nullptr ? AGENTE_E_UNSUPPORTED : on_http(frame.self, frame.call, &record, answer.c(), frame.err);
  });
  if (!done && !answer.is_broken()) return done.error();
  auto taken = answer.take(route_.plugin());
  if (!taken || taken->status < 200 || taken->status > 299) staged = Staged{};
  return taken;
}

Result<std::string> ProxyChannel::lookup(std::string_view key, std::string_view trace) {
  abi::TextSink id(abi::kNameLimit);
  const CallSpec spec{.name = "lookup", .trace = trace};
  const auto done = route_.call(spec, [&](const Frame& frame) {
    const auto lookup = table(frame).lookup;
    return lookup == nullptr ? AGENTE_E_UNSUPPORTED : lookup(frame.self, frame.call, abi::str(key), id.c(), frame.err);
  });
  if (!done && !id.is_broken()) return done.error();
  return id.take("message id");
}

Result<std::vector<Check>> ProxyChannel::self_test() {
  return run_self_test([this](const CallSpec& spec, const Generation::Body& body) { return route_.call(spec, body); },
                       [](const Frame& frame) { return table(frame).self_test; });
}

Result<Media> ProxyChannel::fetch(const MediaRequest& request, std::string_view trace) {
  const auto live = route_.live().pin();
  if (live && !live->offers_media()) return Channel::fetch(request, trace);
  const agente_media_request record{.struct_size = sizeof record,
                                    .max_bytes = static_cast<std::uint32_t>(request.max_bytes),
                                    .account = abi::str(request.account),
                                    .external_id = abi::str(request.external_id),
                                    .kind = abi::str(request.kind),
                                    .raw = abi::bytes(request.raw)};
  Parcel parcel(request.max_bytes);
  const auto done =
      route_.call({.name = "fetch", .trace = trace, .at_least = kForAFile}, [&](const Frame& frame) -> agente_status {
        const auto* table = static_cast<const agente_channel_media_v1*>(frame.media);
        if (table == nullptr) return AGENTE_E_RETRY;  // replaced meanwhile by one that has none
        return table->fetch(frame.self, frame.call, &record, parcel.c(), frame.err);
      });
  if (!done && !parcel.is_broken()) return done.error();
  return parcel.take(route_.plugin());
}

Result<std::string> ProxyChannel::upload(const MediaFile& file, std::string_view trace) {
  const auto live = route_.live().pin();
  if (live && !live->offers_upload()) return Channel::upload(file, trace);
  const agente_media_file record{.struct_size = sizeof record,
                                 .reserved = 0,
                                 .account = abi::str(file.account),
                                 .mime_type = abi::str(file.mime_type),
                                 .bytes = abi::bytes(file.bytes)};
  abi::TextSink id(abi::kNameLimit);
  const auto done =
      route_.call({.name = "upload", .trace = trace, .at_least = kForAFile}, [&](const Frame& frame) -> agente_status {
        const auto* table = static_cast<const agente_channel_media_v1*>(frame.media);
        if (table == nullptr || table->upload == nullptr)
          return AGENTE_E_RETRY;  // replaced meanwhile by one that has none
        return table->upload(frame.self, frame.call, &record, id.c(), frame.err);
      });
  if (!done && !id.is_broken()) return done.error();
  auto taken = id.take("file id");
  if (taken && taken->empty()) return Error{Code::kInternal, fmt::format("plugin {} gave no file id", route_.plugin())};
  return taken;
}

Result<void> ProxyChannel::seen(const SeenMessage& message, std::string_view trace) {
  const auto live = route_.live().pin();
  if (live && !live->offers_presence()) return Channel::seen(message, trace);
  const auto flags = message.answering ? std::uint32_t{AGENTE_SEEN_ANSWERING} : 0U;
  return route_.call({.name = "seen", .trace = trace}, [&](const Frame& frame) -> agente_status {
    const auto* table = static_cast<const agente_channel_presence_v1*>(frame.presence);
    if (table == nullptr) return AGENTE_E_UNSUPPORTED;  // replaced meanwhile
    return table->seen(frame.self, frame.call, abi::str(message.account), abi::str(message.external_id), flags,
                       frame.err);
  });
}

}  // namespace agente::plugins
