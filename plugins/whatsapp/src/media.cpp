#include "media.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base64.hpp"
#include "graph_errors.hpp"
#include "graph_get.hpp"
#include "json_text.hpp"
#include "numbers.hpp"
#include "sha256.hpp"
#include "whatsapp.hpp"

namespace agente::whatsapp {
namespace {

constexpr int kAddresses = 3;  // the webhook's, and two that Graph is asked for: they are good for five minutes
constexpr int kRedirects = 3;
constexpr std::size_t kLongestUrl = 4096;
constexpr std::size_t kLongestName = 4096;
constexpr std::uint32_t kRoomForAPage = 65'536;
constexpr std::size_t kLongestType = 255;

/// What the webhook says of the file.
struct Announced {
  std::string id, url, mime_type, file_name;
  std::string sha256;  ///< hex; empty: not said
};

std::string lower(std::string_view text) {
  std::string out{text};
  for (auto& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

/// "https://host:port", in small letters; empty for what no honest address looks like.
std::string origin_of(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos || url.size() > kLongestUrl) return {};
  const bool strange = std::any_of(url.begin(), url.end(), [](char c) {
    return static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7F || c == '\\';
  });
  const auto end = url.find_first_of("/?#", scheme + 3);
  const auto origin = lower(url.substr(0, end));
  return strange || origin.find('@') != std::string::npos ? std::string{} : origin;
}

bool is_at(std::string_view host, std::string_view domain) {
  return host == domain || (host.ends_with(domain) && host[host.size() - domain.size() - 1] == '.');
}

/// Base64 of 32 bytes or 64 hex digits, as hex.
std::string digest_of(std::string_view text) {
  const auto plain = lower(text);
  if (plain.size() == 64 && plain.find_first_not_of("0123456789abcdef") == std::string::npos) return plain;
  const auto bytes = from_base64(text);
  Digest digest{};
  if (!bytes || bytes->size() != digest.size()) return {};
  std::copy(bytes->begin(), bytes->end(), digest.begin());
  return to_hex(digest);
}

Announced announced_in(std::string_view raw, std::string_view kind) {
  if (!is_json(raw)) throw error(AGENTE_E_INVALID, "the message is kept without its JSON: its file has no id");
  const auto file = Json{raw}[kind];
  Announced said{.id = file["id"].text(),
                 .url = file["url"].text(),
                 .mime_type = file["mime_type"].text(),
                 .file_name = file["filename"].text(),
                 .sha256 = digest_of(file["sha256"].text())};
  if (!is_number(said.id) || said.id.size() > 64)
    throw error(AGENTE_E_INVALID, "the message names no file: Meta could not read it, or it has gone");
  if (said.file_name.size() > kLongestName) said.file_name.clear();
  return said;
}

void check_type(std::string_view kind, const std::string& mime_type) {
  if (mime_type.size() > kLongestType) throw error(AGENTE_E_INVALID, "the file's type is no type");
  if (kind == "document" || mime_type.empty()) return;
  const auto family = kind == "sticker" ? std::string{"image/"} : std::string{kind} + "/";
  if (!lower(mime_type).starts_with(family))
    throw error(AGENTE_E_INVALID, "an " + std::string{kind} + " of type " + mime_type + " is not kept");
}

/// One file on its way: from the webhook's own address, or from one that Graph is asked for, and another one, where
/// that leads to nothing. What comes must have the announced SHA-256. Throws INVALID for what is too large, of a type
/// that does not fit its kind, or no file of Meta's; else what may pass, as Graph or the host has it.
class Fetching {
 public:
  Fetching(const host& services, const Settings& settings, const media_request& wanted, call here)
      : services_(services),
        settings_(settings),
        wanted_(wanted),
        here_(here),
        token_(access_token(services)),
        said_(announced_in(wanted.raw, wanted.kind)) {
    check_type(wanted.kind, said_.mime_type);
  }

  media run() {
    for (int i = 0; i < kAddresses; ++i) {
      if (said_.url.empty()) ask_for_address();
      if (auto bytes = fetch_from(std::exchange(said_.url, {}))) return labelled(*std::move(bytes));
    }
    throw error(AGENTE_E_RETRY, why_);
  }

 private:
  void ask_for_address() {
    const auto answer = services_.http(here_, {.url = settings_.graph_url + "/" + settings_.graph_version + "/" +
                                                      said_.id + "?phone_number_id=" + url_encoded(wanted_.account),
                                               .headers = headers(),
                                               .max_response_bytes = 1U << 20U});
    if (!answer.ok()) refuse(answer);
    if (!is_json(answer.body)) throw error(AGENTE_E_RETRY, "Graph answered with something that is no JSON");
    const Json about{answer.body};
    said_.url = about["url"].text();
    if (said_.mime_type.empty()) said_.mime_type = about["mime_type"].text();
    if (said_.sha256.empty()) said_.sha256 = digest_of(about["sha256"].text());
    check_type(wanted_.kind, said_.mime_type);
    check_size(about["file_size"].integer().value_or(0));
    if (said_.url.empty()) throw error(AGENTE_E_RETRY, "Graph names no address for the file");
  }

  void check_size(std::int64_t size) const {
    if (size > static_cast<std::int64_t>(wanted_.max_bytes))
      throw error(AGENTE_E_INVALID, "the file has " + std::to_string(size) + " bytes, " +
                                        std::to_string(wanted_.max_bytes) + " are kept at most");
  }

  [[noreturn]] void refuse(const http_response& answer) const {
    const auto refusal = read_refusal(answer, {.now = services_.now()});
    // What it has no more and what the token may not read look alike: the host gives up once it must have gone.
    const bool unknown = refusal.code == "100" || refusal.failure.code() == AGENTE_E_INVALID;
    if (unknown) throw error(AGENTE_E_RETRY, std::string{"Meta does not hand out the file: "} + refusal.failure.what());
    throw refusal.failure;
  }

  [[nodiscard]] std::vector<header> headers() const {
    return {{"Authorization", "Bearer " + token_}, {"User-Agent", "agente-hotel"}};
  }

  /// Nothing: this address does not lead to the file, and why; another one may.
  std::optional<std::string> fetch_from(std::string url) {
    for (int i = 0; i <= kRedirects; ++i) {
      if (!is_metas(url, settings_)) return gives_up("is not one of Meta's: " + origin_of(url).substr(0, 80));
      auto answer = get(url);
      if (!answer) return std::nullopt;
      const bool leads_on = answer->status >= 301 && answer->status <= 308 && answer->status != 304;
      if (!leads_on) return checked(*std::move(answer));
      url = answer->header("location");
    }
    return gives_up("leads on and on");
  }

  /// Nothing: the host may not call it. Another address may lead to a host that it may.
  std::optional<http_response> get(const std::string& url) {
    try {
      // Room for a page that says why there is no file.
      const auto most = std::max(wanted_.max_bytes, kRoomForAPage);
      return services_.http(here_, {.url = url, .headers = headers(), .max_response_bytes = most});
    } catch (const error& e) {
      if (e.code() == AGENTE_E_CONFIG) {
        why_ = e.what();
        return std::nullopt;
      }
      if (e.code() == AGENTE_E_UNKNOWN_OUTCOME) throw error(AGENTE_E_RETRY, e.what());
      if (e.code() != AGENTE_E_INVALID) throw;
      throw error(AGENTE_E_INVALID, "the file has more than the " + std::to_string(wanted_.max_bytes) +
                                        " bytes that are kept at most, or its address answers strangely: " + e.what());
    }
  }

  std::optional<std::string> checked(http_response answer) {
    if (answer.status == 429 || answer.status >= 500) refuse(answer);
    if (!answer.ok()) return gives_up("answers " + std::to_string(answer.status));
    check_size(static_cast<std::int64_t>(answer.body.size()));
    const auto type = lower(answer.header("content-type"));
    if (wanted_.kind != "document" && type.starts_with("text/html")) return gives_up("answers with a page");
    digest_ = to_hex(sha256(answer.body));
    const bool differs = !said_.sha256.empty() && said_.sha256 != digest_;
    if (differs) return gives_up("leads to other bytes than were announced: their SHA-256 differs");
    return std::move(answer.body);
  }

  std::optional<std::string> gives_up(const std::string& why) {
    why_ = "the file's address " + why;
    return std::nullopt;
  }

  media labelled(std::string bytes) {
    return {.mime_type = std::move(said_.mime_type),
            .file_name = std::move(said_.file_name),
            .sha256 = digest_,
            .bytes = std::move(bytes)};
  }

  const host& services_;
  const Settings& settings_;
  const media_request& wanted_;
  const call here_;
  const std::string token_;
  Announced said_;
  std::string digest_;  // of what came last
  std::string why_;     // the last address led to nothing
};

}  // namespace

bool is_metas(std::string_view url, const Settings& settings) {
  const auto origin = origin_of(url);
  if (origin.empty()) return false;
  if (origin == origin_of(settings.graph_url)) return true;
  constexpr std::string_view kScheme = "https://";
  if (!origin.starts_with(kScheme)) return false;
  const auto host = std::string_view{origin}.substr(kScheme.size());
  constexpr std::array<std::string_view, 3> kDomains{"facebook.com", "fbsbx.com", "fbcdn.net"};
  return std::any_of(kDomains.begin(), kDomains.end(), [&](auto domain) { return is_at(host, domain); });
}

media WhatsApp::fetch(const media_request& request, call here) {
  return Fetching(host_, settings_, request, here).run();
}

}  // namespace agente::whatsapp
