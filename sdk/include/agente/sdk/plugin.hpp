/// From the author's class to the descriptor, the entry function and the ELF note. For the SDK itself.
#pragma once

#include <array>
#include <concepts>
#include <string_view>

#include <agente/sdk/host.hpp>

namespace agente::detail {

constexpr std::uint64_t fnv1a(std::string_view text) noexcept {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return hash;
}

constexpr bool is_plugin_id(std::string_view id) noexcept {
  return !id.empty() && id.size() < sizeof(agente_note::id) && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

template <class P>
concept names_itself = requires {
  { P::id } -> std::convertible_to<std::string_view>;
  { P::version } -> std::convertible_to<std::string_view>;
  { P::schema } -> std::convertible_to<std::string_view>;
};

/// What every kind needs. False never comes back: the compiler stops at the sentence.
template <class P>
constexpr bool is_plugin() {
  static_assert(
      names_itself<P>,
      "agente: the plugin class needs public members: static constexpr std::string_view id, version, schema;");
  if constexpr (names_itself<P>) {
    static_assert(is_plugin_id(P::id), "agente: id must be 1 to 63 characters of a-z, 0-9 and -");
    static_assert(
        !std::string_view{P::version}.empty() && std::string_view{P::version}.size() < sizeof(agente_note::version),
        "agente: version must be a semantic version of at most 31 characters, e.g. \"1.0.0\"");
    static_assert(!std::string_view{P::schema}.empty(),
                  "agente: schema must be a JSON Schema; without settings {\"type\": \"object\"}");
  }
  static_assert(
      std::constructible_from<P, host, std::string_view>,
      "agente: the plugin class needs a public constructor (agente::host host, std::string_view config_json)");
  return true;
}

/// One instance: the author's object and the host it was made with.
template <class P>
struct instance {
#if AGENTE_CHECK_THREADS
  instance(const agente_host* raw, std::string_view config_json)
      : under_way(this, &end), services(raw, &under_way), plugin(services, config_json) {}
  watch under_way;
#else
  instance(const agente_host* raw, std::string_view config_json) : services(raw), plugin(services, config_json) {}
#endif
  static void end(void* self) noexcept {
    delete static_cast<instance*>(self);  // NOLINT: made by create
  }

  host services;
  P plugin;
};

/// Runs `body(plugin, call)` of an instance behind the barrier. `job` is the function of the ABI that does it.
template <class P, class Body>
agente_status enter(const tagged_call& job, void* self, const agente_call* c, agente_error* err, Body&& body) noexcept {
  auto& me = *static_cast<instance<P>*>(self);
  const auto visit = me.services.enter(job, err);
  if (!visit.is_let_in()) return AGENTE_E_INTERNAL;
  return guarded(err, [&]() -> agente_status { return body(me.plugin, me.services.wrap(c)); });
}

template <class P>
agente_status create(const agente_host* host, agente_str config_json, void** self, agente_error* err) noexcept {
  return guarded(err, [&]() -> agente_status {
    *self = new instance<P>(host, view(config_json));  // NOLINT: the C edge owns it until destroy
    return AGENTE_OK;
  });
}

template <class P>
void destroy(void* self) noexcept {
#if AGENTE_CHECK_THREADS
  auto& me = *static_cast<instance<P>*>(self);
  if (const auto calls = me.under_way.close(); calls > 0)
    me.services.error("the host broke the threads' rules: it called destroy, which is [quiesced], during a call",
                      {{"calls", calls}});
  me.under_way.release();
#else
  instance<P>::end(self);
#endif
}

/// `Kind` has: number (AGENTE_KIND_*), interface (its id), table<P> (its function table), is<P>() (static checks); and,
/// if there are interfaces that a plugin may offer besides, optional<P>(id).
template <class P, class Kind>
const void* query(void* /*self*/, agente_str interface_id) noexcept {
  if (view(interface_id) == Kind::interface) return &Kind::template table<P>;
  if constexpr (requires { Kind::template optional<P>(std::string_view{}); }) {
    return Kind::template optional<P>(view(interface_id));
  } else {
    return nullptr;
  }
}

template <class P, class Kind>
inline constexpr agente_plugin descriptor = {
    .struct_size = sizeof(agente_plugin),
    .abi_major = AGENTE_ABI_MAJOR,
    .abi_minor = AGENTE_ABI_MINOR,
    .kind = Kind::number,
    .id = str(P::id),
    .version = str(P::version),
    .config_schema = str(P::schema),
    .flags = 0,
    .create = &create<P>,
    .destroy = &destroy<P>,
    .query = &query<P, Kind>,
};

template <class P, class Kind>
const agente_plugin* entry(std::uint32_t host_abi_major) noexcept {
  return host_abi_major == AGENTE_ABI_MAJOR ? &descriptor<P, Kind> : nullptr;
}

/// The note as it lies in the file: header, owner padded to four, descriptor.
struct [[gnu::packed, gnu::aligned(4)]] elf_note {
  std::uint32_t name_size;
  std::uint32_t descriptor_size;
  std::uint32_t type;
  char name[8];
  agente_note descriptor;
};

template <class P, class Kind>
constexpr elf_note make_note() {
  elf_note note{.name_size = sizeof "agente",
                .descriptor_size = sizeof(agente_note),
                .type = 1,
                .name = "agente",
                .descriptor = {}};
  agente_note about{.struct_size = sizeof(agente_note),
                    .kind = Kind::number,
                    .abi_major = AGENTE_ABI_MAJOR,
                    .abi_minor = AGENTE_ABI_MINOR,
                    .flags = 0,
                    .schema_fnv1a = fnv1a(P::schema),
                    .id = {},
                    .version = {}};
  std::copy_n(P::id.data(), P::id.size(), about.id);
  std::copy_n(P::version.data(), P::version.size(), about.version);
  note.descriptor = about;
  return note;
}

template <class P>
constexpr auto schema_text() {
  std::array<char, P::schema.size()> text{};
  std::copy_n(P::schema.data(), text.size(), text.data());
  return text;
}

}  // namespace agente::detail

// AddressSanitizer of clang would put a red zone behind the two objects and so into the sections.
#if defined(__clang__)
#define AGENTE_SECTION_ONLY __attribute__((no_sanitize("address")))
#else
#define AGENTE_SECTION_ONLY
#endif

#define AGENTE_PLUGIN_OF_KIND(Class, Kind)                                                          \
  static_assert(Kind::is<Class>());                                                                 \
  namespace {                                                                                       \
  [[gnu::used, gnu::section(".note.agente.plugin"),                                                 \
    gnu::aligned(4)]] AGENTE_SECTION_ONLY constexpr auto agente_note_in_file =                      \
      ::agente::detail::make_note<Class, Kind>();                                                   \
  [[gnu::used, gnu::section(".agente.schema"),                                                      \
    gnu::aligned(1)]] AGENTE_SECTION_ONLY constexpr auto agente_schema_in_file =                    \
      ::agente::detail::schema_text<Class>();                                                       \
  }                                                                                                 \
  extern "C" AGENTE_EXPORT const agente_plugin* agente_plugin_entry(std::uint32_t host_abi_major) { \
    return ::agente::detail::entry<Class, Kind>(host_abi_major);                                    \
  }                                                                                                 \
  static_assert(true)
