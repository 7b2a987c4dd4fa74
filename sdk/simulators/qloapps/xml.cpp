#include "simulators/qloapps/xml.hpp"

#include <set>

#include <Poco/AutoPtr.h>
#include <Poco/DOM/DOMParser.h>
#include <Poco/DOM/Document.h>
#include <Poco/DOM/Element.h>
#include <Poco/Exception.h>
#include <Poco/SAX/SAXException.h>

namespace agente::sim::qloapps {
namespace {

const Poco::XML::Element* first_element(const Poco::XML::Node* within) {
  const auto* node = within->firstChild();
  while (node != nullptr && node->nodeType() != Poco::XML::Node::ELEMENT_NODE) node = node->nextSibling();
  return static_cast<const Poco::XML::Element*>(node);
}

const Poco::XML::Element* next_element(const Poco::XML::Element* from) {
  const auto* node = from->nextSibling();
  while (node != nullptr && node->nodeType() != Poco::XML::Node::ELEMENT_NODE) node = node->nextSibling();
  return static_cast<const Poco::XML::Element*>(node);
}

bool is_list(const std::string& name) {
  static const std::set<std::string> kLists{"room_types", "rooms",      "services",  "room_occupancies",
                                            "facilities", "cart_rules", "child_ages"};
  return kLists.contains(name);
}

Record content_of(const Poco::XML::Element* element) {  // NOLINT(misc-no-recursion): as deep as the document
  const auto* child = first_element(element);
  const bool list = is_list(element->tagName());
  if (child == nullptr) {
    auto text = element->innerText();
    const bool nothing = text.find_first_not_of(" \t\r\n") == std::string::npos;
    return list && nothing ? Record::array() : Record(std::move(text));
  }
  auto content = list ? Record::array() : Record::object();
  for (; child != nullptr; child = next_element(child)) {
    if (list) {
      content.push_back(content_of(child));
    } else {
      content[child->tagName()] = content_of(child);
    }
  }
  return content;
}

}  // namespace

std::optional<Record> read_xml(const std::string& text) {
  try {
    Poco::XML::DOMParser parser;
    const Poco::AutoPtr<Poco::XML::Document> document = parser.parseString(text);
    const auto* root = document->documentElement();
    if (root == nullptr) return std::nullopt;
    auto read = Record::object();
    if (const auto* first = first_element(root)) read[first->tagName()] = content_of(first);
    return read;
  } catch (const Poco::Exception&) {
    return std::nullopt;
  }
}

std::string cdata(const std::string& value) { return "<![CDATA[" + value + "]]>"; }

std::string text_of(const Record& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "1" : "";
  return value.is_null() ? "" : value.dump();
}

std::string singular(const std::string& plural) {
  if (plural == "booking_extra_demands") return "extra_demand";
  if (plural.ends_with("ies")) return plural.substr(0, plural.size() - 3) + "y";
  return plural.ends_with("s") ? plural.substr(0, plural.size() - 1) : plural;
}

}  // namespace agente::sim::qloapps
