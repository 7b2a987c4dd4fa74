/// Where a reader of QloApps' changes has got to: the cursor of changes_since.
///
/// QloApps keeps no log of changes. It stamps orders and booked rooms with date_upd, in the shop's own time, to the
/// second. So a bookmark holds stamps of the shop, never a time of ours: a clock or a time zone that differs from the
/// shop's cannot make a change disappear.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace qloapps {

/// One line of a listing by date_upd.
struct Entry {
  std::string updated = {};  ///< "2026-11-22 14:48:25"
  std::int64_t id = 0;
  std::int64_t order = 0;
  std::uint32_t mark = 0;  ///< of all that the line says: another content is another mark
};

/// How far one list has been told.
///
/// The clocks of the shop go back one hour a year, and a slow transaction is stamped before it can be seen. So more
/// than an hour is looked through again each time, and what was told already is known by its mark.
class Trail {
 public:
  /// The list has to be read from the entries after this stamp on.
  [[nodiscard]] std::string read_after() const;
  [[nodiscard]] bool has_told(const Entry& entry) const;
  /// Moves on. `entries` are in the order of their stamps; those whose order is in `told` have been told now.
  void advance(const std::vector<Entry>& entries, const std::vector<std::int64_t>& told);

  /// What the cursor keeps of it.
  struct Kept {
    std::string newest = {};  ///< up to here nothing is missing
    std::string from = {};    ///< entries up to this stamp and id have been told, whatever they say
    std::int64_t from_id = 0;
    std::vector<std::uint32_t> marks = {};  ///< sorted; of the entries told since
  };
  Kept kept = {};
};

struct Bookmark {
  Trail orders = {};
  Trail rows = {};
  std::int64_t pass_row = 0;       ///< the slow pass: the last booked room it read
  std::int64_t pass_ended_ms = 0;  ///< when it was through; 0 while it is under way
};

[[nodiscard]] std::string to_text(const Bookmark& bookmark);
/// Nothing when the text is none of ours.
[[nodiscard]] std::optional<Bookmark> read_bookmark(std::string_view text);

/// The stamp so much earlier; the beginning of time for what is no stamp.
[[nodiscard]] std::string earlier(const std::string& stamp, int seconds);

}  // namespace qloapps
