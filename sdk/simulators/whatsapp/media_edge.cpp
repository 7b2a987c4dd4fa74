#include "simulators/whatsapp/media_edge.hpp"

#include <algorithm>
#include <sstream>

#include <Poco/Exception.h>
#include <Poco/Net/MessageHeader.h>
#include <Poco/Net/MultipartReader.h>
#include <Poco/Net/NameValueCollection.h>
#include <Poco/StreamCopier.h>
#include <nlohmann/json.hpp>

#include "simulators/whatsapp/encoding.hpp"

namespace agente::sim::whatsapp {
namespace {

namespace net = Poco::Net;
using nlohmann::json;
using Answered = std::variant<Reply, GraphError>;

bool is_ours(const World& world, const std::string& number) {
  const auto& ours = world.options.phone_number_ids;
  return std::find(ours.begin(), ours.end(), number) != ours.end();
}

/// The parts of a form by their names. Throws Poco::Exception for what is no form.
std::map<std::string, std::string> read_form(const Request& request) {
  std::string type;
  net::NameValueCollection said;
  net::MessageHeader::splitParameters(request.header("content-type"), type, said);
  if (type != "multipart/form-data") throw Poco::SyntaxException("no form");
  std::istringstream in(request.body);
  net::MultipartReader reader(in, said.get("boundary"));
  std::map<std::string, std::string> parts;
  while (reader.hasNextPart()) {
    net::MessageHeader header;
    reader.nextPart(header);
    std::string ignored;
    net::NameValueCollection about;
    net::MessageHeader::splitParameters(header.get("Content-Disposition", ""), ignored, about);
    Poco::StreamCopier::copyToString(reader.stream(), parts[about.get("name", "")]);
  }
  return parts;
}

Answered upload(World& world, const Request& request) {
  std::map<std::string, std::string> form;
  try {
    form = read_form(request);
  } catch (const Poco::Exception&) {
    return missing_parameter("messaging_product");
  }
  for (const auto* name : {"messaging_product", "file", "type"}) {
    if (!form.contains(name)) return missing_parameter(name);
  }
  if (form["messaging_product"] != "whatsapp") {
    return graph_error(100, "Param messaging_product must be one of {WHATSAPP}.");
  }
  if (!request.whole) return graph_error(131053, "Media file size too big.");
  if (const auto refusal = refuse_file(form["type"], form["file"].size())) return *refusal;
  const auto medium = world.media.add(form["type"], std::move(form["file"]), world.now() + Media::kUploaded);
  return Reply{.body = json{{"id", medium.id}}.dump()};
}

Reply describe(World& world, const Request& request, const Medium& medium) {
  return {.body = json{{"messaging_product", "whatsapp"},
                       {"url", media_url(world, request, medium.id)},
                       {"mime_type", medium.mime_type},
                       {"sha256", hex(sha256(medium.bytes))},
                       {"file_size", medium.bytes.size()},
                       {"id", medium.id}}
                      .dump()};
}

/// Another name of this machine, which a client must take for another.
std::string foreign_origin(const Request& request) {
  const auto host = request.header("host");
  const auto port = host.substr(std::min(host.size(), host.rfind(':')));
  const auto scheme = request.origin.substr(0, request.origin.find("://") + 3);
  return scheme + (host.starts_with("localhost") ? "127.0.0.1" : "localhost") + port;
}

/// As Meta's own: who does not say what he is gets a page.
Reply hand_out(World& world, const Request& request) {
  if (request.header("user-agent").empty()) {
    return {.status = 403, .body = "<!DOCTYPE html><title>Forbidden</title>", .content_type = "text/html"};
  }
  auto medium = world.media.fetch(request.query, world.now());
  const auto fault = world.faults.strike("media", "");
  const auto name = fault ? fault->name : "";
  if (!medium || name == "media_gone") return {.status = 404, .body = "", .content_type = "text/plain"};
  if (name == "media_wrong_hash") medium->bytes.back() = static_cast<char>(medium->bytes.back() ^ 1);
  Reply reply{.body = std::move(medium->bytes), .content_type = medium->mime_type};
  if (name != "media_redirect") return reply;
  const auto to = foreign_origin(request) + "/foreign";
  return {.status = 302, .body = "", .headers = {{"Location", to}}};
}

}  // namespace

std::string media_url(World& world, const Request& request, const std::string& id) {
  return request.origin + world.media.new_address(id, world.now());
}

std::optional<Answered> answer_media(World& world, const Request& request, const std::vector<std::string>& path) {
  if (path.size() == 2 && path[1] == "media" && request.method == "POST" && is_ours(world, path[0])) {
    return upload(world, request);
  }
  const bool is_address = path.size() == 2 && path[0] == "whatsapp_business" && path[1] == "attachments";
  if (is_address && request.method == "GET") return hand_out(world, request);
  if (path.size() != 1) return std::nullopt;
  const auto medium = world.media.find(path[0], world.now());
  if (!medium) return std::nullopt;
  const auto number = request.query.find("phone_number_id");
  if (number != request.query.end() && !is_ours(world, number->second)) return std::nullopt;
  if (request.method == "GET") return describe(world, request, *medium);
  if (request.method != "DELETE") return std::nullopt;
  world.media.remove(medium->id, world.now());
  return Reply{.body = R"({"success":true})"};
}

}  // namespace agente::sim::whatsapp
