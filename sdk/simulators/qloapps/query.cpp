#include "simulators/qloapps/query.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>
#include <set>

#include "simulators/qloapps/xml.hpp"

namespace agente::sim::qloapps {
namespace {

const std::string kRequestScript = "classes/webservice/WebserviceRequest.php";

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

std::string without_brackets(const std::string& text) {
  if (!text.starts_with("[") || !text.ends_with("]") || text.size() < 2) return text;
  return text.substr(1, text.size() - 2);
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

std::optional<double> number_in(const std::string& text) {
  double value = 0;
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  return read.ec == std::errc{} && read.ptr == end ? std::optional(value) : std::nullopt;
}

/// As MySQL does: numbers by value, a day as its midnight, texts without regard to case.
int compare(const std::string& field, std::string value) {
  const auto a = number_in(field);
  const auto b = number_in(value);
  if (a && b) return *a < *b ? -1 : *a > *b ? 1 : 0;
  if (field.size() == 19 && value.size() == 10 && field[10] == ' ') value += " 00:00:00";
  return lower(field).compare(lower(value));
}

bool is_any_of(const std::string& field, const std::string& list) {
  const auto values = split(list, '|');
  return std::any_of(values.begin(), values.end(), [&](const auto& value) { return compare(field, value) == 0; });
}

bool passes(const std::string& field, const std::string& filter) {
  const auto inner = [&](std::size_t skip) { return without_brackets(filter.substr(skip)); };
  if (filter.starts_with(">[")) return compare(field, inner(1)) > 0;
  if (filter.starts_with("<[")) return compare(field, inner(1)) < 0;
  if (filter.starts_with("![")) return compare(field, inner(1)) != 0;
  const bool open_start = filter.starts_with("%[");
  const bool open_end = filter.ends_with("]%");
  if (open_start || open_end) {
    const auto from = open_start ? 2U : 1U;
    const auto part = lower(filter.substr(from, filter.size() - from - (open_end ? 2U : 1U)));
    const auto whole = lower(field);
    if (open_start && open_end) return whole.find(part) != std::string::npos;
    return open_start ? whole.ends_with(part) : whole.starts_with(part);
  }
  const auto values = inner(0);
  const auto comma = filter.starts_with("[") ? values.find(',') : std::string::npos;
  if (comma == std::string::npos) return is_any_of(field, values);
  return compare(field, values.substr(0, comma)) >= 0 && compare(field, values.substr(comma + 1)) <= 0;
}

bool is_record_date(const std::string& field) { return field == "date_add" || field == "date_upd"; }

std::vector<std::string> fields_of(const Record& blank) {
  std::vector<std::string> fields;
  for (const auto& item : blank.items()) {
    if (item.key() != "associations") fields.push_back(item.key());
  }
  return fields;
}

std::vector<std::string> filterable(const Asked& asked, const Hotel& hotel, const Record& blank) {
  auto fields = fields_of(blank);
  std::erase_if(fields, [&](const std::string& field) {
    if (is_record_date(field) && asked.parameter("date") != "1") return true;
    return hotel.attributes(asked.resource, field).contains("not_filterable");
  });
  return fields;
}

bool has(const std::vector<std::string>& fields, const std::string& field) {
  return std::find(fields.begin(), fields.end(), field) != fields.end();
}

[[noreturn]] void refuse_filter(const std::string& field, const std::vector<std::string>& fields) {
  Refusal refusal{.status = 500,
                  .complaints = {{32, "This filter does not exist. Did you mean: \"" + closest(field, fields) +
                                          "\"? The full list is: " + quoted_list(fields)}}};
  for (const int line : {1206, 1207, 1208, 1209}) {
    refusal.complaints.push_back(
        php_warning("Trying to access array offset on value of type bool", kRequestScript, line));
  }
  throw refusal;
}

[[noreturn]] void refuse_field(int code, const std::string& what, const std::vector<std::string>& fields) {
  std::string list;
  for (const auto& field : fields) list.append(list.empty() ? "" : ", ").append(field);
  throw Refusal{.status = 500,
                .complaints = {{code, what + " However, these are available: " + list},
                               php_warning("Undefined array key", kRequestScript, 1206)}};
}

void filter(const Asked& asked, const Hotel& hotel, const Record& blank, std::vector<Record>& records) {
  const auto fields = filterable(asked, hotel, blank);
  for (const auto& [name, wanted] : asked.request.query) {
    if (!name.starts_with("filter[") || !name.ends_with("]")) continue;
    const auto field = name.substr(7, name.size() - 8);
    if (!has(fields, field)) refuse_filter(field, fields);
    std::erase_if(records, [&, &filter = wanted](const Record& record) {
      const auto& value = record.at(field);
      return !passes(text_of(value.is_object() ? value.at("1") : value), filter);
    });
  }
}

void sort(const Asked& asked, const Hotel& hotel, const Record& blank, std::vector<Record>& records) {
  if (!asked.has("sort")) return;
  auto keys = split(without_brackets(asked.parameter("sort")), ',');
  std::reverse(keys.begin(), keys.end());  // the first key is applied last
  const auto fields = filterable(asked, hotel, blank);
  for (const auto& key : keys) {
    const bool down = key.ends_with("_DESC");
    const auto field = down || key.ends_with("_ASC") ? key.substr(0, key.rfind('_')) : key;
    if (!has(fields, field)) refuse_field(38, "Unable to filter by this field.", fields);
    std::stable_sort(records.begin(), records.end(), [&](const Record& a, const Record& b) {
      const int order = compare(text_of(a.at(field)), text_of(b.at(field)));
      return down ? order > 0 : order < 0;
    });
  }
}

void limit(const Asked& asked, std::vector<Record>& records) {
  if (!asked.has("limit")) return;
  const auto parts = split(asked.parameter("limit"), ',');
  const auto first = number_in(parts[0]);
  const auto count = parts.size() == 2 ? number_in(parts[1]) : first;
  if (!first || !count || *first < 0 || *count < 0) return records.clear();
  const auto skip = parts.size() == 2 ? std::min<std::size_t>(static_cast<std::size_t>(*first), records.size()) : 0;
  records.erase(records.begin(), records.begin() + static_cast<std::ptrdiff_t>(skip));
  if (records.size() > static_cast<std::size_t>(*count)) records.resize(static_cast<std::size_t>(*count));
}

void display(const Asked& asked, const Record& blank, std::vector<Record>& records) {
  const auto wanted = asked.parameter("display");
  if (wanted == "full") return;
  const auto named = wanted.empty() ? std::vector<std::string>{"id"} : split(without_brackets(wanted), ',');
  const auto fields = fields_of(blank);
  for (const auto& field : named) {
    if (!has(fields, field)) refuse_field(35, "Unable to display this field \"" + field + "\".", fields);
  }
  for (auto& record : records) {
    auto shown = Record::object();
    for (const auto& item : record.items()) {
      if (has(named, item.key())) shown[item.key()] = item.value();
    }
    record = std::move(shown);
  }
}

}  // namespace

std::vector<Record> select(const Asked& asked, const Hotel& hotel, const Record& blank, std::vector<Record> records) {
  filter(asked, hotel, blank, records);
  sort(asked, hotel, blank, records);
  limit(asked, records);
  display(asked, blank, records);
  return records;
}

}  // namespace agente::sim::qloapps
