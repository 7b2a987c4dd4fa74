// The files that guests sent, for the hotel's people.
#include <algorithm>
#include <array>
#include <cctype>

#include <nlohmann/json.hpp>

#include "web/resources/house.hpp"

namespace agente::web {
namespace {

using nlohmann::json;

json text_or_null(const std::string& text) { return text.empty() ? json(nullptr) : json(text); }

/// What a browser may be told. All else, HTML and SVG above all, is bytes without a meaning.
std::string safe_type(const std::string& type) {
  static constexpr std::array<std::string_view, 12> kShown{"image/jpeg", "image/png",  "image/webp", "image/gif",
                                                           "audio/ogg",  "audio/mpeg", "audio/mp4",  "audio/aac",
                                                           "audio/amr",  "video/mp4",  "video/3gpp", "application/pdf"};
  const auto bare = type.substr(0, type.find(';'));
  return std::ranges::find(kShown, bare) == kShown.end() ? "application/octet-stream" : bare;
}

/// RFC 6266: a name in ASCII for old programs, and the whole in UTF-8. The name is clean already.
std::string disposition_of(const std::string& name) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string plain;
  std::string coded;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    const bool letter = std::isalnum(byte) != 0 && byte < 0x80;
    const bool harmless = letter || c == '.' || c == '-' || c == '_';
    plain += harmless || c == ' ' ? c : '_';
    if (harmless) {
      coded += c;
    } else {
      coded += {'%', kDigits[byte >> 4U], kDigits[byte & 15U]};
    }
  }
  return "attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + coded;
}

std::string name_of(const store::media::Row& about) {
  return about.file_name.empty() ? about.kind + "-" + std::to_string(about.message) : about.file_name;
}

Response give(House& house, const Request& request) {
  const auto id = message_id_in(request);
  if (!id) return refuse_with(request, id.error());
  auto file = house.cloakroom.open(*id);
  if (!file) return refuse_with(request, file.error());
  Response response{.body = std::move(file->bytes)};
  response.headers.set("Content-Type", safe_type(file->about.mime_type));
  response.headers.set("Content-Disposition", disposition_of(name_of(file->about)));
  response.headers.set("X-Content-Type-Options", "nosniff");
  response.headers.set("Content-Security-Policy", "sandbox; default-src 'none'");
  response.headers.set("Cache-Control", "private, no-store");
  return response;
}

}  // namespace

json media_json(store::sql::Connection& connection, store::Id message) {
  const auto row = store::media::find(connection, message);
  if (!row || row->state == store::media::State::kGone) return nullptr;
  const bool stored = row->state == store::media::State::kStored;
  return {{"state", store::media::name_of(row->state)},
          {"mime_type", text_or_null(row->mime_type)},
          {"size", stored ? json(row->size) : json(nullptr)},
          {"sha256", text_or_null(row->sha256)},
          {"file_name", text_or_null(row->file_name)},
          {"transcript", text_or_null(row->transcript)},
          {"reason", text_or_null(row->reason)}};
}

void mount_media(Router& router, House& house) {
  router.add({.pattern = "/api/v1/admin/messages/{id}/media", .from_outside = false, .handler = [&house](Request& r) {
                return give(house, r);
              }});
}

}  // namespace agente::web
