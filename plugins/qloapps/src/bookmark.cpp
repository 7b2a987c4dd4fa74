#include "bookmark.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <nlohmann/json.hpp>

#include "values.hpp"

namespace qloapps {
namespace {

using nlohmann::json;

constexpr auto kBeginning = "1970-01-01 00:00:00";
constexpr int kOverlap = 65 * 60;         // seconds: the hour that comes twice, and some
constexpr std::size_t kMostMarks = 2000;  // of each list: a cursor is at most 64 KiB

bool is_in(const std::vector<std::int64_t>& list, std::int64_t value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

std::pair<std::string_view, std::int64_t> place(const Entry& entry) { return {entry.updated, entry.id}; }

json to_json(const Trail::Kept& kept) {
  return {{"newest", kept.newest}, {"from", kept.from}, {"from_id", kept.from_id}, {"marks", kept.marks}};
}

Trail trail_of(const json& given) {
  Trail trail;
  given.at("newest").get_to(trail.kept.newest);
  given.at("from").get_to(trail.kept.from);
  given.at("from_id").get_to(trail.kept.from_id);
  given.at("marks").get_to(trail.kept.marks);
  std::sort(trail.kept.marks.begin(), trail.kept.marks.end());
  return trail;
}

}  // namespace

std::string earlier(const std::string& stamp, int seconds) {
  const auto moment = parse_moment(stamp) - std::chrono::seconds{seconds};
  return moment <= agente::time_point{} ? kBeginning : to_text(moment);
}

std::string Trail::read_after() const { return earlier(kept.from, 1); }

bool Trail::has_told(const Entry& entry) const {
  return std::pair<std::string_view, std::int64_t>{kept.from, kept.from_id} >= place(entry) ||
         std::binary_search(kept.marks.begin(), kept.marks.end(), entry.mark);
}

void Trail::advance(const std::vector<Entry>& entries, const std::vector<std::int64_t>& told) {
  const auto is_told = [&](const Entry& entry) { return has_told(entry) || is_in(told, entry.order); };
  const auto gap = std::find_if_not(entries.begin(), entries.end(), is_told);
  auto newest = gap == entries.begin() ? kept.newest : std::max(kept.newest, std::prev(gap)->updated);
  auto from = std::max(std::pair{kept.from, kept.from_id}, std::pair{earlier(newest, kOverlap), std::int64_t{0}});
  std::vector<Entry> recent;
  std::copy_if(entries.begin(), entries.end(), std::back_inserter(recent), [&](const Entry& entry) {
    return place(entry) > std::pair<std::string_view, std::int64_t>{from.first, from.second} && is_told(entry);
  });
  // A whole import within the hour: then less than an hour is looked through again, never past what is still to tell.
  const auto before_gap = std::count_if(recent.begin(), recent.end(), [&](const Entry& entry) {
    return gap == entries.end() || place(entry) < place(*gap);
  });
  if (recent.size() > kMostMarks) {
    const auto drop = std::min(static_cast<std::ptrdiff_t>(recent.size() - kMostMarks), before_gap);
    if (drop > 0) from = place(recent[static_cast<std::size_t>(drop - 1)]);
    recent.erase(recent.begin(), recent.begin() + drop);
  }
  std::vector<std::uint32_t> marks;
  marks.reserve(recent.size());
  for (const auto& entry : recent) marks.push_back(entry.mark);
  std::sort(marks.begin(), marks.end());
  kept = {std::move(newest), std::move(from.first), from.second, std::move(marks)};
}

std::string to_text(const Bookmark& bookmark) {
  return json{{"v", 1},
              {"orders", to_json(bookmark.orders.kept)},
              {"rows", to_json(bookmark.rows.kept)},
              {"pass_row", bookmark.pass_row},
              {"pass_ended_ms", bookmark.pass_ended_ms}}
      .dump();
}

std::optional<Bookmark> read_bookmark(std::string_view text) {
  const auto given = json::parse(text, nullptr, false);
  try {
    if (given.at("v") != 1) return std::nullopt;
    return Bookmark{.orders = trail_of(given.at("orders")),
                    .rows = trail_of(given.at("rows")),
                    .pass_row = given.at("pass_row").get<std::int64_t>(),
                    .pass_ended_ms = given.at("pass_ended_ms").get<std::int64_t>()};
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

}  // namespace qloapps
