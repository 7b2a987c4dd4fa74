// Files that the host refuses or never unloads. Most are the good channel, linked wrongly.
#include <pthread.h>

#include "gallery.hpp"

namespace {

#if defined(NEWER_ABI)
struct Flawed : gallery::Channel {
  static constexpr std::uint32_t minor = 9;
};
#elif defined(OWN_RUNTIME)
struct Flawed : gallery::Channel {
  agente_status create(agente_str config, agente_error*) { return config.len == SIZE_MAX ? throw config : AGENTE_OK; }
};
#elif defined(UNRESOLVED) || defined(NEEDS_LIBRARY)
extern "C" int gallery_elsewhere();
struct Flawed : gallery::Channel {
  agente_status create(agente_str, agente_error*) { return gallery_elsewhere() == 0 ? AGENTE_OK : AGENTE_E_CONFIG; }
};
#elif defined(KEYED)
struct Flawed : gallery::Channel {
  agente_status create(agente_str, agente_error*) {
    static pthread_key_t key;
    static const int made = pthread_key_create(&key, nullptr);
    return made == 0 ? AGENTE_OK : AGENTE_E_INTERNAL;
  }
};
#else
using Flawed = gallery::Channel;
#endif

}  // namespace

#if defined(TEXTREL)
__asm__(".text\n.quad agente_plugin_entry\n");
#endif
#if defined(UNIQUE)
__asm__(
    ".data\n.weak gallery_unique\n.type gallery_unique, @gnu_unique_object\n.size gallery_unique, 8\n"
    "gallery_unique: .quad 0\n");
#endif
#if defined(MORE_EXPORTS)
extern "C" AGENTE_EXPORT int gallery_helper() { return 1; }
#endif

#if defined(UNKNOWN_KIND)
GALLERY_NOTE(Flawed, 9);
#elif !defined(NO_NOTE)
GALLERY_NOTE(Flawed, Flawed::kind);
#endif
#if defined(NO_ENTRY)
GALLERY_SECTION(".agente.schema") static constexpr auto schema_in_file = gallery::schema_of<Flawed>();
#else
GALLERY_ENTRY(Flawed);
#endif
