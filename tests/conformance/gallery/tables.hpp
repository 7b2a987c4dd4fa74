/// From a class of the gallery to its C table, descriptor, note and entry. Included by gallery.hpp.
#pragma once

namespace gallery {

/// The C function that calls a member.
template <class P, auto Member>
struct Bridge;
template <class P, class Base, class... Arguments, agente_status (Base::*Member)(Arguments...)>
struct Bridge<P, Member> {
  static agente_status call(void* self, Arguments... arguments) {
    Base& plugin = *static_cast<P*>(self);
    return (plugin.*Member)(arguments...);
  }
};

template <class P>
inline const agente_channel_v1 channel_table{.send = &Bridge<P, &P::send>::call,
                                             .on_http = &Bridge<P, &P::on_http>::call,
                                             .poll = nullptr,
                                             .lookup = nullptr,
                                             .self_test = &Bridge<P, &P::self_test>::call};

template <class P>
inline const agente_exporter_v1 exporter_table{.describe = &Bridge<P, &P::describe>::call,
                                               .export_batch = &Bridge<P, &P::export_batch>::call,
                                               .self_test = &Bridge<P, &P::self_test>::call};

template <class P>
const void* table() {
  if constexpr (P::kind == AGENTE_KIND_CHANNEL) {
    return &channel_table<P>;
  } else {
    return &exporter_table<P>;
  }
}

/// A flaw may answer queries itself.
template <class P>
concept answers_queries = requires(P& p, agente_str id) {
  p.query(id);
};

template <class P>
struct Entry {
  static agente_status create(const agente_host* host, agente_str config, void** self, agente_error* err) {
    auto* made = new P{};
    made->host = host;
    const auto status = made->create(config, err);
    if (status == AGENTE_OK) {
      *self = made;
    } else {
      delete made;
    }
    return status;
  }
  static void destroy(void* self) {
    auto* plugin = static_cast<P*>(self);
    plugin->destroy();
    delete plugin;
  }
  static const void* query(void* self, agente_str id) {
    if constexpr (answers_queries<P>) {
      return static_cast<P*>(self)->query(id);
    } else {
      return view(id) == P::interface ? table<P>() : nullptr;
    }
  }
  static agente_plugin descriptor(std::string_view id) {
    agente_plugin plugin{};
    plugin.struct_size = sizeof plugin;
    plugin.abi_major = AGENTE_ABI_MAJOR;
    plugin.abi_minor = P::minor;
    plugin.kind = P::kind;
    plugin.id = str(id);
    plugin.version = str(P::version);
    plugin.config_schema = str(P::schema);
    plugin.create = P::has_create ? &create : nullptr;
    plugin.destroy = &destroy;
    plugin.query = &query;
    return plugin;
  }
};

struct [[gnu::packed, gnu::aligned(4)]] Note {
  std::uint32_t name_size = sizeof "agente";
  std::uint32_t descriptor_size = sizeof(agente_note);
  std::uint32_t type = 1;
  char name[8] = "agente";
  agente_note about{};
};

template <class P>
constexpr Note note_of(std::string_view id, std::uint32_t kind) {
  agente_note about{sizeof(agente_note), kind, AGENTE_ABI_MAJOR, P::minor, 0, fnv1a(P::schema), {}, {}};
  for (std::size_t i = 0; i < id.size(); ++i) about.id[i] = id[i];
  for (std::size_t i = 0; i < P::note_version.size(); ++i) about.version[i] = P::note_version[i];
  Note note;
  note.about = about;
  return note;
}

template <std::size_t Size>
struct Chars {
  char text[Size];
};
template <class P>
constexpr auto schema_of() {
  Chars<P::schema.size()> chars{};
  for (std::size_t i = 0; i < P::schema.size(); ++i) chars.text[i] = P::schema[i];
  return chars;
}

}  // namespace gallery

#if defined(__clang__)
#define GALLERY_SECTION(name) [[gnu::used, gnu::section(name)]] __attribute__((no_sanitize("address")))
#else
#define GALLERY_SECTION(name) [[gnu::used, gnu::section(name)]]
#endif

#define GALLERY_NOTE(P, kind)            \
  GALLERY_SECTION(".note.agente.plugin") \
  alignas(4) static constexpr auto note_in_file = gallery::note_of<P>(PLUGIN_ID, kind)
#define GALLERY_ENTRY(P)                                                                            \
  GALLERY_SECTION(".agente.schema") static constexpr auto schema_in_file = gallery::schema_of<P>(); \
  extern "C" AGENTE_EXPORT const agente_plugin* agente_plugin_entry(std::uint32_t major) {          \
    static agente_plugin own = gallery::Entry<P>::descriptor(PLUGIN_ID);                            \
    return P::entry(major, own);                                                                    \
  }                                                                                                 \
  static_assert(true)

/// Makes the plugin; its id comes from the build.
#define GALLERY_PLUGIN(P)   \
  GALLERY_NOTE(P, P::kind); \
  GALLERY_ENTRY(P)
