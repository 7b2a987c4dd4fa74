#include "simulators/whatsapp/testing.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace agente::sim::whatsapp::testing {

json message(const json& change) {
  json body{{"messaging_product", "whatsapp"},
            {"recipient_type", "individual"},
            {"to", kGuest},
            {"type", "text"},
            {"text", {{"body", "Hola"}}}};
  body.merge_patch(change);
  return body;
}

HttpAnswer Bench::post(const std::string& body, int timeout_ms) const {
  return http("POST", messages_url(), body,
              {{"Authorization", "Bearer demo-token"}, {"Content-Type", "application/json"}}, timeout_ms);
}

HttpAnswer Bench::send(const std::string& text, const std::string& to, int timeout_ms) const {
  return post(message({{"to", to}, {"text", {{"body", text}}}}).dump(), timeout_ms);
}

HttpAnswer Bench::get(const std::string& path) const {
  return http("GET", simulator.url() + path, {}, {{"Authorization", "Bearer demo-token"}});
}

HttpAnswer Bench::control(const std::string& name, const json& body) const {
  return http("POST", simulator.control_url() + "__sim/" + name, body.dump());
}

void Bench::arm(const json& rule) const {
  const auto answer = control("fault", rule);
  ASSERT_EQ(answer.status, 200) << answer.body;
}

json Bench::log(std::uint64_t since) const {
  return http("GET", simulator.control_url() + "__sim/log?since=" + std::to_string(since)).parsed();
}

Webhook::Webhook() : server_(0, [this](const Request& request) { return take(request); }) {}

Options Webhook::options() const {
  Options options;
  options.webhook = url();
  options.app_secret = kSecret;
  options.status_delay = std::chrono::milliseconds(0);
  options.retry_gap = std::chrono::milliseconds(5);
  return options;
}

void Webhook::refuse(int count, int status) {
  const std::lock_guard lock(mutex_);
  refusals_ = count;
  refusal_status_ = status;
}

Reply Webhook::take(const Request& request) {
  const std::lock_guard lock(mutex_);
  posts_.push_back(request);
  came_.notify_all();
  if (refusals_ > 0) return --refusals_, Reply{.status = refusal_status_};
  return {};
}

std::vector<Request> Webhook::wait_for(std::size_t count) {
  std::unique_lock lock(mutex_);
  EXPECT_TRUE(came_.wait_for(lock, std::chrono::seconds(10), [&] { return posts_.size() >= count; }))
      << "only " << posts_.size() << " of " << count << " posts came";
  return posts_;
}

std::vector<json> Webhook::wait_for_statuses(std::size_t count) {
  std::vector<json> statuses;
  for (const auto& post : wait_for(count)) {
    const auto value = json::parse(post.body)["entry"][0]["changes"][0]["value"];
    for (const auto& status : value.value("statuses", json::array())) statuses.push_back(status);
  }
  return statuses;
}

std::string openssl_hmac(const std::string& secret, const std::string& bytes, const char* digest) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned int length = 0;
  HMAC(EVP_get_digestbyname(digest), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), mac.data(), &length);
  std::string hex;
  for (unsigned int i = 0; i < length; ++i) {
    std::array<char, 3> pair{};
    std::snprintf(pair.data(), pair.size(), "%02x", mac.at(i));
    hex += pair.data();
  }
  return hex;
}

}  // namespace agente::sim::whatsapp::testing
