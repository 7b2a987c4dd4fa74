#include "watch.hpp"

#include <algorithm>

#include "values.hpp"

namespace qloapps {

/// One of the two lists, and how it names the order.
struct Watch::List {
  const char* resource;
  const char* root;
  const char* fields;
  const char* order;
};

namespace {

using agente::error;
using nlohmann::json;

constexpr std::size_t kPage = 200;
constexpr std::size_t kLongestPage = 100'000;
constexpr std::size_t kPassPage = 20;
constexpr std::chrono::hours kPassRests{6};

/// FNV-1a.
std::uint32_t mark_of(std::string_view text) {
  std::uint32_t hash = 2166136261U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return hash;
}

std::vector<Entry> entries_of(const json& lines, const char* order) {
  std::vector<Entry> entries;
  for (const auto& line : lines)
    entries.push_back({text_at(line, "date_upd"), id_at(line, "id"), id_at(line, order),
                       mark_of(line.dump(-1, ' ', false, json::error_handler_t::replace))});
  return entries;
}

/// Orders of what was not told yet, the oldest change first, each once.
std::vector<std::int64_t> untold(const std::vector<Entry>& orders, const Trail& of_orders,
                                 const std::vector<Entry>& rows, const Trail& of_rows, std::size_t limit) {
  std::vector<Entry> both;
  const auto is_new_in = [](const Trail& trail) { return [&](const Entry& entry) { return !trail.has_told(entry); }; };
  std::copy_if(orders.begin(), orders.end(), std::back_inserter(both), is_new_in(of_orders));
  std::copy_if(rows.begin(), rows.end(), std::back_inserter(both), is_new_in(of_rows));
  std::stable_sort(both.begin(), both.end(), [](const Entry& a, const Entry& b) { return a.updated < b.updated; });
  std::vector<std::int64_t> ids;
  for (const auto& entry : both)
    if (ids.size() < limit && std::find(ids.begin(), ids.end(), entry.order) == ids.end()) ids.push_back(entry.order);
  return ids;
}

std::int64_t ms_of(agente::time_point moment) { return moment.time_since_epoch().count(); }

}  // namespace

Bookmark Watch::opened(std::string_view cursor, agente::call call) const {
  if (auto bookmark = read_bookmark(cursor)) return *bookmark;
  if (!cursor.empty()) desk_.host.warn(call, "the cursor of another version is not understood; all is read anew");
  return {.pass_ended_ms = ms_of(desk_.host.now())};  // since all is read now, there is nothing to look after
}

Watch::Listing Watch::listed(const List& list, const Trail& trail, std::size_t wanted, agente::call call) const {
  Listing listing;
  auto after = trail.read_after();
  for (auto page = kPage; page <= kLongestPage;) {
    const auto found = desk_.api.get(call, list.resource, list.root,
                                     {{"display", list.fields},
                                      {"date", "1"},
                                      {"filter[date_upd]", ">[" + after + "]"},
                                      {"sort", "[date_upd_ASC,id_ASC]"},
                                      {"limit", "0," + std::to_string(page)}});
    const auto entries = entries_of(found.at(list.root), list.order);
    std::erase_if(listing.entries, [&](const Entry& entry) { return entry.updated > after; });  // they come again
    listing.entries.insert(listing.entries.end(), entries.begin(), entries.end());
    listing.is_whole = entries.size() < page;
    const auto fresh = std::count_if(listing.entries.begin(), listing.entries.end(),
                                     [&](const Entry& entry) { return !trail.has_told(entry); });
    if (listing.is_whole || static_cast<std::size_t>(fresh) >= wanted) return listing;
    const auto next = earlier(entries.back().updated, 1);
    if (next <= after) page *= 2;  // the whole page is of one second
    after = std::max(after, next);
  }
  throw error(AGENTE_E_RETRY, std::string{"GET "} + list.resource + ": too many changes within one second");
}

void Watch::go_on_with_pass(Bookmark& bookmark, std::size_t most, std::vector<std::int64_t>& orders,
                            agente::call call) const {
  const auto now = ms_of(desk_.host.now());
  const auto rest = std::chrono::milliseconds{kPassRests}.count();
  if (bookmark.pass_ended_ms != 0 && now - bookmark.pass_ended_ms < rest) return;
  if (bookmark.pass_ended_ms != 0) bookmark.pass_row = 0;
  const auto count = std::min(most, kPassPage);
  const auto yesterday = desk_.today() - std::chrono::days{1};  // wherever the shop is
  const auto found = desk_.api.get(call, "room_bookings", "bookings",
                                   {{"display", "[id,id_order]"},
                                    {"filter[id]", ">[" + std::to_string(bookmark.pass_row) + "]"},
                                    {"filter[id_hotel]", "[" + std::to_string(desk_.settings.hotel_id) + "]"},
                                    {"filter[date_to]", ">[" + to_text(yesterday) + "]"},
                                    {"sort", "[id_ASC]"},
                                    {"limit", "0," + std::to_string(count)}});
  const auto& rows = found.at("bookings");
  for (const auto& row : rows) {
    bookmark.pass_row = std::max(bookmark.pass_row, id_at(row, "id"));
    const auto order = id_at(row, "id_order");
    if (std::find(orders.begin(), orders.end(), order) == orders.end()) orders.push_back(order);
  }
  bookmark.pass_ended_ms = rows.size() < count ? now : 0;
}

Watch::Sight Watch::since(std::string_view cursor, std::uint32_t limit, agente::call call) {
  static constexpr List kOrders{"orders", "orders", "[id,current_state,source,total_paid_tax_incl,date_upd]", "id"};
  static constexpr List kRows{"room_bookings", "bookings",
                              "[id,id_order,id_product,id_room,id_status,date_from,date_to,is_refunded,is_cancelled,"
                              "is_back_order,date_upd]",
                              "id_order"};
  auto bookmark = opened(cursor, call);
  const auto orders = listed(kOrders, bookmark.orders, limit, call);
  const auto rows = listed(kRows, bookmark.rows, limit, call);
  auto ids = untold(orders.entries, bookmark.orders, rows.entries, bookmark.rows, limit);
  bookmark.orders.advance(orders.entries, ids);
  bookmark.rows.advance(rows.entries, ids);
  if (orders.is_whole && rows.is_whole && ids.size() < limit) go_on_with_pass(bookmark, limit - ids.size(), ids, call);
  return {desk_.orders.read_all(call, ids, currencies_), to_text(bookmark)};
}

}  // namespace qloapps
