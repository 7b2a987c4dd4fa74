/// Channels: where guests write. See <agente/channel.h> for what the host promises.
///
///     std::string send(const agente::outbound& message, agente::call call);
///         Carries one message and returns the provider's id of it. Never two at once for one recipient.
///         throw RETRY, RATE, TIMEOUT: did not happen, comes again. UNKNOWN_OUTCOME: may have; the host waits for a
///         receipt, asks lookup, and only then sends again. AUTH: parks the account. Others: a dead letter.
///
/// Optional:
///     agente::http_out on_http(const agente::http_in& request, agente::call call);
///         Answers the provider's webhook. What you accept is committed if you answer 2xx, before the answer goes out.
///     std::chrono::milliseconds poll(agente::call call);
///         For a provider that does not push; returns when to be asked again. One at a time.
///     std::optional<std::string> lookup(std::string_view key, agente::call call);
///         Was the message with this outbound::key sent? Its provider id; nullopt: no, for certain; throw
///         UNKNOWN_OUTCOME: cannot tell.
///     void seen(const agente::seen_message& message, agente::call call);
///         Shows the guest that he was read and, if an answer follows, that it is being written. A courtesy: called
///         once or not at all, and what it throws is logged only. From ABI 0.3.
///     agente::media fetch(const agente::media_request& request, agente::call call);
///         The file of a guest's message. throw NOT_FOUND: the provider has it no more; INVALID: it may not be kept.
///         Any other failure comes again. From ABI 0.3.
///     std::string upload(const agente::media_file& file, agente::call call);
///         Only beside fetch. Hands a file to the provider, which sends it by a message that names the id returned as
///         `media`. throw INVALID: the provider does not take it. From ABI 0.3.
///     std::vector<agente::check> self_test(agente::call call);
///         Tells the operator, stage by stage, whether it works. Sends nothing to a guest.
#pragma once

#include <chrono>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <agente/channel.h>
#include <agente/sdk/messages.hpp>
#include <agente/sdk/plugin.hpp>
#include <agente/sdk/self_test.hpp>

namespace agente::detail {

template <class P>
concept sends = requires(P& p, const outbound& message, call c) {
  { p.send(message, c) } -> std::convertible_to<std::string>;
};
template <class P>
concept answers_http = requires(P& p, const http_in& request, call c) {
  { p.on_http(request, c) } -> std::convertible_to<http_out>;
};
template <class P>
concept polls = requires(P& p, call c) {
  { p.poll(c) } -> std::convertible_to<std::chrono::milliseconds>;
};
template <class P>
concept looks_up = requires(P& p, std::string_view key, call c) {
  { p.lookup(key, c) } -> std::convertible_to<std::optional<std::string>>;
};
template <class P>
concept shows_presence = requires(P& p, const seen_message& message, call c) {
  p.seen(message, c);
};
template <class P>
concept fetches_media = requires(P& p, const media_request& request, call c) {
  { p.fetch(request, c) } -> std::convertible_to<media>;
};
template <class P>
concept uploads_media = requires(P& p, const media_file& file, call c) {
  { p.upload(file, c) } -> std::convertible_to<std::string>;
};
template <class P>
struct channel_glue {
  static agente_status send(void* self, const agente_call* c, const agente_outbound* message,
                            const agente_sink* external_id, agente_error* err) noexcept {
    return enter<P>(named_call(AGENTE_CHANNEL_V1, "send"), self, c, err, [&](P& plugin, call here) -> agente_status {
      const std::string id = plugin.send(from_abi(message), here);
      return write(external_id, id);
    });
  }
  static agente_status on_http(void* self, const agente_call* c, const agente_http_in* request,
                               const agente_http_out* out, agente_error* err) noexcept {
    return enter<P>(named_call(AGENTE_CHANNEL_V1, "on_http"), self, c, err, [&](P& plugin, call here) -> agente_status {
      const http_out answer = plugin.on_http(from_abi(request), here);
      return write(answer, out);
    });
  }
  static agente_status poll(void* self, const agente_call* c, std::uint32_t* next_ms, agente_error* err) noexcept {
    return enter<P>(named_call(AGENTE_CHANNEL_V1, "poll"), self, c, err, [&](P& plugin, call here) -> agente_status {
      const std::chrono::milliseconds next = plugin.poll(here);
      *next_ms = to_u32(next.count());
      return AGENTE_OK;
    });
  }
  static agente_status lookup(void* self, const agente_call* c, agente_str key, const agente_sink* external_id,
                              agente_error* err) noexcept {
    return enter<P>(named_call(AGENTE_CHANNEL_V1, "lookup"), self, c, err, [&](P& plugin, call here) -> agente_status {
      const std::optional<std::string> id = plugin.lookup(view(key), here);
      return id ? write(external_id, *id) : report(err, AGENTE_E_NOT_FOUND, "no message with this key was sent");
    });
  }
  static agente_status fetch(void* self, const agente_call* c, const agente_media_request* request,
                             const agente_media_sink* out, agente_error* err) noexcept {
    const auto job = named_call(AGENTE_CHANNEL_MEDIA_V1, "fetch");
    return enter<P>(job, self, c, err, [&](P& plugin, call here) -> agente_status {
      const media file = plugin.fetch(from_abi(request), here);
      return write(file, out);
    });
  }
  static agente_status upload(void* self, const agente_call* c, const agente_media_file* file, const agente_sink* id,
                              agente_error* err) noexcept {
    const auto job = named_call(AGENTE_CHANNEL_MEDIA_V1, "upload");
    return enter<P>(job, self, c, err, [&](P& plugin, call here) -> agente_status {
      return write(id, std::string{plugin.upload(from_abi(file), here)});
    });
  }
  static agente_status seen(void* self, const agente_call* c, agente_str account, agente_str external_id,
                            std::uint32_t flags, agente_error* err) noexcept {
    const auto job = named_call(AGENTE_CHANNEL_PRESENCE_V1, "seen");
    return enter<P>(job, self, c, err, [&](P& plugin, call here) -> agente_status {
      plugin.seen({view(account), view(external_id), (flags & AGENTE_SEEN_ANSWERING) != 0}, here);
      return AGENTE_OK;
    });
  }
};

template <class P>
constexpr agente_channel_media_v1 make_media_table() noexcept {
  agente_channel_media_v1 table{&channel_glue<P>::fetch, nullptr};
  if constexpr (uploads_media<P>) table.upload = &channel_glue<P>::upload;
  return table;
}
template <class P>
inline constexpr agente_channel_media_v1 media_table = make_media_table<P>();
template <class P>
inline constexpr agente_channel_presence_v1 presence_table{&channel_glue<P>::seen};

template <class P>
constexpr agente_channel_v1 channel_table() {
  agente_channel_v1 table{};
  if constexpr (sends<P>) table.send = &channel_glue<P>::send;
  if constexpr (answers_http<P>) table.on_http = &channel_glue<P>::on_http;
  if constexpr (polls<P>) table.poll = &channel_glue<P>::poll;
  if constexpr (looks_up<P>) table.lookup = &channel_glue<P>::lookup;
  table.self_test = &self_test<P>;
  return table;
}

struct channel_kind {
  static constexpr std::uint32_t number = AGENTE_KIND_CHANNEL;
  static constexpr std::string_view interface = AGENTE_CHANNEL_V1;
  template <class P>
  static constexpr agente_channel_v1 table = channel_table<P>();

