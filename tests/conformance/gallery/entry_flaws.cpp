// Entry functions that answer wrongly.
#include "gallery.hpp"

namespace {

#if defined(NULL_ENTRY)
struct Flawed : gallery::Channel {
  static const agente_plugin* entry(std::uint32_t, agente_plugin&) { return nullptr; }
};
#elif defined(NO_CREATE)
struct Flawed : gallery::Channel {
  static constexpr bool has_create = false;
};
#elif defined(ANY_MAJOR)
struct Flawed : gallery::Channel {
  static const agente_plugin* entry(std::uint32_t, agente_plugin& own) { return &own; }
};
#elif defined(RESTLESS)
struct Flawed : gallery::Channel {
  static const agente_plugin* entry(std::uint32_t major, agente_plugin& own) {
    static agente_plugin copies[2];
    static unsigned calls = 0;
    auto& copy = copies[__atomic_fetch_add(&calls, 1, __ATOMIC_SEQ_CST) % 2];
    if (major != AGENTE_ABI_MAJOR) return nullptr;
    static const bool filled = [&own] {
      copies[0] = own;
      copies[1] = own;
      return true;
    }();
    return filled ? &copy : nullptr;
  }
};
#elif defined(TWO_MINDS)
struct Flawed : gallery::Channel {
  static constexpr std::string_view note_version = "1.0.1";
};
#elif defined(ODD_VERSION)
struct Flawed : gallery::Channel {
  static constexpr std::string_view version = "spring edition";
  static constexpr std::string_view note_version = version;
};
#else
using Flawed = gallery::Channel;
#endif

}  // namespace

GALLERY_PLUGIN(Flawed);
