#include "row_edit.hpp"

#include "values.hpp"

namespace qloapps {

std::string with_content(std::string xml, std::string_view name, std::string_view content) {
  const auto close = "</" + std::string{name} + ">";
  const auto end = xml.find(close);
  auto begin = xml.find("<" + std::string{name});
  while (begin != std::string::npos && xml[begin + 1 + name.size()] != '>' && xml[begin + 1 + name.size()] != ' ')
    begin = xml.find("<" + std::string{name}, begin + 1);
  const auto open_end = begin == std::string::npos ? begin : xml.find('>', begin);
  if (end == std::string::npos || open_end == std::string::npos || open_end > end)
    throw agente::error(AGENTE_E_RETRY, "QloApps' document of a booked room has no <" + std::string{name} + ">");
  xml.replace(open_end + 1, end - open_end - 1, "<![CDATA[" + std::string{content} + "]]>");
  return xml;
}

void write_party(const Desk& desk, const Row& row, const Party& party, agente::call call) {
  std::string ages;
  for (std::uint32_t i = 0; i < party.children; ++i) ages += i == 0 ? "0" : ",0";
  auto xml = desk.api.row_xml(call, row.id);
  xml = with_content(std::move(xml), "adults", std::to_string(party.adults));
  xml = with_content(std::move(xml), "children", std::to_string(party.children));
  xml = with_content(std::move(xml), "child_ages", "[" + ages + "]");
  desk.api.write_row(call, row.id, xml);
}

void write_step(const Desk& desk, const Row& row, Step step, agente::call call) {
  const bool comes = step == Step::check_in;
  auto xml = desk.api.row_xml(call, row.id);
  xml = with_content(std::move(xml), "id_status", comes ? "2" : "3");
  xml = with_content(std::move(xml), comes ? "check_in" : "check_out", to_text(desk.local_now()));
  desk.api.write_row(call, row.id, xml);
}

}  // namespace qloapps
