#include "simulators/whatsapp/media.hpp"

#include <algorithm>
#include <array>
#include <regex>
#include <string_view>

#include "simulators/whatsapp/ids.hpp"

namespace agente::sim::whatsapp {
namespace {

struct Kind {
  std::string_view name;
  std::size_t most_bytes;
};
constexpr std::size_t kMega = std::size_t{1} << 20U;
constexpr std::array kKinds{Kind{"image", 5 * kMega}, Kind{"audio", 16 * kMega}, Kind{"video", 16 * kMega},
                            Kind{"sticker", 500 * 1024}, Kind{"document", 100 * kMega}};

/// Of the kinds that take certain types only.
struct Type {
  std::string_view name, kind;
};
constexpr std::array kTypes{Type{"image/jpeg", "image"}, Type{"image/png", "image"}, Type{"image/webp", "sticker"},
                            Type{"audio/aac", "audio"},  Type{"audio/amr", "audio"}, Type{"audio/mpeg", "audio"},
                            Type{"audio/mp4", "audio"},  Type{"audio/ogg", "audio"}, Type{"audio/opus", "audio"},
                            Type{"video/mp4", "video"},  Type{"video/3gpp", "video"}};

constexpr const char* kNamedTypes =
    "audio/aac, audio/mp4, audio/mpeg, audio/amr, audio/ogg, audio/opus, application/vnd.ms-powerpoint, "
    "application/msword, application/vnd.openxmlformats-officedocument.wordprocessingml.document, "
    "application/vnd.openxmlformats-officedocument.presentationml.presentation, "
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet, application/pdf, text/plain, "
    "application/vnd.ms-excel, image/jpeg, image/png, image/webp, video/mp4, video/3gpp";

}  // namespace

std::string kind_of_type(const std::string& mime_type) {
  static const std::regex kType(R"(([a-z]+/[a-z0-9.+_-]+)(;.*)?)");
  std::smatch parts;
  if (!std::regex_match(mime_type, parts, kType)) return {};
  const auto bare = parts[1].str();
  const auto found = std::find_if(kTypes.begin(), kTypes.end(), [&](const Type& type) { return type.name == bare; });
  if (found != kTypes.end()) return std::string(found->kind);
  for (const auto* family : {"image/", "audio/", "video/"}) {
    if (bare.starts_with(family)) return {};
  }
  return "document";
}

std::optional<GraphError> refuse_file(const std::string& mime_type, std::size_t size) {
  const auto name = kind_of_type(mime_type);
  const auto kind = std::find_if(kKinds.begin(), kKinds.end(), [&](const Kind& k) { return k.name == name; });
  if (kind == kKinds.end()) {
    return GraphError{.message = "(#100) Param file must be a file with one of the following types: " +
                                 std::string(kNamedTypes) + ". Received file of type '" + mime_type + "'."};
  }
  if (size == 0) return graph_error(131053, "Media file is empty.");
  if (size <= kind->most_bytes) return std::nullopt;
  return graph_error(131053, "Media file size too big. Max file size we currently support: " +
                                 std::to_string(kind->most_bytes) + " bytes for " + name + ".");
}

Medium Media::add(const std::string& mime_type, std::string bytes, Moment until) {
  Medium medium{new_media_id(), kind_of_type(mime_type), mime_type, std::move(bytes)};
  const std::lock_guard lock(mutex_);
  kept_[medium.id] = {medium, until};
  return medium;
}

std::optional<Medium> Media::find(const std::string& id, Moment now) const {
  const std::lock_guard lock(mutex_);
  const auto found = kept_.find(id);
  if (found == kept_.end() || now >= found->second.until) return std::nullopt;
  return found->second.medium;
}

bool Media::remove(const std::string& id, Moment now) {
  const std::lock_guard lock(mutex_);
  const auto found = kept_.find(id);
  if (found == kept_.end()) return false;
  const bool alive = now < found->second.until;
  kept_.erase(found);
  return alive;
}

std::string Media::new_address(const std::string& id, Moment now) {
  const auto secret = new_secret();
  const auto until = now + kAddressLives;
  const std::lock_guard lock(mutex_);
  std::erase_if(addresses_, [&](const auto& address) { return now >= address.second.until; });
  addresses_[secret] = {id, until};
  return "/whatsapp_business/attachments/?mid=" + id +
         "&ext=" + std::to_string(std::chrono::system_clock::to_time_t(until)) + "&hash=" + secret;
}

std::optional<Medium> Media::fetch(const std::map<std::string, std::string>& query, Moment now) const {
  const auto secret = query.find("hash");
  if (secret == query.end()) return std::nullopt;
  std::string id;
  {
    const std::lock_guard lock(mutex_);
    const auto found = addresses_.find(secret->second);
    if (found == addresses_.end() || now >= found->second.until) return std::nullopt;
    id = found->second.id;
  }
  return find(id, now);
}

void Media::clear() {
  const std::lock_guard lock(mutex_);
  kept_.clear();
  addresses_.clear();
}

}  // namespace agente::sim::whatsapp
