// Schemas and secrets.
#include <stdexcept>
#include <string>

#include "gallery.hpp"

namespace {

#define PROPERTIES \
  R"("properties": {"url": {"type": "string"}, "token": {"type": "string", "writeOnly": true}, "mode": {"type": "string"}})"
#define EXAMPLE R"({"url": "https://provider.example", "token": "tell-nobody", "mode": "day"})"

constexpr bool contains(agente_str text, std::string_view part) {
  return gallery::view(text).find(part) != std::string_view::npos;
}

#if defined(NO_JSON)
struct Flawed : gallery::Channel {
  static constexpr std::string_view schema = R"({"type": "object", )";
};
#elif defined(NO_OBJECT)
struct Flawed : gallery::Channel {
  static constexpr std::string_view schema = R"({"type": "array"})";
};
#elif defined(WRONG_WORD)
struct Flawed : gallery::Channel {
  static constexpr std::string_view schema = R"({"type": "object", "required": "url"})";
};
#elif defined(OPEN_SCHEMA)
struct Flawed : gallery::Channel {
  static constexpr std::string_view schema = R"({"type": "object", )" PROPERTIES R"(, "examples": [)" EXAMPLE R"(]})";
};
#elif defined(NO_EXAMPLES)
struct Flawed : gallery::Channel {
  static constexpr std::string_view schema = R"({"type": "object", "additionalProperties": false, )" PROPERTIES R"(})";
};
#elif defined(BAD_EXAMPLE)
struct Flawed : gallery::Channel {
  static constexpr std::string_view schema = R"({"type": "object", "additionalProperties": false, )" PROPERTIES
                                             R"(, "examples": [)" EXAMPLE R"(, {"mode": 7}]})";
};
#elif defined(PICKY)
struct Flawed : gallery::Channel {
  static constexpr std::string_view schema = R"({"type": "object", "additionalProperties": false, )" PROPERTIES
                                             R"(, "examples": [)" EXAMPLE R"(, {"mode": "night"}]})";
  agente_status create(agente_str config, agente_error* err) {
    return contains(config, "night") ? gallery::fail(err, AGENTE_E_CONFIG, "mode: not at night") : AGENTE_OK;
  }
};
#elif defined(SAYS_TOO_LITTLE)
struct Flawed : gallery::Channel {
  static constexpr std::string_view schema =
      R"({"type": "object", "additionalProperties": false, )" PROPERTIES R"(, "examples": [)" EXAMPLE R"(]})";
  agente_status create(agente_str config, agente_error* err) {
    return contains(config, "\"mode\"") ? AGENTE_OK : gallery::fail(err, AGENTE_E_CONFIG, "mode is missing");
  }
};
#elif defined(TELLS_SECRET)
struct Flawed : gallery::Channel {
  agente_status send(const agente_call* call, const agente_outbound* message, const agente_sink* id,
                     agente_error* err) {
    gallery::Text token;
    if (secret(token, err) == AGENTE_OK) log(call, token.view());
    return Channel::send(call, message, id, err);
  }
};
#elif defined(KEEPS_SECRET)
struct Flawed : gallery::Channel {
  gallery::Text kept;
  agente_status create(agente_str, agente_error* err) { return secret(kept, err); }
  agente_status send(const agente_call* call, const agente_outbound* message, const agente_sink* id,
                     agente_error* err) {
    gallery::Reply reply;
    const auto body = std::string(gallery::view(message->text)) + " for " + std::string(kept.view());
    const auto status = ask(call, "POST", gallery::view(message->key), body, reply, err);
    if (status != AGENTE_OK) return status;
    if (const auto judged = judge(reply, err); judged != AGENTE_OK) return judged;
    return id->write(id->ctx, gallery::bytes("sent-1"));
  }
};
#elif defined(CRASHES) || defined(THROWS)
struct Flawed : gallery::Channel {
  agente_status create(agente_str config, agente_error*) {
#if defined(THROWS)
    if (contains(config, R"("greeting":"")")) throw std::runtime_error("a greeting, please");
#else
    if (contains(config, R"("greeting":"")")) std::abort();
#endif
    return AGENTE_OK;
  }
};
#endif

}  // namespace

GALLERY_PLUGIN(Flawed);
