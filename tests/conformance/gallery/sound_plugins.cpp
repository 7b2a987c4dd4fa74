// Plugins that keep the rules where a hasty judge might say that they do not: each must pass everything.
#include <cerrno>
#include <cstdio>
#include <string>

#include <unistd.h>

#include "gallery.hpp"

namespace {

using gallery::bytes;
using gallery::fail;
using gallery::str;
using gallery::view;

#if defined(TIMERS)
/// Each message sets a reminder that goes off once; the next message, and the caretaker, take it back before it does.
struct Sound : gallery::Channel {
  struct Reminder {
    Sound* owner;
    std::uint64_t id;
  };
  Reminder* pending = nullptr;
  int rounds = 0;

  agente_status start(std::uint32_t period, agente_status (*fn)(void*, const agente_call*, agente_error*), void* ctx,
                      std::uint64_t* id, agente_error* err) const {
    return service<agente_timer_v1>(AGENTE_TIMER_V1)->start(host, 1000, period, fn, ctx, id, err);
  }
  void take_back(Reminder* reminder) const {
    if (reminder != nullptr) service<agente_timer_v1>(AGENTE_TIMER_V1)->stop(host, reminder->id);
    delete reminder;
  }
  static agente_status go_off(void* ctx, const agente_call* /*call*/, agente_error* /*err*/) {
    auto* reminder = static_cast<Reminder*>(ctx);
    auto* expected = reminder;
    __atomic_compare_exchange_n(&reminder->owner->pending, &expected, nullptr, false, __ATOMIC_SEQ_CST,
                                __ATOMIC_SEQ_CST);
    delete reminder;
    return AGENTE_OK;
  }
  static agente_status take_care(void* ctx, const agente_call* /*call*/, agente_error* /*err*/) {
    auto* self = static_cast<Sound*>(ctx);
    if (++self->rounds % 2 == 0) self->take_back(__atomic_exchange_n(&self->pending, nullptr, __ATOMIC_SEQ_CST));
    return AGENTE_OK;
  }
  static agente_status forget(void* /*ctx*/, const agente_call* /*call*/, agente_error* /*err*/) { return AGENTE_OK; }