  /// What a channel may offer besides; null when it does not.
  template <class P>
  static const void* optional([[maybe_unused]] std::string_view id) noexcept {
    if constexpr (shows_presence<P>) {
      if (id == AGENTE_CHANNEL_PRESENCE_V1) return &presence_table<P>;
    }
    if constexpr (fetches_media<P>) {
      if (id == AGENTE_CHANNEL_MEDIA_V1) return &media_table<P>;
    }
    return nullptr;
  }

  template <class P>
  static constexpr bool is() {
    static_assert(sends<P>,
                  "agente: a channel needs: std::string send(const agente::outbound& message, agente::call call)");
    static_assert(
        answers_http<P> || !requires { &P::on_http; },
        "agente: on_http must be: agente::http_out on_http(const agente::http_in& request, agente::call call)");
    static_assert(
        polls<P> || !requires { &P::poll; }, "agente: poll must be: std::chrono::milliseconds poll(agente::call call)");
    static_assert(
        looks_up<P> || !requires { &P::lookup; },
        "agente: lookup must be: std::optional<std::string> lookup(std::string_view key, agente::call call)");
    static_assert(
        shows_presence<P> || !requires { &P::seen; },
        "agente: seen must be: void seen(const agente::seen_message& message, agente::call call)");
    static_assert(
        fetches_media<P> || !requires { &P::fetch; },
        "agente: fetch must be: agente::media fetch(const agente::media_request& request, agente::call call)");
    static_assert(
        uploads_media<P> || !requires { &P::upload; },
        "agente: upload must be: std::string upload(const agente::media_file& file, agente::call call)");
    static_assert(fetches_media<P> || !uploads_media<P>, "agente: a channel with upload needs fetch, too");
    static_assert(
        tests_itself<P> || !requires { &P::self_test; },
        "agente: self_test must be: std::vector<agente::check> self_test(agente::call call)");
    return is_plugin<P>();
  }
};

}  // namespace agente::detail

/// Put it once, at global scope, at the end of the plugin's source: AGENTE_CHANNEL_PLUGIN(Board);
#define AGENTE_CHANNEL_PLUGIN(Class) AGENTE_PLUGIN_OF_KIND(Class, ::agente::detail::channel_kind)
