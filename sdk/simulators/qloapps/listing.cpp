#include "simulators/qloapps/listing.hpp"

#include "simulators/qloapps/xml.hpp"

namespace agente::sim::qloapps {
namespace {

/// The root is named after a class of QloApps, not after the resource.
std::string root_of(const std::string& resource) {
  if (resource == "hotel_rooms") return "rooms";
  return resource == "room_bookings" ? "bookings" : resource;
}

/// A text in as many languages as the shop has: the bare text where there is one, or one was asked for.
Record translated(const Asked& asked, const Record& texts) {
  const auto text_in = [&](const std::string& language) {
    return texts.value(language, texts.at("1").get<std::string>());
  };
  if (!asked.language.empty()) return text_in(asked.language);
  if (asked.languages == 1) return text_in("1");
  auto list = Record::array();
  for (std::size_t id = 1; id <= asked.languages; ++id) {
    list.push_back({{"id", id}, {"value", text_in(std::to_string(id))}});
  }
  return list;
}

Record to_json(const Asked& asked, const Record& record) {
  auto shown = Record::object();
  for (const auto& [field, value] : record.items()) {
    if (field == "associations") {
      auto associations = value;
      for (const auto& [name, items] : value.items()) {
        if (items.empty()) associations.erase(name);
      }
      if (!associations.empty()) shown[field] = associations;
    } else {
      shown[field] = value.is_object() ? translated(asked, value) : value;
    }
  }
  return shown;
}

std::string language_nodes(const Asked& asked, const Record& texts) {
  std::string nodes;
  for (std::size_t id = 1; id <= asked.languages; ++id) {
    const auto language = std::to_string(id);
    if (!asked.language.empty() && asked.language != language) continue;
    nodes += "<language id=\"" + language + "\" xlink:href=\"" + asked.api_url + "languages/" + language + "\">" +
             cdata(texts.value(language, texts.at("1").get<std::string>())) + "</language>";
  }
  return nodes;
}

std::string field_to_xml(const Asked& asked, const Hotel& hotel, const std::string& field, const Record& value) {
  const auto attributes = hotel.attributes(asked.resource, field);
  std::string start = "<" + field;
  const auto text = value.is_object() ? "" : text_of(value);
  if (attributes.contains("link")) {
    start += " xlink:href=\"" + asked.api_url + attributes["link"].get<std::string>() + "/" + text + "\"";
  }
  if (attributes.contains("not_filterable")) start += " notFilterable=\"true\"";
  const auto content = value.is_object() ? language_nodes(asked, value) : text.empty() ? "" : cdata(text);
  return "\t" + start + ">" + content + "</" + field + ">\n";
}

std::string association_to_xml(const Asked& asked, const Record& record, const std::string& name, const Record& items) {
  const auto node = singular(name);
  const auto start = "<" + name + " nodeType=\"" + node + "\" api=\"" + name + "\"";
  if (items.empty()) return start + "/>\n";
  // A picture belongs to its room type, and so does its address.
  const auto folder = name == "images" ? "images/room_types/" + text_of(record.at("id")) : name;
  auto xml = start + ">\n";
  for (const auto& item : items) {
    xml += "\t<" + node + " xlink:href=\"" + asked.api_url + folder + "/" + text_of(item.at("id")) + "\">\n";
    for (const auto& [field, value] : item.items()) {
      const auto text = text_of(value);
      xml.append("\t<").append(field).append(">").append(text.empty() ? "" : cdata(text));
      xml.append("</").append(field).append(">\n");
    }
    xml += "\t</" + node + ">\n";
  }
  return xml + "</" + name + ">\n";
}

std::string to_xml(const Asked& asked, const Hotel& hotel, const Record& record) {
  const auto node = singular(root_of(asked.resource));
  if (record.size() == 1 && record.contains("id")) {
    const auto id = text_of(record["id"]);
    return "<" + node + " id=\"" + id + "\" xlink:href=\"" + asked.api_url + asked.resource + "/" + id + "\"/>\n";
  }
  auto xml = "<" + node + ">\n";
  for (const auto& [field, value] : record.items()) {
    if (field != "associations") {
      xml += field_to_xml(asked, hotel, field, value);
      continue;
    }
    xml += "<associations>\n";
    for (const auto& [name, items] : value.items()) xml += association_to_xml(asked, record, name, items);
    xml += "</associations>\n";
  }
  return xml + "</" + node + ">\n";
}

}  // namespace

std::string one_of(const Asked& asked, const Hotel& hotel, const Record& record) {
  if (asked.json) return php_json({{singular(root_of(asked.resource)), to_json(asked, record)}});
  return kXmlHead + to_xml(asked, hotel, record) + kXmlTail;
}

std::string list_of(const Asked& asked, const Hotel& hotel, const std::vector<Record>& records) {
  const auto root = root_of(asked.resource);
  if (asked.json) {
    if (records.empty()) return "[]";
    auto list = Record::array();
    for (const auto& record : records) list.push_back(to_json(asked, record));
    return php_json({{root, list}});
  }
  auto xml = kXmlHead + "<" + root + ">\n";
  for (const auto& record : records) xml += to_xml(asked, hotel, record);
  return xml + "</" + root + ">\n" + kXmlTail;
}

}  // namespace agente::sim::qloapps