  agente_status create(agente_str /*config*/, agente_error* err) {
    return start(60'000, &take_care, this, nullptr, err);
  }
  agente_status send(const agente_call* call, const agente_outbound* message, const agente_sink* id,
                     agente_error* err) {
    auto* made = new Reminder{this, 0};
    if (start(0, &go_off, made, &made->id, err) == AGENTE_OK) {
      take_back(__atomic_exchange_n(&pending, made, __ATOMIC_SEQ_CST));
    } else {
      delete made;
    }
    return Channel::send(call, message, id, err);
  }
  agente_status on_http(const agente_call* call, const agente_http_in* request, const agente_http_out* out,
                        agente_error* err) {
    (void)start(0, &forget, nullptr, nullptr, err);
    return Channel::on_http(call, request, out, err);
  }
  void destroy() { delete pending; }
};
#elif defined(JOURNAL) || defined(ALWAYS_INTERNAL)
/// Keeps something in the host at every message.
struct Sound : gallery::Channel {
  int written = 0;
  agente_status send(const agente_call* call, const agente_outbound* message, const agente_sink* id,
                     agente_error* err) {
    const auto key = "sent-" + std::to_string(__atomic_add_fetch(&written, 1, __ATOMIC_SEQ_CST));
    const auto kept = service<agente_kv_v1>(AGENTE_KV_V1)
                          ->put(host, str(key), bytes(view(message->text)), 1, AGENTE_KV_ANY, nullptr, err);
    if (kept != AGENTE_OK) return kept;
#if defined(ALWAYS_INTERNAL)
    gallery::Reply reply;
    const auto status = ask(call, "POST", view(message->key), view(message->text), reply, err);
    if (status != AGENTE_OK) return status;
    if (const auto judged = judge(reply, err); judged != AGENTE_OK) return judged;
    (void)id;
    return fail(err, AGENTE_E_INTERNAL, "the provider's answer has no id");
#else
    return Channel::send(call, message, id, err);
#endif
  }
};
#elif defined(TRUE_IN_SCHEMA)
struct Sound : gallery::Channel {
  static constexpr std::string_view schema = R"({"type": "object", "additionalProperties": false,
    "properties": {"token": {"type": "string", "writeOnly": true}, "anything": true},
    "examples": [{"token": "tell-nobody"}]})";
};
#elif defined(CANCELS_GET)
struct Sound : gallery::Channel {
  agente_status on_http(const agente_call* call, const agente_http_in* request, const agente_http_out* out,
                        agente_error* err) {
    if (view(request->method) == "GET") return fail(err, AGENTE_E_CANCELLED, "nobody asks this way");
    return Channel::on_http(call, request, out, err);
  }
};
#elif defined(CHATTY)
/// Prints much more than anybody reads; the kit must not keep it.
struct Sound : gallery::Channel {
  bool said = false;
  agente_status send(const agente_call* call, const agente_outbound* message, const agente_sink* id,
                     agente_error* err) {
    const std::string page(std::size_t{1} << 20U, '.');
    for (int i = 0; !__atomic_load_n(&said, __ATOMIC_SEQ_CST) && i < 100; ++i) {
      if (::write(STDERR_FILENO, page.data(), page.size()) < 0 && errno == EFBIG) said = true;
    }
    if (!said) std::abort();  // 100 MiB are on the disk now
    return Channel::send(call, message, id, err);
  }
};
#elif defined(COUNTS_DELIVERIES)
struct Sound : gallery::Exporter {
  int sent = 0;
  agente_status export_batch(const agente_call* call, const agente_batch* batch, agente_error* err) {
    const auto body = "delivery " + std::to_string(++sent);
    gallery::Reply reply;
    const auto status = ask(call, "POST", view(batch->id), body, reply, err);
    return status == AGENTE_OK ? judge(reply, err) : status;
  }
};
#else
/// Tells the provider the text in one of the ways of providers.
struct Sound : gallery::Channel {
  int sent = 0;

  static std::string replaced(std::string_view text, std::string_view odd, const std::string_view* instead) {
    std::string out;
    for (const char c : text) {
      const auto at = odd.find(c);
      at == std::string_view::npos ? out += c : out += instead[at];
    }
    return out;
  }
  static std::string percent(std::string_view text) {
    std::string out;
    for (const char c : text) {
      char code[4];
      const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      std::snprintf(code, sizeof code, "%%%02X", static_cast<unsigned>(static_cast<unsigned char>(c)));
      plain ? out += c : c == ' ' ? out += '+' : out += code;
    }
    return out;
  }
  static std::string json(std::string_view text) {
    constexpr std::string_view kInstead[] = {"\\\"", "\\\\", "\\n", "\\t"};
    return "{\"text\":\"" + replaced(text, "\"\\\n\t", kInstead) + "\"}";
  }
  std::string body_of(std::string_view text) {
#if defined(FORM)
    return "to=34600111222&text=" + percent(text);
#elif defined(FORM_OF_JSON)
    return "payload=" + percent(json(text));
#elif defined(JSON_IN_JSON)
    return json(json(text));
#elif defined(XML)
    constexpr std::string_view kInstead[] = {"&lt;", "&gt;", "&amp;", "&quot;", "&#10;"};
    return "<message><text>" + replaced(text, "<>&\"\n", kInstead) + "</text></message>";
#elif defined(COUNTS)
    return std::string(text) + " (delivery " + std::to_string(__atomic_add_fetch(&sent, 1, __ATOMIC_SEQ_CST)) + ")";
#endif
  }
  agente_status send(const agente_call* call, const agente_outbound* message, const agente_sink* id,
                     agente_error* err) {
    gallery::Reply reply;
    const auto status = ask(call, "POST", view(message->key), body_of(view(message->text)), reply, err);
    if (status != AGENTE_OK) return status;
    if (const auto judged = judge(reply, err); judged != AGENTE_OK) return judged;
    return id->write(id->ctx, bytes("sent-1"));
  }
};
#endif

}  // namespace

GALLERY_PLUGIN(Sound);
