#include "graph_errors.hpp"
#include "json_text.hpp"
#include "whatsapp.hpp"

namespace agente::whatsapp {
namespace {

constexpr std::chrono::seconds kPatience{5};  // a mark that comes later than the answer tells nothing
constexpr std::uint32_t kLargestAnswer = 1U << 16U;

/// Meta marks earlier messages of the guest with it, and shows "typing" until our next message or for 25 s.
std::string mark_of(const seen_message& message) {
  const std::string typing = message.answering ? R"(,"typing_indicator":{"type":"text"})" : "";
  return R"({"messaging_product":"whatsapp","status":"read","message_id":)" + json_string(message.external_id) +
         typing + "}";
}

}  // namespace

void WhatsApp::seen(const seen_message& message, call here) {
  if (host_.config("/mark_read") == "false") return;
  check_account(message.account);
  if (numbers_.pause_of(message.account, host_.now()).count() > 0) return;  // it counts, too
  const auto answer = host_.http(
      here,
      {.method = "POST",
       .url = settings_.graph_url + "/" + settings_.graph_version + "/" + std::string{message.account} + "/messages",
       .headers = {{"Authorization", "Bearer " + access_token(host_)}, {"Content-Type", "application/json"}},
       .body = mark_of(message),
       .timeout = kPatience,
       .max_response_bytes = kLargestAnswer});
  if (!answer.ok()) throw read_refusal(answer, {.now = host_.now()}).failure;
}

}  // namespace agente::whatsapp
